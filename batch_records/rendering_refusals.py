"""What paper cannot show: the refusal of a print, and the checks of its text that need no layout.

Apart from the renderer, because the layout process needs these and nothing of the store.
"""

import unicodedata
from collections.abc import Iterator, Mapping

COMBINING_MARKS_IN_A_ROW = 2
"""More marks on one letter than any written language needs would climb into the line above."""

LONGEST_TEXT = 4000
"""Characters in one field; longer text is a mistake or an attack, and would only be refused after a slow layout."""


class PrintRefused(Exception):
    """A document that must not be printed as it is. Nothing was printed.

    ``code`` is one of ``undefined_field``, ``field_not_printed``, ``does_not_fit``, ``too_small``, ``not_legible``,
    ``cannot_draw``, ``unprintable_text``, ``fetch_refused``, ``barcode``, ``template``.
    ``field`` is the path of the field in the snapshot where one is known, else the document.
    """

    def __init__(self, code: str, field: str, found: str, expected: str) -> None:
        super().__init__(f"{field}: found {found}; expected {expected}")
        self.code = code
        self.field = field
        self.found = found
        self.expected = expected


def leaves(data: object, path: str = "") -> Iterator[tuple[str, str | bool]]:
    """Every text and flag of a snapshot with its path, ``components.0.lot``. Anything else than plain data raises."""
    if isinstance(data, str | bool):
        yield path, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from leaves(value, f"{path}.{index}")
    else:
        raise PrintRefused(
            "template", path, type(data).__name__, "text, yes or no, a list or a table: shown strings only"
        )


INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check_text(path: str, text: str) -> None:
    """Refuse text that paper cannot show as it is: control and format characters, unassigned ones, piled-up marks."""
    if len(text) > LONGEST_TEXT:
        raise PrintRefused("unprintable_text", path, f"{len(text)} characters", f"at most {LONGEST_TEXT}")
    if text != text.strip():
        raise PrintRefused("unprintable_text", path, repr(text[:40]), "no space at either end")
    if text != unicodedata.normalize("NFC", text):
        raise PrintRefused("unprintable_text", path, ascii(text[:40]), "composed characters (Unicode NFC)")
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        if kind in INVISIBLE:
            expected = "characters that paper can show, on one line"
            raise PrintRefused("unprintable_text", path, f"U+{ord(character):04X}", expected)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if marks > COMBINING_MARKS_IN_A_ROW:
            expected = f"at most {COMBINING_MARKS_IN_A_ROW} marks on a letter"
            raise PrintRefused("unprintable_text", path, f"{marks} combining marks in a row", expected)
