"""What the day brings of every ion, nutrient and drug, summed over all sources by their labels, in every basis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from calculations.arithmetic import total
from calculations.formula import Number, each, formula
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.bases import in_all_bases, per_day, per_kg_day, per_litre
from calculations.nutrition.figures import Figures
from calculations.nutrition.fixed_sources import brought_by
from calculations.nutrition.order import Basis
from calculations.nutrition.ordered_units import TRACE
from calculations.nutrition.product import CHARGES
from calculations.nutrition.refusals import UnknownConstituent
from calculations.quantity import Quantity
from calculations.substances import mmol_from_meq

_GRAMS = ("amino_acids", "dextrose", "lipid", "nitrogen")
_NOT_CONSTITUENTS = frozenset(("aluminium", "osmolarity", "density", "energy", "nitrogen"))


@formula(
    id="nutrition.bag.intake", version=1, statement="intake = bag + lipid apart + other fluids",
    source="What reaches the patient counts, whichever line brings it", inputs={"parts": each("amount")}, gives="amount",
)  # fmt: skip
def _intake(parts: Number) -> Number:
    return total(parts)


@dataclass(frozen=True, slots=True)
class Amount:
    """One ion, nutrient or drug of the day: mEq for ions, mmol for phosphate, mg for masses."""

    name: str
    bag: Quantity
    """In the infused volume of the bag."""
    beside: Quantity
    """In lipid apart and other fluids."""
    intake: Quantity
    """Both together."""

    @property
    def mmol(self) -> Quantity | None:
        """The bag's amount of an ion in mmol; None for what is no ion."""
        return in_mmol(self.name, self.bag) if self.name in CHARGES else None

    @property
    def meq(self) -> Quantity | None:
        """The bag's amount of an ion in mEq; None for phosphate, whose charge is not fixed, and for what is no ion."""
        return self.bag if CHARGES.get(self.name) is not None else None

    def bases(self, weight: Quantity, bag_volume: Quantity) -> Mapping[Basis, Quantity]:
        """What the bag holds, in every basis (mass in mg)."""
        return in_all_bases(self.bag, weight, bag_volume)

    def mmol_bases(self, weight: Quantity, bag_volume: Quantity) -> Mapping[Basis, Quantity] | None:
        """The same in mmol, for an ion; None for what is no ion."""
        mmol = self.mmol
        return None if mmol is None else in_all_bases(mmol, weight, bag_volume)


def amounts_of(bag: Bag, figures: Figures) -> dict[str, Amount]:
    """Every ion, nutrient and drug that any source brings, by name; figures in each basis are added.

    Per kg and per day is the whole intake, per litre and per bag the bag alone. A constituent that a label does not
    tell is missing with its reason, never zero.
    """
    found: dict[str, Amount] = {}
    for name in _names(bag.everything):
        try:
            found[name] = _amount(bag, name)
        except UnknownConstituent as refusal:
            figures.missing.update({f"{name} {basis}": refusal for basis in Basis})
            continue
        _add_bases(bag, found[name], figures)
    return found


def brought_by_lines(name: str, lines: Iterable[Line]) -> Quantity | None:
    """What the lines bring to the patient of a constituent; None if nothing."""
    return brought_by(name, [(line.product, line.reaching) for line in lines])


def _names(lines: Iterable[Line]) -> list[str]:
    """Names in the order in which the sources bring them; constituents that a label does not tell included."""
    names: dict[str, None] = {}
    for line in lines:
        product = line.product
        names.update(dict.fromkeys(name for name in (*product.ions, *product.nutrients) if name != "nitrogen"))
        names.update(dict.fromkeys(name for name in product.unknown if name not in _NOT_CONSTITUENTS))
    return list(names)


def _amount(bag: Bag, name: str) -> Amount:
    in_bag = brought_by_lines(name, bag.lines)
    parts = [] if in_bag is None else [in_bag]
    apart = brought_by_lines(name, () if bag.lipid is None else (bag.lipid,))
    others = [getattr(other, name) for other in bag.order.others] if name in ("sodium", "dextrose", "lipid") else []
    beside = [] if apart is None else [apart]
    beside += [brought * Quantity(1, "day") for brought in others if brought is not None]
    intake = _intake(parts=[*parts, *beside])
    nothing = Quantity(0, intake.unit, intake.of)
    return Amount(name, in_bag if in_bag is not None else nothing, _intake(parts=beside) if beside else nothing, intake)


def _add_bases(bag: Bag, amount: Amount, figures: Figures) -> None:
    weight, name = bag.order.dosing_weight, amount.name
    shown = {
        Basis.PER_KG_DAY: per_kg_day(amount=amount.intake, weight=weight),
        Basis.PER_DAY: per_day(amount=amount.intake),
        Basis.PER_LITRE: per_litre(amount=amount.bag, volume=bag.volume),
        Basis.PER_BAG: amount.bag,
    }
    for basis, value in shown.items():
        figures.add(f"{name} {basis}", lambda value=value: in_shown_unit(name, value))  # type: ignore[misc]


def in_shown_unit(name: str, value: Quantity) -> Quantity:
    """Grams for what is given in grams, micrograms for trace elements; all else as it is."""
    goal = "g" if name in _GRAMS else "mcg" if name in TRACE else None
    unit_name = value.unit.name
    if goal is None or unit_name.split("/")[0] != "mg":
        return value
    return value.to("/".join([goal, *unit_name.split("/")[1:]]))


def in_mmol(ion: str, amount: Quantity) -> Quantity:
    """mmol of an amount of an ion in mEq, by its charge; phosphate is in mmol already."""
    charge = CHARGES[ion]
    if charge is None:
        return amount
    return mmol_from_meq(equivalents=amount, charge=Quantity(charge, "mEq/mmol")).named(ion)
