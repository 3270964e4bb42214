"""Which tenancies are in which group: by a registry small enough to see through."""

import msgspec

from linkage.records import Identity, Record
from streams.quality import strata
from streams.quality.truth_columns import truth_columns
from streams.synthetic.truth import Tenancy, Truth

IDENTITIES = [
    Identity(1, Record(surname="wu", given="li", address="a1-s1-h1")),
    Identity(2, Record(surname="wu", given="li", address="a1-s1-h2")),
    Identity(3, Record(surname="wu", given="mei", address="a1-s1-h2")),
    Identity(4, Record(surname=None, given="oz", address=None)),
    Identity(5, Record(surname=None, given="oz", address=None)),
]


def rows(*tenancies: tuple[object, ...]) -> strata.TruthColumns:
    listed = tuple(msgspec.convert(list(fields), Tenancy) for fields in tenancies)
    return truth_columns(Truth(seed=1, people=9, days=1, tenancies=listed, unregistered=(9,)))


TRUTH = rows(
    ("phone", "n1", 0, 1, 1, "ok", 1),
    ("phone", "n1", 9, 2, 2, "missing", None),
    ("bank", "b1", 0, 3, 2, "borrowed", 2),
    ("bank", "b2", 0, 4, 4, "mistyped", None),
    ("bank", "b3", 0, 9, 9, "ok", 9),
)


def marked(groups: strata.Groups) -> dict[str, list[int]]:
    return {name: flags.nonzero()[0].tolist() for name, flags in groups.items()}


def test_columns_of_the_truth() -> None:
    assert TRUTH.described.tolist() == [1, 2, 3, 4, -1]
    assert TRUTH.person.tolist() == [1, 2, 3, 4, 9]
    assert TRUTH.claimed.tolist() == [1, -1, 2, -1, -1]
    assert TRUTH.place["bank", "b2", 0] == 3


def test_sources_and_claims_part_the_tenancies() -> None:
    assert marked(strata.by_source(TRUTH)) == {"phone": [0, 1], "bank": [2, 3, 4]}
    assert marked(strata.by_claim(TRUTH)) == {
        "ID right": [0, 4],
        "ID missing": [1],
        "ID mistyped": [3],
        "ID borrowed": [2],
    }


def test_namesakes_share_both_names_and_households_an_address() -> None:
    """A missing name or address is shared with nobody."""
    assert marked(strata.by_person(TRUTH, IDENTITIES)) == {
        "namesakes": [0, 1],
        "sole bearers of a name": [2, 3],
        "in shared households": [1, 2],
        "living alone": [0, 3],
        "namesakes, no sound ID": [1],
        "households, no sound ID": [1, 2],
        "not in the registry": [4],
    }
    assert strata.people_sharing(IDENTITIES) == (2, 2)


def test_numbers_handed_on_and_relatives_accounts() -> None:
    assert marked(strata.by_account(TRUTH)) == {
        "number handed on": [0, 1],
        "one holder only": [2, 3, 4],
        "describes the holder": [0, 1, 3, 4],
        "describes another": [2],
    }
