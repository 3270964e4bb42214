"""CITATION.cff says what the package says of itself."""

import tomllib

from tests.reading import ROOT


def test_it_agrees_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    said = dict(line.split(": ", 1) for line in lines if ": " in line and line[0].isalpha())
    assert said["cff-version"] == "1.2.0" and said["type"] == "software"
    assert said["version"].strip('"') == project["version"]
    assert said["license"] == project["license"]
    assert project["name"] in said["title"]
    words = [line.removeprefix("  - ") for line in lines[lines.index("keywords:") + 1 :]]
    assert words == project["keywords"]
    assert '  - name: "The joinlens developers"' in lines
