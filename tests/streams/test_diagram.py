"""The diagram and tables are TOPOLOGY and nothing else, and the documentation shows them."""

import re

import pytest

from streams import diagram
from streams.diagram import mermaid, table
from streams.scenario import load_scenarios
from streams.settings import PARTITIONS, SCENARIO
from streams.stages.identify import Identify
from streams.stages.join import Join
from streams.stages.measure import Measure
from streams.stages.release import ReleaseStage
from streams.topology import TOPOLOGY, Layout, Stage
from tests.reading import ROOT

SHOWN = Layout(load_scenarios()[SCENARIO].sources, PARTITIONS)
TWO = Layout(("phone", "bank"), 3)
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
EDGE = re.compile(r"^    (\w+) -(?:->|\. read whole \.->) (\w+)$", re.MULTILINE)


def test_the_document_shows_what_the_functions_print() -> None:
    (shown,) = re.findall(r"```mermaid\n(.*?)```", DOCUMENT, re.DOTALL)
    assert shown == mermaid(SHOWN)
    assert f"\n\n{table(SHOWN)}\n" in DOCUMENT


def test_the_document_names_every_stage_topic_and_table() -> None:
    tables = [t.name for stage in (Identify, Join, Measure, ReleaseStage) for t in stage.tables]
    journey = DOCUMENT.partition("## The journey")[2]
    topics = [name for name in SHOWN.topics() if not name.startswith("events.")]
    for name in ("events.internet", *topics, *tables):
        assert f"`{name}`" in journey, name
    for stage in TOPOLOGY:
        assert f"**{stage.name}**" in journey


def test_each_arrow_is_a_read_or_a_write() -> None:
    wanted = {("feed", "registry"), ("feed", "events_phone"), ("feed", "events_bank")}
    wanted |= {("registry", "identify"), ("events_phone", "identify"), ("events_bank", "identify")}
    wanted |= {(s.name, topic) for s in TOPOLOGY for topic in s.writes}
    wanted |= {(s.reads, s.name) for s in TOPOLOGY if s.reads != "events"}
    assert set(EDGE.findall(mermaid(TWO))) == wanted
    assert len(EDGE.findall(mermaid(TWO))) == len(wanted)


def test_counts_are_those_of_the_layout() -> None:
    picture = mermaid(TWO)
    assert 'events_bank["events.bank<br/>key: account, 3 partitions"]' in picture
    assert 'links[("links<br/>key: tenancy, 3 partitions")]' in picture
    assert '<br/>Whose account is this?<br/>6 tasks"])' in picture
    assert '<br/>Who can be singled out?<br/>1 task"])' in picture


def test_the_tables_are_aligned_and_whole() -> None:
    stages, topics = (part.splitlines() for part in table(TWO).rstrip().split("\n\n"))
    assert len(stages) == 2 + len(TOPOLOGY)
    assert len(topics) == 2 + len(TWO.topics())
    for lines in (stages, topics):
        assert len({len(line) for line in lines}) == 1
        assert len({line.count("|") for line in lines}) == 1
    assert [cell.strip() for cell in topics[2].split("|")][1:-1] == [
        *("registry", "verified people and their changes", "person", "3", "compact"),
        *("the feed", "identify"),
    ]


def test_a_new_stage_is_in_the_picture_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    audit = Stage("audit", "Who asked?", reads="moves", by="person", writes=("rejects",))
    monkeypatch.setattr(diagram, "TOPOLOGY", (*TOPOLOGY, audit))
    assert {("moves", "audit"), ("audit", "rejects")} <= set(EDGE.findall(mermaid(TWO)))
    assert "| audit " in table(TWO)
    assert "join, audit" in table(TWO)
