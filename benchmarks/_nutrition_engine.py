"""One preterm order through the whole engine, for ``bench nutrition``: text in, salts allocated, every figure out.

Products and conventions are those of the data files that come with the program.
"""

from collections.abc import Callable

from calculations.nutrition.bag import make_bag
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.totals import Totals, totals_of
from formulary.nutrition.engine import engine_products, engine_profile
from formulary.nutrition.packaged import packaged_nutrition

_ROWS = (
    ("amino_acids", "3 g/kg/day"), ("dextrose", "10 mg/kg/min"), ("lipid", "2.5 g/kg/day"), ("sodium", "3 mEq/kg/day"),
    ("potassium", "2 mEq/kg/day"), ("phosphate", "1 mmol/kg/day"), ("calcium", "2 mEq/kg/day"),
    ("magnesium", "0.3 mEq/kg/day"),
)  # fmt: skip
ORDER = {
    "dosing_weight": "1.2 kg", "population": "preterm", "kind": "2-in-1", "line": "central", "lipid_apart": True,
    "total_fluid": "150 mL/kg/day", "anions": "maximum acetate",
    "amounts": [{"nutrient": name, "amount": amount, "basis": "per kg per day"} for name, amount in _ROWS],
}  # fmt: skip


def engine() -> Callable[[], Totals]:
    """The work to be timed: all figures of the order, from its text."""
    nutrition = packaged_nutrition()
    products = tuple(engine_products(nutrition, "preterm").values())
    conventions = engine_profile(nutrition, "preterm", "2-in-1")
    return lambda: totals_of(make_bag(NutritionOrder.parse(ORDER), products, conventions))
