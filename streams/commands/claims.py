"""What a model can be trained on beside a synthetic world: a run, or a recording."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from linkage.records import Identity, Record
from streams.cases import Name, cases_of
from streams.commands.look import opened, streamed
from streams.commands.material import Recorded
from streams.events import Codec
from streams.quality.answers import registrations_of
from streams.source import kinds_of, load_sources
from streams.store.open import open_store
from streams.training import Claims, Notes


def of_run(state: str) -> Claims:
    """Return the registrations that a run's state holds, and the registry of the run's end."""
    manifest, choice, cells = opened(state, "--from-run")
    notes: Notes = {"sources": " ".join(sorted(choice.sources()))}
    if manifest.recording is None:
        notes |= {"run": "world", "people": manifest.people, "days": manifest.days}
        notes |= {"world seed": manifest.seed}
    else:
        notes |= {"run": "recording", "recording": Path(manifest.recording).name}
    groups = {case.name: case.registrations for case in cases_of(open_store(cells))}
    return _sorted(streamed(manifest, choice).identities(), groups, notes)


def of_recording(path: Path) -> Claims:
    """Return the registrations of a recording that stand in the end, and the registry as then."""
    sources = load_sources()
    recording = Recorded(path, tuple(sources))
    groups = registrations_of(recording.deliveries(), Codec(kinds_of(sources), b""))
    return _sorted(recording.identities(), groups, {"recording": path.name})


def _sorted(
    identities: Iterable[Identity], groups: Mapping[Name, Sequence[Record]], notes: Notes
) -> Claims:
    """Return claims in the order of their names: samples must not depend on how they arrived."""
    people = sorted(identities, key=lambda one: one.person)
    return Claims(people, [groups[name] for name in sorted(groups)], notes)
