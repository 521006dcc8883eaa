"""What the stock pages share: the site's day and clock, typed numbers, and files for a spreadsheet."""

from collections.abc import Iterable
from datetime import date

from flask import Response

from calculations.errors import Fault
from compounding.documents.dose_documents import Clock
from compounding.stock.lot_actions import MOST_CONTAINERS
from compounding.views.spreadsheet import as_csv
from web.doses import wall_clock
from web.services import now
from web.showing import local

LONGEST = 100


def today() -> date:
    """The day on the site's calendar."""
    return local(now()).date()


def clock() -> Clock:
    """The site's wall clock."""
    return wall_clock(now())


def whole(text: str, field: str, least: int, faults: list[Fault]) -> int:
    """A whole number of containers as typed; a fault is noted for anything else, and 0 given."""
    plain = text.strip()
    if plain.isascii() and plain.isdigit() and str(int(plain[:12])) == plain and least <= int(plain) <= MOST_CONTAINERS:
        return int(plain)
    expected = f"a whole number of containers from {least} to {MOST_CONTAINERS:,}, digits only"
    faults.append(Fault(field, text or "nothing", expected))
    return 0


def words(text: str, field: str, expected: str, faults: list[Fault]) -> str:
    """Typed words, not empty and not too long; a fault is noted otherwise."""
    plain = text.strip()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        faults.append(Fault(field, plain[:LONGEST] or "nothing", f"{expected}, at most {LONGEST} characters"))
    return plain


def csv_file(name: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Response:
    """A file for a spreadsheet."""
    answer = Response(as_csv(rows, heads), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
