"""release: what may be published? Activity in; noisy counts out, each charged once.

The answer is stored with its charge in one commit, so a replay repeats the answer and never draws
fresh noise for it. Whom their lifetime cap stops is left out before noise, silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from linkage.privacy.contributions import Contributions
from linkage.privacy.ledger import charge, charge_id, request_hash
from linkage.privacy.mechanisms import Sampler, error_interval, expected_error, sigma_for_squared
from linkage.privacy.policy import Policy
from linkage.privacy.terms import Release as Purpose
from streams.messages import Pulse, Release, Spending
from streams.stage import Batch, Change, Draft, Step, Table
from streams.stages.activity import block_of, parse_activity
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()
People = NDArray[np.int64]


def cost(purpose: Purpose) -> int:
    """Return what the purpose's first standing question costs each person it counts."""
    return purpose.standing[0].nano_rho


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """What the ledger keeps of one release: its charge, its members, the truth and the answer."""

    charge: str
    nano_rho: int
    members: bytes
    truth: dict[str, int]
    answer: Release


class ReleaseStage:
    """The release stage: the one owner of the differential-privacy ledger."""

    tables: Sequence[Table] = (
        Table("activity", int, bytes),
        Table("spent", str, bytes),
        Table("totals", str, int),
        Table("answers", str, Answer, "log"),
    )

    def __init__(
        self, task: str, sources: tuple[str, ...], policy: Policy, sampler: Sampler
    ) -> None:
        self._task, self._sources = task, sources
        self._policy, self._sampler = policy, sampler

    def step(self, tables: Mapping[str, Mapping[Any, Any]], batch: Batch) -> Step:
        """Keep who was active; at the close of a block, answer what the policy releases."""
        draft = Draft(tables)
        serial = draft.get("totals", "serial") or 0
        for number, data in enumerate(batch.messages):
            draft.put("activity", serial + number, data)
        draft.put("totals", "serial", serial + len(batch.messages))
        outputs = [] if batch.close is None else self._answer(draft, batch.close)
        return Step(draft.changes(), outputs)

    def applied(self, changes: Iterable[Change]) -> None:
        """Nothing is derived from the tables."""

    def _answer(self, draft: Draft, close: int) -> list[Outgoing]:
        waiting = draft.all("activity")
        for key in waiting:
            draft.put("activity", key, None)
        said = [data for _, data in sorted(waiting.items())]
        outputs = []
        for block in sorted({block_of(data) for data in said}):
            parts = [parse_activity(data) for data in said if block_of(data) == block]
            for purpose in self._policy.releases:
                outputs += self._release(draft, purpose, block, parts)
        pulse = Pulse(
            task=self._task, block=close, events=draft.get("totals", "serial"), event_time=0
        )
        return [*outputs, Outgoing("pulse", None, self._task.encode(), _JSON.encode(pulse))]

    def _release(
        self, draft: Draft, purpose: Purpose, block: int, parts: list[Contributions]
    ) -> list[Outgoing]:
        """Charge everybody a block's counts speak of, count who may be counted, add noise."""
        person = np.concatenate([part.person for part in parts])
        source = np.concatenate([part.source for part in parts])
        active = {
            name: np.unique(person[source == self._sources.index(name)]) for name in purpose.sources
        }
        spent = self._column(draft, purpose, max(int(p.max(initial=0)) for p in active.values()))
        members = np.zeros(len(spent), np.bool_)
        for people in active.values():
            members[people] = True
        counted, after = charge(spent, members, cost(purpose), purpose.person_cap)
        draft.put("spent", purpose.name, after.tobytes())
        truth = {source: int(counted[people].sum()) for source, people in active.items()}
        answer = self._noised(purpose, block, truth)
        key = f"{purpose.name}/{answer.query}/{block}"
        kept = Answer(
            charge_id(purpose.name, answer.id),
            answer.nano_rho,
            np.packbits(counted).tobytes(),
            truth,
            answer,
        )
        draft.put("answers", key, kept)
        spending = self._spending(draft, purpose, block, members, counted)
        return [Outgoing("releases", 0, answer.id.encode(), _JSON.encode(answer)), spending]

    def _noised(self, purpose: Purpose, block: int, truth: Mapping[str, int]) -> Release:
        sigma = sigma_for_squared(cost(purpose), len(purpose.sources))
        values = dict(zip(truth, self._sampler(list(truth.values()), sigma), strict=True))
        low, high = error_interval(sigma)
        policy, query = self._policy.hash, purpose.standing[0].query
        return Release(
            id=request_hash(purpose.name, query, block, cost(purpose), policy),
            purpose=purpose.name,
            query=query,
            block=block,
            values=values,
            nano_rho=cost(purpose),
            expected_error=expected_error(sigma),
            low={source: value + low for source, value in values.items()},
            high={source: value + high for source, value in values.items()},
            policy=policy,
        )

    def _column(self, draft: Draft, purpose: Purpose, person: int) -> People:
        """Return everybody's spending, long enough to have a place for `person`."""
        spent = np.frombuffer(draft.get("spent", purpose.name) or b"", np.int64)
        return np.pad(spent, (0, max(0, person + 1 - len(spent))))

    def _spending(
        self,
        draft: Draft,
        purpose: Purpose,
        block: int,
        members: NDArray[np.bool_],
        counted: NDArray[np.bool_],
    ) -> Outgoing:
        name, spent = purpose.name, np.frombuffer(draft.get("spent", purpose.name), np.int64)
        granted = (draft.get("totals", f"{name} granted") or 0) + int(counted.sum())
        refused = (draft.get("totals", f"{name} refused") or 0) + int((members & ~counted).sum())
        draft.put("totals", f"{name} granted", granted)
        draft.put("totals", f"{name} refused", refused)
        spending = Spending(
            ledger="privacy",
            task=self._task,
            purpose=name,
            block=block,
            granted=granted,
            refused=refused,
            spent=float(spent.max(initial=0)),
            unit="nano-rho, of the person who spent most",
            capped_people=int((spent > purpose.person_cap - cost(purpose)).sum()),
            people=int((spent > 0).sum()),
        )
        key = f"privacy/{name}/{self._task}".encode()
        return Outgoing("charges", None, key, _JSON.encode(spending))
