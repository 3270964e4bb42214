"""Two records side by side for a clerk's eye, with what each comparison makes of them."""

from collections.abc import Sequence

from linkage.explanation import Explanation
from linkage.records import FIELDS, Record
from linkage.review import Question
from linkage.verdict import Verdict
from streams.cases import Case
from streams.ids import tenancy_id

_WIDTH = 26


def page(
    case: Case, known: Record, why: Explanation, asked: Question, said: Sequence[Verdict]
) -> str:
    """Return one question to a clerk as text: fields of both records, then the evidence in bits.

    `said` are the verdicts in force on the case.
    """
    registration = case.registrations[why.registration]
    which = f"registration {why.registration + 1} of {len(case.registrations)}"
    lines = [
        f"{tenancy_id(*case.name)} ({case.tenancy.status}): is it person {asked.person}?",
        f"p {asked.probability:.3f}, an answer is worth {asked.value:.4f}",
        "",
        f"  {'':<10} {which:<{_WIDTH}}   person {asked.person}",
        *(_row(name, registration, known) for name in FIELDS),
        "",
        f"  {'bits':>8}  agreement",
        f"  {why.prior:+8.2f}  prior odds",
    ]
    for part in why.parts:
        lines.append(f"  {part.bits + part.frequency:+8.2f}  {part.comparison}: {part.meaning}")
    lines.append(f"  {why.weight:+8.2f}  match weight; {why.verdict}")
    lines += [f"  said: {v.answer}, person {v.person}, by {v.reviewer} at {v.time}" for v in said]
    return "\n".join(lines)


def table(rows: Sequence[tuple[Case, Question]]) -> str:
    """Return a queue as a table, in the order given."""
    lines = [f"{'worth':>8}  {'p':>6}  {'person':>8}  tenancy"]
    for case, asked in rows:
        name = tenancy_id(*case.name)
        lines.append(f"{asked.value:8.4f}  {asked.probability:6.3f}  {asked.person:>8}  {name}")
    return "\n".join(lines)


def _row(name: str, one: Record, other: Record) -> str:
    left, right = getattr(one, name), getattr(other, name)
    mark = " " if left is None or right is None else "=" if left == right else "x"
    return f"  {name:<10} {left or '-':<{_WIDTH}} {mark} {right or '-'}"
