"""What a phone's camera sees: a printed label photographed, and a film of it that stands in for the camera."""

from io import BytesIO
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

WIDTH, HEIGHT = 1280, 720


def code_picture(brackets: str, scale: int = 8) -> Any:
    """A GS1 DataMatrix alone: `(91)260414-0140-1`."""
    made = zxingcpp.create_barcode(brackets, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    return Image.fromarray(made.to_image(scale=scale)).convert("L")


def photographed(*pictures: Any, degrees: float = 0) -> Any:
    """Pictures side by side on a grey table, turned as a hand holds them."""
    table = Image.new("L", (WIDTH, HEIGHT), 120)
    share = WIDTH // max(len(pictures), 1)
    for place, picture in enumerate(pictures):
        paper = Image.new("L", (picture.width + 80, picture.height + 80), 255)
        paper.paste(picture, (40, 40))
        paper.thumbnail((share - 20, HEIGHT - 20))
        turned = paper.rotate(degrees, expand=True, fillcolor=120)
        turned.thumbnail((share - 20, HEIGHT - 20))
        table.paste(turned, (place * share + (share - turned.width) // 2, (HEIGHT - turned.height) // 2))
    return table.convert("RGB")


def jpeg(picture: Any, **more: Any) -> bytes:
    """The picture as a phone's browser sends it."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=85, **more)
    return out.getvalue()


def film(picture: Any, path: Path) -> Path:
    """A still film for ``--use-file-for-fake-video-capture``."""
    luma, blue, red = picture.convert("YCbCr").split()
    half = (picture.width // 2, picture.height // 2)
    frame = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{picture.width} H{picture.height} F10:1 Ip A1:1 C420jpeg\n"
    path.write_bytes(head.encode() + (b"FRAME\n" + frame) * 2)
    return path
