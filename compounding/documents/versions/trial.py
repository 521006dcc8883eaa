"""A template tried on made-up documents: every row must come out whole on every paper, or the row is named.

The rows are those that a label on the container has to carry (USP <797>, and hospital practice): a document in which no field is
empty is among those that it is tried on, and the layout process refuses a page on which one of them is not whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from batch_records.rendering import Page, PrintRefused, RendererFailed
from compounding.documents.printing import Printer, changed_template, template
from compounding.documents.samples import papers, samples
from formulary.faults import DataFault

ROWS = {
    "number": "internal identification number", "drugs": "active ingredients with their amounts",
    "beyond_use": "beyond-use time and storage", "dosage_form": "dosage form", "total": "total volume",
    "concentration": "concentration", "route": "route", "rate": "rate", "rate_as_dose": "rate as a dose",
    "duration": "time to give it over", "due": "when it is due", "diluent": "diluent", "diluent_volume": "volume of diluent",
    "patient": "patient with two identifiers and place", "components": "components with lot and expiry",
    "auxiliary": "auxiliary texts and container statement", "alerts": "alerts", "bands": "bands across the top",
    "site": "who made it and whom to call", "made_by": "who made it", "checked_by": "who checked it",
    "printed": "copy and reprint", "order_version": "order version", "measured": "measured amount",
}  # fmt: skip
"""First part of a field's path -> the row that it belongs to, in words."""
CODES = {
    "field_not_printed": "the whole text, as it is in the document", "does_not_fit": "everything inside the page",
    "too_small": "a legible size", "not_legible": "black on white", "barcode": "a code that a scanner reads",
}  # fmt: skip


NEVER = "too much for this paper, with the program's own template too"


@dataclass(frozen=True)
class Trial:
    """What came of it."""

    printed: tuple[str, ...]
    """`everything on bag, 4 x 6 in: 3f9a…`: document, paper and the digest of the print."""
    faults: tuple[DataFault, ...]


def tried(printer: Printer, kind: str, html: str, css: str, own: Iterable[Page] = ()) -> Trial:
    """Print every made-up document of the kind on every paper. One fault for each paper on which one cannot.

    Raises RendererFailed when the layout process died for a reason of its own; try again.
    """
    made = changed_template(kind, html, css)
    printed: list[str] = []
    faults: dict[str, DataFault] = {}
    for name, snapshot in samples(kind).items():
        for paper in papers(kind, tuple(own)):
            if paper.name in faults:
                continue
            if _HOLDS.get((kind, name, paper)) is False:
                printed.append(f"{name} on {paper.name}: {NEVER}")
                continue
            try:
                document = printer.render(kind, snapshot, paper, made)
            except PrintRefused as refused:
                if _packaged_prints(printer, kind, name, snapshot, paper):
                    faults[paper.name] = _fault(name, paper, refused)
                else:
                    printed.append(f"{name} on {paper.name}: {NEVER}")
            else:
                printed.append(f"{name} on {paper.name}: {document.pdf_digest}")
    return Trial(tuple(printed), tuple(faults.values()))


_HOLDS: dict[tuple[str, str, Page], bool] = {}
"""What is known of a kind, a made-up document and a paper: the packaged template is the same as long as the program runs."""


def _packaged_prints(printer: Printer, kind: str, name: str, snapshot: Mapping[str, Any], paper: Page) -> bool:
    """Whether the paper holds such a document at all: six components never fit on a syringe's flag."""
    asked = kind, name, paper
    if asked not in _HOLDS:
        try:
            printer.render(kind, snapshot, paper, template(kind))
        except PrintRefused:
            _HOLDS[asked] = False
        else:
            _HOLDS[asked] = True
    return _HOLDS[asked]


def row_words(path: str) -> str:
    """The row that a field belongs to: `beyond-use time and storage (beyond_use.at)`."""
    first = path.partition(".")[0]
    return f"{ROWS[first]} ({path})" if first in ROWS else path


def _fault(name: str, paper: Page, refused: PrintRefused) -> DataFault:
    missing = "missing: " if refused.code == "field_not_printed" else ""
    expected = CODES.get(refused.code, refused.expected)
    return DataFault(
        f"{name}, {paper.name}", missing + row_words(refused.field), refused.found, f"{expected}: {refused.expected}"
    )


__all__ = ["RendererFailed", "Trial", "row_words", "tried"]
