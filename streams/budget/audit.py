"""The audit of both ledgers from their logs: what was gone through, and what does not agree."""

from collections.abc import Iterator

import msgspec

from linkage.privacy.budget.ledger import LedgerError
from linkage.privacy.claims import NEVER_ADDED, OPERATOR
from streams.budget.exposure_audit import audit_exposure
from streams.budget.privacy_audit import audit_privacy
from streams.budget.words import bits, paragraph, rho, some
from streams.risk.cells import all_rows
from streams.stages.join import Join
from streams.store.protocol import Store

BITS_CHECKED = (
    "the chain of hashes: no block's decisions were changed, moved, cut or added",
    "asked again in the same order, every point is granted or refused as it was, by the tariff and "
    "cap of the policy of that time",
    "what each person was shown, refused and charged is what their decisions come to",
    "totals are what all decisions come to",
)
RHO_CHECKED = (
    "the chain of hashes: no entry was changed, moved, cut or added",
    "each request is charged once, under its own question and policy, and has the answer it had",
    "replayed from the log, what everybody spent is what the columns say",
    "nobody was ever above a cap of the policy of that time, nor above the lifetime cap",
    "the public costs of blocks are what their entries come to",
    "a counter's increments are the true counts of its entries, its answers are what its noised "
    "integers come to, and nobody was counted more than `most` times",
)


class LedgerAudit(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger's audit: entries gone through, what was checked, totals, and what is wrong.

    `totals` are in the ledger's own unit; `heads` are the last hashes of its chains.
    """

    ledger: str
    unit: str
    entries: int
    heads: dict[str, str]
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


def audit_report(
    of: str, store: Store, sources: tuple[str, ...], noted: str | None = None
) -> AuditReport:
    """Return the audits of a state at rest; `noted` is a last hash that was written down.

    It may be of any chain. LedgerError for a ledger of a newer version, or of which a row cannot be
    read.
    """
    try:
        links = all_rows(store, "join", Join, "chain")
        known = noted is None or noted in {link.hash for _, link in links}
        joins = audit_exposure(store, sources)
    except msgspec.DecodeError as error:
        raise LedgerError(f"ledger: a row of joins cannot be read: {error}") from error
    found = audit_privacy(store, None if known else noted)
    return AuditReport(
        of=of,
        identifiability=LedgerAudit(
            ledger="identifiability",
            unit="millibits",
            entries=joins.decisions,
            heads=joins.heads,
            totals=joins.millibits,
            checked=BITS_CHECKED,
            wrong=joins.wrong,
        ),
        privacy=LedgerAudit(
            ledger="privacy",
            unit="nano-rho, over all people",
            entries=found.entries,
            heads={"release": found.head},
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
        for what in one.checked:
            first, *more = paragraph(f"checked: {what}")
            yield from (first, *(f"  {line}" for line in more))
        for purpose, total in one.totals.items():
            told = f"{bits(total)} bits" if one.ledger == "identifiability" else f"{rho(total)} rho"
            yield f"  {purpose}: {told} were charged, summed over everybody"
        yield from (f"  last hash {last} ({chain})" for chain, last in one.heads.items())
        yield from (f"  WRONG: {what}" for what in one.wrong)
    yield ""
    yield "both ledgers hold" if found.whole else f"WRONG: {_first(found)}"


def _first(found: AuditReport) -> str:
    return (*found.identifiability.wrong, *found.privacy.wrong)[0]
