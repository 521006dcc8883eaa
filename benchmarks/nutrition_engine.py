"""One preterm order through the whole engine, for ``bench nutrition``: text in, salts allocated, every figure out."""

from calculations.nutrition.bag import make_bag
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.totals import Totals, totals_of
from tests.support.made_up_nutrition import PRETERM, PRODUCTS, PROFILE


def engine() -> Totals:
    """All figures of the order."""
    return totals_of(make_bag(NutritionOrder.parse(PRETERM), PRODUCTS, PROFILE))
