"""joinlens budget and its parts, over one finished demo: what they say, and what they refuse."""

import fcntl
import json
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from linkage.privacy.claims import NEVER_ADDED, OPERATOR, claimed, instead
from streams.budget.ledger_file import read
from streams.budget.running import at_rest
from tests.streams.commands.finished import run

Ask = Callable[..., str]


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], demo: Path) -> Ask:
    """Ask joinlens budget about the demo and return what it prints."""

    def ask(*arguments: str, code: int = 0) -> str:
        capfd.readouterr()
        assert run(monkeypatch, "budget", *arguments, "--state", str(demo)) == code
        return capfd.readouterr().out

    return ask


@pytest.fixture
def error(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ask:
    """Ask joinlens something that fails, and return its one line."""

    def ask(*arguments: str, code: int = 2) -> str:
        capfd.readouterr()
        assert run(monkeypatch, *arguments) == code
        found = capfd.readouterr()
        assert found.out == ""
        (line,) = found.err.splitlines()
        return line

    return ask


def cells(folder: Path) -> dict[str, str]:
    files = sorted((folder / "demo" / "embedded").rglob("*.sqlite"))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in files}


def words(text: str) -> str:
    return " ".join(text.split())


def test_both_ledgers_are_told_and_never_added(budget: Ask) -> None:
    said = words(budget())
    for sentence in (OPERATOR, NEVER_ADDED, instead("store"), instead("population")):
        assert sentence in said
    for name in ("release", "re-linking", "filter"):
        assert claimed(name) in said
    joins, releases = said.split("releases, in rho")
    assert "epsilon" not in joins.replace("no epsilon", "")
    assert "phone+bank" in joins and "phone+bank" not in releases
    found = json.loads(budget("--json"))
    assert found["label"] == OPERATOR
    assert {"identifiability", "privacy"} < found.keys()
    assert not any("total" in field or "sum" in field for field in found)
    (security,), (statistics,) = found["identifiability"], found["privacy"]["purposes"]
    assert f"{security['granted']:,} points shown joined" in said
    assert sum(block["granted"] for block in security["blocks"]) == security["granted"]
    assert sum(block["refused"] for block in security["blocks"]) == security["refused"]
    account = statistics["account"]
    assert account["spent_nano_rho"]["most"] <= account["cap_nano_rho"]
    assert sum(statistics["answers"].values()) == found["privacy"]["entries"] > 0


def test_one_purpose_and_some_blocks_can_be_asked_for(budget: Ask, error: Ask, demo: Path) -> None:
    found = json.loads(budget("--purpose", "security", "--json"))
    assert found["privacy"]["purposes"] == []
    said = budget("--blocks", "7-9")
    assert "security, points of blocks 7-9" in said
    assert "statistics, answers about a block, of 0.005 rho; public" in said
    assert "nothing was decided of block 900 yet" in budget("--blocks", "900")
    line = error("budget", "--purpose", "war", "--state", str(demo))
    assert "for --purpose: " in line and "got 'war'; allowed: security, statistics" in line


def test_an_option_before_a_command_is_not_taken_for_its_own(error: Ask, demo: Path) -> None:
    line = error("budget", "--state", str(demo), "audit")
    assert "it stands before 'audit', which has options of its own" in line


def test_a_person_is_told_how_exposed_never_how_good(budget: Ask, error: Ask, demo: Path) -> None:
    everybody = [json.loads(budget("--person", str(p), "--json")) for p in range(4)]
    for one in everybody:
        lifetime, statistics = one["privacy"]
        assert lifetime["purpose"] == ""
        assert lifetime["spent_nano_rho"] == statistics["spent_nano_rho"]
        assert statistics["spent_nano_rho"] + statistics["left_nano_rho"] == 12_000_000
        for purpose in one["identifiability"]:
            assert all(pair["spent_millibits"] <= 24_000 for pair in purpose["pairs"])
    said = budget("--person", "1")
    assert "how exposed, never how good or bad" in said and OPERATOR in said
    assert "no point of this person was asked for" in budget("--person", "99999")
    assert "--person" in error("budget", "--person", "-1", "--state", str(demo))


