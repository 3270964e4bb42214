"""How right, how fast and how large is our linker, beside Splink 5 and recordlinkage?"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.harness import Bench, Options, Row, main
from bench.linkers import accuracy, speed
from bench.linkers.contest import commands, seconds_of_an_event
from bench.peers.environment import peers_python


def run(options: Options) -> list[Row]:
    """Measure everything, the peers in the same run."""
    return list(_rows(options, peers_python()))


def run_accuracy(options: Options) -> list[Row]:
    """Measure how right our linker is, without the peers."""
    return list(accuracy.rows(options.people, options.seed, commands(None)))


def run_speed(options: Options) -> list[Row]:
    """Measure how fast and how large our linker is, without the peers."""
    return list(speed.rows(options.people, options.seed, {}))


def _rows(options: Options, peers: str) -> Iterator[Row]:
    yield from accuracy.rows(options.people, options.seed, commands(peers))
    event = seconds_of_an_event(peers, options.people, options.seed)
    yield from speed.rows(options.people, options.seed, event)


def conditions(options: Options) -> str:
    """Return what is counted, without which no figure means anything."""
    return (
        "Nobody sees labels; every linker gets the same frames of canonical values, those of the "
        f"demo with {options.people:,} people and a row for each registration. A record is linked "
        "with its best pair if that has p >= .5; `best F1` is at the threshold that the truth "
        "would choose; one to one is greedy. Namesakes share their full name, households their "
        "address with somebody else in the registry. `n` is left records. Seconds are by the wall "
        "clock, without imports; peak memory is of the whole process.\n"
        "Splink: prior from deterministic rules, u from 10 million random pairs, an EM session for "
        "each of three or four rules, term frequencies, name, date and mail comparisons as they "
        "come, the address as one comparison; one configuration, not searched for. "
        "recordlinkage: ECM on Jaro-Winkler similarity of .85 and more. Ours has a comparison of "
        "ID, birth date and sex together that was made for the demo; it blocks FEBRL on what "
        "Splink does, and more.\n"
        "FEBRL4 and FEBRL3 are nearly solved by everybody: a gate against getting worse.\n"
        "Speed: the demo's registry and the first registrations that arrive, the default model, "
        "one core; each size in a process of its own. How many candidates come up depends on the "
        "size. Memory of an identity is what the process holds more once the registry and its "
        "linker stand, arrays alone what they add up to. Retract and erase are by the live linker, "
        "which finds again who else is touched. An event of Splink's is a `predict_between` of one "
        "row, of recordlinkage's index, compare and classify of one row, both with the model "
        "ready, against the demo's registry."
    )


BENCH = Bench(
    name="linker",
    question="How right, how fast and how large is our linker, beside Splink 5 and recordlinkage?",
    run=run,
    conditions=conditions,
)
PARTS = {"accuracy": run_accuracy, "speed": run_speed}


def _main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--only", choices=sorted(PARTS))
    asked, rest = parser.parse_known_args(arguments)
    return main((BENCH if asked.only is None else replace(BENCH, run=PARTS[asked.only]),), rest)


if __name__ == "__main__":
    sys.exit(_main())
