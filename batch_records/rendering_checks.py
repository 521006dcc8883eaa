"""Is everything on the page, whole, legible and inside it? Asked of the laid-out boxes, before a PDF is written.

For each document:

1. no more pages than its template allows;
2. every text of the snapshot stands on the page exactly as it is in the snapshot (a template that drops a row, cuts a
   name short or hides a field is refused), except the paths that the template's metadata lists as ``unprinted``,
   and ``also_unprinted`` for a layout;
3. every piece of text lies inside the printable part of the page and inside the boxes around it, also where a box cuts off;
4. no text touches another text or a barcode, nor lies under a box that is painted;
5. nothing is smaller than ``smallest_pt``, a field with its own minimum not smaller than that;
6. text is black on white or white on black, fully opaque, shown, not struck through and not squeezed together;
7. every barcode is there, drawn with modules that a common scanner reads;
8. no figure of the template itself stands right beside a figure of the document.

Lengths here are CSS pixels: 96 in an inch.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase, translate
from functools import cache
from typing import Any, NamedTuple

from markupsafe import escape
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


class Rect(NamedTuple):
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


class Piece(NamedTuple):
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
    paint: int = 0
    """Number of a painted box, for the piece that is that box; 0 for text and drawings."""
    within: tuple[int, ...] = ()
    """Painted boxes that it stands in."""


def check_pages(pages: list[Any], snapshot: Mapping[str, Any], metadata: Mapping[str, Any], layout: str) -> None:
    """Raise PrintRefused with the first reason why this document must not be printed."""
    kind = str(metadata["kind"])
    each = metadata.get("page_for_each")  # a list of the snapshot: one page for each of its items
    most = len(snapshot[each]) if each else int(metadata["most_pages"])
    if most and len(pages) > most:
        raise PrintRefused("does_not_fit", kind, f"{len(pages)} pages", f"at most {most} on this stock")
    found = [piece for number, page in enumerate(pages, 1) for piece in pieces_of(page, number)]
    pieces = [piece for piece in found if not piece.paint]
    for piece in pieces:
        _check_inside(piece, kind)
        _check_legible(piece, kind, metadata)
    _check_apart(found, kind)
    _check_codes(pieces, snapshot, kind)
    _check_all_printed(pieces, snapshot, metadata, layout)


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
            if _apart_by_right(piece, other):
                continue
            if _reads_on(piece, other) or _reads_on(other, piece):
                found = f"{other.text[:30]!r} beside {piece.text[:30]!r}"
                raise PrintRefused("template", piece.field or other.field, found, "no figure of the template beside it")
            if piece.ink.touches(other.ink):
                found = f"{piece.text[:30]!r} over {other.text[:30]!r}"
                raise PrintRefused(
                    "does_not_fit", piece.field or other.field or kind, found, "texts apart from each other"
                )
        open_pieces.append(piece)


def _apart_by_right(one: Piece, other: Piece) -> bool:
    """A painted box may hold others and be held; only what does not stand in it may not lie under or over it."""
    if one.paint or other.paint:
        return bool(one.paint and other.paint) or (one.paint or other.paint) in (*one.within, *other.within)
    return False


def _reads_on(left: Piece, right: Piece) -> bool:
    """Whether a figure of the template runs into one of the document: 1 before 6 mL/h reads 16 mL/h."""
    if bool(left.field) is bool(right.field) or left.drawn or right.drawn:
        return False
    if not (_FIGURE_ENDS.search(left.text) and _FIGURE_BEGINS.match(right.text)):
        return False
    level = min(left.ink.bottom, right.ink.bottom) - max(left.ink.top, right.ink.top)
    gap = right.ink.left - left.ink.right
    return level > 0 and -TOUCH <= gap < min(left.size_pt, right.size_pt) * PT * BESIDE


BESIDE = 0.2
"""Share of the letters' size: less white than this is no space between two words."""
_FIGURE_ENDS = re.compile(r"\d[.,]?$")
_FIGURE_BEGINS = re.compile(r"[.,]?\d")


def _check_codes(pieces: list[Piece], snapshot: Mapping[str, Any], kind: str) -> None:
    """Each barcode of the document is on the page: those of its parts where it has parts with their own, else its own."""
    all_codes = [path for path, _ in leaves(snapshot) if path.rpartition(".")[2] == "barcode"]
    wanted = [path for path in all_codes if "." in path] or all_codes
    drawn = {piece.field for piece in pieces if piece.modules}
    missing = next((path for path in wanted if path not in drawn), None)
    if missing is not None:
        raise PrintRefused("field_not_printed", missing, "nothing", f"the code of {kind}, drawn")


def _bare(text: str) -> str:
    return "".join(text.split())


@cache
def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, patterns)) or "(?!)")


def _to_print(snapshot: Mapping[str, Any], metadata: Mapping[str, Any], layout: str) -> Iterator[tuple[str, str]]:
    """Every text that has to stand on the page, with its path."""
    patterns = (*metadata["unprinted"], *metadata.get("also_unprinted", {}).get(layout, []))
    unprinted = _any_of(patterns)
    for path, text in leaves(snapshot):
        if isinstance(text, str) and text and not unprinted.match(path):
            yield path, text


_MARKED = re.compile(f'{MARK}="([^"]*)"')