def test_a_policy_is_told_in_words_and_checked(
    budget: Ask, error: Ask, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:  # fmt: skip
    assert run(monkeypatch, "budget", "policy") == 0
    said = words(capfd.readouterr().out)
    assert "security: at most 24.0 bits of a person and pair of sources" in said
    assert claimed("no refund") in said and "0.012 rho over their lifetime" in said
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("version = 2\n\n[join.security]\ncap_millibits = -3\n")
    line = error("budget", "policy", str(wrong))
    assert "line 4: join.security.cap_millibits: got -3, needs a whole number" in line
    assert "No such file" in error("budget", "policy", str(tmp_path / "none.toml"))
    packaged = files("linkage.privacy.budget").joinpath("budget.toml").read_text()
    for delta in ("0.0", "1.0", "nan"):
        wrong.write_text(packaged.replace("delta = 1e-6", f"delta = {delta}"))
        line = error("budget", "policy", str(wrong))
        assert f"release.statistics.delta: got {delta}, needs a number between 0 and 1" in line


REQUEST = """
[[question]]
purpose = "statistics"
query = "total_events"
blocks = "7-18"
most = 8
[[join]]
purpose = "security"
points = {phone = 1, bank = 1}
"""


def test_a_price_says_cost_and_what_is_left_and_charges_nothing(
    budget: Ask, demo: Path, tmp_path: Path
) -> None:
    before = cells(demo)
    (tmp_path / "ask.toml").write_text(REQUEST)
    said = words(budget("price", str(tmp_path / "ask.toml")))
    assert "phone+bank 24.0 24.0" in said
    assert "1 statistics: total_events 7-18 0.001 0.18 at 1e-06 1 143 351" in said
    assert "statistics 7-18 0.003 0.002 0.005" in said
    assert NEVER_ADDED in said and instead("store") in said
    found = json.loads(budget("price", str(tmp_path / "ask.toml"), "--json"))
    assert found["questions"]["questions"][0]["nano_rho"] == 1_000_000
    one = budget("price", "--query", "top_cells", "--blocks", "7-18", "--rho", "0.0005")
    assert "0.0005" in one
    assert cells(demo) == before


def test_a_price_of_what_would_be_refused_says_why(budget: Ask, tmp_path: Path) -> None:
    text = REQUEST.replace("bank = 1", "bank = 2").replace("most = 8", "most = 9")
    (tmp_path / "ask.toml").write_text(text)
    said = budget("price", str(tmp_path / "ask.toml"), code=1)
    assert "refused to everybody: points: they cost 36.0 bits of phone+bank" in said
    assert "1 is refused: most: got 9, statistics offers 1 to 8 for total_events" in said
    assert "what it would leave" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--query", "x", "--blocks", "0", "--rho", "-1"), "--rho"),
        (("--query", "x", "--blocks", "0", "--rho", "nan"), "got 'nan'; allowed: numbers above 0"),
        (("--query", "x", "--blocks", "9-0"), "the first block before the last"),
        (("--query", "x"), "for --blocks: it is missing; `joinlens release --list`"),
        (
            ("--query", "x", "--blocks", "0"),
            "for --query: query: got 'x'; statistics offers active",
        ),
        (
            ("--query", "total_events", "--blocks", "0", "--most", "0"),
            "most: got 0, needs a whole number",
        ),
        (("--query", "active_people", "--blocks", "0", "--sources", ""), "sources: got []"),
        (("ask.toml", "--query", "x"), "for REQUEST: give a file or options, not both"),
        (("none.toml",), "none.toml: No such file"),
    ],
)
def test_what_is_wrong_with_a_price_is_one_line(
    error: Ask, demo: Path, arguments: tuple[str, ...], said: str
) -> None:
    code = 1 if arguments[0] == "none.toml" else 2
    assert said in error("budget", "price", *arguments, "--state", str(demo), code=code)


