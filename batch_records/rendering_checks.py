"""Is everything on the page, whole, legible and inside it? Asked of the laid-out boxes, before a PDF is written.

For each document:

1. no more pages than its template allows;
2. every text of the snapshot stands on the page exactly as it is in the snapshot (a template that drops a row, cuts a
   name short or hides a field is refused), except the paths that the template's metadata lists as ``unprinted``,
   and ``also_unprinted`` for a layout;
3. every piece of text lies inside the printable part of the page and inside the boxes around it;
4. no text touches another text or a barcode;
5. nothing is smaller than ``smallest_pt``, a field with its own minimum not smaller than that;
6. text is black on white or white on black, fully opaque, and shown;
7. barcodes are drawn with modules that a common scanner reads.

Lengths here are CSS pixels: 96 in an inch.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from weasyprint.formatting_structure import boxes

from batch_records.rendering_marks import MARK
from batch_records.rendering_refusals import PrintRefused, leaves

PT = 96 / 72
SMALLEST_MODULE = 0.30 * 96 / 25.4
"""0.30 mm: more than two dots of a 203 dpi printer (0.125 mm), above the 0.255 mm of the GS1 general specifications."""

TOUCH = 1.0
"""Pixels by which text may pass an edge or a neighbour: side bearings and rounding, less than the width of a stem."""

INK = 0.2
"""Share of a line's height above and below that carries no ink in ordinary letters."""

