"""docs/training.md is run: FEBRL4 in fifteen lines."""

import re
from typing import Any

from tests.reading import ROOT

PAGE = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")


def test_the_lines_of_the_page_link_febrl4() -> None:
    example, check = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert sum(bool(line) for line in example.splitlines()) == 15
    names: dict[str, Any] = {}
    exec(example, names)
    exec(check.replace("print(", "found = ("), names)
    assert names["found"] == (5000, 5000)
    assert names["model"].report.kinds.matches > 4_990
