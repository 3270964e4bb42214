"""Health checks of containers: python -m streams.kafka.health QUESTION HOST:PORT [GROUP].

`topics`: do the feed's topics exist? `fed`: do they hold something? `member`: is this host a
member of the consumer group GROUP? The exit status is 0 for yes and 1 for no.
"""

import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

from kafka.errors import KafkaError

from streams.kafka.status import HOST, BrokerError
from streams.kafka.topics import administration, end_offsets
from streams.topology import TOPOLOGY


def inputs_among(names: Iterable[str]) -> list[str]:
    """Return the topics that the first stage reads: the registry and the sources'.

    >>> inputs_among(["links", "events.phone", "registry", "moves"])
    ['events.phone', 'registry']
    """
    first = TOPOLOGY[0]
    return [n for n in names if n.split(".", 1)[0] in (first.reads, first.broadcast)]


def input_topics(bootstrap: str) -> list[str]:
    """Return the topics on the broker that the first stage reads."""
    with administration(bootstrap) as admin:
        return inputs_among(admin.list_topics())


def topics(bootstrap: str) -> bool:
    """Return whether the registry and at least one source have their topic."""
    return len(input_topics(bootstrap)) > 1


def fed(bootstrap: str) -> bool:
    """Return whether the feed has begun."""
    return any(end_offsets(input_topics(bootstrap), bootstrap).values())


def member(bootstrap: str, group: str) -> bool:
    """Return whether a process of this host belongs to a consumer group."""
    here = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)} | {HOST}
    with administration(bootstrap) as admin:
        described = admin.describe_groups([group])[group]
    hosts = {str(one["client_host"]).lstrip("/") for one in described["members"]}
    return bool(hosts & here)


QUESTIONS: Mapping[str, Callable[..., bool]] = {"topics": topics, "fed": fed, "member": member}


def main(arguments: Sequence[str]) -> int:
    """Answer a question with an exit status; 2 when it is not one."""
    try:
        ask = QUESTIONS[arguments[0]]
        return 0 if ask(*arguments[1:]) else 1
    except (BrokerError, KafkaError) as error:
        print(error, file=sys.stderr)
        return 1
    except (LookupError, TypeError):
        print(__doc__, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
