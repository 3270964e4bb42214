"""The example of docs/quality.md: the quality of a link between two frames."""

import re

import pandas as pd
import pytest

from linkage.model import Model
from linkage.records import FIELDS
from tests.reading import ROOT


def test_the_example_of_the_page_works(
    townsfolk, claims, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(
        r"^```python\n(.*?)^```",
        (ROOT / "docs" / "quality.md").read_text(encoding="utf-8"),
        re.S | re.M,
    )
    records = [claim.record for claim in claims[:600]]
    a = pd.DataFrame({field: [getattr(r, field) for r in records] for field in FIELDS})
    b = pd.DataFrame(
        {field: [getattr(one.record, field) for one in townsfolk] for field in FIELDS},
        index=[one.person for one in townsfolk],
    )
    true = [(row, claim.described) for row, claim in enumerate(claims[:600])]
    names = {"a": a, "b": b, "true": true, "model": Model.default()}
    exec(example, names)
    said = capsys.readouterr().out
    assert said.startswith("ThresholdRow(threshold=")
    chart, best = names["chart"], names["best"]
    assert best(chart).f1.value > 0.98
    assert [row.recall.n for row in chart] == [600] * 40
