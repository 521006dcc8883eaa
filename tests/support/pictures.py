"""Camera pictures for tests, with hidden data in them."""

from io import BytesIO

from PIL import Image

SECRET = "taken at the hospital"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """A plain picture that carries a secret and an orientation in its hidden data."""
    image = Image.new("RGB", size, "navy")
    exif = Image.Exif()
    exif[0x010E] = SECRET  # image description
    exif[0x0112] = orientation
    out = BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()
