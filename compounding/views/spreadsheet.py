"""Tables as files for a spreadsheet, in which no cell can be taken for a formula."""

import csv
from collections.abc import Iterable
from io import StringIO


def as_csv(rows: Iterable[Iterable[str]], heads: Iterable[str]) -> str:
    """A file for a spreadsheet, in which no cell can be taken for a formula."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return made.getvalue()


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula; NUL is dropped."""
    text = cell.replace("\0", "")
    first = text.lstrip(" \u00a0\ufeff")[:1]
    return f"'{text}" if first in {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "|", "%"} else text
