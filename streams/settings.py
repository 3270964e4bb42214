"""Settings: every option once, with its name, meaning, bounds and JOINLENS_ variable.

Precedence: the command line, then the environment, then the default below. This is the only place
that reads the environment.
"""

from pathlib import Path
from typing import Annotated, Literal

import typer

RunnerName = Literal["embedded", "kafka"]
EngineName = Literal["local", "docker"]


def _option(flag: str, text: str, **bounds: object) -> object:
    variable = "JOINLENS_" + flag.removeprefix("--").replace("-", "_").upper()
    return typer.Option(flag, envvar=variable, help=text, **bounds)  # type: ignore[arg-type]


People = Annotated[
    int, _option("--people", "How many synthetic people live in the world.", min=10, max=5_000_000)
]
Days = Annotated[int, _option("--days", "For how many days their events flow.", min=1, max=366)]
Seed = Annotated[
    int, _option("--seed", "What chance starts from; the same seed gives the same world.", min=0)
]
ScenarioName = Annotated[
    str, _option("--scenario", "Which system is staged; a file of streams/scenarios/.")
]
Runner = Annotated[
    RunnerName,
    _option("--runner", "'embedded' in this process, or 'kafka' on a real broker with workers."),
]
Bootstrap = Annotated[str, _option("--bootstrap", "Where the Kafka broker listens, HOST:PORT.")]
Partitions = Annotated[
    int,
    _option("--partitions", "Partitions of each keyed topic; workers share them.", min=1, max=256),
]
State = Annotated[Path, _option("--state", "Folder for state, position and outbox of every task.")]
Workers = Annotated[
    int, _option("--workers", "How many worker processes the Kafka demo starts.", min=1, max=64)
]
Host = Annotated[str, _option("--host", "Address the page listens on.")]
Port = Annotated[int, _option("--port", "Port of the page; 0 takes a free one.", min=0, max=65535)]
AllowHost = Annotated[
    str,
    _option("--allow-host", "More host names, separated by commas, the page may be asked for."),
]
Engine = Annotated[
    EngineName, _option("--engine", "'local' runs Kafka on a packaged Java, 'docker' in Docker.")
]
Points = Annotated[
    int, _option("--points", "How many points of a person's trace the attacker knows.", min=1)
]
Policy = Annotated[
    Path | None,
    _option("--policy", "Budget policy (TOML); the packaged default when not given."),
]
Rate = Annotated[
    float, _option("--rate", "Events per second to feed; 0 is as fast as possible.", min=0)
]

PEOPLE, DAYS, SEED, SCENARIO = 20_000, 2, 7, "real_name"
PARTITIONS, WORKERS, POINTS = 4, 2, 2
BOOTSTRAP = "127.0.0.1:9092"
STATE = Path(".joinlens")
HOST = "127.0.0.1"