def test_a_ledger_is_saved_verified_and_restored_elsewhere(
    budget: Ask, error: Ask, monkeypatch: pytest.MonkeyPatch, demo: Path, tmp_path: Path
) -> None:
    demo_ = ("--state", str(demo))
    file, other = tmp_path / "a.ledger", tmp_path / "other"
    saved = json.loads(budget("save", str(file), "--json"))
    assert "exists; give another name, or --force" in error("budget", "save", str(file), *demo_)
    assert budget("save", str(file), "--force").count(saved["last"]) == 1
    assert run(monkeypatch, "budget", "verify", str(file), "--expect", saved["last"]) == 0
    for _ in range(2):
        assert run(monkeypatch, "budget", "restore", str(file), "--state", str(other)) == 0
    again = tmp_path / "b.ledger"
    assert run(monkeypatch, "budget", "save", str(again), "--state", str(other)) == 0
    entries = [list(read(path)[1]) for path in (file, again)]
    assert entries[0] == entries[1] and len(entries[0]) == saved["entries"]


def test_a_restored_ledger_tells_the_same(
    budget: Ask, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, other = str(tmp_path / "a.ledger"), str(tmp_path / "other")
    budget("save", file)
    assert run(monkeypatch, "budget", "restore", file, "--state", other) == 0
    assert f"whose state is {other} does not go on from it: it begins" in capfd.readouterr().out
    assert run(monkeypatch, "budget", "--json", "--state", other) == 0
    there, here = json.loads(capfd.readouterr().out), json.loads(budget("--json"))
    for part in ("policy", "identifiability", "privacy"):
        assert there[part] == here[part]
    assert run(monkeypatch, "budget", "audit", "--state", other) == 0
    assert capfd.readouterr().out.endswith("both ledgers hold\n")


def test_a_ledger_is_not_restored_over_another(
    budget: Ask, error: Ask, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.ledger"
    budget("save", str(file))
    ask = ("release", "--query", "total_events", "--blocks", "9")
    assert run(monkeypatch, *ask, "--state", str(state)) == 0
    before = cells(state)
    folder = str(state / "demo" / "embedded")
    line = error("budget", "restore", str(file), "--state", folder, code=1)
    assert "the state has a ledger of its own" in line and "what was spent there would be" in line
    assert cells(state) == before


def test_damage_is_one_line(error: Ask, budget: Ask, tmp_path: Path) -> None:
    file = tmp_path / "a.ledger"
    budget("save", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[:-50])
    for command in ("verify", "restore"):
        line = error("budget", command, str(file), *_into(command, tmp_path), code=1)
        assert "cut off or damaged at" in line
        assert not (tmp_path / "into" / "state").exists()
    file.write_bytes(whole)
    line = error("budget", "verify", str(file), "--expect", "00", code=1)
    assert "it is another ledger, or one that was changed" in line


def _into(command: str, folder: Path) -> tuple[str, ...]:
    return ("--state", str(folder / "into")) if command == "restore" else ()


def test_while_a_demo_runs_its_ledger_is_its_own(
    error: Ask, state: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (state / "demo" / "embedded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for command in (("budget", "save", str(tmp_path / "x")), ("release", *ASKED)):
            line = error(*command, "--state", str(state), code=1)
            assert "--state: a demo is running on" in line and "once it has ended" in line
    with at_rest(str(state / "demo" / "embedded" / "state"), "ask"):
        assert "another demo is using" in error("demo", "--once", "--state", str(state))


ASKED = ("--query", "total_events", "--blocks", "9")


def test_a_folder_without_a_run_is_named(error: Ask, tmp_path: Path) -> None:
    for command in ((), ("price", *ASKED), ("save", str(tmp_path / "x"))):
        line = error("budget", *command, "--state", str(tmp_path / "none"))
        assert "holds no run; `joinlens demo --once` makes one" in line