def check_marks(html: str, snapshot: Mapping[str, Any], metadata: Mapping[str, Any], layout: str) -> None:
    """Refuse a page in whose markup a field does not even occur, before it is laid out. Whether it is printed is seen after."""
    marks = set(_MARKED.findall(html))  # once: a compounding record has thousands of fields
    for path, text in _to_print(snapshot, metadata, layout):
        if escape(path) not in marks:
            raise PrintRefused("field_not_printed", path, repr(""), repr(text[:60]))


def _check_all_printed(
    pieces: list[Piece], snapshot: Mapping[str, Any], metadata: Mapping[str, Any], layout: str
) -> None:
    printed: dict[str, list[str]] = {}
    for piece in pieces:
        if piece.field and not piece.drawn:
            printed.setdefault(piece.field, []).append(piece.text)
    for path, text in _to_print(snapshot, metadata, layout):
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
        yield from _walk(child, number, _Around(room))


class _Around(NamedTuple):
    """What the boxes around a box make of it."""

    room: Rect
    behind: tuple[float, ...] = WHITE
    opacity: float = 1.0
    painted: tuple[int, ...] = ()


def _walk(box: Any, page: int, around: _Around) -> Iterator[Piece]:
    box = getattr(box, "_box", box)  # a positioned box stands behind a placeholder
    style = box.style
    if style["transform"] or style["clip"]:
        around = around._replace(opacity=0.0)
    elif style["opacity"] < 1:
        around = around._replace(opacity=around.opacity * float(style["opacity"]))
    background = style["background_color"]
    if background is not None and _alpha(background) > 0:
        around = around._replace(behind=_ink(background) if _alpha(background) == 1 else (-1.0,))
        if box.element is not None and box.element.tag not in ("html", "body") and hasattr(box, "border_box_x"):
            yield _painted(box, page, around)
            around = around._replace(painted=(*around.painted, id(box)))
    if isinstance(box, boxes.TextBox):
        if box.text.strip():
            yield _text_piece(box, page, around)
        return
    if isinstance(box, boxes.ReplacedBox):
        yield _drawing(box, page, around)
        return
    if isinstance(box, boxes.BlockContainerBox) and not isinstance(box, boxes.MarginBox):
        around = around._replace(room=_room_in(box, around.room))
    children: Iterable[Any] = box.all_children() if hasattr(box, "all_children") else ()
    for child in children:
        yield from _walk(child, page, around)


def _room_in(box: Any, room: Rect) -> Rect:
    """Where its content may stand: between its sides, and inside it on all four where it cuts off what passes them."""
    x, width = box.border_box_x(), box.border_width()
    top, bottom = room.top, room.bottom
    if box.style["overflow"] != "visible":
        top, bottom = max(top, box.padding_box_y()), min(bottom, box.padding_box_y() + box.padding_height())
    return Rect(max(room.left, x), top, min(room.right, x + width), bottom)


def _painted(box: Any, page: int, around: _Around) -> Piece:
    left, top = box.border_box_x(), box.border_box_y()
    ink = Rect(left, top, left + box.border_width(), top + box.border_height())
    return Piece(page, ink, around.room, "a painted box", "", 0, "", True, 0, id(box), around.painted)


def _text_piece(box: Any, page: int, around: _Around) -> Piece:
    style = box.style
    inset = box.height * INK
    ink = Rect(box.position_x, box.position_y + inset, box.position_x + box.width, box.position_y + box.height - inset)
    colour, why = style["color"], ""
    if style["visibility"] != "visible" or around.opacity < 1:
        why = f"{box.text[:40]!r} hidden, faint or turned"
    elif (_ink(colour), around.behind) not in ((BLACK, WHITE), (WHITE, BLACK)) or _alpha(colour) < 1:
        why = f"{box.text[:40]!r} in a colour that does not print black on white"
    elif "line-through" in style["text_decoration_line"] or _squeezed(style):
        why = f"{box.text[:40]!r} struck through or squeezed together"
    element = box.element
    field = element.get(MARK, "") if element is not None else ""
    return Piece(page, ink, around.room, box.text, field, style["font_size"] / PT, why, within=around.painted)


def _squeezed(style: Any) -> bool:
    """Letters or words closer together than the font has them: a space between figure and unit must stay one."""
    spaces = (style["letter_spacing"], style["word_spacing"])
    return any(not isinstance(space, str) and float(space) < 0 for space in spaces)


def _drawing(box: Any, page: int, around: _Around) -> Piece:
    left, top = box.content_box_x(), box.content_box_y()
    element, why = box.element, ""
    modules = int(element.get("data-modules", 0)) if element is not None else 0
    field = element.get(MARK, "") if modules else ""
    what = "barcode" if modules else "drawing"
    if box.style["visibility"] != "visible" or around.opacity < 1 or (modules and around.behind != WHITE):
        why = f"{what} hidden, faint, turned or not on white"
    side = min(box.width, box.height) if modules else box.width
    ink = Rect(left, top, left + side, top + box.height)
    return Piece(page, ink, around.room, what, field, 0, why, True, modules, within=around.painted)


def _alpha(colour: Any) -> float:
    return float(colour.alpha)


def _ink(colour: Any) -> tuple[float, ...]:
    return tuple(round(float(part), 3) for part in colour.to("srgb").coordinates)
