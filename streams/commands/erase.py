"""joinlens erase: take a person out of a run, by an event in its stream, and say what remains."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from linkage.privacy.budget.mechanisms import opendp_sampler
from streams import settings as s
from streams.clerk.verdict_file import read_verdicts, with_verdicts
from streams.commands.look import STATE, opened, streamed
from streams.configure import Choice
from streams.erasing.in_state import Left, erase_from
from streams.erasing.report import Erased, erased_text
from streams.erasing.stopped import Items, alone_on
from streams.store.open import open_store


def erase(
    person: Annotated[int, typer.Argument(help="The person's number in the registry.", min=0)],
    state: s.State = STATE,
    bootstrap: s.Broker = None,
    scenario: s.ScenarioName = s.SCENARIO,
    partitions: s.Partitions = s.PARTITIONS,
    json_: s.Json = False,
) -> None:
    """Erase a person from a run: registry, links, profiles and all that waits.

    It is an event of the registry, and takes effect when its block closes: everywhere, and in the
    same way on every runner. To a demo that is over (--state) a block is added for it. On a broker
    (--bootstrap) it goes into the block that is open, and workers do the rest. It says what was
    removed, and what remains and why: what was spent and what was released cannot be taken back.
    """
    if bootstrap is None:
        found = _in_state(state, person)
        print(msgspec.json.encode(found).decode() if json_ else erased_text(found))
        return
    # Imported here: a run that is over needs no broker.
    from streams.erasing.on_broker import erase_on, sent_text

    asked = Choice(s.PEOPLE, s.DAYS, s.SEED, scenario, partitions, s.POINTS, None).plan()
    sent = erase_on(bootstrap, asked.codec(), asked.layout, person)
    print(msgspec.json.encode(sent).decode() if json_ else sent_text(sent))


def _in_state(state: str, person: int) -> Erased:
    _, _, cells = opened(state)
    folder = Path(cells).parent if Path(cells).name == "state" else Path(cells)
    with alone_on(folder):
        manifest, choice, _ = opened(state)
        if manifest.partitions != 1:
            raise typer.BadParameter(
                f"{state} is of a run on a broker; erase there, with --bootstrap HOST:PORT",
                param_hint="--state",
            )
        material, plan = streamed(manifest, choice), choice.plan()

        def stream() -> Items:
            file = manifest.verdicts
            said = [] if file is None else read_verdicts(Path(file), plan.codec())
            return with_verdicts(material.deliveries(), said)

        left = Left(
            of=f"run in {state}",
            folder=folder,
            manifest=manifest,
            plan=plan,
            store=open_store(cells),
            known={one.person: one.record for one in material.identities()},
            stream=stream,
        )
        return erase_from(left, person, opendp_sampler())
