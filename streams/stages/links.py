"""Links that a step changed, on their way to readers."""

from collections.abc import Iterator

import msgspec

from streams.ids import link_id, tenancy_id
from streams.messages import Link
from streams.stage import Desk
from streams.stages.tenancy import Tenancy
from streams.store.protocol import Outgoing

_JSON = msgspec.json.Encoder()


class Links:
    """Collects the changed links of one step."""

    def __init__(self, source: str, desk: Desk) -> None:
        self._source, self._desk = source, desk
        self._links: list[Link] = []

    def add(self, account: str, new: Tenancy, old: Tenancy | None) -> None:
        """Note what a tenancy is now; a link without a person keeps the id of the one it had."""
        person = new.person if old is None or new.person is not None else old.person
        link = Link(
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
        )
        self._links.append(link)

    def outputs(self) -> Iterator[Outgoing]:
        """Return the links as messages; those that concern a clerk go to `reviews` too."""
        for link in self._links:
            key = tenancy_id(link.source, link.account, link.start).encode()
            value = _JSON.encode(link)
            yield Outgoing("links", None, key, value)
            if link.status == "review":
                yield Outgoing("reviews", None, key, value)
