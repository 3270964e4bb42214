"""A saved ledger: what is written is read, and whatever is done to the file is found."""

import gzip
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.budget import ledger_file
from streams.budget.ledger_file import Entry, Head, LedgerFileError, read, verify, write
from streams.landing import LandingError

HEAD = Head(manifest=b'{"people": 3}', policy="version = 2")
ENTRIES = [Entry("join/moves/0", "shown", bytes([n]), b"v" * n) for n in range(4)]
ENTRIES += [Entry("release/activity/0", "answers", b"q", b"answer")]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    write(tmp_path / "a.ledger", HEAD, ENTRIES)
    return tmp_path / "a.ledger"


def frames(path: Path) -> list[bytes]:
    data, found = gzip.decompress(path.read_bytes()), list[bytes]()
    while data:
        length = int.from_bytes(data[:4], "big")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    return found


def rewritten(path: Path, parts: list[bytes]) -> Path:
    data = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    path.write_bytes(gzip.compress(data))
    return path


NAMES = st.text("abc/", min_size=1, max_size=5)
ROWS = st.lists(st.builds(Entry, NAMES, NAMES, st.binary(max_size=9), st.binary(max_size=99)))


@given(ROWS)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Entry]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "x.ledger"
    head = write(path, HEAD, rows)
    again, entries = read(path, head.last.hex())
    assert (again, list(entries)) == (head, rows)
    assert (head.entries, sum(head.tables.values())) == (len(rows), len(rows))
    assert (head.manifest, head.policy) == (HEAD.manifest, HEAD.policy)


def test_the_same_ledger_makes_the_same_file(saved: Path, tmp_path: Path) -> None:
    write(tmp_path / "b.ledger", HEAD, ENTRIES)
    assert saved.read_bytes() == (tmp_path / "b.ledger").read_bytes()


@given(st.data())
def test_a_changed_byte_is_found_wherever_it_is(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.ledger"
        head = write(path, HEAD, ENTRIES)
        parts = frames(path)
        which = data.draw(st.integers(0, len(parts) - 1))
        place = data.draw(st.integers(0, len(parts[which]) - 1))
        part = bytearray(parts[which])
        part[place] ^= data.draw(st.integers(1, 255))
        parts[which] = bytes(part)
        rewritten(path, parts)
        with pytest.raises(LedgerFileError):
            verify(path, head.last.hex())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: [f[0], f[2], f[1], *f[3:]], "entry 1 of 5 .* not where it was"),
        (lambda f: [*f[:3], *f[4:]], "entry 3 of 5 "),
        (lambda f: [*f[:3], f[2], *f[3:]], "entry 3 of 5 "),
        (lambda f: f[:-1], "cut off at entry 5 of 5"),
        (lambda f: [*f, f[-1]], "something follows entry 5"),
        (lambda f: [], "cut off at the head"),
    ],
)
def test_moved_missing_and_added_entries_are_named(
    saved: Path, change: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    rewritten(saved, change(frames(saved)))
    with pytest.raises(LedgerFileError, match=said):
        verify(saved)


def test_a_file_that_is_cut_anywhere_is_refused(saved: Path, tmp_path: Path) -> None:
    whole, cut = saved.read_bytes(), tmp_path / "cut.ledger"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(LedgerFileError):
            verify(cut)


def test_a_new_chain_over_changed_entries_is_found_by_the_hash_that_was_told(
    saved: Path, tmp_path: Path
) -> None:
    told = verify(saved).last.hex()
    forged = tmp_path / "forged.ledger"
    write(forged, HEAD, [ENTRIES[0]._replace(value=b"nothing spent"), *ENTRIES[1:]])
    verify(forged)
    with pytest.raises(LedgerFileError, match="it is another ledger"):
        verify(forged, told)


def test_head_and_policy_are_in_the_chain(saved: Path) -> None:
    parts = frames(saved)
    head = msgspec.msgpack.decode(parts[0], type=Head)
    laxer = msgspec.structs.replace(head, policy="version = 2 # laxer")
    rewritten(saved, [msgspec.msgpack.encode(laxer), *parts[1:]])
    with pytest.raises(LedgerFileError, match="entry 1 of 5"):
        verify(saved)


def test_a_newer_version_is_named_beside_ours(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = msgspec.to_builtins(Head(version=7)) | {"something": "new"}
    rewritten(saved, [msgspec.msgpack.encode(head)])
    with pytest.raises(LedgerFileError, match="of version 7, and this joinlens reads version 1"):
        verify(saved)


@pytest.mark.parametrize("content", [b"", b"hello", gzip.compress(b"hello, I am no ledger at all")])
def test_other_files_are_told_apart(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(LedgerFileError, match="x: "):
        verify(tmp_path / "x")


def test_an_existing_file_stays_unless_forced(saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(LandingError, match="--force"):
        write(saved, HEAD, ENTRIES[:1])
    assert saved.read_bytes() == before
    assert write(saved, HEAD, ENTRIES[:1], force=True).entries == 1
    assert verify(saved).entries == 1


def test_what_fails_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    def failing() -> Iterator[Entry]:
        yield ENTRIES[0]
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        write(tmp_path / "a.ledger", HEAD, failing())
    assert list(tmp_path.iterdir()) == []


def test_a_chain_without_the_hash_before_would_be_seen(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loose(last: bytes, entry: Entry) -> bytes:
        return ledger_file._hash(ledger_file._encode(entry))

    monkeypatch.setattr(ledger_file, "_next", loose)
    write(saved, HEAD, ENTRIES, force=True)
    parts = frames(saved)
    rewritten(saved, [parts[0], parts[2], parts[1], *parts[3:]])
    verify(saved)  # the mutant lives here, and the test of moved entries kills it
