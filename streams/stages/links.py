"""Links that a step changed, on their way to readers and, where in doubt, to a clerk."""

from collections.abc import Iterator

import msgspec

from streams.ids import link_id, tenancy_id
from streams.messages import Link, Review
from streams.stage import Desk
from streams.stages.tenancy import Arrangement, Tenancy
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()


class Links:
    """Collects the changed links of one step."""

    def __init__(self, source: str, desk: Desk) -> None:
        self._source, self._desk = source, desk
        self._said: list[tuple[Link, Review | None]] = []

    def add(self, account: str, new: Tenancy, old: Tenancy | None, found: Arrangement) -> None:
        """Note what a tenancy is now, and what it rests on if a clerk is to look, or was."""
        link = self._link(account, new, old)
        review = None
        erased = old is not None and old.person in self._desk.erased
        # Who was erased may have been in review at some time: no registration of theirs may stay.
        if erased or "review" in (new.status, None if old is None else old.status):
            review = Review(
                link=link,
                registrations=tuple(found.records.get(new.start, ())),
                verdicts=tuple(found.verdicts.get(new.start, ())),
            )
        self._said.append((link, review))

    def outputs(self) -> Iterator[Outgoing]:
        """Return the links as messages; those that concern a clerk go to `reviews` too."""
        for link, review in self._said:
            key = tenancy_id(link.source, link.account, link.start).encode()
            yield Outgoing("links", None, key, _JSON.encode(link))
            if review is not None:
                yield Outgoing("reviews", None, key, _JSON.encode(review))

    def _link(self, account: str, new: Tenancy, old: Tenancy | None) -> Link:
        """Return a link; one without a person keeps the id of the one it had, if not erased."""
        person = new.person
        if person is None and old is not None and old.person not in self._desk.erased:
            person = old.person
        return Link(
            id=link_id(self._source, account, new.start, person),
            source=self._source,
            account=account,
            start=new.start,
            status=new.status,
            person=new.person,
            weight=new.weight,
            runner_up=new.runner_up,
            margin=new.margin,
            revision=new.revision,
            model=self._desk.linker.model_version,
            registry_block=self._desk.block,
            decided_by="verdict" if new.verdicts else "model",
            verdicts=new.verdicts,
        )
