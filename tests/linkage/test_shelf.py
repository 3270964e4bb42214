"""Values of any length and letters are stored as they are, and forgotten when they are gone."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from linkage.records import Identity
from linkage.registry import Registry
from linkage.schema import Schema
from linkage.shelf import WIDE

SCHEMA = Schema.of(
    {"title": "text", "code": "code", "place": "address", "mail": "mail"},
    [("words", ("title",)), ("code", ("code",)), ("address", ("place",))],
    [("title",), ("code", "place"), ("mail",), ("place:area|code:start",)],
)
TEXT = st.none() | st.text(max_size=12) | st.text(st.characters(max_codepoint=200), max_size=3)
LONG = st.integers(WIDE - 2, WIDE + 20).map(lambda n: "x@" + "ü" * (n // 2))


@dataclass(frozen=True)
class Work:
    title: str | None = None
    code: str | None = None
    place: str | None = None
    mail: str | None = None


WORKS = st.builds(Work, TEXT, TEXT | LONG, TEXT | LONG, TEXT.map(lambda t: t and "@" + t) | LONG)


@given(works=st.lists(WORKS, min_size=1, max_size=5), gone=st.data())
def test_any_text_comes_back_and_leaves_no_trace(works: list[Work], gone: st.DataObject) -> None:
    registry = Registry(SCHEMA)
    hashes = [registry.state_hash()]
    for person, work in enumerate(works):
        registry.upsert(Identity(person, work))  # type: ignore[arg-type]
        hashes.append(registry.state_hash())
    for person, work in enumerate(works):
        assert registry.get(person) == registry.encoder.canonical(work)
    for person in gone.draw(st.permutations(range(len(works)))):
        registry.upsert(Identity(person, works[0]))  # type: ignore[arg-type]
        assert registry.get(person) == registry.encoder.canonical(works[0])
    for person in reversed(range(len(works))):
        registry.upsert(Identity(person, works[person]))  # type: ignore[arg-type]
    for person in reversed(range(len(works))):
        assert registry.state_hash() == hashes[person + 1]
        registry.erase(person)
    assert registry.state_hash() == hashes[0]


def test_one_long_value_does_not_widen_everybody() -> None:
    registry = Registry(SCHEMA)
    registry.change([(n, Work(mail=f"m{n}@example.com")) for n in range(1000)])
    before = registry.nbytes()
    registry.change([(5, Work(mail="a@" + "b" * 100_000))])
    assert registry.nbytes() < before + 250_000
    assert registry.get(5) == (None, None, None, "a@" + "b" * 100_000)
    registry.change([(5, None)])
    registry.change([(6, Work(mail="a@b")), (7, None), (8, Work())])
    assert registry.get(6) == (None, None, None, "a@b")
    assert registry.get(8) == (None, None, None, None)


def test_what_nobody_has_any_more_is_forgotten() -> None:
    registry = Registry(SCHEMA)
    registry.change([(n, Work(title=f"kept {n}")) for n in range(100)])
    for n in range(4_000):
        registry.change([(1000, Work(title=f"passing {n}"))])
    assert registry.shelf.distinct() < 2_500
    assert [registry.get(n) for n in (0, 99)] == [(f"kept {n}", *[None] * 3) for n in (0, 99)]
    assert registry.get(1000) == ("passing 3999", None, None, None)
