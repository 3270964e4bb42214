"""What a run came to: one JSON object, or a page of text for people."""

from typing import Any

from streams.messages import ViewRisk
from streams.session import Session


def summarise(session: Session, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the run's figures as one object; `facts` are what only the caller knows."""
    outcomes, spending = session.outcomes(), list(session.spending.values())
    found: dict[str, Any] = {
        "events": session.events(),
        **facts,
        "outcomes": outcomes,
        "links": _tenancies(session, "linked"),
        "reviews": _tenancies(session, "review"),
        "rejects": session.rejects,
        "identified": identified(session),
        "charges": sum(s.granted for s in spending),
        "refused": sum(s.refused for s in spending),
        "releases": len(session.releases),
        "ledgers": {
            f"{ledger}/{purpose}": _ledger(session, ledger, purpose)
            for ledger, purpose in sorted({(s.ledger, s.purpose) for s in spending})
        },
    }
    if session.evaluator is not None:
        found.update(session.evaluator.figures())
        strata = session.evaluator.strata().items()
        found["strata"] = {
            name: {"recall": q.recall.value, "precision": q.precision.value} for name, q in strata
        }
    return found


def identified(session: Session) -> dict[str, dict[str, Any]]:
    """Return the identified share of each source, of all joined, and of the first purpose."""
    if session.risk is None:
        return {}
    views = session.risk.views
    whole = max((v for v in views if v.purpose is None), key=lambda v: len(v.sources))
    found = {v.sources[0]: _identified(v) for v in views if len(v.sources) == 1}
    found["joined"] = _identified(whole)
    for view in views:
        if view.purpose is not None:
            found.setdefault("joined_with_budget", _identified(view))
    return found


def _identified(view: ViewRisk) -> dict[str, Any]:
    same, each = view.identified, view.identified_per_source
    return {
        "value": same.value,
        "low": same.low,
        "high": same.high,
        "n": same.n,
        "points": view.points,
        "resolution": view.resolution,
        "per_source": {
            "value": each.value,
            "low": each.low,
            "high": each.high,
            "n": each.n,
            "points": view.points_per_source * len(view.sources),
        },
        "vulnerability": view.vulnerability.value,
        "hidden_among": view.hidden_among,
    }


def _tenancies(session: Session, status: str) -> int:
    return sum(p.extra.get(f"tenancies {status}", 0) for p in session.pulses.values())


def _ledger(session: Session, ledger: str, purpose: str) -> dict[str, Any]:
    mine = [s for s in session.spending.values() if (s.ledger, s.purpose) == (ledger, purpose)]
    # Bits add up over people; of rho, only the person who spent most is told.
    spent = (
        sum(s.spent for s in mine) if ledger == "identifiability" else max(s.spent for s in mine)
    )
    return {
        "granted": sum(s.granted for s in mine),
        "refused": sum(s.refused for s in mine),
        "spent": spent,
        "unit": mine[0].unit,
        "capped_people": sum(s.capped_people for s in mine),
        "people": sum(s.people for s in mine),
    }


def text(found: dict[str, Any]) -> str:
    """Return the summary for people.

    >>> "no risk yet" in _risk_lines({})[0]
    True
    """
    lines = [
        f"{found['events']:,} events in {found['seconds']:.1f} s "
        f"({found['events_per_second']:,.0f}/s, generation included), runner {found['runner']}",
        "  " + ", ".join(f"{name} {n:,}" for name, n in found["outcomes"].items() if n),
        f"links: {found['links']:,} accounts linked, {found['reviews']:,} for a clerk",
    ]
    if "precision" in found:
        lines += _quality_lines(found)
    lines += _risk_lines(found["identified"])
    lines += _ledger_lines(found)
    lines.append(f"digest {found['digest']}")
    return "\n".join(lines)


def _quality_lines(found: dict[str, Any]) -> list[str]:
    strata = ", ".join(f"{name} {q['recall']:.3f}" for name, q in found["strata"].items())
    return [
        f"  precision {found['precision']:.4f}, recall {found['recall']:.4f}; by claimed ID alone "
        f"{found['precision_claimed_id_only']:.4f} and {found['recall_claimed_id_only']:.4f}",
        f"  recall by claimed ID: {strata}",
    ]


def _risk_lines(identified: dict[str, Any]) -> list[str]:
    if not identified:
        return ["no risk yet: no block has closed"]
    lines = ["singled out, of the people attacked (95 % interval):"]
    for name, view in identified.items():
        each = view["per_source"]
        lines.append(
            f"  {name.replace('_', ' '):<19} {_share(view)} by {view['points']} points in all, "
            f"{_share(each)} by {each['points']}, {view['points']} of each source  "
            f"({view['resolution']})"
        )
    return lines


def _share(view: dict[str, Any]) -> str:
    return f"{view['value']:6.1%} [{view['low']:.1%}, {view['high']:.1%}]"


def _ledger_lines(found: dict[str, Any]) -> list[str]:
    lines = []
    for name, ledger in found["ledgers"].items():
        what = "points shown joined" if name.startswith("identif") else "people counted"
        lines.append(
            f"{name}: {ledger['granted']:,} {what}, {ledger['refused']:,} refused, "
            f"{ledger['spent']:,.0f} {ledger['unit']}, "
            f"{ledger['capped_people']:,} of {ledger['people']:,} people at their cap"
        )
    lines.append(f"releases: {found['releases']:,} noisy answers")
    return lines
