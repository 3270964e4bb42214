"""What leaves by the released channel, in two worlds that differ in what one person has spent.

In both the same people do the same. In one the person is at their cap, so they are dropped in
silence; in the other they have spent nothing, so they are counted. Whoever reads what is published
sees every byte of it, then and before, and how long the answer took.
"""

from collections.abc import Callable
from time import perf_counter_ns
from typing import NamedTuple

import msgspec
import numpy as np

from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.mechanisms import Sampler
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.spent import pack_column
from linkage.privacy.distinguish import Floats
from streams.messages import Release
from streams.stage import Batch
from streams.stages.activity import activity
from streams.stages.release import ReleaseStage
from streams.store.protocol import Outgoing
from tests.streams.stages.rig import Rig

SOURCES = ("phone", "bank", "internet")
DOMAIN = Domain(SOURCES, 9, 3)
POLICY = Policy.default(SOURCES)
(TERMS,) = POLICY.releases
PEOPLE, PERSON = 200, 57
BLOCKS = 3
"""Blocks before the one that is answered."""
AGAIN = 50
"""Trials after which both worlds are set up anew: where memory lies is no part of the question."""


class Seen(NamedTuple):
    """What an attacker sees of one answer: all that was said, the time it took, and what before."""

    said: tuple[Release, ...]
    length: int
    nanoseconds: int
    before: tuple[Release, ...]


Answer = Callable[[bool], Seen]
"""One trial: is the person at their cap?"""


Clock = Callable[[], int]


class World(NamedTuple):
    """A release stage that is about to close a block, and what it has published before."""

    rig: Rig
    before: tuple[Release, ...]


Build = Callable[[bool, Sampler], World]


def spoken(block: int, people: np.ndarray) -> bytes:
    """Return what join says of a block: each of these people was seen by every source."""
    source = np.repeat(np.arange(3, dtype=np.uint8), len(people))
    rows = {"person": np.tile(people, 3), "source": source, "place": np.ones(len(source), np.int32)}
    (message,) = activity(block, rows)
    return message.value


def usual(at_cap: bool, sampler: Sampler) -> World:
    """Return a world in which others are new too in the block that is answered."""
    return world(at_cap, sampler, newcomers=20)


def alone(at_cap: bool, sampler: Sampler) -> World:
    """Return a world in which nobody else is new: the counter counts the person or nobody."""
    return world(at_cap, sampler, newcomers=0)


def world(at_cap: bool, sampler: Sampler, newcomers: int) -> World:
    everybody = np.arange(1, PEOPLE + 1)
    rig = Rig(ReleaseStage("release/activity/0", DOMAIN, POLICY, sampler))
    seen = everybody[(everybody != PERSON) & (everybody > newcomers)]
    for block in range(BLOCKS):
        rig.feed([spoken(block, seen[seen % BLOCKS == block])])
        rig.step(Batch(close=block))
    column = np.full(PEOPLE + 1, TERMS.standing[0].nano_rho)
    column[PERSON] = TERMS.person_cap if at_cap else 0
    rig.stage.applied([("spent", (TERMS.name, ""), pack_column(column))])
    rig.feed([spoken(BLOCKS, everybody)])
    return World(rig, released(rig.said))


def released(said: list[Outgoing]) -> tuple[Release, ...]:
    values = [out.value for out in said if out.topic == "releases"]
    return tuple(msgspec.json.decode(value, type=Release) for value in values)


def ticking(seed: int) -> Clock:
    """Return a clock in nanoseconds by which everything takes a millisecond or so, by chance alone.

    What a busy machine does to real time must not decide a test.
    """
    rng, now = np.random.default_rng(seed), 0

    def clock() -> int:
        nonlocal now
        now += int(rng.lognormal(14.0, 0.5))
        return now

    return clock


def channel(sampler: Sampler, build: Build = usual, clock: Clock = perf_counter_ns) -> Answer:
    """Return the channel as it is: the step that closes the block, and what it publishes."""
    worlds, asked = dict[bool, World](), 0

    def answer(at_cap: bool) -> Seen:
        nonlocal asked
        if asked % AGAIN == 0:
            worlds.update({one: build(one, sampler) for one in (at_cap, not at_cap)})
        asked += 1
        (rig, before), batch = worlds[at_cap], Batch(close=BLOCKS)
        began = clock()
        outputs = rig.stage.step(rig.tables, batch).outputs
        took = clock() - began
        length = sum(len(out.value) for out in outputs if out.topic == "releases")
        return Seen(released(outputs), length, took, before)

    return answer


class Trials(NamedTuple):
    """A row for each trial: the numbers published, and what else could be seen.

    `values` are those of the standing question, a source each, then by how much the counter rose in
    each block so far. `took` is the time in nanoseconds, `shape` bytes and messages.
    """

    values: Floats
    took: Floats
    shape: Floats

    def stamped(self, seed: int) -> Floats:
        """Return the time as a record's stamp has it: whole milliseconds, from any moment on."""
        began = np.random.default_rng(seed).random(len(self.took)) * 1e6
        stamps: Floats = np.floor((began + self.took) / 1e6)
        return stamps


def trials(answer: Answer, many: int, seed: int) -> tuple[Trials, Trials]:
    """Return `many` trials of each world, in mixed order: who was counted, and who was dropped."""
    order = np.random.default_rng(seed).permutation(2 * many) < many
    seen: dict[bool, list[Seen]] = {True: [], False: []}
    for at_cap in order.tolist():
        seen[at_cap].append(answer(at_cap))
    return _columns(seen[False]), _columns(seen[True])


def _columns(seen: list[Seen]) -> Trials:
    values = np.array([_values(one) for one in seen], np.float64)
    took = np.array([one.nanoseconds for one in seen], np.float64)
    return Trials(values, took, np.array([(one.length, len(one.said)) for one in seen], np.float64))


def _values(seen: Seen) -> list[float]:
    told = [one for one in seen.said if one.kind == "standing"]
    standing = [float(v) for one in told for v in one.values.values()] or [0.0] * len(SOURCES)
    counts = [one.values["people"] for one in (*seen.before, *seen.said) if one.kind == "counter"]
    counts += [0] * (BLOCKS + 1 - len(counts))
    return [*standing, *np.diff(counts, prepend=0).astype(np.float64).tolist()]