BLACK = (0.0, 0.0, 0.0)
WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Rect:
    """A piece of a page, in pixels from its top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: "Rect") -> bool:
        return (
            min(self.right, other.right) - max(self.left, other.left) > TOUCH
            and min(self.bottom, other.bottom) - max(self.top, other.top) > TOUCH
        )


@dataclass(frozen=True)
class Piece:
    """One run of text or one drawing as it lies on a page."""

    page: int
    ink: Rect
    allowed: Rect
    text: str
    field: str
    size_pt: float
    legible: str
    """Empty, or why the eye cannot read it."""
    drawn: bool = False
    modules: int = 0


def check_pages(pages: list[Any], snapshot: Mapping[str, Any], metadata: Mapping[str, Any], layout: str) -> None:
    """Raise PrintRefused with the first reason why this document must not be printed."""
    kind = str(metadata["kind"])
    each = metadata.get("page_for_each")  # a list of the snapshot: one page for each of its items
    most = len(snapshot[each]) if each else int(metadata["most_pages"])
    if most and len(pages) > most:
        raise PrintRefused("does_not_fit", kind, f"{len(pages)} pages", f"at most {most} on this stock")
    pieces = [piece for number, page in enumerate(pages, 1) for piece in pieces_of(page, number)]
    for piece in pieces:
        _check_inside(piece, kind)
        _check_legible(piece, kind, metadata)
    _check_apart(pieces, kind)
    _check_all_printed(pieces, snapshot, [*metadata["unprinted"], *metadata.get("also_unprinted", {}).get(layout, [])])


def _check_inside(piece: Piece, kind: str) -> None:
    ink, room = piece.ink, piece.allowed
    over = max(room.left - ink.left, ink.right - room.right, room.top - ink.top, ink.bottom - room.bottom)
    if over > TOUCH:
        found = f"{piece.text[:40]!r} {over / 96:.2f} in over the edge"
        raise PrintRefused("does_not_fit", piece.field or kind, found, "text inside its box and the page")


def _check_legible(piece: Piece, kind: str, metadata: Mapping[str, Any]) -> None:
    if piece.legible:
        raise PrintRefused("not_legible", piece.field or kind, piece.legible, "black on white or white on black")
    if piece.modules:
        module = (piece.ink.right - piece.ink.left) / piece.modules
        if module < SMALLEST_MODULE:
            raise PrintRefused("barcode", kind, f"modules of {module * 25.4 / 96:.2f} mm", "at least 0.30 mm")
    if piece.drawn:
        return
    smallest = float(metadata["smallest_pt"])
    for pattern, own in metadata.get("smallest", {}).items():
        if fnmatchcase(piece.field, pattern):
            smallest = max(smallest, float(own))
    if piece.size_pt < smallest - 0.01:
        raise PrintRefused("too_small", piece.field or kind, f"{piece.size_pt:g} pt", f"at least {smallest:g} pt")


def _check_apart(pieces: list[Piece], kind: str) -> None:
    """Sweep down each page; only pieces that overlap in height are compared."""
    open_pieces: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: (one.page, one.ink.top)):
        open_pieces = [one for one in open_pieces if one.page == piece.page and one.ink.bottom > piece.ink.top]
        for other in open_pieces:
            if piece.ink.touches(other.ink):
                found = f"{piece.text[:30]!r} over {other.text[:30]!r}"
                raise PrintRefused(
                    "does_not_fit", piece.field or other.field or kind, found, "texts apart from each other"
                )
        open_pieces.append(piece)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _check_all_printed(pieces: list[Piece], snapshot: Mapping[str, Any], unprinted: list[str]) -> None:
    printed: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.field:
            printed.setdefault(piece.field, []).append(piece.text)
    for path, text in leaves(snapshot):
        if not isinstance(text, str) or not text or any(fnmatchcase(path, pattern) for pattern in unprinted):
            continue
        wanted, found = _bare(text), _bare("".join(printed.get(path, [])))
        if not found or found != wanted * (len(found) // len(wanted)):
            raise PrintRefused("field_not_printed", path, repr(found[:60]), repr(text[:60]))


def pieces_of(page: Any, number: int) -> Iterator[Piece]:
    """Every run of text and every drawing of one page, margin boxes included."""
    paper = Rect(0, 0, page.margin_width(), page.margin_height())
    left, top = page.content_box_x(), page.content_box_y()
    inner = Rect(left, top, left + page.width, top + page.height)
    for child in page.children:
        room = paper if isinstance(child, boxes.MarginBox) else inner
        yield from _walk(child, number, room, WHITE, 1.0)


def _walk(box: Any, page: int, room: Rect, behind: tuple[float, ...], opacity: float) -> Iterator[Piece]:
    box = getattr(box, "_box", box)  # a positioned box stands behind a placeholder
    style = box.style
    opacity *= float(style["opacity"])
    if style["transform"]:
        opacity = 0
    background = style["background_color"]
    if background is not None and _alpha(background) > 0:
        behind = _ink(background) if _alpha(background) == 1 else (-1.0,)
    if isinstance(box, boxes.TextBox):
        if box.text.strip():
            yield _text_piece(box, page, room, behind, opacity)
        return
    if isinstance(box, boxes.ReplacedBox):
        yield _drawing(box, page, room)
        return
    if isinstance(box, boxes.BlockContainerBox) and not isinstance(box, boxes.MarginBox):
        x, width = box.border_box_x(), box.border_width()
        room = Rect(max(room.left, x), room.top, min(room.right, x + width), room.bottom)
    children: Iterable[Any] = box.all_children() if hasattr(box, "all_children") else ()
    for child in children:
        yield from _walk(child, page, room, behind, opacity)


def _text_piece(box: Any, page: int, room: Rect, behind: tuple[float, ...], opacity: float) -> Piece:
    style = box.style
    inset = box.height * INK
    ink = Rect(box.position_x, box.position_y + inset, box.position_x + box.width, box.position_y + box.height - inset)
    colour, why = style["color"], ""
    if style["visibility"] != "visible" or opacity < 1:
        why = f"{box.text[:40]!r} hidden, faint or turned"
    elif (_ink(colour), behind) not in ((BLACK, WHITE), (WHITE, BLACK)) or _alpha(colour) < 1:
        why = f"{box.text[:40]!r} in a colour that does not print black on white"
    element = box.element
    field = element.get(MARK, "") if element is not None else ""
    return Piece(page, ink, room, box.text, field, style["font_size"] / PT, why)


def _drawing(box: Any, page: int, room: Rect) -> Piece:
    left, top = box.content_box_x(), box.content_box_y()
    modules = int(box.element.get("data-modules", 0)) if box.element is not None else 0
    what = "barcode" if modules else "drawing"
    return Piece(page, Rect(left, top, left + box.width, top + box.height), room, what, "", 0, "", True, modules)


def _alpha(colour: Any) -> float:
    return float(colour.alpha)


def _ink(colour: Any) -> tuple[float, ...]:
    return tuple(round(float(part), 3) for part in colour.to("srgb").coordinates)
