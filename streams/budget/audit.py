"""The audit of both ledgers from their logs: what was gone through, and what does not agree."""

from collections.abc import Iterator

import msgspec

from linkage.privacy.claims import NEVER_ADDED, OPERATOR
from linkage.privacy.policy import Policy
from streams.budget.exposure import exposures
from streams.budget.exposure_recount import recounted
from streams.budget.privacy_audit import audit_privacy
from streams.budget.words import bits, paragraph, rho, some
from streams.store.protocol import Store

BITS_CHECKED = (
    "by the log of decisions, each person was shown and refused as many points as was decided",
    "bits spent are what the points cost by the public tariff, on every pair of sources",
    "no pair of anybody is above its cap",
)
RHO_CHECKED = (
    "the chain of hashes: no entry was changed, moved, cut or added",
    "each request is charged once, under its own question and policy, and has the answer it had",
    "replayed from the log, what everybody spent is what the columns say",
    "nobody was ever above a cap of the policy of that time, nor above the lifetime cap",
    "the public costs of blocks are what their entries come to",
)


class LedgerAudit(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger's audit: entries gone through, what was checked, totals, and what is wrong.

    `totals` are in the ledger's own unit; `head` is the last hash of its chain, if it has one.
    """

    ledger: str
    unit: str
    entries: int
    head: str
    totals: dict[str, int]
    checked: tuple[str, ...]
    wrong: tuple[str, ...]


class AuditReport(msgspec.Struct, frozen=True, kw_only=True):
    """Both ledgers' audits; they are never added."""

    label: str = OPERATOR
    ledgers: str = NEVER_ADDED
    of: str
    identifiability: LedgerAudit
    privacy: LedgerAudit

    @property
    def whole(self) -> bool:
        """Return whether nothing is wrong."""
        return not self.identifiability.wrong and not self.privacy.wrong


def audit_report(of: str, store: Store, policy: Policy, noted: str | None) -> AuditReport:
    """Return the audits of a state at rest; `noted` is a last hash that was written down.

    LedgerError for a ledger of a newer version, or of which a row cannot be read.
    """
    entries, wrong = recounted(store, policy.joins)
    found = audit_privacy(store, noted)
    return AuditReport(
        of=of,
        identifiability=LedgerAudit(
            ledger="identifiability",
            unit="millibits",
            entries=entries,
            head="",
            totals={one.purpose: one.spent_millibits for one in exposures(store, policy.joins)},
            checked=BITS_CHECKED,
            wrong=wrong,
        ),
        privacy=LedgerAudit(
            ledger="privacy",
            unit="nano-rho, over all people",
            entries=found.entries,
            head=found.head,
            totals=dict(found.charged),
            checked=RHO_CHECKED,
            wrong=found.wrong,
        ),
    )


def audit_text(found: AuditReport) -> str:
    """Return the audit for people."""
    return "\n".join(_lines(found))


def _lines(found: AuditReport) -> Iterator[str]:
    yield found.of
    yield from paragraph(f"{found.label}; {found.ledgers}", "")
    for one, entry in ((found.identifiability, "decision"), (found.privacy, "entry")):
        yield ""
        yield f"{one.ledger}: {some(one.entries, entry)} gone through"
        yield from (f"  checked: {what}" for what in one.checked)
        for purpose, total in one.totals.items():
            told = f"{bits(total)} bits" if one.ledger == "identifiability" else f"{rho(total)} rho"
            yield f"  {purpose}: {told} were charged, summed over everybody"
        if one.head:
            yield f"  last hash {one.head}"
        yield from (f"  WRONG: {what}" for what in one.wrong)
    yield ""
    yield "both ledgers hold" if found.whole else f"WRONG: {_first(found)}"


def _first(found: AuditReport) -> str:
    return (*found.identifiability.wrong, *found.privacy.wrong)[0]
