"""Calcium against phosphorus: their ratio by mass or by amount, and the product of their concentrations."""

import re

from calculations.nutrition.ratios import calcium_to_phosphorus_by_amount, calcium_to_phosphorus_by_mass
from calculations.quantity import Quantity
from calculations.substance_table import ATOMIC_MASSES
from calculations.units import unit
from tests.conformance.case import CannotAnswer, Case, Value
from tests.conformance.nutrition import conventions
from tests.conformance.nutrition.amounts import counts_mass, from_mmol, measures
from tests.conformance.nutrition.bag import TRIALS, Bag, read_bag
from tests.conformance.nutrition.names import Salt, ion

_RATIO = re.compile(r"(mg|mcg|g|mmol|mol|umol)/(mg|mcg|g|mmol|mol|umol)")
_PRODUCT = re.compile(
    r"\(?(mmol|mEq)(?:/L)?\s*[*·x.]\s*(mmol|mEq)/L\)?(?:\^?2|/L)?|\(?(mmol)(?:/L\))?(?:\^?2|²)(?:/L(?:\^?2|²))?"
)
_PER_LITRE = unit("mmol/L")


def ratio_or_product(case: Case, text: str, name: str = "") -> Value | None:
    """The figure where the unit asks for a ratio or a product; None where it asks for something else."""
    plainly = text.replace("²", "2").replace("·", "*").replace("×", "*").replace(" ", "").replace("mg:mg", "mg/mg")
    plainly = plainly.replace("meq", "mEq").replace("/l", "/L")
    ratio, product = _RATIO.fullmatch(plainly), _PRODUCT.fullmatch(plainly)
    plain = text in ("1", "ratio") and {ion(one) for one in case.inputs} >= {"calcium", "phosphate"}
    if name and not re.search(r"(?:^|_)(?:ca|calcium|p|phos\w*|product|ratio|mmol\w*|mol\w*)(?:_|$)", name.lower()):
        return None
    if re.search(r"(?:^|_)(?:cl|chloride|ac|acetate)(?:_|$)", name.lower()):
        return None
    if ratio is None and product is None and not plain:
        return None
    found = set()
    for trial in range(len(TRIALS)):
        bag = read_bag(case, trial)
        if product is not None:
            found.add(_product(bag, product[1] or product[3], product[2] or product[3]))
        else:
            found.add(_ratio(bag, ratio, name))
    if len(found) != 1:
        raise CannotAnswer("it depends on a weight or volume that is not given")
    return Value.of(found.pop(), text)


def _ratio(bag: Bag, ratio: re.Match[str] | None, name: str) -> object:
    calcium, phosphate = bag.ion_amount("calcium"), _phosphate(bag)
    by_label = [
        held for _, held, amount in bag.salts if isinstance(held, Salt) and held.waters is None and counts_mass(amount)
    ]
    if by_label and not conventions.says_calcium_gluconate(bag.case):
        raise CannotAnswer(
            "4.6 or 4.65 mEq of calcium in a gram of the gluconate: the ratio hangs on it, and it is not told"
        )
    above, below = (ratio[1], ratio[2]) if ratio else _kind_of_ratio(bag, name)
    by_mass = above.endswith("g")
    if by_mass != below.endswith("g"):
        raise CannotAnswer("a ratio of mass to amount")
    if by_mass:
        masses = [
            Quantity(amount.number * ATOMIC_MASSES[symbol], "mg")
            for amount, symbol in ((calcium, "Ca"), (phosphate, "P"))
        ]
        found = calcium_to_phosphorus_by_mass(*masses)
    else:
        found = calcium_to_phosphorus_by_amount(calcium, phosphate)
    scale = {"umol": "mcmol"}
    return found.number * unit(scale.get(below, below)).factor / unit(scale.get(above, above)).factor


def _kind_of_ratio(bag: Bag, name: str) -> tuple[str, str]:
    """By mass or by amount: as the name says it, else as both are given."""
    given = {counts_mass(amount) for known, amount in bag.ions if known in ("calcium", "phosphate")}
    if "mass" in name or (given == {True} and "mol" not in name):
        return "mg", "mg"
    in_mmol = all(measures(amount, "mmol") for known, amount in bag.ions if known in ("calcium", "phosphate"))
    if "mol" in name or (given == {False} and in_mmol):
        return "mmol", "mmol"
    raise CannotAnswer("whether the ratio is by mass or by amount is not said")


def _product(bag: Bag, calcium_in: str, phosphate_in: str) -> object:
    if phosphate_in == "mEq":
        raise CannotAnswer("mEq of phosphate are not defined")
    calcium = bag.as_asked(bag.ion_amount("calcium"), _PER_LITRE)
    phosphate = bag.as_asked(_phosphate(bag), _PER_LITRE)
    measure = unit(f"{calcium_in}/L")
    return from_mmol("calcium", calcium, measure).amount_in(measure) * phosphate.amount_in(_PER_LITRE)


def _phosphate(bag: Bag) -> Quantity:
    found = []
    for name in ("phosphate", "glycerophosphate"):
        try:
            found.append(bag.ion_amount(name).amount_in("mmol"))
        except CannotAnswer:
            continue
    if not found:
        raise CannotAnswer("no phosphate is given")
    return Quantity(sum(found), "mmol")
