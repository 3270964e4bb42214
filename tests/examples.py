"""The examples of CONTRIBUTING.md, as files by the path that stands above each."""

import re
from pathlib import Path

from tests.reading import ROOT

_EXAMPLE = re.compile(r"^`(\S+\.(?:py|js))`\n\n```(?:python|js)\n(.*?)^```$", re.DOTALL | re.M)


def examples(text: str | None = None) -> dict[str, str]:
    """Return the text of each example by the path it is for."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") if text is None else text
    return dict(_EXAMPLE.findall(page))


def drop(kind: str, folder: Path) -> str:
    """Write the one example for a catalogue into a folder, and return its name."""
    ((path, text),) = [(p, t) for p, t in examples().items() if str(Path(p).parent) == kind]
    (folder / Path(path).name).write_text(text, encoding="utf-8")
    return Path(path).stem
