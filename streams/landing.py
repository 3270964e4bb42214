"""Files that appear together under their names, whole, or not at all."""

import fcntl
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Literal


class LandingError(OSError):
    """The files cannot be given their names; the message says why and what is allowed."""


class Landing:
    """A first file that is being written beside its name, and others that land with it."""

    def __init__(self, files: Sequence[Path], stream: BinaryIO) -> None:
        self.stream = stream
        self._files = tuple(files)
        self._parts: dict[Path, Path] = {files[0]: _part(files[0])}

    def land(self, others: Mapping[Path, bytes]) -> None:
        """Write the other files, bring all to the disk, and give them their names.

        An older set is replaced as a whole: what it had and this one lacks is removed.
        """
        self.stream.flush()
        os.fsync(self.stream.fileno())
        for path, content in others.items():
            self._parts[path] = _part(path)
            with self._parts[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        self._name()
        self.stream.close()

    def abandon(self) -> None:
        """Remove what has not landed."""
        for part in self._parts.values():
            part.unlink(missing_ok=True)
        self._parts = {}
        with suppress(OSError, ValueError):
            self.stream.close()

    def _name(self) -> None:
        """Rename all, or put everything back as it was."""
        aside: list[tuple[Path, Path]] = []
        named: list[Path] = []
        try:
            for path in (p for p in self._files if p.exists()):
                old = path.with_name(path.name + ".old")
                path.rename(old)
                aside.append((path, old))
            for path, part in reversed(self._parts.items()):
                part.rename(path)
                named.append(path)
        except BaseException:
            for path in named:
                path.unlink()
            for path, old in aside:
                old.rename(path)
            raise
        self._parts = {}
        for _, old in aside:
            old.unlink()
        _sync_folder(self._files[0].parent)


def claim(files: Sequence[Path], overwrite: Literal["refuse", "replace"]) -> Landing:
    """Begin the first of the files beside its name; LandingError when they must not be written."""
    there = [path for path in files if os.path.lexists(path)]
    if strange := [path for path in there if path.is_symlink() or not path.is_file()]:
        raise LandingError(f"{strange[0]} is there and no file; allowed: a file, or - for stdout")
    if there and overwrite == "refuse":
        raise LandingError(f"{there[0]} exists; give another name, or --force to replace it")
    folder = files[0].parent
    if not folder.is_dir():
        raise LandingError(f"there is no folder {folder}; make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LandingError(f"the folder {folder} may not be written to; give another one")
    return Landing(files, _locked(_part(files[0])))


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _locked(part: Path) -> BinaryIO:
    """Open a part, emptied, for one writer at a time; a dead writer's is taken over."""
    stream = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666), "r+b")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it may have given it its name, or removed it, before it was locked.
        if not part.exists() or not os.path.samestat(os.fstat(stream.fileno()), part.stat()):
            raise BlockingIOError
    except BlockingIOError:
        stream.close()
        raise LandingError(f"another run is writing {part}; give another name") from None
    stream.truncate()
    return stream


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
