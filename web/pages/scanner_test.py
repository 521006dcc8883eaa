"""Does the scanner at this station send what it must? FNC1 above all: without it two fields of a code run together."""

from functools import cache

import zxingcpp
from flask import Blueprint, Response, render_template

from web.acting import read_form

blueprint = Blueprint("scanner_test", __name__, url_prefix="/scanner-test")

GS = "\u001d"
SAMPLE_BRACKETS = "(01)00399999010115(17)280531(10)ABC123(21)SER0001"
"""The sample on the page: an invented product, its expiry, lot and serial; the lot ends with FNC1."""
SAMPLE = "010039999901011517280531" + "10ABC123" + GS + "21SER0001"
"""What a scanner must send for it, without the symbology identifier."""


def verdict(text: str) -> list[tuple[bool, str]]:
    """What is right and wrong about one scan, in sentences."""
    body = text[3:] if text.startswith("]") else text
    return [
        (True, f"{len(text)} characters arrived."),
        (text.startswith("]"), "The symbology identifier (]d2, ]C1) arrives." if text.startswith("]")
         else "No symbology identifier: switch on \"transmit AIM identifier\"."),
        (GS in text, "FNC1 arrives." if GS in text
         else "FNC1 does not arrive: set the scanner to send GS as Ctrl+]. Until then lots and serials run together."),
        (body == SAMPLE, "The sample code arrives unchanged." if body == SAMPLE else "This is another code than the sample."),
    ]  # fmt: skip


@cache
def sample_svg() -> str:
    """The sample as a GS1 DataMatrix."""
    made = zxingcpp.create_barcode(SAMPLE_BRACKETS, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    return str(made.to_svg())


@blueprint.get("/sample.svg")
def sample() -> Response:
    """The picture of the sample code."""
    return Response(sample_svg(), mimetype="image/svg+xml")


@blueprint.get("")
def page() -> str:
    """The page with the sample and an empty verdict."""
    return render_template("scanner_test/page.html", read=None, lines=[])


@blueprint.post("")
def read() -> str:
    """The verdict on one scan. Nothing is kept."""
    text = read_form(["code"])["code"]
    return render_template("scanner_test/page.html", read=text.replace(GS, "␝"), lines=verdict(text))
