"""joinlens generate and train: what comes before a stream."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from streams import settings as s
from streams.configure import Choice
from streams.events import Marker, encode_marker
from streams.scenario import default_sources


def generate(
    out: Annotated[Path, typer.Option("--out", help="Folder to write to; made if missing.")],
    people: s.People = s.PEOPLE,
    days: s.Days = s.DAYS,
    seed: s.Seed = s.SEED,
    scenario: s.ScenarioName = s.SCENARIO,
) -> None:
    """Write a synthetic world to files: one JSON line a message, per topic, and the truth.

    Each file holds what its topic would hold in one partition, markers included. The truth is a
    side file that no stage reads.
    """
    world = Choice(people, days, seed, scenario, 1, s.POINTS, None).world()
    out.mkdir(parents=True, exist_ok=True)
    counts = dict.fromkeys(["registry", *(source.topic for source in world.sources.values())], 0)
    with ExitStack() as stack:
        files = {n: stack.enter_context((out / f"{n}.jsonl").open("wb")) for n in counts}
        for one in world.deliveries():
            if isinstance(one, Marker):
                for file in files.values():
                    file.write(encode_marker(one) + b"\n")
            else:
                files[one.topic].write(one.value + b"\n")
                counts[one.topic] += 1
    world.ground_truth().save(out / "truth.msgpack")
    for name, count in counts.items():
        print(f"{count:>9,} {out / name}.jsonl")


def train(
    out: Annotated[Path, typer.Option("--out", help="File to write the model to (JSON).")],
    people: s.People = 10_000,
    days: s.Days = 1,
    seed: s.Seed = s.SEED,
) -> None:
    """Train a linkage model without labels, on the registrations of a synthetic world.

    The defaults make the model that ships with the package again, byte for byte.
    """
    # Imported here: recordlinkage brings much that no other command needs.
    from streams.training import train_on_world

    model = train_on_world(people, days, seed, default_sources())
    out.write_bytes(model.encode())
    print(f"model {model.version}: {out}")
