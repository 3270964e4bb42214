"""The frontier as Parquet and in words: what a reader finds in it."""

import io

import msgspec
import pandas as pd
import pyarrow.parquet as pq

from streams.frontier.found import World
from streams.frontier.table import METADATA, parquet, table
from streams.frontier.words import grid, lines
from tests.streams.frontier.worked import WORLD, by_hand


def test_there_is_a_row_for_each_defence_strength_risk_and_use() -> None:
    found = table(by_hand())
    keys = ["defence", "strength", "risk_kind", "risk", "use"]
    assert len(found) == 4 * 2 * 2 + 2
    assert not found.duplicated(keys).any()
    front = found[found["front"]].groupby(["risk", "use"])["defence"].agg(list).to_dict()
    assert front == {
        ("averaging", "counting"): ["noise", "noise"],
        ("hidden_among", "flows"): ["none", "hide", "hide"],
        ("hidden_among", "visits"): ["none", "hide"],
        ("unicity", "flows"): ["none", "hide", "hide"],
        ("unicity", "visits"): ["none", "hide"],
    }
    row = found.set_index(keys).loc[("hide", 4, "attack", "unicity", "flows")]
    assert [round(x, 9) for x in (row.risk_low, row.risk_value, row.risk_high)] == [0.18, 0.2, 0.22]
    assert (row.risk_control, row.risk_n, row.risk_estimand) == (0.01, 900, "sample")
    assert (row.use_value, row.use_low, row.use_estimand) == (0.3, 0.3, "census")
    assert row.risk_change == "less risk"
    assert found.set_index(keys).loc[("none", 1, "attack", "unicity", "flows")].risk_change == ""


def test_the_parquet_file_says_which_world_it_is_of() -> None:
    content = parquet(by_hand())
    told = pq.read_schema(io.BytesIO(content)).metadata[METADATA]
    assert msgspec.json.decode(told, type=World) == WORLD
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(content)), table(by_hand()))
    assert parquet(by_hand()) == content


def test_the_words_tell_the_world_every_interval_and_who_is_on_the_front() -> None:
    told = "\n".join(lines(by_hand()))
    assert (
        "1,000 synthetic people (900 with a point), 3 days, seed 7, scenario real_name (phone, "
        "bank), 12,345 points on 3 x 4 cells; published 2 times (seeds 7, 8)."
    ) in told
    assert "0.50 [0.48, 0.52]" in told
    assert "hidden_among (more is better)" in told
    rows = [[cell.strip() for cell in line.split("|")] for line in told.splitlines()]
    assert ["", "(control)", "0.010", ""] in rows
    assert ["", "(control)", "0.50", ""] in rows
    assert ["", "attack unicity", "none*; hide 2*, 4*", "none*; hide 4*", ""] in rows
    assert ["", "attack averaging", "noise 1*, 2*", ""] in rows, "intervals are apart"
    assert "blur 2" in told.split("### Beside no defence")[1], "less risk, and not on the front"


def test_a_table_is_as_wide_as_what_stands_in_it() -> None:
    assert list(grid(["a", "long head"], [["x", "1"], ["longer", "2"]])) == [
        "| a      | long head |",
        "| ------ | --------- |",
        "| x      | 1         |",
        "| longer | 2         |",
    ]
