"""joinlens release: an answer once and for all, its price, its refusals, and askers at once."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from msgspec.structs import replace

from linkage.privacy.budget.mechanisms import opendp_sampler
from linkage.privacy.budget.question import Question
from linkage.privacy.claims import claimed
from streams.budget.asking import ask, stored
from streams.budget.ledger_state import log, public_blocks
from streams.budget.losses import losses
from streams.commands.spending_run import run_of
from streams.messages import Refused, Release
from streams.stages.release import ReleaseStage
from tests.streams.commands.finished import run

ASKED = ("--query", "total_events", "--blocks", "7-18", "--most", "8")
Tell = Callable[..., Any]


@pytest.fixture
def state(demo: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(demo, tmp_path / "state"))


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], state: str) -> Tell:
    """Ask and return what is printed; of what fails, the one line on standard error."""

    def ask(*arguments: str, code: int = 0) -> str:
        capfd.readouterr()
        assert run(monkeypatch, "release", *arguments, "--state", state) == code
        found = capfd.readouterr()
        if code == 0 or "--json" in arguments:
            return found.out
        assert found.out == ""
        (line,) = found.err.splitlines()
        return line

    return ask


def entries(state: str) -> int:
    return sum(1 for _ in log(run_of(state).store))


def spent(state: str) -> int:
    found = run_of(state)
    (one,) = losses(found.store, found.policy, ["statistics"]).purposes
    return one.account.spent_nano_rho.most


def test_an_answer_says_what_it_cost_and_how_far_off_it_is(tell: Tell, state: str) -> None:
    before = entries(state)
    said = tell(*ASKED)
    assert "statistics: total_events of phone, bank, internet, blocks 7-18 (12 hours)" in said
    assert "charged 0.001 rho to each person who is counted" in said
    assert "rho 0.001: epsilon 0.18 at delta 1e-06" in said
    assert "noise takes a number off by 143 on average, with 95 % by 351 at most" in said
    assert "what counts of one person, at most: 8 events of a person in all" in said
    assert "left of blocks 7-18: 0.002 of 0.005 rho (public)" in said
    assert claimed("re-linking") in " ".join(said.split())
    found = re.search(r"events +(-?[\d,]+) +(-?[\d,]+) to (-?[\d,]+)", said)
    assert found
    value, low, high = (int(part.replace(",", "")) for part in found.groups())
    assert (value - low, high - value) == (351, 351)
    assert entries(state) == before + 1


def test_asked_again_it_is_the_stored_answer_and_free(tell: Tell, state: str) -> None:
    first = json.loads(tell(*ASKED, "--json"))
    after, charged = entries(state), spent(state)
    again = json.loads(tell(*ASKED, "--json"))
    assert again == first and first["said"] == "release"
    assert (entries(state), spent(state)) == (after, charged)
    assert "this is the stored answer, the same for ever: nothing is charged" in tell(*ASKED)


def test_the_standing_answer_of_a_block_is_not_charged_again(tell: Tell, state: str) -> None:
    before = entries(state)
    assert "this is the stored answer" in tell("--query", "active_people", "--blocks", "9")
    assert entries(state) == before


def test_when_a_block_has_nothing_left_it_says_what_remains(tell: Tell, state: str) -> None:
    for most in ("1", "2", "3"):
        tell("--query", "total_events", "--blocks", "9", "--most", most)
    before = entries(state)
    line = tell("--query", "total_events", "--blocks", "8-9", code=1)
    assert line == (
        "joinlens: refused: nano_rho: got 1,000,000, and block 9 has 0 of 5,000,000 nano-rho left; "
        "ask for less, or about other blocks. Nothing was charged"
    )
    told = json.loads(tell("--query", "total_events", "--blocks", "8-9", "--json", code=1))
    assert (told["said"], told["code"], told["left_nano_rho"]) == ("refused", "block_cap", 0)
    assert entries(state) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--query", "total_events", "--blocks", "0-3"), "first: got 0, and blocks before "),
        (("--query", "total_events", "--blocks", "20-40"), "the run ended with block "),
        (("--query", "total_events", "--blocks", "9", "--most", "9"), "most: got 9, statistics "),
        (("--query", "cell_hours", "--blocks", "9", "--hours", "1"), "hours: got 1, statistics "),
        (("--query", "total_events", "--blocks", "9", "--rho", "0.002"), "nano_rho: got 2000000, "),
        (("--query", "total_events", "--blocks", "9", "--sources", "water"), "sources: got ['wa"),
    ],
)
def test_a_public_refusal_is_one_line_and_changes_nothing(
    tell: Tell, state: str, arguments: Sequence[str], said: str
) -> None:
    before = {p: p.read_bytes() for p in Path(state).rglob("release*.sqlite")}
    line = tell(*arguments, code=1)
    assert line.startswith("joinlens: refused: ") and said in line
    assert {p: p.read_bytes() for p in Path(state).rglob("release*.sqlite")} == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "for --query: it is missing; `joinlens release --list` shows what may be asked"),
        (("--query", "total_events"), "for --blocks: it is missing"),
        (("--query", "x", "--blocks", "9"), "for --query: query: got 'x'; statistics offers"),
        (("--query", "x", "--blocks", "9", "--purpose", "war"), "purpose: got 'war'; statistics"),
        (("--query", "total_events", "--blocks", "9", "--rho", "0"), "got '0'; allowed: numbers "),
        (("--query", "total_events", "--blocks", "9", "--rho", "nan"), "got 'nan'; allowed: "),
        (("--query", "total_events", "--blocks", "-3"), "got '-3'; allowed: a block or two"),
    ],
)
def test_a_wrong_question_is_one_line(tell: Tell, arguments: Sequence[str], said: str) -> None:
    assert said in tell(*arguments, code=2)


def test_histograms_are_tables_and_lists(tell: Tell) -> None:
    said = tell("--query", "hour_events", "--blocks", "7-9", "--most", "2")
    rows = re.findall(r"^  (\d+) +-?[\d,]+ +-?[\d,]+ to -?[\d,]+$", said, re.M)
    assert rows == ["7", "8", "9"]
    said = tell("--query", "class_people", "--blocks", "7-18", "--sources", "phone,bank")
    assert "people, down and across: source / from block / cell" in said
    down = re.findall(r"^  (\S+) +-?[\d,]+ +-?[\d,]+$", said, re.M)
    assert down == ["phone/7", "phone/13", "bank/7", "bank/13"]


def test_what_is_offered_is_listed_with_its_price(tell: Tell) -> None:
    said = tell("--list")
    offers = json.loads(tell("--list", "--json"))
    assert {"total_events", "cell_hours", "top_cells"} < {one["query"] for one in offers}
    for one in offers:
        assert one["query"] in said and one["question"] in said and one["bound"] in said
    assert "4 hours x 2 x 2 cells" in said and "up to 0.001" in said


def packaged() -> str:
    return files("linkage.privacy.budget").joinpath("budget.toml").read_text()


def test_another_policy_frees_nothing_and_may_not_go_below_what_was_spent(
    tell: Tell, state: str, tmp_path: Path
) -> None:
    most, before = spent(state), entries(state)
    (tmp_path / "low.toml").write_text(
        packaged().replace("person_cap_nano_rho = 12_000_000", f"person_cap_nano_rho = {most - 1}")
    )
    line = tell(*ASKED, "--policy", str(tmp_path / "low.toml"), code=1)
    assert "release.statistics.person_cap_nano_rho" in line
    assert f"is below what has been spent on somebody ({most:,} nano-rho)" in line
    assert (spent(state), entries(state)) == (most, before)
    # Just what was spent may be the cap; whoever is at it is left out in silence.
    (tmp_path / "same.toml").write_text(
        packaged().replace("person_cap_nano_rho = 12_000_000", f"person_cap_nano_rho = {most}")
    )
    assert "charged 0.001 rho" in tell(*ASKED, "--policy", str(tmp_path / "same.toml"))
    assert (spent(state), entries(state)) == (most, before + 1)


def test_a_run_that_stopped_early_keeps_the_question_until_it_goes_on(
    tell: Tell, state: str
) -> None:
    store = run_of(state).store
    (task,) = (one for one in store.tasks() if one.startswith("release/"))
    (totals,) = (table for table in ReleaseStage.tables if table.name == "totals")
    cell = store.open(task)
    cell.commit([totals.row("over", None)], {}, [], 0)
    cell.close()
    before = entries(state)
    line = tell("--query", "total_events", "--blocks", "20-40", code=1)
    assert line == (
        "joinlens: blocks: 20-40 are not all decided, and the run has stopped; the question waits "
        "in the state and is answered when the run goes on"
    )
    assert entries(state) == before


QUESTIONS = [
    Question(
        purpose="statistics", query="total_events", sources=("phone", "bank", "internet"),
        first=9, last=9, nano_rho=1_000_000, most=most,
    )
    for most in (1, 2, 3)
]  # fmt: skip


def test_two_who_ask_at_once_fence_each_other_and_both_are_answered(state: str) -> None:
    """Both have opened the cell before either commits; the fenced one opens it again."""
    found = run_of(state)
    plan, together, opened = found.choice.plan(), Barrier(2), list[str]()

    def probe(point: str, task: str) -> None:
        if point == "before-commit":
            opened.append(task)
            if len(opened) <= 2:
                together.wait(timeout=30)

    def asking(question: Question) -> Release | Refused:
        return ask(found.store, plan, question, opendp_sampler(), probe)

    before = entries(state)
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(asking, QUESTIONS[:2]))
    assert [one.question for one in said] == QUESTIONS[:2]
    assert all(isinstance(one, Release) for one in said)
    assert len(opened) == 3, "one was fenced and went again"
    assert entries(state) == before + 2
    assert [stored(found.store, plan, question) for question in QUESTIONS[:2]] == said


def test_of_many_who_ask_for_the_rest_of_a_block_as_many_get_it_as_it_has(state: str) -> None:
    found = run_of(state)
    plan = found.choice.plan()
    asked = [*QUESTIONS, *(replace(q, sources=("phone",)) for q in QUESTIONS)]

    def asking(question: Question) -> Release | Refused:
        return ask(found.store, plan, question, opendp_sampler())

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(asking, asked))
    assert sum(isinstance(one, Release) for one in said) == 3
    refused = [one for one in said if isinstance(one, Refused)]
    assert {one.code for one in refused} == {"block_cap"}
    blocks, _ = public_blocks(found.store, plan.policy)
    assert blocks.spent["statistics", 9] == 5_000_000


def test_the_same_question_at_once_is_charged_once(state: str) -> None:
    found = run_of(state)
    plan, before = found.choice.plan(), entries(state)

    def asking(_: int) -> Release | Refused:
        return ask(found.store, plan, QUESTIONS[0], opendp_sampler())

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(asking, range(4)))
    assert all(one == said[0] for one in said)
    assert entries(state) == before + 1
