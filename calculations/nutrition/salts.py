"""All ions that a mass of salt brings, by molar mass and hydrate: for labels that tell grams of salts.

Where a product's label tells mEq or mmol, those count (calcium gluconate 0.465 mEq/mL, potassium phosphates 4.4 or 4.7
mEq potassium per mL); this is for ready-made bags and fluids, whose texts list salts with their crystal water.

>>> from calculations.substance_table import hydrate
>>> brought = ions_of(Quantity("0.27", "g"), hydrate("calcium chloride", 2))
>>> print(brought["calcium"], "and", brought["chloride"])
1.837 mmol and 3.673 mmol
"""

from collections.abc import Iterable

from calculations.quantity import Quantity
from calculations.substances import Substance, ion_of
from calculations.units import Unit, divide, unit


def ions_of(amount: Quantity, salt: Substance) -> dict[str, Quantity]:
    """Every ion of an amount of salt (mass or mmol, also per mL, L, kg, day) in mmol over the same; each names its ion."""
    target = _mmol_like(amount)
    return {one.name: ion_of(amount, salt, one.name, target) for one in salt.ions}


def total_ions(parts: Iterable[tuple[Quantity, Substance]]) -> dict[str, Quantity]:
    """Every ion of several salts added up, in mmol. Amounts must be over the same (all per bag, or all per litre)."""
    summed: dict[str, Quantity] = {}
    for amount, salt in parts:
        for name, brought in ions_of(amount, salt).items():
            summed[name] = summed[name] + brought if name in summed else brought
    return summed


def _mmol_like(amount: Quantity) -> Unit:
    """mmol over whatever the amount is over."""
    for base in ("mg", "mmol", "mEq"):
        if dict(unit(base).dimension.powers).items() <= dict(amount.unit.dimension.powers).items():
            rest, _ = divide(amount.unit, unit(base))
            return (Quantity(1, "mmol") * Quantity(1, rest)).unit
    return unit("mmol")
