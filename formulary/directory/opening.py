"""The directory's files from disk: as they are, or in the archive that the FDA publishes."""

import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from calculations.errors import Fault

_HARMED = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, UnicodeDecodeError, lzma.LZMAError, zlib.error,
)  # fmt: skip
"""What the reading of an archive ends in where its bytes, its names or its kind of packing are none that can be read."""
LARGEST = 400 * 1024 * 1024
"""Bytes of all files together; the whole directory has about a tenth."""


def opened(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Name and bytes of every file; of an archive its text files (`.txt`), as the `.xls` beside them hold the same.

    Raises:
        Fault: an archive that cannot be read, or more than `LARGEST` bytes.
    """
    found: list[tuple[str, bytes]] = []
    room = LARGEST
    for path in paths:
        for name, raw in _files(path, room):
            room -= len(raw)
            found.append((name, raw))
    return found


def _files(path: Path, room: int) -> Iterator[tuple[str, bytes]]:
    if not zipfile.is_zipfile(path):
        if path.stat().st_size > room:
            raise Fault(path.name, "too large a file", f"at most {LARGEST:,} bytes in all")
        yield path.name, path.read_bytes()
        return
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, path.name, room)
    except _HARMED as problem:
        raise Fault(
            path.name, f"an archive that cannot be read ({problem})", "an unharmed ZIP without password"
        ) from None


def _members(archive: zipfile.ZipFile, archive_name: str, room: int) -> Iterator[tuple[str, bytes]]:
    wanted = [info for info in archive.infolist() if info.filename.lower().endswith(".txt")]
    if not wanted:
        raise Fault(archive_name, "an archive without text files", "the directory's product.txt and package.txt")
    for info in wanted:
        with archive.open(info) as member:
            raw = member.read(room + 1)
        if len(raw) > room:
            raise Fault(archive_name, "files that unpack to too much", f"at most {LARGEST:,} bytes in all")
        room -= len(raw)
        yield info.filename.rpartition("/")[2], raw
