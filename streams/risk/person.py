"""What one person is exposed to, and by which join. It says how exposed, never how good or bad."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log2

import msgspec
import numpy as np

from linkage.errors import RiskError
from linkage.privacy.adversary import Adversary, Knowledge
from linkage.privacy.metric import Context
from linkage.privacy.rows import Ints, Keys
from streams.events import HOUR
from streams.risk.accounts import Used, is_linked, points_of, used
from streams.risk.cells import all_rows
from streams.risk.standing import Standing
from streams.risk.views import Attacker, attacker
from streams.stages.classes import OPERATOR
from streams.stages.grants import Shown
from streams.stages.join import Join
from streams.store.protocol import Store


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The person in one view: who looks the same there, and whom the known points fit.

    `alike` counts the person too; of who has no point in the view, everybody else without one.
    `bits` is log2(people / alike). `known` is how many points the adversary holds, `crowd` how many
    people fit them as well as this one; None where somebody else fits better.
    """

    view: str
    sources: tuple[str, ...]
    purpose: str | None
    points: int
    alike: int
    bits: float
    known: int
    crowd: int | None


class Drop(msgspec.Struct, frozen=True, kw_only=True):
    """A source joined to a view: how many look like the person before and after, and the bits."""

    view: str
    added: str
    before: int
    after: int
    bits: float


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A known point, and how many people carry it. Hours count from the start of the stream."""

    source: str
    hour: int
    place: int
    carried_by: int


class PersonReport(msgspec.Struct, frozen=True, kw_only=True):
    """One person as of a block; `largest` is the join that parts them from most others, in bits.

    `trust` is the calibrated probability that all accounts linked to them are theirs; `points` are
    those that the adversary holds of all sources.
    """

    of: str
    block: int
    person: int
    people: int
    accounts: dict[str, int]
    trust: float
    adversary: Attacker
    views: tuple[Seen, ...]
    largest: Drop | None
    points: tuple[Point, ...]


def person_report(
    of: str,
    store: Store,
    stand: Standing,
    person: int,
    adversary: Adversary,
    knowledge: Knowledge,
) -> PersonReport:
    """Return what one person is exposed to. RiskError when nothing is known of them."""
    place = int(np.searchsorted(stand.person, person))
    if place == len(stand.person) or stand.person[place] != person:
        raise RiskError(
            f"person {person}: has no point in this run; `joinlens explain ACCOUNT` says whose an "
            "account is"
        )
    held = list(used(store, lambda one: is_linked(one) and one.person == person))
    contexts = list(_contexts(stand, person, adversary, knowledge))
    shown = {
        purpose: one
        for (purpose, of_whom), one in all_rows(store, "join", Join, "shown")
        if of_whom == person
    }
    views = tuple(_seen(stand, place, context, shown) for context in contexts)
    whole = contexts[len(stand.free) - 1]
    trust = float(stand.alike(whole.view).trust[place])
    return PersonReport(
        of=of,
        block=stand.block,
        person=person,
        people=whole.population,
        accounts=dict(Counter(one.name[0] for one in held)),
        trust=trust,
        adversary=attacker(stand, adversary, knowledge),
        views=views,
        largest=largest_drop(views),
        points=tuple(_points(whole, held, _known(whole, person))),
    )


def largest_drop(views: Sequence[Seen]) -> Drop | None:
    """Return the source that, joined to a view, leaves the fewest of those who looked alike.

    Of equal ones, that joined to the fewest sources, then in the order of the views. None where no
    join leaves fewer.
    """
    free = {frozenset(one.sources): one for one in views if one.purpose is None}
    drops = [
        Drop(
            view=one.view,
            added=added,
            before=one.alike,
            after=joined.alike,
            bits=joined.bits - one.bits,
        )
        for sources, one in free.items()
        for whole, joined in free.items()
        if sources < whole and len(whole) == len(sources) + 1
        for added in whole - sources
        if joined.alike < one.alike
    ]
    return max(drops, key=lambda drop: drop.bits, default=None)


def _contexts(
    stand: Standing, person: int, adversary: Adversary, knowledge: Knowledge
) -> Iterator[Context]:
    """Yield every view with this person among the attacked: wrong points come from the others."""
    people = np.union1d(stand.attacked.people, [person]).astype(np.int64)
    profiles = stand.measure.layers[OPERATOR].profiles(people)
    for context in stand.contexts(adversary, knowledge):
        yield replace(context, profiles=profiles)


def _seen(stand: Standing, place: int, context: Context, shown: dict[str, Shown]) -> Seen:
    view, person = context.view, int(stand.person[place])
    if view.purpose is None:
        points = int(stand.counts[place, stand.chosen(view)].sum())
        alike = int(stand.alike(view).size[place])
    else:
        one = shown.get(view.purpose)
        points = sum(one.account.visible) if one else 0
        alike = context.histogram.size(context.number, one.sum) if one and one.sum else 0
    alike = alike or max(1, context.absent)
    which = int(np.searchsorted(context.profiles.people, person))
    return Seen(
        view=view.name,
        sources=view.sources,
        purpose=view.purpose,
        points=points,
        alike=alike,
        bits=log2(context.population / alike),
        known=len(_known(context, person)),
        crowd=int(context.crowds[which]) or None,
    )


def _known(context: Context, person: int) -> Keys:
    known = context.known
    mine: Keys = known.point[known.people[known.owner] == person]
    return mine


def _points(context: Context, held: Sequence[Used], known: Keys) -> Iterator[Point]:
    """Yield the known points in words, the rarest first; a wrong one is nobody's usage here."""
    where: dict[int, tuple[str, int, int]] = {}
    for one in held:
        for point, entry in zip(points_of(one.name[0], one.usage).tolist(), one.usage, strict=True):
            where[point] = one.name[0], entry.time // HOUR, entry.place
    lookup = context.visible.lookup()
    many: Ints = lookup.many(lookup.numbers(known))
    for point, carried in sorted(zip(known.tolist(), many.tolist(), strict=True), key=_second):
        if point in where:
            source, hour, place = where[point]
            yield Point(source=source, hour=hour, place=place, carried_by=carried)


def _second(pair: tuple[int, int]) -> int:
    return pair[1]
