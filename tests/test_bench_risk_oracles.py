"""The oracles of risk: their frames, the exhaustive counts, and what is made of a peer's answer."""

import sys
from itertools import combinations
from pathlib import Path
from statistics import mean

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.harness import Options
from bench.peers import environment
from bench.risks import oracles, second_opinions
from bench.risks.against_anonymeter import HALVES, attacks
from bench.risks.against_pycanon import alike
from bench.risks.exhaustive import (
    alone,
    alone_elsewhere,
    better_half,
    class_sizes,
    fitting,
    guessed,
    linked,
    nearest,
    rows_of,
)
from bench.risks.people import COARSE, FINE, SECRET, as_points, halves, people
from bench.risks.second_opinions import Anonymities, Anonymity, Attacks, conditions_of, parsed
from linkage.privacy.frames import How, measure

TABLE = pd.DataFrame(
    {"a": list("xxxyyz"), "b": list("uuvuvw"), "c": list("mmmmnn"), SECRET: list("pqpppq")}
)
CELLS = st.tuples(*(st.sampled_from("rst") for _ in range(4)))
TABLES = st.lists(CELLS, min_size=1, max_size=14).map(
    lambda rows: pd.DataFrame(rows, columns=["a", "b", "c", SECRET])
)
COLUMNS = ("a", "b", "c")
PYCANON = (
    '{"version": "1", "frames": {"few": {"k": 1, "classes": 3, "sizes": {"1": 2, "4": 1}, '
    '"largest_risk": 1.0, "average_risk": 0.75, "l": 1, "alpha": 1.0, "wrong": 0.1, '
    '"entropy": 0.5}}}'
)
ATTACK = (
    '{"successes": 2, "tried": 8, "low": 0.1, "high": 0.5, "control": 0.0, '
    '"excess": [0.25, 0.1, 0.5], "queries": ["[(col(\\"sex\\")) == (\\"F\\")]"]}'
)


def ours(
    metric: str, table: pd.DataFrame, columns: tuple[str, ...] = COLUMNS
) -> "pd.Series[float]":
    how = How(views=(columns,), secret=SECRET)
    return measure(as_points(table, columns), metric, "operator", how=how).iloc[0]


def test_people_are_text_and_no_two_runs_differ() -> None:
    frame = people(300, 7)
    assert frame.equals(people(300, 7))
    assert not frame.equals(people(300, 8))
    assert {*FINE, *COARSE, SECRET} == set(frame.columns)
    assert not frame.isna().any(axis=None)
    assert frame.map(lambda value: isinstance(value, str)).all(axis=None)
    released, held_out = halves(frame)
    assert (len(released), len(held_out)) == (150, 150)
    assert list(held_out.index) == list(range(150))
    assert rows_of(released, FINE) + rows_of(held_out, FINE) == rows_of(frame, FINE)


def test_everybody_has_one_point_of_each_attribute() -> None:
    points = as_points(TABLE, COLUMNS)
    assert points.groupby(["person", "source"]).size().eq(1).all()
    assert len(points) == 6 * 3
    of_a = points[points["source"] == "a"]
    assert of_a["place"].tolist() == [0, 0, 0, 1, 1, 2]
    assert of_a[SECRET].tolist() == TABLE[SECRET].tolist()


def test_counts_by_hand() -> None:
    assert class_sizes(TABLE, ("a",)) == [1, 2, 3]
    assert class_sizes(TABLE, COLUMNS) == [1, 1, 1, 1, 2]
    # Alone by a: z; by b: w; by c: nobody. 2 of 18.
    assert alone(TABLE, COLUMNS, 1) == pytest.approx(2 / 18)
    assert alone(TABLE, COLUMNS, 3) == pytest.approx(4 / 6)
    assert fitting(TABLE, {"b": "u", "a": "x"}) == 2
    assert alone_elsewhere(TABLE, TABLE.iloc[[0, 3, 5]], ("a",), 1) == 1.0
    assert alone_elsewhere(TABLE, TABLE.iloc[[0, 1, 5]], ("a",), 1) == pytest.approx(1 / 6)


