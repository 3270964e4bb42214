"""The figures of a frontier: which there are, and that labels do not lie on each other."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from streams.frontier import figures
from streams.frontier.labels import placed
from tests.streams.frontier.worked import by_hand

_AT = st.tuples(st.floats(0, 60), st.floats(0, 60))
_GAP = 6.0


def test_an_attack_with_several_uses_has_a_figure_and_a_form_with_one_shares_it() -> None:
    assert figures.names(by_hand()) == ["unicity", "counts", "overview"]


def test_each_is_drawn_as_a_png(tmp_path: Path) -> None:
    sizes = {}
    for name in figures.names(by_hand()):
        path = tmp_path / f"{name}.png"
        figures.draw(by_hand(), name, path)
        assert path.read_bytes().startswith(b"\x89PNG")
        sizes[name] = path.stat().st_size
    assert min(sizes.values()) > 10_000
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".png"] == []


@given(st.lists(st.tuples(_AT, st.sampled_from((0.0, 4.0, 12.0))), max_size=8))
def test_labels_lie_neither_on_each_other_nor_on_a_mark(given_marks) -> None:
    marks, sizes = [mark for mark, _ in given_marks], [(w, 6.0) for _, w in given_marks]
    found = placed(marks, sizes, _GAP)
    assert len(found) == len(marks)
    boxes = [(place, size) for place, size in zip(found, sizes, strict=True) if place is not None]
    assert all(width for _, (width, _) in boxes), "what has no label gets no place"
    everything = [*boxes, *((mark, (_GAP, _GAP)) for mark in marks)]
    for number, (place, size) in enumerate(boxes):
        for other, (there, wide) in enumerate(everything):
            if other != number:
                across = abs(place[0] - there[0]) >= (size[0] + wide[0]) / 2 - 1e-9
                upwards = abs(place[1] - there[1]) >= (size[1] + wide[1]) / 2 - 1e-9
                assert across or upwards


def test_a_label_is_left_out_where_there_is_no_room() -> None:
    crowd = [(float(x), float(y)) for x in range(-12, 13, 4) for y in range(-12, 13, 4)]
    middle = crowd.index((0.0, 0.0))
    sizes = [(4.0 if n == middle else 0.0, 6.0) for n in range(len(crowd))]
    assert placed(crowd, sizes, _GAP)[middle] is None
    assert placed([(0.0, 0.0)], [(4.0, 6.0)], _GAP) != [None]
