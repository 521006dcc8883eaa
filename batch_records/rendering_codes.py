"""The codes of a page: made once from a field's text, and put on the page as squares.

The layout library would read a drawing's path letter by letter, which took a tenth of a label's time; a code that draws
itself says one rectangle after the other.
"""

import re
from typing import Any

import zxingcpp
from markupsafe import Markup

from batch_records.rendering_marks import MARK, Leaf
from batch_records.rendering_refusals import PrintRefused

_SIDE = re.compile(r'<svg width="(\d+)"')
_PATH = re.compile(r'<path d="((?:M\d+ \d+h\d+v\d+h-\d+Z)+)"')
_RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)")


class Squares:
    """A square code as the layout library wants a picture: it knows its shape and draws itself, black on what is there."""

    def __init__(self, modules: int, rectangles: list[tuple[int, ...]]) -> None:
        self.modules = modules
        """Modules on a side, one of white around the code counted."""
        self.rectangles = rectangles
        """Left, top, width and height of each, in modules."""

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple[None, None, int]:  # noqa: ARG002 - as asked
        """No size of its own, and square."""
        return None, None, 1

    def draw(self, stream: Any, width: float, height: float, style: object) -> None:  # noqa: ARG002 - as asked
        """All rectangles as one shape, square in the middle of its place."""
        module = min(width, height) / self.modules
        side = module * self.modules
        stream.transform(a=module, d=module, e=(width - side) / 2, f=(height - side) / 2)
        stream.set_color_rgb(0, 0, 0)
        for rectangle in self.rectangles:
            stream.rectangle(*rectangle)
        stream.fill()


class Codes:
    """The codes of one document by the address under which its page asks for them."""

    def __init__(self) -> None:
        self.made: dict[str, Squares] = {}

    def datamatrix(self, text: object) -> Markup:
        """A GS1 DataMatrix, square, one module of white around it. ``text`` is a field: ``(91)number``.

        It carries the field's path, so that the checks find which code stands on the page.
        """
        if not isinstance(text, Leaf) or text.path.rpartition(".")[2] != "barcode":
            found = text.path if isinstance(text, Leaf) else type(text).__name__
            raise PrintRefused("barcode", "barcode", found, "a barcode field of the document")
        address = f"closed:/code/{text.path}"
        if address not in self.made:
            self.made[address] = _squares(text.raw)
        modules = self.made[address].modules
        return Markup(f'<img class="dm" {MARK}="{text.path}" data-modules="{modules}" src="{address}">')  # noqa: S704


def _squares(code: str) -> Squares:
    try:
        made = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    except ValueError as error:
        raise PrintRefused("barcode", "barcode", repr(code[:60]), "a GS1 element string") from error
    # The drawing has one module of white around the code and a white ground; only the black rectangles are taken.
    drawing = made.to_svg()
    side, path = _SIDE.search(drawing), _PATH.search(drawing)
    if side is None or path is None:
        raise PrintRefused("barcode", "barcode", repr(code[:60]), "a code that can be drawn")
    return Squares(int(side[1]), [tuple(map(int, found.groups())) for found in _RECTANGLE.finditer(path[1])])
