"""What a model that is tried beside the run's own would decide otherwise: the table `shadows`.

Only what differs is kept, so the table is the whole answer to "what would change?". Nothing in it
reaches a link: a run with a shadow says and decides what it would without.
"""

from collections.abc import Iterable, Mapping

from linkage.decision import Decision
from linkage.linker import Linker
from linkage.shadow import kind_of
from streams.stage import Desk, Draft

Decided = Mapping[int, Decision]
"""The decision on each tenancy of an account, by its start."""


def note_models(draft: Draft, desk: Desk) -> bool:
    """Note who decides and who is tried from this close on; return whether that is somebody new."""
    now = {"current": _named(desk.linker), "shadow": desk.shadow and _named(desk.shadow)}
    new = {role: name for role, name in now.items() if draft.get("models", role) != name}
    for role, name in new.items():
        draft.put("models", role, name)
    return bool(new)


def note_shadows(
    draft: Draft, subject: str, starts: Iterable[int], decided: Decided, tried: Decided
) -> int:
    """Keep where an account's decisions differ, take out where they agree; return how many more.

    `starts` are all its tenancies, those included that nobody decides any more.
    """
    more = 0
    for start in starts:
        old, new = draft.get("shadows", (subject, start)), tried.get(start)
        if new is None or kind_of(decided[start], new) is None:
            new = None
        if new != old:
            draft.put("shadows", (subject, start), new)
            more += (new is not None) - (old is not None)
    return more


def _named(linker: Linker) -> str:
    """Return what decisions depend on beside the registry: the model and the thresholds."""
    rule = linker.thresholds
    return f"{linker.model_version} {rule.link!r} {rule.review!r} {rule.margin!r}"
