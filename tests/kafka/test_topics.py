"""Topics are made as the layout says, once, and an odd one is an error."""

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from streams.kafka.status import BrokerError
from streams.kafka.topics import (
    DAY_MS,
    Names,
    TopicError,
    administration,
    end_offsets,
    ensure,
    inputs,
    lag,
)
from streams.topology import Layout

LAYOUT = Layout(("phone", "bank"), 3)


def test_every_topic_of_the_layout_is_made_with_its_partitions(broker: str, prefix: str) -> None:
    made = ensure(LAYOUT, broker, prefix)
    assert made == sorted(prefix + name for name in LAYOUT.topics())
    assert ensure(LAYOUT, broker, prefix) == []
    ends = end_offsets(made, broker)
    assert set(ends.values()) == {0}
    for name, (_, partitions) in LAYOUT.topics().items():
        assert {p for topic, p in ends if topic == prefix + name} == set(range(partitions))


def test_compacted_topics_are_compacted_and_the_registry_later(broker: str, prefix: str) -> None:
    ensure(LAYOUT, broker, prefix)
    for name, (topic, _) in LAYOUT.topics().items():
        settings = _settings(broker, prefix + name)
        assert settings["cleanup.policy"] == ("compact" if topic.compacted else "delete"), name
        lag_ms = int(settings.get("min.compaction.lag.ms", "0"))
        assert lag_ms == (DAY_MS if name == "registry" else 0), name


def test_another_partition_count_is_an_error_that_names_both(broker: str, prefix: str) -> None:
    ensure(LAYOUT, broker, prefix)
    with pytest.raises(TopicError, match=r"has 3 partitions, --partitions wants 2.*fresh folder"):
        ensure(Layout(LAYOUT.sources, 2), broker, prefix)


def test_a_source_that_is_added_gets_its_topic(broker: str, prefix: str) -> None:
    ensure(LAYOUT, broker, prefix)
    wider = Layout((*LAYOUT.sources, "internet"), 3)
    assert ensure(wider, broker, prefix) == [prefix + "events.internet"]


def test_lag_counts_what_a_group_has_not_acknowledged(broker: str, prefix: str) -> None:
    ensure(LAYOUT, broker, prefix)
    topic, group = prefix + "pulse", prefix + "group"
    assert lag(group, [topic], broker) == {(topic, p): 0 for p in range(3)}
    _produce(broker, topic, count=5)
    assert sum(lag(group, [topic], broker).values()) == 5
    # Assigned, not subscribed: kafka-python's first join sometimes stays unanswered for ever.
    consumer = KafkaConsumer(
        bootstrap_servers=broker,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=2,
    )
    consumer.assign([TopicPartition(topic, partition) for partition in range(3)])
    while not (batch := consumer.poll(timeout_ms=1000)):
        pass
    consumer.commit()
    consumer.close()
    assert sum(lag(group, [topic], broker).values()) == 5 - sum(map(len, batch.values()))


def test_the_feed_writes_what_no_stage_writes() -> None:
    assert inputs(LAYOUT) == {"registry": 3, "events.phone": 3, "events.bank": 3}


def test_names_go_to_the_broker_and_back() -> None:
    names = Names("run7.")
    assert [names.bare(names.of(topic)) for topic in LAYOUT.topics()] == list(LAYOUT.topics())


def test_no_broker_is_an_error_that_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.kafka.topics.CONNECT_MS", 200)
    with pytest.raises(BrokerError, match=r"no Kafka answers on 127\.0\.0\.1:1.*--bootstrap"):
        ensure(LAYOUT, "127.0.0.1:1")


def _settings(broker: str, topic: str) -> dict[str, str]:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)
    with administration(broker) as admin:
        described = admin.describe_configs([resource])
    return {name: entry["value"] for name, entry in described["topic"][topic].items()}


def _produce(broker: str, topic: str, count: int) -> None:
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=broker)
    for n in range(count):
        producer.send(topic, key=b"%d" % n, value=b"x", partition=n % 3)
    producer.flush()
    producer.close()
