"""Pictures from the station's camera: checked, re-encoded without hidden data, named by their content.

The file is on the disk before the entry that names it is written, so no entry ever names a picture that is not there.
"""

import os
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from batch_records.entries import digest
from calculations.errors import Fault

MAX_BYTES = 15_000_000
MAX_PIXELS = 40_000_000
KINDS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
UNREADABLE = (
    UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, SyntaxError, ValueError,
    EOFError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
"""What the decoders raise for damaged and hostile files."""
_NAME = re.compile(r"[0-9a-f]{64}")


class AlteredPicture(Exception):
    """A stored picture is missing or is not what its name says."""


class Pictures:
    """A folder of pictures, each named by the SHA-256 of its bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, data: bytes) -> str:
        """Keep a picture and give its name, the hash. Raises Fault on anything but a JPEG, PNG or WebP of fit size.

        What is kept is encoded anew: upright, without place, camera data or anything else that rode along.
        """
        clean = _encoded_anew(data)
        name = digest(clean)
        if not self.path(name).exists():
            write_lasting(self.path(name), clean)
        return name

    def path(self, name: str) -> Path:
        """Where a picture is kept. Raises ValueError when `name` is no hash."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a picture: {name!r}")
        return self.folder / name[:2] / f"{name}.jpg"

    def read(self, name: str) -> bytes:
        """The bytes of a picture. Raises AlteredPicture when they do not fit their name, or are gone."""
        try:
            data = self.path(name).read_bytes()
        except FileNotFoundError as fault:
            raise AlteredPicture(f"picture {name} is missing") from fault
        if digest(data) != name:
            raise AlteredPicture(f"picture {name} was altered")
        return data

    def names(self) -> Iterator[str]:
        """The names of all pictures that are kept."""
        return (path.stem for path in sorted(self.folder.glob("*/*.jpg")))

    def faults(self) -> list[str]:
        """One sentence for every picture that is not what its name says."""
        found = []
        for name in self.names():
            try:
                self.read(name)
            except (AlteredPicture, ValueError) as fault:
                found.append(str(fault))
        return found


def upright(data: bytes, most_bytes: int = MAX_BYTES, most_pixels: int = MAX_PIXELS) -> Image.Image:
    """The picture as it is looked at, in colour. Raises Fault on anything but a JPEG, PNG or WebP of at most this size."""
    if len(data) > most_bytes:
        raise Fault("picture", f"{len(data):,} bytes", f"at most {most_bytes:,} bytes")
    try:
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # the printing library sets it where both are in one process
        with Image.open(BytesIO(data), formats=KINDS) as image:
            if image.width * image.height > most_pixels:  # before decoding: a small file can hold a huge picture
                raise Fault("picture", f"{image.width} × {image.height}", f"at most {most_pixels:,} pixels")
            return ImageOps.exif_transpose(image).convert("RGB")
    except UNREADABLE as fault:
        raise Fault("picture", "a file that is no readable picture", "a JPEG, PNG or WebP picture") from fault


def _encoded_anew(data: bytes) -> bytes:
    seen = upright(data)
    bare = Image.new("RGB", seen.size)
    bare.paste(seen)
    encoded = BytesIO()
    bare.save(encoded, "JPEG", quality=QUALITY)
    return encoded.getvalue()


def write_lasting(path: Path, data: bytes) -> None:
    """Write a file so that it is whole or absent, also after a power cut: temporary file, sync, rename, sync folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder lasting."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