def test_the_better_half_is_over_every_cut() -> None:
    # Crowds, row by row: by one column, and by the two others.
    one = {"a": [3, 3, 3, 2, 2, 1], "b": [3, 3, 2, 3, 2, 1], "c": [4, 4, 4, 4, 2, 2]}
    two = {"c": [2, 2, 1, 1, 1, 1], "b": [3, 3, 3, 1, 1, 1], "a": [3, 3, 1, 3, 1, 1]}
    cuts = [1 / min(pair) for left in "abc" for pair in zip(one[left], two[left], strict=True)]
    assert better_half(TABLE, COLUMNS) == pytest.approx(mean(cuts))
    assert better_half(TABLE, ("a",)) == pytest.approx(mean(1 / n for n in one["a"]))


def test_secrets_by_hand() -> None:
    # By a: x has p q p, y has p p, z has q; all have four p and two q.
    found = guessed(TABLE, ("a",), SECRET)
    assert found.majority == pytest.approx(5 / 6)
    assert found.member == pytest.approx((4 / 3 + 1 / 3 + 2 + 1) / 6)
    # Without oneself: p among (q, p) is half, q among (p, p) wrong, y right; z is told p.
    assert found.others == pytest.approx((0.5 + 0.5 + 0 + 1 + 1 + 0) / 6)
    assert found.anybody == pytest.approx(4 / 6)
    one = pd.DataFrame({"a": ["x"], "b": ["w"], SECRET: ["p"]})
    # The first three differ in b alone, the last in a alone: p p q ... and q.
    assert nearest(TABLE, one, ("a", "b"), SECRET) == pytest.approx(2 / 4)


@given(TABLES)
def test_linking_is_what_pairs_of_people_say_one_by_one(table: pd.DataFrame) -> None:
    first, second = rows_of(table, ("a",)), rows_of(table, ("b", "c"))
    n, pairs = len(table), list(zip(first, second, strict=True))
    both = [[pairs.count((a, b)) for b in second] for a in first]
    one = [first.count(x) for x in first]
    two = [second.count(x) for x in second]
    found = linked(table, (("a",), ("b", "c")))
    assert found.named == pytest.approx(mean(1 / both[i][i] for i in range(n)))
    assert found.coin == pytest.approx(mean(both[i][i] / (one[i] * two[i]) for i in range(n)))
    apart = []
    for i in range(n):
        rivals = [both[i][j] for j in range(n) if second[j] != second[i]]
        won = [1.0 if both[i][i] > r else 0.5 if both[i][i] == r else 0.0 for r in rivals]
        apart.append(mean(won) if won else 0.5)
    assert found.told_apart == pytest.approx(mean(apart))
    # The best rule: whichever second half each first half is always linked with.
    best = 0.0
    for a in set(first):
        mine = [i for i in range(n) if first[i] == a]
        best += max(sum(second[i] == b for i in mine) / second.count(b) for b in set(second))
    assert found.found == pytest.approx(best / n)
    assert found.coin <= found.found + 1e-12


@given(TABLES)
def test_our_figures_are_the_exhaustive_ones(table: pd.DataFrame) -> None:
    sizes, n = class_sizes(table, COLUMNS), len(table)
    assert ours("classes", table)["value"] == pytest.approx(len(sizes))
    assert ours("identified_share", table)["value"] == pytest.approx(sizes.count(1) / n)
    assert ours("singling_out", table)["value"] == pytest.approx(alone(table, COLUMNS, 3))
    named = linked(table, (("a",), ("b", "c"))).named
    assert ours("linkability", table)["value"] == pytest.approx(named)
    guess = ours("attribute_inference", table)
    assert guess["value"] == pytest.approx(guessed(table, COLUMNS, SECRET).majority)
    assert guess["control"] == pytest.approx(guessed(table, COLUMNS, SECRET).anybody)


@given(TABLES)
def test_what_pycanon_measures_alike_has_one_count(table: pd.DataFrame) -> None:
    """Whatever pycanon says, ours and the exhaustive count agree; and theirs is what was said."""
    said = parsed(PYCANON, Anonymities).frames["few"]
    for figure in alike(table, COLUMNS, said):
        assert figure.ours == pytest.approx(figure.true, abs=1e-9)
    theirs = {figure.name: figure.theirs for figure in alike(table, COLUMNS, said)}
    assert theirs["alone in their class"] == pytest.approx(2 / len(table))
    assert theirs["in a class of fewer than 5"] == pytest.approx(6 / len(table))


