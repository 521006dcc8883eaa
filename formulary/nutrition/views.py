"""What the pages of the nutrition set show: versions, what a version changes, and the few figures worked out from others."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from calculations.nutrition.product import CATIONS
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from formulary.differing.difference import Change, difference
from formulary.nutrition.engine_rules import engine_curve
from formulary.nutrition.loading import PRODUCTS, SINGLE, Texts
from formulary.nutrition.model_products import NutritionProduct, ProductFamily
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import Curve, LimitRow


def set_difference(before: Texts, after: Texts) -> tuple[Change, ...]:
    """Every value that two versions do not share, file by file, in the words of the field."""
    names = {**_display_names(before), **_display_names(after)}
    return tuple(
        change
        for name in dict.fromkeys((*sorted(after), *sorted(before)))
        for change in difference(SINGLE.get(name, ProductFamily), before.get(name, ""), after.get(name, ""), names)
    )


def _display_names(texts: Texts) -> dict[str, str]:
    """Products by the names on their labels."""
    rows = [row for name, text in texts.items() if name.startswith(PRODUCTS) for row in tomllib.loads(text)["products"]]
    return {row["id"]: row["display"] for row in rows}


def charge_worked_out(product: NutritionProduct) -> str:
    """How many mEq of cation come with a mmol of this salt's phosphate, with the working; empty where there is none."""
    charge = product.as_source_product().phosphate_charge
    if charge is None:
        return ""
    cations = " + ".join(f"{show(row.per_ml)} of {row.name}" for row in product.ions if row.name in CATIONS)
    phosphate = next(row for row in product.ions if row.name == "phosphate")
    per_mmol = show_number(charge, 3)
    return f"{per_mmol} mEq of cation for each mmol of phosphate: ({cations}) ÷ {show(phosphate.per_ml)} of phosphate"


def figures_of(product: NutritionProduct) -> Iterator[tuple[str, Quantity | None, object]]:
    """Name, value and source of the figures that are not constituents; a value of None is one that nobody told."""
    for name in ("energy", "osmolarity", "density", "aluminium"):
        yield name, getattr(product, name), getattr(product, f"{name}_source")


def band_words(row: LimitRow) -> str:
    """Whom and which container a limit is for."""
    low, below = row.weight_from, row.weight_below
    weight = ""
    if low is not None:
        weight += f" from {show(low)}"
    if below is not None:
        weight += f" below {show(below)}"
    return ", ".join(row.populations) + weight


@dataclass(frozen=True)
class ReadLimit:
    """What a curve is read as at one of its corners."""

    calcium: Quantity
    phosphate: Quantity
    measured: bool
    """One of the points; else worked out between two of them, on the safe side."""


def read_limits(curve: Curve) -> tuple[ReadLimit, ...]:
    """The line as it is read: its points and the corners between them, by rising calcium."""
    measured = {(point.calcium.number, point.phosphate.number) for point in curve.points}
    return tuple(
        ReadLimit(ca.named(None), phosphate.named(None), (ca.number, phosphate.number) in measured)
        for ca, phosphate in engine_curve(curve).polyline()
    )


def relied_on_for(nutrition: NutritionSet, curve_id: str) -> tuple[str, ...]:
    """Populations that the profile relies on this curve for."""
    return tuple(name for row in nutrition.profile.curves if row.curve == curve_id for name in row.populations)
