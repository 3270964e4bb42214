"""What an imported table becomes: safe, one to one, repeatable by key, with its truth."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from streams.events import HOUR, Event, Marker
from streams.importing.faults import FrameError
from streams.playback import load_recording_truth, play
from streams.synthetic.truth import Tenancy
from tests.streams.importing.tables import (
    ANN,
    ANN_AGAIN,
    BOB,
    CODEC,
    COLUMNS,
    KEY,
    MAP,
    TOWN,
    Row,
    brought,
    real_rows,
    records,
)

# Kept as they are (sex) or from a space that is full of real ones (dates, house numbers).
DENSE = {"born", "gender", "no"}


def order(rows: Sequence[Row]) -> list[int]:
    """Places of the rows as they are recorded: each entity's first, then the rest."""
    seen: dict[str, int] = {}
    for place, row in enumerate(rows):
        seen.setdefault(row["who"], place)
    return [*seen.values(), *(p for p in range(len(rows)) if p not in seen.values())]


@settings(max_examples=30)
@given(real_rows, st.sampled_from(["whole", "letters"]), st.sampled_from(["whole", "parts"]))
def test_no_value_of_the_table_is_in_what_is_written(
    rows: list[Row], names: str, births: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        brought(Path(folder), rows, f'names = "{names}"\nbirths = "{births}"\n{MAP}')
        records(Path(folder) / "out.jsonl")
        written = b"".join(path.read_bytes() for path in Path(folder).glob("out.*")).lower()
        allowed = {"letters": {"last", "first"}, "whole": set()}[names]  # permuted: see below
        for row in rows:
            for column in set(COLUMNS) - DENSE - allowed:
                assert row[column].lower().encode() not in written


@settings(max_examples=30)
@given(real_rows, st.sampled_from(["whole", "letters"]), st.sampled_from(["whole", "parts"]))
def test_equal_values_become_equal_ones_and_others_others(
    rows: list[Row], names: str, births: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        brought(Path(folder), rows, f'names = "{names}"\nbirths = "{births}"\n{MAP}')
        out = records(Path(folder) / "out.jsonl")
    pairs: dict[str, set[tuple[str, str | None]]] = {}
    for place, record in zip(order(rows), out, strict=True):
        row = rows[place]
        for field, old in {
            "id": (row["nid"], record["id_number"]),
            "name": (row["last"].lower(), record["surname"]),
            "birth": (row["born"], record["birth"]),
            "phone": (row["tel"], record["phone"]),
            "mail": (row["email"], record["mail"]),
            "address": (f"{row['area']}/{row['road']}/{row['no']}", record["address"]),
        }.items():
            pairs.setdefault(field, set()).add(old)
        pairs["name"].add((row["first"].lower(), record["given"]))
        assert record["sex"] == row["gender"]
        assert record["birth"] != row["born"]
        assert (record["surname"] or "").lower() != row["last"].lower()
    for seen in pairs.values():
        assert len({old for old, _ in seen}) == len(seen) == len({new for _, new in seen})


@settings(max_examples=15)
@given(real_rows, st.permutations(range(12)), st.integers(1, 12))
def test_the_key_and_the_value_decide_in_any_table(
    rows: list[Row], shuffled: list[int], size: int
) -> None:
    places = [place for place in shuffled if place < len(rows)][:size] or [0]
    other = [rows[place] for place in places]
    with tempfile.TemporaryDirectory() as folder:
        counts = brought(Path(folder), rows).counts
        brought(Path(folder), other, name="other.jsonl")
        first = dict(zip(order(rows), records(Path(folder) / "out.jsonl"), strict=True))
        second = records(Path(folder) / "other.jsonl")
    # What had to take its second choice is counted, since it may be replaced differently.
    assume(not any(name.startswith("second choice") for name in counts))
    for at, record in zip(order(other), second, strict=True):
        assert record == first[places[at]]


def test_another_key_replaces_everything_otherwise(tmp_path: Path) -> None:
    brought(tmp_path, TOWN)
    one = records(tmp_path / "out.jsonl")
    brought(tmp_path, TOWN, key=KEY + "!")
    other = records(tmp_path / "out.jsonl")
    for a, b in zip(one, other, strict=True):
        assert [field for field in a if a[field] == b[field]] == ["sex"]


def test_the_same_key_writes_the_same_bytes(tmp_path: Path) -> None:
    first = brought(tmp_path, TOWN)
    assert brought(tmp_path, TOWN) == first
    assert brought(tmp_path, TOWN, key=KEY + "!").sha256 != first.sha256


def test_id_numbers_have_their_check_digit_and_no_region(tmp_path: Path) -> None:
    brought(tmp_path, TOWN)
    for record in records(tmp_path / "out.jsonl"):
        number = record["id_number"]
        assert number is not None
        assert number[17] == ric.calc_check_digit(number)
        assert not ric.is_valid(number)


def test_spelling_is_not_another_value_and_parts_of_an_address_agree(tmp_path: Path) -> None:
    brought(tmp_path, TOWN)
    ann, bob, again = records(tmp_path / "out.jsonl")
    assert ann["surname"] == bob["surname"] == again["surname"]
    assert ann["address"] == bob["address"] != again["address"]
    area, street, _ = (ann["address"] or "").split("-")
    other_area, other_street, _ = (again["address"] or "").split("-")
    assert area == other_area
    assert street != other_street
    assert again["id_number"] == bob["id_number"] != ann["id_number"]


def test_the_registry_comes_first_and_every_registration_in_its_block(tmp_path: Path) -> None:
    rows = [ANN] + [ANN_AGAIN | {"tel": f"+44 20 7946 {n:04d}"} for n in range(100)]
    brought(tmp_path, rows, "days = 2\n" + MAP)
    block, times = -2, []
    for item in play(tmp_path / "out.jsonl"):
        if isinstance(item, Marker):
            block = item.marker
        elif item.topic == "registry":
            assert block == -2
            assert item.key == b"1"
        else:
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            assert event.time // HOUR == block + 1
            assert item.key == event.subject.encode()
            times.append(event.time)
    assert block == 50
    assert times == [i * 48 * HOUR // 100 for i in range(100)]


@pytest.mark.parametrize(("source", "kind"), [("phone", "sim_registered"), ("internet", "signup")])
def test_the_source_of_the_map_is_where_accounts_are(
    tmp_path: Path, source: str, kind: str
) -> None:
    done = brought(tmp_path, TOWN, MAP.replace("bank", source))
    assert len(records(tmp_path / "out.jsonl")) == 3
    assert done.counts == {"registry": 2, f"events.{source}": 1, f"{source}/{kind}": 1}


def test_the_truth_says_whom_a_registration_describes_and_whose_id_it_claims(
    tmp_path: Path,
) -> None:
    nobody = BOB | {"nid": "440301199001010013"}
    new = ANN | {"who": "e3", "nid": ""}
    text = MAP + '[registry]\ncolumn = "verified"\nequals = "yes"\n'
    rows = [
        {**row, "verified": said}
        for row, said in [
            (new, "no"),
            (BOB, "yes"),
            (ANN_AGAIN, "no"),
            (ANN, "yes"),
            (nobody, "no"),
            (BOB, "no"),
        ]
    ]
    brought(tmp_path, rows, text)
    truth = load_recording_truth(tmp_path / "out.jsonl")
    assert truth is not None
    assert (truth.people, truth.days, truth.unregistered) == (3, 1, (3,))
    known = [(t.described, t.holder, t.stratum, t.claimed) for t in truth.tenancies]
    assert known == [
        (3, 3, "missing", None),
        (2, 2, "borrowed", 1),
        (1, 1, "mistyped", None),
        (1, 1, "ok", 1),
    ]
    assert {(t.source, t.account, t.start) for t in truth.tenancies} == {
        (event.source, event.subject, event.time)
        for item in play(tmp_path / "out.jsonl")
        if not isinstance(item, Marker)
        and item.topic != "registry"
        and isinstance(event := CODEC.decode(item.value), Event)
    }


def test_without_entities_there_is_no_truth(tmp_path: Path) -> None:
    text = MAP.replace('entity = "who"', 'ignore = ["who"]')
    text += '[registry]\ncolumn = "verified"\nequals = "yes"\n'
    rows = [{**row, "verified": said} for row, said in zip(TOWN, ("yes", "yes", ""), strict=True)]
    done = brought(tmp_path, rows, text)
    assert load_recording_truth(tmp_path / "out.jsonl") is None
    assert (done.people, done.counts["registry"], done.counts["events.bank"]) == (2, 2, 1)


def test_times_keep_their_distance_and_not_their_date(tmp_path: Path) -> None:
    rows = [
        {**row, "since": since}
        for row, since in [
            (ANN, ""),
            (ANN_AGAIN, "2019-03-02T01:00:00"),
            (ANN_AGAIN, "2019-03-01"),
            (ANN_AGAIN, "2019-03-02T01:00:00+01:00"),
        ]
    ]
    done = brought(tmp_path, rows, 'opened = "since"\n' + MAP)
    truth = load_recording_truth(tmp_path / "out.jsonl")
    assert truth is not None
    assert [t.start for t in truth.tenancies] == [25 * HOUR, 0, 24 * HOUR]
    assert done.days == 2
    with pytest.raises(FrameError, match=r"span 3,\d+ days; a stream has at most 115"):
        brought(tmp_path, [*rows, {**ANN, "since": "2010-01-01"}], 'opened = "since"\n' + MAP)


def test_an_address_that_lacks_a_part_is_missing(tmp_path: Path) -> None:
    brought(tmp_path, [ANN, ANN | {"road": ""}])
    assert [record["address"] is None for record in records(tmp_path / "out.jsonl")] == [
        False,
        True,
    ]


def test_a_recycled_person_number_is_never_given(tmp_path: Path) -> None:
    brought(tmp_path, [*TOWN, BOB])
    truth = load_recording_truth(tmp_path / "out.jsonl")
    assert truth is not None
    assert [t.described for t in truth.tenancies] == [1, 2]
    assert isinstance(truth.tenancies[0], Tenancy)
