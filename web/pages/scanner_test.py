"""Does the scanner at this station send what it must? FNC1 above all: without it two fields of a code run together."""

from flask import Blueprint, render_template

from web.acting import read_form

blueprint = Blueprint("scanner_test", __name__, url_prefix="/scanner-test")

GS = "\u001d"
SAMPLE = f"010030409653102917280531 10ABC123{GS}21SER0001".replace(" ", "")
"""The code printed beside the station: GTIN, expiry, lot, FNC1, serial."""


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


@blueprint.get("")
def page() -> str:
    """The page with the sample and an empty verdict."""
    return render_template("scanner_test/page.html", read=None, lines=[])


@blueprint.post("")
def read() -> str:
    """The verdict on one scan. Nothing is kept."""
    text = read_form(["code"])["code"]
    return render_template("scanner_test/page.html", read=text.replace(GS, "␝"), lines=verdict(text))
