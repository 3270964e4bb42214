"""joinlens erase on a broker: the entry goes out, workers act on it, a feed run again passes it."""

from pathlib import Path

import pytest

from streams.erasing.faults import ErasureError
from streams.erasing.holdings import holdings
from streams.erasing.on_broker import erase_on, sent_text
from streams.events import Marker
from streams.kafka.feed import Feed
from streams.kafka.topics import Names, ensure
from streams.store.sqlite import SqliteStore
from tests.conftest import Reading
from tests.kafka.crew import Crew
from tests.streams.pipeline import run_embedded, world
from tests.streams.stages.town import CODEC, plan

PARTITIONS, LAST, PERSON = 2, 26, 7
ITEMS = world(40)


def test_a_block_is_added_to_a_stream_that_is_over_and_the_workers_do_the_rest(
    broker: str, prefix: str, read: Reading, tmp_path: Path
) -> None:
    names, layout = Names(prefix), plan(PARTITIONS).layout
    ensure(layout, broker, prefix)
    run_embedded(tmp_path / "plain", ITEMS, 1)
    assert holdings(SqliteStore(tmp_path / "plain"), plan(1).joins, PERSON).any()
    crew = Crew(broker, prefix, tmp_path, PARTITIONS)
    try:
        crew.start(1)
        Feed(CODEC, layout, broker, names).run(ITEMS)
        crew.wait(read, LAST, 90)
        sent = erase_on(broker, CODEC, layout, PERSON, names)
        assert (sent.block, sent.added) == (LAST + 1, True)
        crew.wait(read, LAST + 1, 90)
        with pytest.raises(ErasureError, match="has been erased on"):
            erase_on(broker, CODEC, layout, PERSON, names)
        assert erase_on(broker, CODEC, layout, PERSON + 1, names).block == LAST + 2
        crew.wait(read, LAST + 2, 90)
        assert crew.ends == []
    finally:
        crew.stop()
    for person in (PERSON, PERSON + 1):
        assert not holdings(crew.store, plan(1).joins, person).any()
    assert "retention.ms" in sent_text(sent)


def test_in_a_stream_that_goes_on_it_falls_into_the_open_block(
    broker: str, prefix: str, tmp_path: Path
) -> None:
    names, layout = Names(prefix), plan(PARTITIONS).layout
    ensure(layout, broker, prefix)
    with pytest.raises(ErasureError, match="is not in the registry"):
        erase_on(broker, CODEC, layout, PERSON, names)
    half = ITEMS[: 5 + ITEMS.index(Marker(9))]
    Feed(CODEC, layout, broker, names).append(half)
    with pytest.raises(ErasureError, match="99999 is not in the registry"):
        erase_on(broker, CODEC, layout, 99_999, names)
    sent = erase_on(broker, CODEC, layout, PERSON, names)
    assert (sent.block, sent.added) == (10, False)
    fed = Feed(CODEC, layout, broker, names).run(ITEMS)
    markers = sum(isinstance(item, Marker) for item in half)
    channels = PARTITIONS * (1 + len(layout.sources))
    assert fed.already_there == len(half) - markers + markers * channels
