"""What a site's own style sheet may set: sizes, distances, lines and weight of what is there, and nothing that hides or adds."""

import re
from collections.abc import Iterator

from formulary.faults import DataFault

_SIDES = ("top", "right", "bottom", "left")
PROPERTIES = frozenset((
    "font-size", "font-weight", "font-style", "font-family", "font-stretch", "line-height", "text-align", "vertical-align",
    "white-space", "overflow-wrap", "color", "background", "background-color", "display", "position", "width", "height",
    "min-width", "min-height", "max-width", "margin", "padding", "border", "border-width", "border-style", "border-color",
    "border-radius", "border-collapse", "border-spacing", "table-layout", "box-sizing", "break-inside", "break-before",
    "break-after", "page-break-inside", "page-break-before", "page-break-after", "orphans", "widows",
)) | frozenset(
    name
    for side in _SIDES
    for name in (
        side, f"margin-{side}", f"padding-{side}", f"border-{side}", f"border-{side}-width", f"border-{side}-style",
        f"border-{side}-color",
    )
)  # fmt: skip
"""Each moves or sizes what the document says; none takes something away, adds to it or writes it in another way."""
VALUES = {
    "display": {"block", "inline", "inline-block", "table", "table-row", "table-cell"},
    "position": {"static", "relative", "absolute"},
}
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_VALUE = re.compile(r"[\w#%.,+\s-]+(!\s*important)?", re.I)
_PARTS = re.compile(r"(?P<selector>[^{};]*)\{(?P<body>[^{}]*)\}")


def style_faults(name: str, css: str) -> Iterator[DataFault]:
    """Everything in the style sheet that is not allowed, each with its line."""
    bare = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), css)
    for sign, expected in (
        ("\\", "names written out"),
        ("@", "no sheet, font or page from elsewhere"),
        ("<", "styles alone"),
    ):
        if sign in bare:
            yield DataFault(name, f"line {_line(bare, bare.index(sign))}", repr(sign), expected)
    rest = _PARTS.sub(lambda found: "\n" * found[0].count("\n"), bare)
    if rest.strip():
        yield DataFault(name, f"line {_first(rest)}", repr(rest.strip()[:40]), "rules in braces")
    for found in _PARTS.finditer(bare):
        yield from _rule(name, found["body"], _line(bare, found.start("body")))


def _rule(name: str, body: str, line: int) -> Iterator[DataFault]:
    for part in body.split(";"):
        here, line = line + len(part) - len(part.lstrip("\n")), line + part.count("\n")
        if not part.strip():
            continue
        left, colon, value = part.partition(":")
        known, told = left.strip().lower(), value.strip().lower()
        plain = told.partition("!")[0].strip()
        if not colon or known not in PROPERTIES:
            expected = "no text from a style sheet, nothing hidden or cut off"
            yield DataFault(name, f"line {here}", repr(part.strip()[:40]), expected)
        elif not _VALUE.fullmatch(told) or plain not in VALUES.get(known, {plain}):
            yield DataFault(name, f"line {here}", repr(part.strip()[:40]), "no address, a plain value")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _first(text: str) -> int:
    return _line(text, len(text) - len(text.lstrip()))
