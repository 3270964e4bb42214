"""A made-up run as the messages its stages would write: phone 17, bank 8, internet 0, joined 78."""

from collections.abc import Iterator

import msgspec

from linkage.privacy.budget.question import Question
from linkage.privacy.estimate import Estimate, census, wilson
from streams.board import Board, Run
from streams.events import Reject
from streams.messages import Link, Pulse, Release, Risk, Spending, ViewRisk

Message = tuple[str, bytes | None, bytes]

PEOPLE, SAMPLED = 20_000, 1_000
PLACES = {"phone": "hour x cell", "bank": "hour x merchant", "internet": "hour x /24 network"}
ALL = tuple(PLACES)
RUN = Run(people=20_000, days=2, seed=7, scenario="real_name", runner="embedded", sources=ALL)
UNICITY = {
    ("phone",): (170, 170, 9.0),
    ("bank",): (80, 80, 22.0),
    ("internet",): (2, 2, 493.0),
    ("phone", "bank"): (640, 861, 1.0),
    ("phone", "internet"): (438, 741, 3.0),
    ("bank", "internet"): (341, 652, 4.0),
    ALL: (780, 934, 1.0),
}


def view_risk(sources: tuple[str, ...], purpose: str | None, figures: tuple) -> ViewRisk:
    same, each, crowd = figures
    name = "+".join(sources) + (f"@{purpose}" if purpose else "")
    return ViewRisk(
        view=name,
        sources=sources,
        purpose=purpose,
        points=2,
        resolution=PLACES[sources[0]]
        if len(sources) == 1
        else ", ".join(PLACES[s] for s in sources),
        adversary="any 2 points of a person's trace",
        identified=wilson(same, SAMPLED),
        identified_per_source=wilson(each, SAMPLED),
        points_per_source=2,
        hidden_among=crowd,
        vulnerability=census(min(1.0, same / 1000 + 0.2), PEOPLE),
        bits=Estimate(value=3 + same / 100, low=3, high=12, n=PEOPLE, estimand="census"),
        below_5=census(min(1.0, same / 1000 + 0.15), PEOPLE),
        figures=errors(same, sources) if purpose is None else {},
        people=PEOPLE,
        classes=4_000 + 12 * same,
    )


def errors(same: int, sources: tuple[str, ...]) -> dict[str, Estimate]:
    """The figures that the panel of right and wrong names shows."""
    v = min(1.0, same / 1000 + 0.2)
    found = {
        "vulnerability": census(v, PEOPLE),
        "correct_identification": census(v - 0.0413, PEOPLE),
        "misidentification": census(0.0004, PEOPLE),
        "contaminated": census(0.0428, PEOPLE),
        "time_to_identification": wilson(same, SAMPLED),
        "join_lift": census(0.0324, PEOPLE),
    }
    return found | {f"shapley/{s}": census(v / len(sources), PEOPLE) for s in sources}


def risk(block: int, last: bool = False) -> Risk:
    views = [view_risk(sources, None, figures) for sources, figures in UNICITY.items()]
    views.append(view_risk(ALL, "fraud_check", (30, 62, 45.0)))
    return Risk(block=block, last=last, views=tuple(views))


def link(number: int, revision: int = 1, status: str = "linked", weight: float = 17.6) -> Link:
    source = ALL[number % 3]
    account = {"phone": "+99990{:07d}", "bank": "ZZ{:018d}", "internet": "user{:05d}@example.com"}
    held = status in ("linked", "review")
    return Link(
        id=f"{number:032x}",
        source=source,
        account=account[source].format(number * 7919),
        start=0,
        status=status,  # type: ignore[arg-type]
        person=number if held else None,
        weight=weight,
        runner_up=number + 1 if held else None,
        margin=max(0.0, weight - 3.5),
        revision=revision,
        model="default-1",
        registry_block=3,
    )


def links() -> list[Link]:
    found = [link(n, weight=21.0 + n % 7) for n in range(40)]
    found += [link(41, status="review", weight=6.3), link(42, status="unlinked", weight=-4.2)]
    found += [link(43, 2, "retracted", weight=1.1), link(44, weight=38.4)]
    return found


