"""The finished solution: osmolarity, final percent, charges, calcium to phosphorus, aluminium and weight."""

from collections.abc import Iterable, Mapping

from gmpy2 import mpq

from calculations.arithmetic import total
from calculations.errors import CannotCompute
from calculations.formula import Number, above, any_number, each, formula
from calculations.nutrition.amounts import Amount, in_mmol
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.figures import Figures
from calculations.nutrition.fixed_sources import strength_of
from calculations.nutrition.fluid import final_percent
from calculations.nutrition.osmolarity import osmolality_neonatal
from calculations.nutrition.product import CATIONS, IONS, Role, SourceProduct
from calculations.nutrition.ratios import (
    calcium_to_phosphorus_by_amount,
    calcium_to_phosphorus_by_mass,
    charge_balance,
)
from calculations.nutrition.refusals import UnknownConstituent
from calculations.quantity import Quantity
from calculations.substance_table import substance
from calculations.substances import convert, mass_from_mmol

_WATER = Quantity(0, "mOsm/mL")
_NEWBORN = ("preterm", "term")


@formula(
    id="nutrition.bag.mass", version=1, statement="mass = sum over all sources of drawn volume × density",
    source="Definition of density; volumes assumed additive",
    inputs={"volumes": each("mL"), "densities": each("g/mL")}, gives="g", substances="any",
)  # fmt: skip
def _mass(volumes: Number, densities: Number) -> Number:
    return total(volume * density for volume, density in zip(volumes, densities, strict=True))


@formula(
    id="nutrition.bag.cations_per_litre", version=1, statement="cations = sum of mEq ÷ volume to infuse",
    source="Definition of a concentration", inputs={"cations": each("mEq"), "volume": "L"}, gives="mEq/L",
    valid={"cations": any_number()}, substances="any",
)  # fmt: skip
def _cations(cations: Number, volume: Number) -> Number:
    return total(cations) / volume


@formula(
    id="nutrition.bag.phosphate_charge", version=1, statement="phosphate in mEq = mmol × the product's own charge",
    source="The product's label: cation for each mmol of phosphate", inputs={"phosphate": "mmol", "charge": "mEq/mmol"},
    gives="mEq", substances="any",
)  # fmt: skip
def _phosphate_charge(phosphate: Number, charge: Number) -> Number:
    return phosphate * charge


@formula(
    id="nutrition.bag.osmolarity", version=1,
    statement="osmolarity = sum over all products of volume × mOsm per mL ÷ volume to infuse",
    source="The products' labels, or the estimate that the figure names",
    inputs={"volumes": each("mL"), "osmolarities": each("mOsm/mL"), "infused": "L"}, valid={"infused": above(0)},
    gives="mOsm/L", substances="any",
)  # fmt: skip
def bag_osmolarity(volumes: Number, osmolarities: Number, infused: Number) -> Number:
    """mOsm/L of the bag."""
    return total(volume * each_ml for volume, each_ml in zip(volumes, osmolarities, strict=True)) / infused


@formula(
    id="nutrition.bag.aluminium", version=1,
    statement="aluminium = sum over all products of volume × mcg per litre ÷ 1 day ÷ dosing weight",
    source="21 CFR 201.323: the label tells the maximum at expiry in mcg/L",
    inputs={"volumes": each("L"), "contents": each("mcg/L"), "weight": "kg_bw"}, constants={"one_day": "1 day"},
    valid={"weight": above(0)}, gives="mcg/kg/day", substances="any",
)  # fmt: skip
def bag_aluminium(volumes: Number, contents: Number, weight: Number, one_day: Number) -> Number:
    """mcg/kg/day."""
    return total(volume * content for volume, content in zip(volumes, contents, strict=True)) / one_day / weight


