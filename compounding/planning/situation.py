"""All that planning looks at for one order, gathered once: the order, the patient at that moment, the formulary."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calculations import body_size
from calculations.errors import CannotCompute
from calculations.nutrition.order import NutritionOrder
from calculations.quantity import Quantity
from compounding.orders.order import Order
from compounding.orders.patient import Measure, MeasureKind, Patient, day_on_site
from compounding.planning.plan import formulary_route
from formulary.model import Age, AgeUnit, Drug, Formulary, Line, Population, Product, WeightKind


@dataclass(frozen=True)
class NutritionBefore:
    """The patient's order of parenteral nutrition before the one that is planned: mostly yesterday's."""

    order: NutritionOrder
    start: datetime


@dataclass(frozen=True)
class Situation:
    """Frozen input of planning. `at` is the moment of planning, in UTC: the only clock that planning knows.

    `offset_minutes` is how far the site's clock is from UTC at that moment: ages turn at the site's own midnight.
    """

    order: Order
    patient: Patient
    formulary: Formulary
    at: datetime
    offset_minutes: int
    yesterday: NutritionBefore | None = None
    """The patient's order of parenteral nutrition before this one; None where there was none."""
    working: bool = True
    """False where nobody reads how the figures came about, as while an order is typed: the plan then holds none."""

    @property
    def today(self) -> date:
        """The day on the site's calendar."""
        return day_on_site(self.at, self.offset_minutes)

    def drug(self, drug_id: str) -> Drug:
        """The drug of the formulary. Raises CannotCompute when it is not in the released set."""
        try:
            return self.formulary.drug(drug_id)
        except KeyError:
            raise CannotCompute(
                "drug_unknown",
                f"a plan for {drug_id}",
                "this drug is not in the released formulary.",
                "Ask a pharmacist to release it, or to write a one-time formulation with its source.",
            ) from None

    def age_reached(self, age: Age) -> bool:
        """Whether the patient has reached a calendar age on the site's day of planning."""
        return self.today >= birthday(self.patient.birth_date, age)

    def is_a(self, population: str) -> bool:
        """Whether the patient belongs to one of the site's own populations: neonate, child, adult."""
        return self.fits(self.formulary.site.population(population)) is True

    def fits(self, population: Population) -> bool | None:
        """Whether the patient belongs to a population. None when a weight or gestational age is missing to tell."""
        if population.age_from is not None and not self.age_reached(population.age_from):
            return False
        if population.age_below is not None and self.age_reached(population.age_below):
            return False
        weight = self.patient.latest(MeasureKind.ACTUAL_WEIGHT)
        by_weight = _within(None if weight is None else weight.amount, population.weight_from, population.weight_below)
        by_maturity = _within(self.postmenstrual_age, population.postmenstrual_from, population.postmenstrual_below)
        if by_weight is False or by_maturity is False:
            return False
        return None if by_weight is None or by_maturity is None else True

    def may_have(self, drug: Drug, product: Product) -> bool:
        """Whether a product limited to some populations may be used for this patient."""
        bands = product.populations
        return not bands or any(self.fits(self.formulary.population(drug, band)) for band in bands)

    @property
    def postmenstrual_age(self) -> Quantity | None:
        """Gestational age at birth plus age since, in weeks; None when the gestational age is not known."""
        weeks = self.patient.gestational_age_weeks
        if weeks is None:
            return None
        return Quantity(weeks, "week") + Quantity((self.today - self.patient.birth_date).days, "day")

    def measure(self, kind: MeasureKind) -> Measure | None:
        return self.patient.latest(kind)

    @property
    def surface(self) -> Quantity | None:
        """Body surface by Mosteller from the latest actual weight and height; None when one is missing."""
        weight, height = self.measure(MeasureKind.ACTUAL_WEIGHT), self.measure(MeasureKind.HEIGHT)
        if weight is None or height is None:
            return None
        return body_size.bsa_mosteller(weight.amount, height.amount)

    def weight_for(self, kind: WeightKind) -> Quantity | None:
        """The weight that a formulation asks for; None when it was not measured or cannot be worked out."""
        actual, dosing = self.measure(MeasureKind.ACTUAL_WEIGHT), self.measure(MeasureKind.DOSING_WEIGHT)
        birth, height = self.measure(MeasureKind.BIRTH_WEIGHT), self.measure(MeasureKind.HEIGHT)
        if kind is WeightKind.BIRTH:
            return None if birth is None else birth.amount
        if kind is WeightKind.DOSING:
            chosen = dosing or actual
            return None if chosen is None else chosen.amount
        if kind is WeightKind.ACTUAL:
            return None if actual is None else actual.amount
        if actual is None or height is None or self.patient.sex not in ("female", "male"):
            return None
        return _derived_weight(kind, self.patient.sex, actual.amount, height.amount)

    @property
    def line(self) -> Line:
        """The line as judged: a line that was not named counts as peripheral, the stricter of the two."""
        return Line.CENTRAL if self.order.line in ("central", "umbilical") else Line.PERIPHERAL

    @property
    def route(self) -> str:
        """The route in the formulary's words."""
        return formulary_route(self.order.route)


def _derived_weight(kind: WeightKind, sex: str, actual: Quantity, height: Quantity) -> Quantity:
    if kind is WeightKind.IDEAL:
        return body_size.ideal_body_weight(sex, height)
    if kind is WeightKind.ADJUSTED:
        return body_size.adjusted_body_weight(body_size.ideal_body_weight(sex, height), actual)
    return body_size.lean_body_weight(sex, actual, height)


def _within(amount: Quantity | None, low: Quantity | None, below: Quantity | None) -> bool | None:
    if low is None and below is None:
        return True
    if amount is None:
        return None
    return (low is None or amount >= low) and (below is None or amount < below)


def birthday(born: date, age: Age) -> date:
    """The day on which somebody born on `born` reaches a calendar age; 29 February counts as 1 March elsewhere."""
    if age.unit is AgeUnit.DAY:
        return born + timedelta(days=age.number)
    if age.unit is AgeUnit.WEEK:
        return born + timedelta(weeks=age.number)
    months = age.number * (12 if age.unit is AgeUnit.YEAR else 1)
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    if born.day > monthrange(year, month + 1)[1]:
        return date(year, month + 1, monthrange(year, month + 1)[1]) + timedelta(days=1)
    return date(year, month + 1, born.day)