def pulse(task: str, events: int, block: int = 47, extra: dict[str, int] | None = None) -> Pulse:
    linked = events * 88 // 100
    review, waiting, duplicate = events * 2 // 100, events // 100, events // 50
    outcomes = {
        "linked": linked,
        "review": review,
        "waiting": waiting,
        "duplicate": duplicate,
        "unlinked": events - linked - review - waiting - duplicate,
    }
    identify = task.startswith("identify/")
    return Pulse(
        task=task,
        block=block,
        events=events,
        event_time=block * 3_600_000,
        outcomes=outcomes if identify else {},
        extra=extra or {},
    )


def pulses(progress: float = 1.0, block: int = 47) -> list[Pulse]:
    events = {"phone": 280_000, "bank": 72_000, "internet": 219_000}
    found = [
        pulse(f"identify/events.{s}/{p}", round(count * progress / 2), block)
        for s, count in events.items()
        for p in (0, 1)
    ]
    found += [
        pulse(f"join/moves/{p}", round(400_000 * progress), block, {"late": 311}) for p in (0, 1)
    ]
    return [*found, pulse("measure/classes/0", 96, block), pulse("release/activity/0", 48, block)]


def joins(purpose: str, task: str, block: int, granted: int, refused: int) -> Spending:
    """What a task's decisions for a purpose came to, up to a block: totals."""
    hours = block + 1
    return Spending(
        ledger="identifiability",
        task=task,
        purpose=purpose,
        block=block,
        granted=granted * hours,
        refused=refused * hours,
        spent=4.0 * granted * hours,
        unit="bits",
        capped_people=180 * block,
        people=PEOPLE // 2,
    )


def counts(block: int) -> Spending:
    return Spending(
        ledger="privacy",
        task="release/activity/0",
        purpose="city_planning",
        block=block,
        granted=15_000 * (block + 1),
        refused=40 * block,
        spent=10_000_000.0 * (block + 1),
        unit="nano-rho, of the person who spent most",
        capped_people=0,
        people=PEOPLE,
    )


def spendings() -> list[Spending]:
    found = [counts(block) for block in range(48)]
    for block in range(48):
        for p in (0, 1):
            found.append(joins("fraud_check", f"join/moves/{p}", block, 1_900, 2_700))
            found.append(joins("health_service", f"join/moves/{p}", block, 700, 3_900))
    return found


def release(block: int) -> Release:
    question = Question(
        purpose="city_planning",
        query="active_people",
        sources=tuple(ALL),
        first=block,
        last=block,
        nano_rho=10_000_000,
    )
    return Release(
        id=f"release-{block}",
        kind="standing",
        question=question,
        values={s: 6_000 + 700 * i + 13 * block for i, s in enumerate(ALL)},
        sigma=38.9,
        expected_error=31.0,
        half=61,
        unit="people",
        bound="1 in each source",
        policy="default",
    )


def reject(number: int, reason: str = "undecodable") -> Reject:
    return Reject(
        reason=reason,  # type: ignore[arg-type]
        place="$",
        detail="not JSON",
        topic="events.bank",
        length=3,
        digest=f"{number:032x}",
        original=b"abc",
    )


def messages() -> Iterator[Message]:
    """Every message of the run, in the order that a reader of the topics could see them."""
    yield from (("pulse", p.task.encode(), encode(p)) for p in pulses())
    yield from (("links", found.id.encode(), encode(found)) for found in links())
    yield from (("reviews", f.id.encode(), encode(f)) for f in links() if f.status == "review")
    yield from (("charges", key(s), encode(s)) for s in spendings())
    yield from (("releases", None, encode(release(block))) for block in range(48))
    yield from (("rejects", None, encode(reject(n))) for n in range(5))
    yield ("rejects", None, encode(reject(9, "not_synthetic")))
    yield ("risk", b"47", encode(risk(47)))


def board() -> Board:
    """A board that took all of it, at about the rates of one core."""
    found = Board(RUN)
    for step in range(80):
        wobble = 1 + 0.04 * ((step * 7919) % 11 - 5) / 80
        for p in pulses(step / 80 * wobble, step // 2):
            found.take("pulse", p.task.encode(), encode(p))
        found.snapshot(step / 2)
    for message in messages():
        found.take(*message)
    found.quality({"precision": 0.9982, "recall": 0.9731, "recall_claimed_id_only": 0.9012})
    found.lag({"events.phone": 120, "events.bank": 8, "events.internet": 97})
    return found


def encode(message: msgspec.Struct) -> bytes:
    return msgspec.json.encode(message)


def key(spending: Spending) -> bytes:
    return f"{spending.ledger}/{spending.purpose}/{spending.task}".encode()
