"""The command `joinlens`: parts of a pipeline, and all of it at once."""

import sys
from typing import Any

import typer

from linkage.errors import LinkageError
from streams.commands import (
    broker,
    budget,
    calibration,
    demo,
    erase,
    experiment,
    export,
    frames,
    frontier,
    kafka,
    look,
    price,
    quality,
    release,
    reproduce,
    review,
    risk,
    shadow,
    world,
)
from streams.importing.faults import FrameError
from streams.kafka.resume import FeedError
from streams.kafka.status import BrokerError
from streams.kafka.topics import TopicError

_HELP = """
Stream synthetic phone, bank and internet events through Kafka, link them to verified IDs, and
measure what the joining reveals and what a privacy budget prevents. Synthetic people only.

Start with `joinlens demo`. Each option has one name and meaning in all commands, and can be set
in the environment as JOINLENS_OPTION (--people is JOINLENS_PEOPLE). The command line wins over
the environment, and the environment over the default.
"""

app = typer.Typer(
    help=_HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command(name="demo")(demo.demo)
app.command()(world.generate)
app.command()(world.train)
app.command()(calibration.world)
app.command()(reproduce.reproduce)
app.command(name="import")(frames.import_)
app.command()(kafka.feed)
app.command()(kafka.worker)
app.add_typer(broker.app, name="broker")
app.command()(kafka.topics)
app.command()(kafka.dashboard)
app.command()(look.explain)
app.command()(review.review)
app.command()(quality.quality)
app.command()(risk.risk)
app.command()(price.price)
app.command()(frontier.frontier)
app.command()(shadow.shadow)
app.command()(export.export)
app.command()(experiment.experiment)
app.add_typer(budget.app, name="budget")
app.command()(release.release)
app.command()(erase.erase)
app.command()(look.topology)
app.command()(look.digest)

# It is click's; some versions of typer bring a click of their own.
UsageError: Any = typer.BadParameter.__mro__[1]


def main() -> None:
    """Run the command line; what a user can mend is one line on standard error."""
    try:
        code = app(prog_name="joinlens", standalone_mode=False)
    except UsageError as error:
        if said := error.format_message():  # without any argument there is help, and no message
            print(f"joinlens: {said}", file=sys.stderr)
        sys.exit(2)
    except (BrokerError, TopicError, FeedError, FrameError, LinkageError, OSError) as error:
        print(f"joinlens: {error}", file=sys.stderr)
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
