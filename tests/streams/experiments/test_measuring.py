"""The figures of one world: those of `measure`, whatever else is swept; links as the pipeline's."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from linkage.model import Model
from linkage.privacy.adversary import Adversary
from linkage.privacy.frames import How, measure
from streams.experiments.design import Design, Setting
from streams.experiments.linked import KEY, as_linked, links_of
from streams.experiments.measuring import TABLE, measured
from streams.exporting.linked import linked
from streams.hands import HandError, work
from streams.points import points_of
from streams.source import load_sources
from streams.store.sqlite import SqliteStore
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World
from tests.streams.pipeline import run_embedded
from tests.streams.stages.town import SOURCES

DESIGN = Design(
    people=(120, 150),
    days=(1,),
    seed=(7, 8),
    linked=(False, True),
    preset=("hard",),
    sources=(("phone",), ("bank", "phone")),
    resolution=("hour,cell", "2 hours,1 cell"),
    points=(1, 2),
    metrics=("unicity", "misidentification", "shapley"),
)
SETTING = Setting(150, 1, 8, "hard")


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return measured(DESIGN, SETTING)


def test_a_row_for_each_cell_and_figure(table: pd.DataFrame) -> None:
    assert tuple(table.columns) == TABLE
    shares = 1 + 2  # of the phone alone, and of both
    assert len(table) == 2 * 2 * 2 * (2 * 2 + shares)
    assert set(table["view"]) == {"phone", "bank+phone"}
    assert set(table["holds"]) >= {"full trace", "any 2 points of a person's trace"}


def test_figures_are_those_of_measure(table: pd.DataFrame) -> None:
    sources = {name: load_sources()[name] for name in ("bank", "phone")}
    frame = points_of(World(150, 1, 8, sources, PRESETS["hard"]))
    how = How(points=2, views=(("bank", "phone"),))
    expected = measure(frame, DESIGN.metrics, "points", 8, how)
    where = "not linked and sources == 'bank+phone' and resolution == 'hour,cell' and points == 2"
    got = table.query(where).reset_index(drop=True)
    columns = ["metric", "part", "value", "low", "high", "n", "population"]
    pd.testing.assert_frame_equal(got[columns], expected[columns])


def test_a_row_does_not_depend_on_what_else_is_swept(table: pd.DataFrame) -> None:
    alone = Design(
        people=(150,),
        days=(1,),
        seed=(8,),
        linked=(True,),
        preset=("hard",),
        sources=(("phone",),),
        points=(2,),
        metrics=("misidentification", "unicity"),
    )
    got = measured(alone, SETTING)
    keys = ["sources", "linked", "resolution", "points", "metric", "part"]
    rows = table.merge(got[keys], on=keys)
    pd.testing.assert_frame_equal(
        rows.sort_values("metric", ignore_index=True), got.sort_values("metric", ignore_index=True)
    )


def test_links_see_errors_where_the_truth_has_none(table: pd.DataFrame) -> None:
    wrong = table[table["metric"] == "misidentification"].groupby("linked")["value"].max()
    assert wrong[False] == 0.0 < wrong[True]


def test_processes_change_nothing() -> None:
    settings = DESIGN.settings()
    alone = dict(work(measured, DESIGN, settings, 1))
    both = dict(work(measured, DESIGN, settings, 2))
    assert alone.keys() == both.keys() == set(settings)
    for setting, figures in alone.items():
        pd.testing.assert_frame_equal(both[setting], figures)


def test_what_goes_wrong_in_another_process_is_said_here() -> None:
    design = Design(sources=(("phone",),), metrics=("nonsense",), people=(10, 11), days=(1,))
    with pytest.raises(Exception, match="metric: got 'nonsense'"):
        list(work(measured, design, design.settings(), 2))


class _Deadly(Design, frozen=True):
    """A design that ends the process which looks at its adversaries."""

    def adversaries(self) -> Mapping[str, Adversary]:
        os._exit(9)


def test_a_process_that_dies_is_said() -> None:
    design = _Deadly(sources=(("phone",),), people=(10, 11), days=(1,))
    with pytest.raises(HandError, match="ended early, with exit code 9; fewer need less memory"):
        list(work(measured, design, design.settings(), 2))


def test_points_as_linked_are_those_of_the_pipeline(tmp_path: Path) -> None:
    """Beside a whole run of the same world, which reads everything in the order of arrival."""
    world = World(60, 2, 5, SOURCES, PRESETS["hard"])
    run_embedded(tmp_path, list(world.deliveries()), partitions=2)
    run = linked(SqliteStore(tmp_path), tuple(SOURCES))
    links = links_of(world, Model.default())
    columns = [*KEY, "person", "probability"]
    expected = run.links.select([*columns, "status"]).to_pandas()
    same(links[[*columns, "status"]], expected)
    assert set(expected["status"]) == {"linked", "review", "unlinked"}
    same(as_linked(points_of(world), links), run.points.to_pandas())


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Both have the same rows, in whatever order and types."""
    columns = sorted(other.columns)
    frames = [
        frame[columns]
        .astype({"source": str, "account": str})
        .assign(person=frame["person"].astype("Float64").fillna(-1.0).astype(np.int64))
        .sort_values(columns, ignore_index=True)
        for frame in (one, other)
    ]
    pd.testing.assert_frame_equal(*frames)
