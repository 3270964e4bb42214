"""joinlens broker start|stop|status: a real Apache Kafka on this machine."""

from typing import Annotated

import typer

from streams import settings as s
from streams.kafka.broker import broker_of

app = typer.Typer(
    help="Start, stop or look at a real Apache Kafka 4.3.1 on the loopback address.",
    no_args_is_help=True,
)
BrokerPort = Annotated[
    int | None,
    typer.Option("--port", help="Port of the broker; a free one at the first start if not given."),
]


@app.command()
def start(engine: s.Engine = "local", folder: s.Folder = s.FOLDER, port: BrokerPort = None) -> None:
    """Start it unless it runs, wait until it answers, and print its HOST:PORT."""
    print(broker_of(engine, folder, port).start())


@app.command()
def stop(engine: s.Engine = "local", folder: s.Folder = s.FOLDER) -> None:
    """Stop it; its data stays in the folder."""
    print("stopped" if broker_of(engine, folder).stop() else "it was not running")


@app.command()
def status(engine: s.Engine = "local", folder: s.Folder = s.FOLDER) -> None:
    """Print whether and where it runs; the exit status is 1 when it does not."""
    found = broker_of(engine, folder).status()
    print(f"{found.engine}: {found.detail}" + (f", {found.bootstrap}" if found.bootstrap else ""))
    raise typer.Exit(0 if found.running else 1)
