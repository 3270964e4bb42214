"""docs/frontier.md tells uses in the catalogue's words, and its tables have all that is run."""

from linkage.privacy.attack import load_attacks
from linkage.privacy.defence import load_defences
from linkage.privacy.use import load_uses
from streams.commands import frontier
from tests.reading import ROOT

PAGE = (ROOT / "docs" / "frontier.md").read_text(encoding="utf-8")


def test_the_page_tells_each_use_in_its_own_words() -> None:
    for name, use in load_uses().items():
        told = f"| `{name}` | {', '.join(use.reads)} | {use.question} | "
        told += f"{use.formula.replace('|', chr(92) + '|')} | {use.must_not_be_read_as} |"
        assert told in PAGE


def test_the_tables_have_every_defence_and_attack_of_traces() -> None:
    heads = [line for line in PAGE.splitlines() if line.startswith("| defence ")]
    for name, attack in load_attacks().items():
        assert attack.against != "traces" or any(f"| {name} " in head for head in heads)
    for name, defence in load_defences().items():
        for strength in defence.strengths if defence.publishes == "traces" else ():
            assert strength == 1 or PAGE.count(f"\n| {name} {strength} ") == len(heads)


def test_the_page_is_of_the_run_that_the_command_does_by_itself() -> None:
    assert f"{frontier.PEOPLE:,} people" in PAGE
    assert f"{frontier.DAYS} days" in PAGE
    assert frontier.PUBLICATIONS == 4 and "four publications (seeds 7 to 10)" in PAGE
