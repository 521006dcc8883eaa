"""The call list of a trace: whom to call, what to fetch, with boxes to tick. A sheet, as many pages as it takes."""

from dataclasses import dataclass

from compounding.documents.shapes import Printed, Site, maybe


@dataclass(frozen=True, kw_only=True)
class CallListRow:
    """One preparation to look after."""

    todo: str
    state: str
    patient: str
    identifier: str
    location: str
    place: str = maybe()
    """Where it was last seen."""
    preparation: str
    number: str
    due: str


@dataclass(frozen=True, kw_only=True)
class CallList:
    """``call_list/1``: a trace, or one part of a long one."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    title: str
    part: str
    """``part 2 of 5``, or ``the whole list``."""
    counts: str
    """``12 preparations of 9 patients: 3 out of the pharmacy, 2 given``."""
    rows: list[CallListRow]
    printed: Printed
