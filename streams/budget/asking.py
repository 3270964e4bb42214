"""Asking the release stage of a finished run: the question is put to it as any other input.

So charge, answer and position are one transaction of the ledger's one owner, as while it ran. Two
who ask at once fence each other; who loses opens the cell again and asks again.
"""

import secrets
import time

import msgspec

from linkage.errors import LinkageError
from linkage.privacy.budget.admission import refusal
from linkage.privacy.budget.mechanisms import Sampler
from linkage.privacy.budget.question import Question
from streams.budget.ledger_state import public_blocks
from streams.messages import Refused, Release, Said
from streams.plan import Plan
from streams.risk.cells import all_rows
from streams.runners.outfit import outfit
from streams.runners.task import Inbound, Probe, Task, ignore
from streams.stages.activity import TOPIC, question_frame
from streams.stages.release import ReleaseStage
from streams.store.protocol import Fenced, Store
from streams.topology import stage_named

TRIES = 50
WAIT = 0.05
"""Seconds until a fenced asker tries again, at most."""
_said = msgspec.json.Decoder(Said).decode


class AskError(LinkageError):
    """The state cannot answer; the message says why and what to do."""


def stored(store: Store, plan: Plan, question: Question) -> Release | None:
    """Return the answer that a question has already, if it has one; nobody is charged for it."""
    request = question.request(plan.policy.hash)
    for key, value in all_rows(store, "release", ReleaseStage, "answers"):
        if key == request:
            return msgspec.json.decode(value, type=Release)
    return None


def forbidden(store: Store, plan: Plan, question: Question) -> Refused | None:
    """Return the public refusal that a question would get, without asking it."""
    blocks, _ = public_blocks(store, plan.policy)
    found = refusal(plan.policy, plan.domain, question, blocks)
    if found is None:
        return None
    return Refused(
        id=question.request(plan.policy.hash),
        question=question,
        code=found.code,
        words=found.words,
        left_nano_rho=found.left_nano_rho,
        policy=plan.policy.hash,
    )


def ask(
    store: Store, plan: Plan, question: Question, sampler: Sampler, probe: Probe = ignore
) -> Said:
    """Put a question to the release stage and return what it says; it charges and stores.

    AskError when the run ended before the question's last block was decided, or when others are
    asking all the time.
    """
    for _ in range(TRIES):
        try:
            return _asked(_task(store, plan, sampler, probe), plan, question)
        except Fenced:
            # Those who were fenced together must not meet again at once.
            time.sleep(WAIT * secrets.randbelow(1000) / 1000)
    raise AskError("--state: others ask this state all the time; try again. Nothing was charged")


def _task(store: Store, plan: Plan, sampler: Sampler, probe: Probe) -> Task:
    shop = outfit(plan, store, sampler, probe).shop
    return shop.task(stage_named("release"), TOPIC, 0)


def _asked(task: Task, plan: Plan, question: Question) -> Said:
    frame = question_frame(question, plan.policy.hash, secrets.token_hex(8))
    request = question.request(plan.policy.hash).encode()
    try:
        task.offer([Inbound(frame.origin, frame.n, frame.body, None, False, None)])
        task.advance()
        outgoing, number = task.outbox()
        task.flushed(number)
    finally:
        task.release()
    for out in reversed(outgoing):
        if out.topic == "releases" and out.key == request:
            said: Said = _said(out.value)
            return said
    raise AskError(
        f"blocks: {question.first}-{question.last} are not all decided, and the run has stopped; "
        "the question waits in the state and is answered when the run goes on"
    )
