from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from batch_records.pictures import MAX_BYTES, MAX_PIXELS, AlteredPicture, Pictures
from calculations.errors import Fault
from tests.support.pictures import SECRET, picture


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path / "pictures")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_under_the_hash_of_what_is_kept(pictures: Pictures, kind: str) -> None:
    name = pictures.keep(picture(kind))
    with Image.open(BytesIO(pictures.read(name))) as kept:
        assert (kept.format, kept.size) == ("JPEG", (60, 40))
    assert pictures.keep(picture(kind)) == name
    assert list(pictures.names()) == [name]
    assert pictures.faults() == []


def test_hidden_data_does_not_survive(pictures: Pictures) -> None:
    assert SECRET.encode() in picture()
    kept = pictures.read(pictures.keep(picture()))
    assert SECRET.encode() not in kept
    with Image.open(BytesIO(kept)) as image:
        assert not image.getexif()
        assert "icc_profile" not in image.info


def test_a_picture_taken_sideways_is_kept_upright(pictures: Pictures) -> None:
    with Image.open(BytesIO(pictures.read(pictures.keep(picture(orientation=6))))) as image:
        assert image.size == (40, 60)


@pytest.mark.parametrize(
    "wrong",
    [b"", b"<svg/>", picture("GIF"), picture("TIFF"), picture()[:200], b"\xff\xd8" + bytes(100), bytes(MAX_BYTES + 1)],
    ids=["empty", "svg", "gif", "tiff", "cut short", "no jpeg", "too large"],
)
def test_what_is_no_fit_picture_is_refused_by_name(pictures: Pictures, wrong: bytes) -> None:
    with pytest.raises(Fault) as refused:
        pictures.keep(wrong)
    assert refused.value.field == "picture"
    assert list(pictures.folder.rglob("*")) == []


def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_unpacked(pictures: Pictures) -> None:
    image = Image.new("1", (MAX_PIXELS // 1_000 + 1, 1_000))
    out = BytesIO()
    image.save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Fault, match="pixels"):
        pictures.keep(out.getvalue())


def test_a_changed_or_missing_picture_is_named(pictures: Pictures) -> None:
    name = pictures.keep(picture())
    data = bytearray(pictures.path(name).read_bytes())
    data[-10] ^= 1
    pictures.path(name).write_bytes(data)
    with pytest.raises(AlteredPicture, match=name):
        pictures.read(name)
    assert [name in fault for fault in pictures.faults()] == [True]
    pictures.path(name).unlink()
    with pytest.raises(AlteredPicture, match="missing"):
        pictures.read(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64])
def test_only_a_hash_names_a_picture(pictures: Pictures, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        pictures.read(name)
