"""Paper and label stock. The sizes of a site are its data; the usual ones stand here by class of container."""

from decimal import Decimal, InvalidOperation

from batch_records.rendering import Page
from calculations.errors import Fault, Faults

TALL_FROM = Decimal("4.5")
"""Inches of height from which a label has room for a table of components."""

SHEET_FROM = Decimal("7")
"""Inches of width from which stock is a sheet of paper."""


def _inches(field: str, text: str, faults: list[Fault]) -> Decimal:
    try:
        length = Decimal(text)
    except InvalidOperation:
        length = Decimal("NaN")
    if not length.is_finite() or not 0 <= length <= 20:
        faults.append(Fault(field, text, "inches from 0 to 20, written like 4 or 0.13"))
        return Decimal(0)
    return length


def stock(name: str, width: str, height: str, margin: str, fold: str = "") -> Page:
    """Stock as a site has it. ``fold``: inches from the left edge to the fold of a flag label, empty without one.

    Whether a document fits is decided when it is laid out: what does not fit is refused. Raises Faults for sizes that
    are no sizes.
    """
    faults: list[Fault] = []
    wide, high, edge = (_inches(f, t, faults) for f, t in (("width", width), ("height", height), ("margin", margin)))
    bend = _inches("fold", fold, faults) if fold else None
    if not faults and not (edge * 2 < wide and edge * 2 < high):
        faults.append(Fault("margin", margin, "margins that leave room to print on"))
    if not faults and bend is not None and not edge < bend < wide - edge:
        faults.append(Fault("fold", fold, "a fold between the margins"))
    if faults:
        raise Faults(faults)
    if bend is not None:
        layout = "flag"
    elif wide >= SHEET_FROM:
        layout = "sheet"
    else:
        layout = "tall" if high >= TALL_FROM else "wide"
    return Page(name, width, height, margin, layout, fold)


BAG = stock("bag, 4 x 6 in", "4", "6", "0.13")
MINIBAG = stock("minibag, 4 x 3 in", "4", "3", "0.1")
SYRINGE = stock("syringe, 4 x 2 in, folded", "4", "2", "0.1", "2.9")
LETTER = stock("Letter", "8.5", "11", "0.55")
A4 = stock("A4", "8.27", "11.69", "0.55")
