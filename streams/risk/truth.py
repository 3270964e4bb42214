"""A run's risk beside the truth. Only commands, bench and tests read this.

A profile is right if every account that is linked to the person, in the sources of the view, is
described as that person.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np

from linkage.intervals import Ints
from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.each import Flags
from linkage.privacy.estimate import Estimate, census
from linkage.privacy.metric import Context, figures, load_metrics
from linkage.quality.calibration import Calibration
from streams.quality.answers import Answer
from streams.quality.truth_columns import Key, TruthColumns
from streams.risk.beside import SEEING, Beside, beside, calibrated
from streams.risk.spoiled import Spoiled
from streams.risk.standing import Standing


@dataclass(frozen=True)
class Wrongs:
    """Links that are not what they seem, counted: people of the stand x sources.

    `linked` name another than the account describes. `held` name who is described, and somebody
    else really has the account: a relative's SIM card, a borrowed ID.
    """

    linked: Ints
    held: Ints
    links: int
    wrong: int


class ViewTruth(msgspec.Struct, frozen=True, kw_only=True):
    """One view: the figure that is blind to errors, those that see them, and the calibration of m.

    `another_holder` is the share of people with an account that is described as theirs and really
    another's: no error of linkage, and in none of the figures.
    """

    view: str
    sources: tuple[str, ...]
    people: int
    vulnerability: Estimate
    figures: dict[str, Beside]
    calibration: Calibration
    another_holder: Estimate


class TruthReport(msgspec.Struct, frozen=True, kw_only=True):
    """Every view without a budget, as of a block; of the `links` made, `wrong` are wrong.

    `spoiled` is the joined view as links get worse, where that was asked for.
    """

    of: str
    block: int
    people: int
    links: int
    wrong: int
    views: tuple[ViewTruth, ...]
    spoiled: tuple[Spoiled, ...] = ()


def truth_report(
    of: str, stand: Standing, answers: Mapping[Key, Answer], truth: TruthColumns
) -> TruthReport:
    """Return the figures of a run's links beside those of the truth."""
    wrongs, nobody = wrongs_of(stand, answers, truth), load_adversaries()["points"]
    contexts = stand.contexts(nobody, Knowledge(1))  # no figure here is against an adversary
    return TruthReport(
        of=of,
        block=stand.block,
        people=len(stand.person),
        links=wrongs.links,
        wrong=wrongs.wrong,
        views=tuple(_view(stand, one, wrongs) for one in contexts if one.view.purpose is None),
    )


def _view(stand: Standing, context: Context, wrongs: Wrongs) -> ViewTruth:
    known = load_metrics()
    measured = figures({name: known[name] for name in (*SEEING, "vulnerability")}, context)
    columns, people = stand.chosen(context.view), stand.alike(context.view)
    linked, held = _any(wrongs.linked[:, columns]), _any(wrongs.held[:, columns])
    return ViewTruth(
        view=context.view.name,
        sources=context.view.sources,
        people=context.histogram.people(context.number),
        vulnerability=measured["vulnerability"],
        figures=beside(people, linked, measured),
        calibration=calibrated(people, linked),
        another_holder=census(float(held.mean()) if len(held) else 0.0, len(held)),
    )


def wrongs_of(stand: Standing, answers: Mapping[Key, Answer], truth: TruthColumns) -> Wrongs:
    """Return which links are wrong; those of tenancies that the truth does not know are left out.

    Somebody without a point is in no figure, and neither is a wrong link to them.
    """
    links = [
        (truth.place[key], stand.sources.index(key[0]), answer.person)
        for key, answer in answers.items()
        if answer.status == "linked" and key in truth.place
    ]
    place, source, person = np.array(links, np.int64).reshape(-1, 3).T
    wrong = truth.person[place] != person
    other = ~wrong & (truth.holder[place] != person)
    return Wrongs(
        linked=_counted(stand, person[wrong], source[wrong]),
        held=_counted(stand, person[other], source[other]),
        links=len(links),
        wrong=int(wrong.sum()),
    )


def _counted(stand: Standing, person: Ints, source: Ints) -> Ints:
    known = np.isin(person, stand.person)
    found = np.zeros(stand.sums.shape, np.int64)
    np.add.at(found, (np.searchsorted(stand.person, person[known]), source[known]), 1)
    return found


def _any(counts: Ints) -> Flags:
    found: Flags = counts.sum(axis=1) > 0
    return found