def add_osmolarity(bag: Bag, amounts: Mapping[str, Amount], figures: Figures) -> None:
    """mOsm/L of the bag by the labels; where a label tells none, estimated by the profile's figures and marked."""
    estimated = [line.product.display for line in bag.lines if _estimates(line.product)]
    note = f"estimate for {', '.join(estimated)}" if estimated else "by the products' labels"
    figures.add("osmolarity", lambda: _bag_osmolarity(bag), note,
                estimate=bool(estimated))  # fmt: skip
    if bag.order.kind == "2-in-1" and bag.order.population in _NEWBORN and "dextrose" in amounts:
        figures.add("osmolality", lambda: _osmolality(bag, amounts),
                    "regression for neonatal 2-in-1 solutions; never held against mOsm/L", estimate=True)  # fmt: skip


def _estimates(product: SourceProduct) -> bool:
    return product.osmolarity is None and product.role is not Role.WATER


def _bag_osmolarity(bag: Bag) -> Quantity:
    strengths = [_osmolarity_of(bag, line.product) for line in bag.lines]
    return bag_osmolarity(volumes=[line.reaching for line in bag.lines], osmolarities=strengths, infused=bag.volume)


def _osmolarity_of(bag: Bag, product: SourceProduct) -> Quantity:
    """mOsm/mL by the label, else by the profile's figures; `UnknownConstituent` where these lack something."""
    if product.role is Role.WATER:
        return _WATER
    if product.osmolarity is not None:
        return product.osmolarity
    rates = bag.profile.osmoles
    found = _WATER
    for name in (*product.nutrients, *product.ions):
        strength = strength_of(product, name)
        if strength is None or not strength.number or name in (product.salt, "nitrogen"):
            continue
        rate = rates.get("ions" if name in product.ions and name not in rates and name != "phosphate" else name)
        if rate is None:
            raise UnknownConstituent("osmolarity", product.display)
        found = found + (strength * rate.named(strength.of)).to("mOsm/mL").named(None)
    return found


def _osmolality(bag: Bag, amounts: Mapping[str, Amount]) -> Quantity:
    litre = bag.volume.to("L")
    needed = {name: amounts.get(name) for name in ("amino_acids", "dextrose", "sodium", "phosphate")}
    if missing := [name for name, amount in needed.items() if amount is None]:
        raise CannotCompute("outside_equation", "osmolality", f"the equation needs {', '.join(missing)}.")
    held = {name: amount.bag for name, amount in needed.items() if amount is not None}
    phosphorus = mass_from_mmol(amount=held["phosphate"], molar_mass=_molar_mass("phosphorus"))
    return osmolality_neonatal(
        amino_acids=(held["amino_acids"] / litre).to("g/L"),
        glucose=(held["dextrose"] / litre).to("g/L"),
        sodium=Quantity(held["sodium"].number / litre.number, "mmol/L"),
        phosphorus=phosphorus / litre,
    )


def add_solution(bag: Bag, amounts: Mapping[str, Amount], figures: Figures) -> None:
    """Final percent, cation sums, balance of the added salts, calcium to phosphorus, aluminium, weight."""
    for name in ("amino_acids", "dextrose", "lipid"):
        if name in amounts:
            held = amounts[name].bag
            figures.add(f"{name.replace('_', ' ')} percent", lambda held=held: final_percent(held, bag.volume))  # type: ignore[misc]
    for title, names in (
        ("monovalent cations", ("sodium", "potassium")),
        ("divalent cations", ("calcium", "magnesium")),
    ):
        cations = [amounts[name].bag for name in names if name in amounts]
        if any(f"{name} per litre" in figures.missing for name in names):
            figures.missing[title] = next(
                figures.missing[f"{n} per litre"] for n in names if f"{n} per litre" in figures.missing
            )
        elif cations:
            figures.add(title, lambda cations=cations: _cations(cations=cations, volume=bag.volume))  # type: ignore[misc]
    figures.add("balance of added salts", lambda: balance_of_added_salts(bag.lines),
                "cations less anions; amino acids carry their own charges and are left out")  # fmt: skip
    _add_calcium_phosphorus(amounts, figures)
    _add_aluminium(bag, figures)
    figures.add("expected mass", lambda: mass_of(bag.lines))
    if bag.lipid is not None:
        lipid = bag.lipid
        figures.add("lipid expected mass", lambda: mass_of([lipid]))


