"""A clerk on Kafka: the queue from `reviews`, people from `registry`, verdicts to the source."""

from datetime import datetime

import msgspec
import pytest
from kafka import KafkaProducer

from linkage.costs import costs_of
from streams.clerk.docket import Docket
from streams.clerk.sitting import Sitting
from streams.commands.office import of_broker
from streams.configure import Choice
from streams.delivery import Delivery
from streams.kafka.feed import Feed
from streams.kafka.status import BrokerError
from streams.kafka.topics import Names, ensure
from streams.messages import RegistryEntry
from tests.conftest import Reading
from tests.streams.stages.identified import Town
from tests.streams.stages.town import ACCOUNTS, CODEC, PEOPLE, at, registration, verdict

A, B = ACCOUNTS[:2]
BARE = msgspec.structs.replace(PEOPLE[4], id_number=None, phone=None)


def test_a_clerk_sees_what_workers_said_and_answers_to_the_accounts_topic(
    broker: str, prefix: str, read: Reading
) -> None:
    choice, names, town = Choice(10, 1, 7, "real_name", 2, 2, None), Names(prefix), Town()
    layout = choice.plan().layout
    ensure(layout, broker, prefix)
    entries = [
        Delivery("registry", b"%d" % n, msgspec.json.encode(RegistryEntry(person=n, record=r)))
        for n, r in PEOPLE.items()
    ]
    Feed(CODEC, layout, broker, names).append(entries)
    town.feed(registration(A, 0, at(0), BARE), registration(B, 0, at(0), BARE))
    town.feed(verdict(B, at(0), 5))  # it leaves review
    producer = KafkaProducer(bootstrap_servers=broker)
    for out in town.rig.topic("reviews"):
        producer.send(names.of("reviews"), key=out.key, value=out.value)
    producer.close()

    office = of_broker(broker, choice, "", names)
    assert office.people == PEOPLE
    assert [case.name for case in office.cases] == [("phone", A, 0)]
    docket = Docket(office.linker, costs_of(20, 1), office.cases)
    Sitting(docket, "clerk-17", office.send, lambda: datetime(2026, 11, 24)).press("l")
    (value,) = (v for found in read(prefix + "events.phone").values() for _, v in found)
    town.feed_bytes([value])
    assert town.tenancies()[A, 0][:2] == ("linked", 4)

    left = {case.name[1]: case for case in of_broker(broker, choice, B, names).cases}[B]
    assert (left.tenancy.status, left.tenancy.person) == ("linked", 5)
    assert [v.answer for v in left.verdicts] == ["link"]


def test_without_a_broker_it_is_an_error_that_says_so() -> None:
    with pytest.raises(BrokerError, match="no Kafka answers"):
        of_broker("127.0.0.1:1", Choice(10, 1, 7, "real_name", 2, 2, None), "")
