"""The worker's wire: one flush for many messages, the whole registry, and the tail of a topic."""

import asyncio
from collections.abc import Callable

import pytest
from aiokafka.errors import KafkaError

from streams.kafka.topics import TopicError, ensure
from streams.kafka.wire import BatchProducer, Fetched, RegistryReader, tail
from streams.partition import partition_of
from streams.store.protocol import Outgoing
from streams.topology import Layout

LAYOUT = Layout(("phone",), 3)

Reading = Callable[[str], dict[int, list[tuple[bytes | None, bytes]]]]


@pytest.fixture
def links(broker: str, prefix: str) -> str:
    ensure(LAYOUT, broker, prefix)
    return prefix + "links"


@pytest.fixture
def registry(links: str, prefix: str) -> str:
    return prefix + "registry"


def test_a_flush_is_all_there_in_order_when_it_returns(
    broker: str, prefix: str, links: str, read: Reading
) -> None:
    by_key = [Outgoing(links, None, b"k%d" % (n % 50), b"%d" % n) for n in range(5000)]
    explicit = [Outgoing(links, 2, b"first", b"a"), Outgoing(links, 2, b"first", b"b")]
    _send(broker, [*explicit, *by_key])
    expected = {p: [m for m in by_key if partition_of(m.key or b"", 3) == p] for p in range(3)}
    expected[2] = [*explicit, *expected[2]]
    found = read(links)
    assert found == {p: [(m.key, m.value) for m in sent] for p, sent in expected.items()}
    assert all(found.values())


def test_a_flush_larger_than_a_batch_keeps_its_order(
    broker: str, links: str, read: Reading
) -> None:
    large = [Outgoing(links, 0, b"k", b"%07d" % n + b"x" * 50_000) for n in range(20)]
    _send(broker, large)
    assert read(links)[0] == [(m.key, m.value) for m in large]


def test_without_a_key_the_same_message_goes_the_same_way(
    broker: str, prefix: str, links: str, read: Reading
) -> None:
    rejects = [Outgoing(prefix + "rejects", None, None, b"reject %d" % n) for n in range(30)]
    _send(broker, rejects)
    _send(broker, rejects)
    found = read(prefix + "rejects")
    assert sum(map(len, found.values())) == 60
    for partition, messages in found.items():
        assert {partition_of(value, 3) for _, value in messages} == {partition}
        half = len(messages) // 2
        assert messages[:half] == messages[half:]
        assert half > 0


def test_a_message_that_the_broker_refuses_is_an_error(broker: str, links: str) -> None:
    # Compacted topics take no message without a key.
    with pytest.raises(KafkaError):
        _send(broker, [Outgoing(links, 0, None, b"no key")])


def test_a_reader_starts_with_all_that_the_registry_holds(
    broker: str, registry: str, read: Reading
) -> None:
    _send(broker, [Outgoing(registry, None, b"p%d" % n, b"%d" % n) for n in range(3000)])

    async def first_poll() -> list[tuple[int, int, bytes, bytes | None]]:
        reader = RegistryReader(broker, registry)
        await reader.start()
        found = await reader.poll()
        assert await reader.poll() == []
        await reader.stop()
        return found

    found = asyncio.run(first_poll())
    by_partition: dict[int, list[tuple[bytes | None, bytes | None]]] = {p: [] for p in range(3)}
    for partition, offset, key, value in found:
        assert offset == len(by_partition[partition])
        by_partition[partition].append((key, value))
    assert by_partition == read(registry)


def test_a_reader_sees_what_comes_later(broker: str, registry: str) -> None:
    async def later() -> list[tuple[int, int, bytes, bytes | None]]:
        reader = RegistryReader(broker, registry)
        await reader.start()
        assert await reader.poll() == []
        await _deliver(broker, [Outgoing(registry, 1, b"p1", b"new")])
        await reader.catch_up()
        await _deliver(broker, [Outgoing(registry, 1, b"p1", b"newer")])
        found = await reader.poll()
        while len(found) < 2:
            found += await reader.poll(wait_ms=100)
        await reader.stop()
        return found

    assert asyncio.run(later()) == [(1, 0, b"p1", b"new"), (1, 1, b"p1", b"newer")]


def test_two_readers_both_have_all(broker: str, registry: str) -> None:
    _send(broker, [Outgoing(registry, None, b"p%d" % n, b"%d" % n) for n in range(100)])

    async def both() -> list[int]:
        readers = [RegistryReader(broker, registry) for _ in range(2)]
        await asyncio.gather(*(reader.start() for reader in readers))
        counts = [len(await reader.poll()) for reader in readers]
        await asyncio.gather(*(reader.stop() for reader in readers))
        return counts

    assert asyncio.run(both()) == [100, 100]


def test_a_tail_from_the_beginning_has_the_old_and_the_new(
    broker: str, prefix: str, links: str
) -> None:
    pulse = prefix + "pulse"
    _send(broker, [Outgoing(links, 0, b"k", b"old"), Outgoing(pulse, 1, b"t", b"old")])

    async def three() -> list[Fetched]:
        stream = tail(broker, [links, pulse], "beginning")
        found = await anext(stream)
        await _deliver(broker, [Outgoing(links, 0, b"k", b"new")])
        while len(found) < 3:
            found += await anext(stream)
        await stream.aclose()
        return found

    assert sorted(asyncio.run(three())) == sorted(
        [
            Fetched(links, 0, 0, b"k", b"old"),
            Fetched(links, 0, 1, b"k", b"new"),
            Fetched(pulse, 1, 0, b"t", b"old"),
        ]
    )


def test_a_tail_from_the_end_leaves_out_what_was_there(broker: str, links: str) -> None:
    _send(broker, [Outgoing(links, 0, b"k", b"old")])

    async def first() -> list[Fetched]:
        stream = tail(broker, [links], "end")
        arrived = asyncio.ensure_future(anext(stream))
        # Nobody can tell from outside when it has found the end, so new ones come until it has.
        while not arrived.done():
            await _deliver(broker, [Outgoing(links, 0, b"k", b"new")])
        await stream.aclose()
        return arrived.result()

    found = asyncio.run(first())
    assert {m.value for m in found} == {b"new"}
    assert found[0].offset >= 1


def test_a_topic_that_is_not_there_is_an_error_that_names_the_command(broker: str) -> None:
    with pytest.raises(TopicError, match=r"no topic nonesuch .*joinlens topics"):
        asyncio.run(RegistryReader(broker, "nonesuch").start())


def _send(broker: str, messages: list[Outgoing]) -> None:
    asyncio.run(_deliver(broker, messages))


async def _deliver(broker: str, messages: list[Outgoing]) -> None:
    producer = BatchProducer(broker)
    await producer.start()
    try:
        await producer.send(messages)
    finally:
        await producer.stop()