def balance_of_added_salts(lines: Iterable[Line]) -> Quantity:
    """mEq by which the cations of the added salts exceed their anions; zero where the labels are whole.

    Raises `UnknownConstituent` where a label does not tell an ion.
    """
    cations, anions = [Quantity(0, "mEq")], [Quantity(0, "mEq")]
    for line in lines:
        if not line.added_salt:
            continue
        for ion in (*line.product.ions, *(name for name in line.product.unknown if name in IONS)):
            amount = strength_of(line.product, ion)
            if amount is None:
                continue
            held = amount * line.reaching
            if ion == "phosphate":
                held = _phosphate_charge(phosphate=held, charge=_charge(line.product))
            (cations if ion in CATIONS else anions).append(held.named(None).to("mEq"))
    return charge_balance(cations, anions)


def _charge(product: SourceProduct) -> Quantity:
    return Quantity(product.phosphate_charge if product.phosphate_charge is not None else mpq(0), "mEq/mmol")


def _add_calcium_phosphorus(amounts: Mapping[str, Amount], figures: Figures) -> None:
    if "calcium" not in amounts or "phosphate" not in amounts or not amounts["phosphate"].intake.number:
        return
    calcium, phosphorus = amounts["calcium"], amounts["phosphate"].bag
    element = substance("calcium", "element")
    figures.add(
        "calcium to phosphorus by amount",
        lambda: calcium_to_phosphorus_by_amount(in_mmol("calcium", calcium.bag), phosphorus),
    )
    figures.add(
        "calcium to phosphorus by mass",
        lambda: calcium_to_phosphorus_by_mass(
            convert(calcium.bag.named(element.tag), element, "mg"),
            mass_from_mmol(amount=phosphorus, molar_mass=_molar_mass("phosphorus")),
        ),
    )


def _molar_mass(element: str) -> Quantity:
    found = substance(element, "element").molar_mass
    if found is None:
        raise CannotCompute("no_molar_mass", element, "its molar mass is missing.")
    return Quantity(found.amount_in("g/mol"), "mg/mmol")


def _add_aluminium(bag: Bag, figures: Figures) -> None:
    """By the labels' highest figures; a product without one makes the sum a lower bound that names it."""
    told = [line for line in bag.everything if line.product.aluminium is not None and line.product.tells("aluminium")]
    silent = [line.product.display for line in bag.everything if line not in told]
    name = "aluminium per kg per day"
    if not told:
        figures.missing[name] = UnknownConstituent("aluminium", ", ".join(silent))
        return
    note = f"at least this: {_some(silent, len(told))}" if silent else "by the labels' highest figures"
    contents = [line.product.aluminium for line in told if line.product.aluminium is not None]
    volumes = [line.reaching for line in told]
    figures.add(
        name,
        lambda: bag_aluminium(volumes=volumes, contents=contents, weight=bag.order.dosing_weight),
        note,
        complete=not silent,
    )


_NAMED = 3
"""Products named in a note; the page of the nutrition set lists what every label tells."""


def _some(silent: list[str], told: int) -> str:
    """How many products have no figure, the first of them by name."""
    more = len(silent) - _NAMED
    names = ", ".join(silent[:_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{len(silent)} of {len(silent) + told} products have no figure ({names})"


def mass_of(lines: Iterable[Line]) -> Quantity:
    """The weight (g) of the drawn volumes; `UnknownConstituent` names the products without a density."""
    return mass_of_parts((line.product.display, line.drawn, line.product.density) for line in lines)


def mass_of_parts(parts: Iterable[tuple[str, Quantity, Quantity | None]]) -> Quantity:
    """The weight (g) of volumes, each with its name and density; `UnknownConstituent` names those without one."""
    used = list(parts)
    silent = [name for name, _, density in used if density is None]
    if silent:
        raise UnknownConstituent("density", ", ".join(dict.fromkeys(silent)))
    densities = [density for _, _, density in used if density is not None]
    return _mass(volumes=[volume for _, volume, _ in used], densities=densities)
