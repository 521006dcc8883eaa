"""A case as one day's bag: every amount as the bag's own, so that any basis can be asked for.

What a case does not give (weight, volume) may be anything: the bag is worked out with two different trial values, and
only a figure on which both agree is an answer. So an order per kg gives figures per kg without a weight, and a fluid
per litre gives figures per litre without a volume, and nothing else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from calculations.errors import CannotCompute
from calculations.nutrition import fluid, lipid
from calculations.quantity import Quantity
from calculations.substances import Substance
from calculations.units import Unit
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.clinical import WEIGHT_NAMES, body_weight
from tests.conformance.nutrition import conventions
from tests.conformance.nutrition.additions import Additions, brought, ions_in
from tests.conformance.nutrition.amounts import as_mmol, is_concentration, measures
from tests.conformance.nutrition.names import CARBOHYDRATE, LIPID, Nutrient, Salt, nutrient
from tests.conformance.nutrition.stocks import stock_names
from tests.conformance.quantities import case_unit, number, read

TRIALS = ((Fraction(3), Fraction(1100)), (Fraction(7), Fraction(1900)))
"""Weight in kg and volume in mL that stand in for what is not given."""

VOLUME_NAMES = {
    "volume", "total", "bag", "total_volume", "bag_volume", "final_volume", "pn_volume", "volume_total", "fluid",
    "pn_fluid",
}  # fmt: skip
TIME_NAMES = {"time", "hours", "duration", "infusion_time", "over", "cycle", "period", "infusion_hours", "cycle_time"}
RATE_NAMES = {"rate", "pump_rate", "infusion_rate", "pn_rate"}
FLUID_NAMES = {"total_fluid", "total_fluids", "fluid_allowance", "fluids"}
GLUCOSE_RATES = {"gir", "glucose_infusion_rate"}
_AS_COUNTED = Nutrient(CARBOHYDRATE, None, "", european=False, stock=False)
MOLECULES = {
    "mannitol": "C6H14O6", "sorbitol": "C6H14O6", "xylitol": "C5H12O5", "glycerol": "C3H8O3", "glycerin": "C3H8O3",
    "glycine": "C2H5NO2", "urea": "CH4N2O", "fructose": "C6H12O6",
}  # fmt: skip
"""Substances that stay one particle."""
ENERGY_NAMES = {
    "energy", "energy_goal", "kcal", "calories", "goal", "total_energy", "total_kcal", "total_calories", "energy_total",
}  # fmt: skip
ELECTROLYTES = {"electrolytes", "ions"}
OTHER_FLUIDS = {
    "feed", "feeds", "enteral", "enteral_feeds", "enteral_volume", "flush", "flushes", "drip", "drips", "medications",
    "meds", "medication_fluid", "other_fluids", "other_fluid", "lines", "carrier", "iv_medications",
    "non_nutritional_lines",
}  # fmt: skip
"""What takes its share of a fluid allowance beside the bag."""
NITROGEN = {"nitrogen", "n"}
_DAY = Quantity(1, "day")
_LINE = re.compile(r"(?P<line>[a-z]+)_(?P<what>rate|fluid)")
_WHOLE_DAY = Quantity(24, "h")


@dataclass(frozen=True)
class GivenNutrient:
    """One input that tells of a macronutrient."""

    told: Nutrient
    amount: Quantity


class Bag:
    """The inputs of a case, sorted; see the module."""

    def __init__(self, case: Case, trial: int) -> None:
        self.case = case
        self.trial = trial
        trial_weight, trial_volume = TRIALS[trial]
        self._trial_volume = Quantity(trial_volume, "mL")
        weight = body_weight(case)
        self.weight = Quantity(trial_weight, "kg_bw") if weight is None else weight
        self.nutrients: dict[str, list[GivenNutrient]] = {}
        self.additions = Additions(case)
        self.salts, self.ions, self.added = self.additions.salts, self.additions.ions, self.additions.added
        self.molecules: list[tuple[str, Quantity]] = []
        self.plain: dict[str, Quantity] = {}
        self.texts: dict[str, str] = {}
        self._stocks = stock_names(case)
        for name, data in case.inputs.items():
            self._sort(name, data)
        if (self.nutrients or self.plain) and any(one.number < 0 for one in self.additions.amounts()):
            raise CannotAnswer("an amount is below zero: only the difference between two fluids may be")
        hours = self._first(TIME_NAMES)
        self.hours_are_told = hours is not None
        self.hours = _WHOLE_DAY if hours is None else hours

    def _sort(self, name: str, data: Any) -> None:
        if name.lower() in WEIGHT_NAMES or (name in self._stocks and nutrient(name) is None):
            return
        if not isinstance(data, dict):
            self.texts[name.lower()] = str(data)
            return
        if data.get("unit") in ("1", "a"):
            self.texts[name.lower()] = str(data["value"])
            return
        told = nutrient(name)
        try:
            amount = read(data)
        except UnknownUnit:
            if told is not None or self.additions.knows(name):
                raise
            self.texts[name.lower()] = f"{data['value']} {data['unit']}"
            return
        if amount.number < 0 and (told is not None or not self.additions.knows(name)):
            raise CannotAnswer(f"{name} is below zero")
        if name.lower() in GLUCOSE_RATES:
            told, amount = _AS_COUNTED, amount / (conventions.anhydrous_factor(self.case) or 1)
        if name.lower() in RATE_NAMES | VOLUME_NAMES | TIME_NAMES | FLUID_NAMES | ENERGY_NAMES | ELECTROLYTES:
            self.plain[name.lower()] = amount
        elif name.lower() in MOLECULES:
            self.molecules.append((MOLECULES[name.lower()], amount))
        elif told is not None:
            self.nutrients.setdefault(told.kind, []).append(GivenNutrient(told, amount))
        elif not self.additions.take(name, amount):
            self.plain[name.lower()] = amount

    def _first(self, names: Iterable[str]) -> Quantity | None:
        return next((self.plain[name] for name in self.plain if name in names), None)

    def whole(self, amount: Quantity, volume: Quantity | None = None) -> Quantity:
        """An amount on whichever basis as the bag's own (the bag of one day)."""
        powers = dict(amount.unit.dimension.powers)
        if powers.get("body weight") == -1:
            amount = amount * self.weight
        if powers.get("volume") == -1:
            amount = amount * (self.volume() if volume is None else volume)
        if powers.get("time") == -1:
            amount = amount * (_DAY if ("day", -1) in amount.unit.terms else self.hours)
        return amount

    def as_asked(self, amount: Quantity, measure: Unit, volume: Quantity | None = None) -> Quantity:
        """The bag's own amount on the basis of a unit that is asked for."""
        powers = dict(measure.dimension.powers)
        if powers.get("body weight") == -1:
            amount = amount / self.weight
        if powers.get("volume") == -1:
            amount = amount / (self.volume() if volume is None else volume)
        if powers.get("time") == -1:
            amount = amount / (_DAY if ("day", -1) in measure.terms else self.hours)
        return amount

    def volume(self) -> Quantity:
        """The volume (mL) that amino acids, dextrose and salts are in."""
        allowance = self._first(FLUID_NAMES)
        if allowance is not None:
            others = [line.to("mL") / _DAY for line in self.lines().values()]
            if LIPID in self.nutrients:
                others.append(self.stock_volume(LIPID).to("mL") / _DAY)
            beside = [one for name, one in self.plain.items() if name in OTHER_FLUIDS and measures(one, "mL")]
            others += [self.whole(one).to("mL") / _DAY for one in beside]
            return (fluid.pn_volume(self._per_weight(allowance), self.weight, others) * _DAY).to("mL")
        found = self._first(VOLUME_NAMES)
        if found is not None and measures(found, "mL"):
            return self.whole(found).to("mL")
        rate = self._first(RATE_NAMES)
        if rate is not None and measures(rate, "mL"):
            return self.whole(rate).to("mL")
        return self._trial_volume

    def volume_is_told(self) -> bool:
        """Whether the bag's volume follows from the inputs."""
        names = VOLUME_NAMES | RATE_NAMES | FLUID_NAMES
        return any(name in names and measures(one, "mL") for name, one in self.plain.items())

    def volumes_given(self) -> list[Quantity]:
        """Every input that is a volume, over whatever it is over."""
        found = [one for one in self.plain.values() if measures(one, "mL")]
        nutrients = [one.amount for group in self.nutrients.values() for one in group]
        return [*found, *(one for one in nutrients if measures(one, "mL") and not measures(one, "g"))]

    def share_of_energy(self, kind: str) -> Fraction | None:
        """A nutrient that is given as a share of the whole energy: a percent beside an energy and no volume.

        Of several such nutrients the shares must make up the whole; else they may be final concentrations.
        """
        energy = self._first(ENERGY_NAMES)
        if energy is None or not measures(energy, "kcal") or self.volume_is_told():
            return None
        every = [one for group in self.nutrients.values() for one in group if one.amount.unit.name == "%"]
        stocks = [one for one in every if one.told.stock]
        if any(one.told.strength is not None for one in every):
            return None
        every = [one for one in every if not one.told.stock]
        own = [one for one in self.given(kind) if one in every]
        if len(own) != 1 or len([one for one in self.given(kind) if one not in stocks]) != 1:
            return None
        if len(every) > 1 and sum(Fraction(str(one.amount.number)) for one in every) != 100:
            return None
        return Fraction(str(own[0].amount.number)) / 100

    def _per_weight(self, allowance: Quantity) -> Quantity:
        if not measures(allowance, "mL"):
            raise CannotAnswer("the fluid allowance is no volume")
        return self.whole(allowance).to("mL") / _DAY / self.weight

    def lipid_apart(self) -> bool:
        """Whether the lipid runs beside the bag: it takes its share of a fluid allowance."""
        return self._first(FLUID_NAMES) is not None

    def lines(self) -> dict[str, Quantity]:
        """Volume a day (mL) of every other line that has a rate."""
        found = {}
        for name, amount in self.plain.items():
            line = _LINE.fullmatch(name)
            if line and line["what"] == "rate" and name not in RATE_NAMES and measures(amount, "mL"):
                found[line["line"]] = (fluid.daily_volume_of_line(amount) * _DAY).to("mL")
        return found

    def given(self, kind: str) -> list[GivenNutrient]:
        """What is told of a nutrient."""
        return self.nutrients.get(kind, [])

    def strength(self, kind: str) -> Quantity:
        """The strength (g/mL) of the product that brings a nutrient.

        Raises:
            CannotAnswer: nothing tells it.
        """
        named = [one.told.strength for one in self.given(kind) if one.told.strength is not None]
        stock = [one.amount for one in self.given(kind) if one.told.stock]
        stock = stock or [one.amount for one in self.given(kind) if self._is_stock(kind, one)]
        if named:
            return Quantity(named[0], "%").to("g/mL")
        if stock:
            return stock[0].to("g/mL")
        said = conventions.lipid_strength(self.case) if kind == LIPID else None
        if said is None:
            raise CannotAnswer(f"the strength of the {kind} product is not given")
        return Quantity(said, "%").to("g/mL")

    def _is_stock(self, kind: str, one: GivenNutrient) -> bool:
        """A concentration beside a volume, or beside a dose of lipid, is that of the product."""
        if not is_concentration(one.amount):
            return False
        others = [other for other in self.given(kind) if other is not one]
        dosed = any(measures(other.amount, "g") or measures(other.amount, "kcal") for other in others)
        dosed = dosed and (kind == LIPID or not self.volume_is_told())
        return dosed or any(measures(other.amount, "mL") for other in others) or self._listed_volume(kind) is not None

    def _listed_volume(self, kind: str) -> Quantity | None:
        """From volumes in words, `400+400+200 mL`, in the order of the inputs."""
        text = self.texts.get("volumes")
        kinds = list(self.nutrients)
        if text is None or kind not in kinds:
            return None
        amounts, _, measure = text.rpartition(" ")
        parts = [part.strip() for part in amounts.split("+")]
        if len(parts) != len(kinds):
            raise CannotAnswer("the volumes are not one for each nutrient")
        return Quantity(number(parts[kinds.index(kind)]), case_unit(measure)).to("mL")

    def stock_volume(self, kind: str) -> Quantity:
        """The volume (mL) of the product that brings a nutrient."""
        volumes = [
            one.amount for one in self.given(kind) if measures(one.amount, "mL") and not is_concentration(one.amount)
        ]
        if volumes:
            return self.whole(volumes[0]).to("mL")
        listed = self._listed_volume(kind)
        return lipid.lipid_volume(self.mass(kind), self.strength(kind)) if listed is None else listed

    def has_volume(self, kind: str) -> bool:
        """Whether a volume of the product is given."""
        return self._listed_volume(kind) is not None or any(
            measures(one.amount, "mL") and not is_concentration(one.amount) for one in self.given(kind)
        )

    def mass(self, kind: str) -> Quantity:
        """The mass (g) of a nutrient in the bag, in the form in which it is given.

        Raises:
            CannotAnswer: the inputs do not tell it.
        """
        doses = [
            one.amount for one in self.given(kind) if measures(one.amount, "g") and not is_concentration(one.amount)
        ]
        if len(doses) > 1:
            raise CannotAnswer(f"{kind} is given twice")
        if doses:
            return self.whole(doses[0]).to("g")
        energy = self._energy_of(kind)
        if energy is not None:
            told = self.given(kind)[0].told
            per_gram, _ = conventions.kcal_per_gram(
                self.case, kind, european=told.european or told.form == "anhydrous", strength=told.strength
            )
            return energy / Quantity(per_gram, "kcal/g")
        if self.has_volume(kind):
            return lipid.lipid_in_volume(self.stock_volume(kind), self.strength(kind))
        final = [one for one in self.given(kind) if is_concentration(one.amount) and not one.told.stock]
        if len(final) != 1 or final[0].told.strength is not None:
            raise CannotAnswer(f"how much {kind} there is is not given")
        return self.whole(final[0].amount).to("g")

    def _energy_of(self, kind: str) -> Quantity | None:
        """kcal of a nutrient that is given as energy or as a share of it."""
        energies = [one for one in self.given(kind) if measures(one.amount, "kcal")]
        others = [one for one in self.given(kind) if one not in energies and not is_concentration(one.amount)]
        if len(energies) == 1 and not others:
            return self.whole(energies[0].amount)
        share, whole = self.share_of_energy(kind), self._first(ENERGY_NAMES)
        return self.whole(whole) * share if share is not None and whole is not None else None

    def form(self, kind: str) -> Nutrient:
        """What the names tell of the form of a nutrient."""
        told = [one.told for one in self.given(kind)]
        if not told:
            raise CannotAnswer(f"no {kind} is given")
        return next((one for one in told if one.form), told[0])

    def ion_amount(self, name: str, *, only: str | None = None) -> Quantity:
        """mmol of an ion in the bag, from salts and from the ion itself; with `only`, from salts of that counter-ion.

        Raises:
            CannotAnswer: nothing brings it.
        """
        self.additions.refuse_if_not_told(name)
        parts = []
        for _, found, amount in self.salts:
            if name not in ions_in(found):
                continue
            brought = self.brought(found, amount)
            if name in brought and (only is None or only in brought):
                parts.append(self.whole(brought[name]))
        parts += [self.whole(as_mmol(known, amount)) for known, amount in self.ions if known == name and only is None]
        if not parts:
            raise CannotAnswer(f"nothing given brings {name}")
        return Quantity(sum(one.amount_in("mmol") for one in parts), "mmol")

    def brought(self, found: Salt | Substance, amount: Quantity) -> dict[str, Quantity]:
        """Every ion of a given salt in mmol over what the amount is over."""
        return brought(self.case, found, amount)


def read_bag(case: Case, trial: int) -> Bag:
    """The bag of a case; a unit or value that cannot be read is refused as everywhere."""
    try:
        return Bag(case, trial)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
