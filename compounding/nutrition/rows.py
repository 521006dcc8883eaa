"""The rows of an order of parenteral nutrition, worked out: as ordered, in every basis, and from which sources."""

from collections.abc import Iterable

from calculations.nutrition.amounts import in_shown_unit
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.bases import in_all_bases
from calculations.nutrition.order import ELEMENT, Basis, OrderedAmount
from calculations.nutrition.ordered_units import BY_VOLUME
from calculations.nutrition.product import Role, per_ml
from calculations.nutrition.totals import Totals
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.nutrition.plan import Content, NutrientRow

TITLES = {
    "amino_acids": "Amino acids",
    "trace_elements": "Trace elements",
    "ready_bag": "Ready-made bag",
    "calcium": "Calcium, as the ion",
    "levocarnitine": "Levocarnitine",
}
WORKED_OUT = ("chloride", "acetate")
"""Rows that follow from the salts where they are not ordered; nobody may have to look for them."""
_ROLES = {"vitamins": Role.VITAMINS, "trace_elements": Role.TRACE_ELEMENTS, "ready_bag": Role.READY_BAG}


def title_of(row: OrderedAmount) -> str:
    """What the row is called; a salt says that it is the salt."""
    if row.stated_as != ELEMENT:
        return f"{row.stated_as.capitalize()}, as the salt"
    if row.nutrient == "dextrose" and row.amount.unit.name == "mg/kg/min":
        return "Dextrose, as GIR"
    return TITLES.get(row.nutrient, row.nutrient.replace("_", " ").capitalize())


def rows_of(bag: Bag, totals: Totals) -> tuple[NutrientRow, ...]:
    """One row for each ordered amount, in the order of the order; then chloride and acetate where they were not ordered."""
    ordered = [_row(bag, totals, row) for row in bag.order.amounts]
    names = {row.nutrient for row in ordered}
    more = [name for name in WORKED_OUT if name not in names and name in totals.amounts]
    return (*ordered, *(_worked_out(bag, totals, name) for name in more))


def _row(bag: Bag, totals: Totals, row: OrderedAmount) -> NutrientRow:
    lines = _lines_for(bag, row)
    common = {
        "nutrient": row.nutrient,
        "title": title_of(row),
        "ordered": row.amount,
        "basis": row.basis.value,
        "stated_as": row.stated_as,
        "made_of": _made_of(lines),
        "salts": _salts(lines),
        "apart": row.nutrient == "lipid" and bag.lipid is not None,
    }
    name = row.nutrient if row.stated_as == ELEMENT else row.stated_as
    if row.nutrient in BY_VOLUME or name not in totals.amounts:
        volume = lines[0].reaching / Quantity(1, "day") if lines else row.amount
        return NutrientRow(**common, per_day=volume)  # type: ignore[arg-type]
    shown = _given(bag, totals, name, apart=common["apart"] is True)
    return NutrientRow(
        **common,  # type: ignore[arg-type]
        per_day=shown[Basis.PER_DAY],
        per_kg=shown[Basis.PER_KG_DAY],
        per_litre=None if common["apart"] else shown[Basis.PER_LITRE],
    )


def _given(bag: Bag, totals: Totals, name: str, *, apart: bool) -> dict[Basis, Quantity]:
    """What this container alone gives in a day, in every basis; what others beside it give is told apart."""
    amount = totals.amounts[name]
    held = amount.beside if apart else amount.bag
    bases = in_all_bases(held, bag.order.dosing_weight, bag.volume)
    return {basis: in_shown_unit(name, value) for basis, value in bases.items()}


def _worked_out(bag: Bag, totals: Totals, name: str) -> NutrientRow:
    shown = _given(bag, totals, name, apart=False)
    lines = [line for line in bag.lines if name in line.product.ions and line.product.ions[name].number]
    return NutrientRow(
        name,
        name.capitalize(),
        shown[Basis.PER_KG_DAY],
        "worked out",
        ELEMENT,
        shown[Basis.PER_DAY],
        shown[Basis.PER_KG_DAY],
        shown[Basis.PER_LITRE],
        made_of=", ".join(line.product.display for line in lines),
        salts=_salts(lines),
        worked_out=True,
    )


def _lines_for(bag: Bag, row: OrderedAmount) -> list[Line]:
    """The sources that bring what the row orders."""
    if row.nutrient in _ROLES and row.stated_as == ELEMENT:
        return [line for line in bag.lines if line.product.role is _ROLES[row.nutrient]]
    name = row.nutrient if row.stated_as == ELEMENT else row.stated_as
    beside = row.nutrient == "lipid" and bag.lipid is not None
    lines = (bag.lipid,) if beside else bag.lines
    return [one for one in lines if one and (found := one.product.brings(name)) is not None and found.number]


def _made_of(lines: Iterable[Line]) -> str:
    return ", ".join(f"{line.product.display}: {show(line.reaching)}" for line in lines)


def _salts(lines: Iterable[Line]) -> str:
    return ", ".join(dict.fromkeys(line.product.salt for line in lines if line.product.salt))


def contents_of(lines: Iterable[Line]) -> tuple[Content, ...]:
    """What the prepared container holds by the labels: drawn volume × content per mL, of every ion and nutrient."""
    found: dict[str, Quantity] = {}
    for line in lines:
        for name, strength in contents_per_ml(line).items():
            amount = strength * line.drawn
            found[name] = found[name] + amount if name in found else amount
    return tuple(Content(name, amount) for name, amount in found.items())


def contents_per_ml(line: Line) -> dict[str, Quantity]:
    """Ions in mEq/mL (phosphate in mmol/mL) and nutrients, per mL; what is not there is left out."""
    product = line.product
    ions = {ion: per_ml(ion, strength) for ion, strength in product.ions.items()}
    return {name: strength for name, strength in {**ions, **product.nutrients}.items() if strength.number}