def test_fewer_known_columns_are_drawn_from_all_of_them() -> None:
    table = people(400, 3)
    true = alone(table, FINE, 3)
    by_hand = mean(
        class_sizes(table, chosen).count(1) / len(table) for chosen in combinations(FINE, 3)
    )
    assert true == pytest.approx(by_hand)
    points = as_points(table, FINE)
    drawn = [
        measure(points, "singling_out", "points", seed, How(points=3, views=(FINE,)))["value"][0]
        for seed in range(12)
    ]
    assert mean(drawn) == pytest.approx(true, abs=0.02)


def test_the_control_of_linking_is_over_every_cut_in_halves() -> None:
    """Not so if a value falls into the same half for everybody: sex has two, and one cut each."""
    table = people(3_000, 3)
    got = [float(ours("linkability", table, four)["control"]) for four in combinations(FINE, 4)]
    true = [better_half(table, four) for four in combinations(FINE, 4)]
    assert got == pytest.approx(true, abs=0.01)


def test_answers_are_the_last_line_and_are_checked() -> None:
    said = parsed(f"a warning\n{PYCANON}\n", Anonymities)
    assert said.frames["few"].sizes == {1: 2, 4: 1}
    attack = parsed(f'{{"version": "2", "attacks": {{"x": {ATTACK}}}}}', Attacks).attacks["x"]
    assert (attack.rate, attack.excess[0]) == (0.25, 0.25)
    assert conditions_of(attack.queries[0]) == {"sex": "F"}
    with pytest.raises(ValueError, match="alpha"):
        parsed(PYCANON.replace('"alpha": 1.0, ', ""), Anonymities)


def test_a_query_that_is_no_list_of_equalities_is_refused() -> None:
    two = '[([(col("home")) == ("cell 16")]) & ([(col("year")) == ("1965")])]'
    assert conditions_of(two) == {"home": "cell 16", "year": "1965"}
    with pytest.raises(ValueError, match="no list of equalities"):
        conditions_of('[([(col("home")) == ("cell 16")]) & ([(col("age")) >= (65)])]')


def test_every_attack_that_is_asked_for_has_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    def pycanon(frame: pd.DataFrame, columns: dict[str, object], *_: object) -> Anonymities:
        few = parsed(PYCANON, Anonymities).frames["few"]
        assert isinstance(few, Anonymity)
        return Anonymities("1", dict.fromkeys(columns, few))

    def anonymeter(_a: object, _b: object, asked: dict[str, object], *_: object) -> Attacks:
        one = parsed(f'{{"version": "2", "attacks": {{"x": {ATTACK}}}}}', Attacks).attacks["x"]
        return Attacks("2", dict.fromkeys(asked, one))

    monkeypatch.setattr(oracles, "ask_pycanon", pycanon)
    monkeypatch.setattr(oracles, "ask_anonymeter", anonymeter)
    found = oracles.rows(Options(people=400, seed=7))
    pairs = [(row.name, row.peer) for row in found]
    assert len(set(pairs)) == len(pairs)
    assert not any("|" in row.name for row in found)
    assert {row.peer for row in found} == {"pycanon 1", "anonymeter 2", "exhaustive count", None}
    assert {row.seed for row in found} == {7}
    exact = [row for row in found if "furthest of these from the exhaustive" in row.name]
    assert len(exact) == len(oracles.CLASSES)
    assert all(row.reached for row in exact)
    for name in HALVES:
        assert f"linking {name}, 200 people" in attacks(200)
        (row,) = (r for r in found if r.name == f"linking {name}, 200 people" and r.n == 8)
        assert (row.value, row.peer_value) == (1.0, 0.25)


def test_an_environment_is_made_once_for_its_requirements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], check: bool) -> None:
        ran.append(command)
        (tmp_path / "place").mkdir(exist_ok=True)

    monkeypatch.setattr(environment.subprocess, "run", run)
    wanted, place = tmp_path / "some.txt", tmp_path / "place"
    wanted.write_text("one==1\n")
    python = environment.peers_python(wanted, place)
    assert environment.peers_python(wanted, place) == python == str(place / "bin" / "python")
    assert [command[1:3] for command in ran] == [["-m", "venv"], ["-m", "pip"]]
    assert ran[1][-1] == str(wanted)
    wanted.write_text("one==2\n")
    environment.peers_python(wanted, place)
    assert len(ran) == 4


def test_a_peer_that_fails_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_opinions, "peers_python", lambda *_: sys.executable)
    with pytest.raises(RuntimeError, match=r"pycanon: .*with_pycanon\.py .* status 1"):
        second_opinions.ask_pycanon(TABLE, {"all": COLUMNS}, SECRET, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"released.parquet", "job.json"}
