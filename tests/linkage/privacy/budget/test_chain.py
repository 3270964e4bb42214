"""A chain: what is changed, moved, left out or put in shows, and where."""

from hypothesis import given
from hypothesis import strategies as st

from linkage.privacy.budget.chain import GENESIS, chained

BODIES = st.lists(st.binary(max_size=8), min_size=1, max_size=12)
Row = tuple[str, str, bytes]


def chain(bodies: list[bytes]) -> list[Row]:
    rows, head = list[Row](), GENESIS
    for body in bodies:
        own = chained(head, body)
        rows.append((head, own, body))
        head = own
    return rows


def broken(rows: list[Row]) -> int | None:
    """The place of the first row that does not follow from those before it."""
    head = GENESIS
    for place, (previous, own, body) in enumerate(rows):
        if previous != head or own != chained(previous, body):
            return place
        head = own
    return None


@given(BODIES)
def test_a_chain_is_whole_and_any_beginning_of_it_is(bodies: list[bytes]) -> None:
    rows = chain(bodies)
    for length in range(len(rows) + 1):
        assert broken(rows[:length]) is None


@given(BODIES, st.data())
def test_what_is_changed_left_out_moved_or_put_in_is_found_where_it_is(
    bodies: list[bytes], data: st.DataObject
) -> None:
    rows = chain(bodies)
    at = data.draw(st.integers(0, len(rows) - 1))
    previous, own, body = rows[at]
    assert broken([*rows[:at], (previous, own, body + b"!"), *rows[at + 1 :]]) == at
    if at < len(rows) - 1:
        assert broken([*rows[:at], *rows[at + 1 :]]) == at
        assert broken([*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]) == at
    assert broken([*rows[: at + 1], rows[at], *rows[at + 1 :]]) == at + 1


def test_a_body_does_not_run_into_the_hash_before_it() -> None:
    head = chained(GENESIS, b"")
    assert chained(head[:-1], head[-1:].encode()) != chained(head, b"")
