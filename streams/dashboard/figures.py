"""From folded messages to the plain dictionaries that the page's panels read."""

from collections.abc import Mapping
from typing import Any

import msgspec

from linkage.privacy.budget.policy import Policy
from streams.dashboard.folds import Account, ChargeFold, LinkFold, PulseFold, ReleaseFold
from streams.dashboard.public_budget import PublicBudget, claims, limits
from streams.dashboard.rates import Rates, WholeNumbers, steady
from streams.messages import Link, Release, Risk, ViewRisk
from streams.topology import TOPOLOGY

ANSWERS = 6
"""Counts of one release that are shown; the rest is said to be left out."""
SOURCE = "source "
"""What the totals of a source are named by, so that none is taken for another total."""


def totals(pulses: PulseFold, links: LinkFold) -> dict[str, int]:
    """Return the totals that rates are taken of: all events, links, and events by source."""
    found = {"events": 0, "links": sum(links.by_status.values())}
    for pulse in pulses.of(TOPOLOGY[0].name):
        source = pulse.task.split("/")[1].removeprefix("events.")
        found["events"] += pulse.events
        name = SOURCE + source
        found[name] = found.get(name, 0) + pulse.events
    return found


def sources(named: tuple[str, ...], risk: Risk | None, seen: Mapping[str, int]) -> list[str]:
    """Return all sources in the page's order: as named, then as measured, then as seen."""
    measured = [] if risk is None else [s for view in risk.views for s in view.sources]
    counted = [name.removeprefix(SOURCE) for name in seen if name.startswith(SOURCE)]
    return list(dict.fromkeys([*named, *measured, *counted]))


def throughput(now: float, rates: Rates, pulses: PulseFold, seen: Mapping[str, int]) -> Any:
    """Return what went through: totals, rates, outcomes, progress of the stages, the curve."""
    per_second = rates.per_second(now)
    names = tuple(name for name in seen if name.startswith(SOURCE))
    curve = rates.curve(names)
    return {
        "events": seen["events"],
        "events_per_second": steady(per_second.get("events", 0.0)),
        "mean_events_per_second": steady(rates.mean("events")),
        "links_per_second": steady(per_second.get("links", 0.0)),
        "sources": [
            {
                "source": name.removeprefix(SOURCE),
                "events": seen[name],
                "per_second": steady(per_second.get(name, 0.0)),
                "curve": curve[name],
            }
            for name in names
        ],
        "curve_seconds": curve["seconds"],
        "outcomes": pulses.outcomes(),
        "extra": pulses.extra(),
        "stages": [_progress(stage.name, pulses) for stage in TOPOLOGY],
    }


def _progress(stage: str, pulses: PulseFold) -> dict[str, Any]:
    found = pulses.of(stage)
    block = min((p.block for p in found), default=-1)
    return {
        "stage": stage,
        "tasks": len(found),
        "block": block if block >= 0 else None,
        "events": sum(p.events for p in found),
    }


def risk(newest: Risk | None, whole: WholeNumbers) -> Any:
    """Return every view with its role: a source alone, a part, all joined, joined under budget."""
    if newest is None:
        return {"block": None, "last": False, "views": []}
    most = max((len(v.sources) for v in newest.views), default=0)
    return {
        "block": newest.block,
        "last": newest.last,
        "views": [_view(v, _role(v, most), newest.last, whole) for v in newest.views],
    }


def _role(view: ViewRisk, most: int) -> str:
    if len(view.sources) == 1 and view.purpose is None:
        return "source"
    if len(view.sources) < most:
        return "part"
    return "joined" if view.purpose is None else "budget"


def _view(view: ViewRisk, role: str, final: bool, whole: WholeNumbers) -> dict[str, Any]:
    share = view.identified.value
    shown = round(100 * share) if final else whole.of(f"{view.view}/{view.purpose}", share)
    return {**msgspec.to_builtins(view), "role": role, "of_100": shown}


def links(fold: LinkFold, reviews: int) -> Any:
    """Return links by status and the last that changed."""
    return {
        "by_status": {name: count for name, count in sorted(fold.by_status.items()) if count},
        "asked_for_review": reviews,
        "exact": fold.forgotten == 0,
        "last": [_link(link) for link in fold.newest()],
    }


def _link(link: Link) -> dict[str, Any]:
    fields = ("source", "account", "status", "person", "weight", "margin", "revision", "model")
    return {name: getattr(link, name) for name in fields}


def ledgers(
    charges: ChargeFold,
    releases: ReleaseFold,
    public: PublicBudget,
    policy: Policy | None,
) -> Any:
    """Return the two ledgers side by side, never added; `policy` tells caps, where it is known."""
    private = charges.of("privacy")
    purposes = sorted(private.keys() | releases.count.keys())
    return {
        "words": claims(),
        "identifiability": [
            {"purpose": purpose, **_account(account), "spent": account.spent}
            for purpose, account in charges.of("identifiability").items()
        ],
        "privacy": [
            {
                "purpose": purpose,
                **_account(private.get(purpose)),
                "most_rho": _rho(private[purpose].spent) if purpose in private else None,
                "released_rho": _rho(releases.nano_rho[purpose]),
                "releases": releases.count[purpose],
                **limits(
                    public.terms(policy, purpose),
                    private[purpose].spent if purpose in private else 0.0,
                ),
            }
            for purpose in purposes
        ],
        "releases": [_release(release) for release in releases.newest],
        "blocks": public.blocks(policy),
        "counters": public.counters(),
        "refusals": dict(sorted(public.refusals.items())),
    }


def _account(account: Account | None) -> dict[str, Any]:
    if account is None:
        account = Account()
    asked = account.granted + account.refused
    return {
        "unit": account.unit,
        "granted": account.granted,
        "refused": account.refused,
        "kept": account.granted / asked if asked else None,
        "capped_people": account.capped_people,
        "people": account.people,
    }


def _rho(nano: float) -> float:
    return nano / 1e9


def _release(release: Release) -> dict[str, Any]:
    names = sorted(release.values)
    return {
        "purpose": release.purpose,
        "query": release.query,
        "block": release.block,
        "first": release.question.first,
        "kind": release.kind,
        "half": release.half,
        "rho": _rho(release.nano_rho),
        "expected_error": release.expected_error,
        "answers": [
            {
                "name": name,
                "value": release.values[name],
                "low": release.low.get(name),
                "high": release.high.get(name),
            }
            for name in names[:ANSWERS]
        ],
        "left_out": max(0, len(names) - ANSWERS),
    }
