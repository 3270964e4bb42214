"""Settings: every option once, with its name, meaning, bounds and JOINLENS_ variable.

Precedence: the command line, then the environment, then the default below. This is the only place
that reads the environment.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import typer

from linkage.privacy.budget.loss import from_rho
from streams import verdicts
from streams.budget.span import Span, parse_span

RunnerName = Literal["embedded", "kafka"]
EngineName = Literal["local", "docker"]


def _option(flag: str, text: str, parser: Callable[[Any], Any] | None = None) -> Any:
    variable = "JOINLENS_" + flag.removeprefix("--").replace("-", "_").upper()
    return typer.Option(flag, envvar=variable, help=text, parser=parser)


def _whole(low: int, high: int) -> Callable[[Any], int]:
    """Return a reader of whole numbers in a range; it says what it got and what is allowed."""

    def number(given: Any) -> int:
        try:
            value = int(given)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise typer.BadParameter(f"got {given!r}; allowed: whole numbers from {low} to {high}")
        return value

    return number


def _rate(given: Any) -> float:
    value = _number(given)
    if not 0 <= value < float("inf"):
        raise typer.BadParameter(f"got {given!r}; allowed: numbers of 0 or more")
    return value


def _cost(given: Any) -> float:
    value = _number(given)
    if not 0 < value < float("inf"):
        raise typer.BadParameter(f"got {given!r}; allowed: numbers above 0")
    return value


def _bits(given: Any) -> float:
    value = _number(given)
    if not -1000 <= value <= 1000:
        raise typer.BadParameter(f"got {given!r}; allowed: numbers from -1000 to 1000")
    return value


def _number(given: Any) -> float:
    """Return a number, or one that no bound lets through."""
    try:
        return float(given)
    except ValueError:
        return float("nan")


def _reviewer(given: Any) -> str:
    try:
        return str(msgspec.convert(given, verdicts.Reviewer))
    except msgspec.ValidationError:
        allowed = "clerk- and a number of up to three digits, never a name"
        raise typer.BadParameter(f"allowed: {allowed}") from None


def _key(given: Any) -> str:
    if len(str(given)) < KEY_LENGTH:
        allowed = f"at least {KEY_LENGTH}, so that nobody can try them all"
        raise typer.BadParameter(f"got {len(str(given))} characters; allowed: {allowed}")
    return str(given)


def _span(given: Any) -> Span:
    try:
        return parse_span(str(given))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _nano_rho(given: Any) -> int:
    try:
        loss = from_rho(float(given)).nano_rho
    except ValueError:
        loss = 0
    if not 0 < loss <= 2**53:
        raise typer.BadParameter(f"got {given!r}; allowed: numbers above 0, such as 0.001")
    return loss


def _address(given: Any) -> str:
    host, _, port = str(given).rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise typer.BadParameter(f"got {given!r}; allowed: HOST:PORT, such as {BOOTSTRAP}")
    return str(given)


People = Annotated[
    int, _option("--people", "How many synthetic people live in the world.", _whole(10, 5_000_000))
]
Days = Annotated[int, _option("--days", "For how many days their events flow.", _whole(1, 115))]
Seed = Annotated[
    int,
    _option(
        "--seed", "What chance starts from; the same seed gives the same world.", _whole(0, 2**32)
    ),
]
ScenarioName = Annotated[
    str, _option("--scenario", "Which system is staged; a file of streams/scenarios/.")
]
Runner = Annotated[
    RunnerName,
    _option("--runner", "'embedded' in this process, or 'kafka' on a real broker with workers."),
]
Bootstrap = Annotated[
    str, _option("--bootstrap", "Where the Kafka broker listens, HOST:PORT.", _address)
]
Broker = Annotated[
    str | None, _option("--bootstrap", "Where the Kafka broker listens, HOST:PORT.", _address)
]
Partitions = Annotated[
    int,
    _option("--partitions", "Partitions of each keyed topic; workers share them.", _whole(1, 256)),
]
State = Annotated[
    str,
    _option(
        "--state",
        "Where state, position and outbox of every task are kept: a folder, or a postgresql:// "
        "address for workers on several machines.",
    ),
]
Folder = Annotated[Path, _option("--folder", "Where the broker keeps its data and logs.")]
Once = Annotated[bool, typer.Option("--once", help="End after the run instead of serving on.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object, and nothing else.")]
Workers = Annotated[
    int, _option("--workers", "How many worker processes the Kafka demo starts.", _whole(1, 64))
]
Host = Annotated[str, _option("--host", "Address the page listens on.")]
Port = Annotated[int, _option("--port", "Port of the page; 0 takes a free one.", _whole(0, 65_535))]
AllowHost = Annotated[
    str,
    _option("--allow-host", "More host names, separated by commas, the page may be asked for."),
]
Engine = Annotated[
    EngineName, _option("--engine", "'local' runs Kafka on a packaged Java, 'docker' in Docker.")
]
Points = Annotated[
    int,
    _option("--points", "How many points of a person's trace the attacker knows.", _whole(1, 100)),
]
Policy = Annotated[
    Path | None,
    _option("--policy", "Budget policy (TOML); the packaged default when not given."),
]
Rate = Annotated[
    float, _option("--rate", "Events per second to feed; 0 is as fast as possible.", _rate)
]

Sources = Annotated[
    str,
    _option("--sources", "Sources in place of the scenario's, separated by commas."),
]
PresetName = Annotated[
    str,
    _option("--preset", "How wrong and out of order events are: clean, typical or hard."),
]
Processes = Annotated[
    int,
    _option(
        "--processes",
        "Processes that work on the world, one for 65,536 people at most; the same comes out.",
        _whole(1, 64),
    ),
]
Play = Annotated[
    Path | None,
    _option("--play", "Stream this recording (.jsonl, .jsonl.gz, .jsonl.zst) instead of a world."),
]
CostFalseLink = Annotated[
    float | None,
    _option(
        "--cost-false-link",
        "What linking an account to the wrong person costs; with --cost-missed-link it sets the "
        "thresholds.",
        _cost,
    ),
]
CostMissedLink = Annotated[
    float | None,
    _option("--cost-missed-link", "What leaving out a right link costs, in the same unit.", _cost),
]
CostReview = Annotated[
    float | None,
    _option(
        "--cost-review",
        "What a clerk's look costs, in the same unit; a quarter of the cheaper error unless told.",
        _cost,
    ),
]
LinkAt = Annotated[
    float | None, _option("--link-at", "Match weight, in bits, from which a pair is a link.", _bits)
]
ReviewAt = Annotated[
    float | None,
    _option("--review-at", "Match weight, in bits, from which a clerk should look.", _bits),
]
Margin = Annotated[
    float | None,
    _option("--margin", "Bits that a link needs over the runner-up.", _bits),
]
ModelFile = Annotated[
    Path | None,
    _option("--model", "Model of `joinlens train`; the packaged one when not given."),
]
Shadow = Annotated[
    Path | None,
    _option("--shadow", "Model that is tried beside the run's own; see `joinlens shadow`."),
]
Cutover = Annotated[
    int | None,
    _option(
        "--cutover",
        "Block (hour, -1 is before the stream) at whose close --shadow takes over.",
        _whole(-1, 24 * 365),
    ),
]
Verdicts = Annotated[
    Path | None,
    _option("--verdicts", "File of clerks' verdicts, a JSON line each, from `joinlens review`."),
]
Reviewer = Annotated[
    str, _option("--reviewer", "Who decides: clerk- and a number of up to three digits.", _reviewer)
]
Key = Annotated[
    str,
    _option("--key", "Secret that the replacements depend on; better in JOINLENS_KEY.", _key),
]
Purpose = Annotated[
    str | None, _option("--purpose", "Purpose of the policy that is meant; all when not given.")
]
Query = Annotated[
    str | None, _option("--query", "What is to be counted; `joinlens release --list` names all.")
]
Blocks = Annotated[
    Span | None, _option("--blocks", "Blocks (hours) that are meant: 7, or 0-23.", _span)
]
Rho = Annotated[
    int | None,
    _option(
        "--rho",
        "What each person who is counted pays, in rho (zCDP); the offer's price when not given.",
        _nano_rho,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]

FOLDER = Path(".joinlens") / "broker"
PEOPLE, DAYS, SEED, SCENARIO = 20_000, 2, 7, "real_name"
PRESET = "typical"
KEY_LENGTH = 16
PARTITIONS, WORKERS, POINTS = 4, 2, 2
BOOTSTRAP = "127.0.0.1:9092"
STATE = ".joinlens"
HOST = "127.0.0.1"
REVIEWER = "clerk-1"
