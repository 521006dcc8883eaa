"""Amino acids, carbohydrate and lipid of a bag: grams, energy, volumes, shares and rates."""

import re

from calculations.nutrition import energy as energies
from calculations.nutrition import glucose as glucoses
from calculations.nutrition import lipid as lipids
from calculations.nutrition import nitrogen as nitrogens
from calculations.nutrition.fluid import final_percent
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition import conventions
from tests.conformance.nutrition.amounts import measures
from tests.conformance.nutrition.bag import ENERGY_NAMES, TIME_NAMES, Bag
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE, LIPID, nutrient
from tests.conformance.quantities import number

TAPERS = {"taper", "taper_up", "taper_down"}
_AGE = re.compile(r"age|dol$|of_life|pma|gestation")
KINDS = (AMINO_ACIDS, CARBOHYDRATE, LIPID)
SUBJECTS = (
    (
        AMINO_ACIDS,
        re.compile(
            r"^(amino_acids?|aa\d*|protein|(?:trophamine|travasol|clinisol|prosol|aminosyn|premasol)\d*)(?=_|$)"
        ),
    ),
    (CARBOHYDRATE, re.compile(r"^(dextrose\d*|glucose\d*|carbohydrates?|carbs?|cho|d\d+w?)(?=_|$)")),
    (LIPID, re.compile(r"^(lipids?\d*|fat|ile?\d*|intralipid\d*|smoflipid\d*|l\d+)(?=_|$)")),
)
DRAWN = re.compile(r"_in_(\d+)(?:_?ml)?$")
NONPROTEIN = {
    "nonprotein_energy",
    "npc",
    "nonprotein_kcal",
    "non_protein_energy",
    "nonprotein_calories",
    "npe",
    "non_protein_kcal",
    "non_protein_calories",
}


def energy_of(bag: Bag, kind: str, mass: Quantity | None = None) -> Quantity:
    """kcal of a nutrient by the case's convention; of another mass of it where one is handed in."""
    told = bag.form(kind) if bag.given(kind) else None
    strength = next((one.told.strength for one in bag.given(kind) if one.told.strength is not None), None)
    if strength is None and kind == LIPID:
        strength = conventions.lipid_strength(bag.case)
    if kind == LIPID and strength is None and mass is None and bag.has_volume(kind):
        per_ml = conventions.lipid_energy_per_ml(bag.case)
        if per_ml is not None:
            return bag.stock_volume(kind) * Quantity(per_ml, "kcal/mL")
    european = told is not None and (told.european or told.form == "anhydrous")
    per_gram, counted = conventions.kcal_per_gram(bag.case, kind, european=european, strength=strength)
    held = bag.mass(kind) if mass is None else mass
    if counted == "anhydrous" and told is not None and told.form == "monohydrate":
        held = glucoses.anhydrous_glucose(held)
    factor = Quantity(per_gram, "kcal/g")
    if kind == AMINO_ACIDS:
        return energies.amino_acid_energy(held, factor)
    return (energies.dextrose_energy if kind == CARBOHYDRATE else energies.lipid_energy)(held, factor)


def drawn(bag: Bag) -> dict[str, Quantity]:
    """Volumes of products that the outputs themselves name as taken: `AA_grams_in_1400`."""
    found = {}
    for name in bag.case.outputs:
        taken = DRAWN.search(name.lower())
        kind = next((kind for kind, subject in SUBJECTS if subject.match(name.lower())), None)
        if taken and kind:
            found[kind] = Quantity(number(taken[1]), "mL")
    return found


def goal(bag: Bag) -> Quantity | None:
    """The energy (kcal) that is ordered; None where none is."""
    energies = {name: one for name, one in bag.plain.items() if ("energy", 1) in one.unit.dimension.powers}
    found = next((one for name, one in energies.items() if name in ENERGY_NAMES or name == "total"), None)
    return None if found is None else bag.whole(found)


def total_energy(bag: Bag) -> Quantity:
    """kcal of everything in the bag."""
    taken = drawn(bag)
    kinds = [kind for kind in KINDS if bag.given(kind)]
    if not kinds:
        raise CannotAnswer("no nutrient is given")
    if goal(bag) is not None and any(kind not in taken and not _has_mass(bag, kind) for kind in KINDS):
        raise CannotAnswer("the total depends on how the nutrient that fills up the energy is rounded")
    parts = []
    for kind in kinds:
        mass = lipids.lipid_in_volume(taken[kind], bag.strength(kind)) if kind in taken else None
        parts.append(energy_of(bag, kind, mass))
    return energies.total_energy(parts)


def nonprotein(bag: Bag) -> Quantity:
    """kcal of dextrose and lipid, or as given."""
    for name in bag.plain:
        if name in NONPROTEIN:
            return bag.whole(bag.plain[name])
    parts = [energy_of(bag, kind) for kind in (CARBOHYDRATE, LIPID) if bag.given(kind)]
    whole = goal(bag)
    if not parts and whole is not None and bag.given(AMINO_ACIDS):
        return whole - energy_of(bag, AMINO_ACIDS)
    if not parts:
        raise CannotAnswer("neither dextrose nor lipid is given")
    return energies.total_energy(parts)


def nitrogen(bag: Bag) -> Quantity:
    """Grams of nitrogen: as given, else from the amino acids by the convention."""
    given = next((bag.plain[name] for name in ("nitrogen", "n") if name in bag.plain), None)
    if given is not None:
        return bag.whole(given)
    per_nitrogen = conventions.amino_acids_per_nitrogen(bag.case)
    if per_nitrogen == conventions.NITROGEN:
        return nitrogens.nitrogen_by_factor(bag.mass(AMINO_ACIDS)).named(None)
    return bag.mass(AMINO_ACIDS) / per_nitrogen


def infusion_rate(bag: Bag, *, anhydrous: bool) -> Quantity:
    """Glucose infusion rate; `anhydrous` where the figure's name or the convention says so."""
    refuse_unknown_times(bag, CARBOHYDRATE)
    mass, told = bag.mass(CARBOHYDRATE), bag.form(CARBOHYDRATE)
    factor = conventions.anhydrous_factor(bag.case)
    if told.form == "anhydrous":
        pass
    elif factor is not None:
        mass = mass * factor
    elif anhydrous:
        mass = glucoses.anhydrous_by_ten_elevenths(mass)
    return glucoses.glucose_infusion_rate(mass, bag.weight, bag.hours)


def _has_mass(bag: Bag, kind: str) -> bool:
    try:
        bag.mass(kind)
    except CannotAnswer:
        return False
    return True


def _filled_energy(bag: Bag, kind: str) -> Quantity:
    """The kcal that one nutrient has to bring when the other two and the whole energy are given."""
    whole = goal(bag)
    others = [one for one in KINDS if one != kind]
    if whole is None or not all(_has_mass(bag, one) for one in others) or _has_mass(bag, kind):
        raise CannotAnswer(f"how much {kind} there is is not given")
    rest = whole - energies.total_energy([energy_of(bag, one) for one in others])
    if rest.number < 0:
        raise CannotAnswer("the other nutrients bring more than the whole energy")
    return rest


def mass_of(bag: Bag, kind: str) -> Quantity:
    """Grams of a nutrient, as given, as what fills up the energy that is ordered, or of amino acids from their nitrogen."""
    held = next((bag.plain[name] for name in ("nitrogen", "n") if name in bag.plain), None)
    if kind == AMINO_ACIDS and held is not None and not bag.given(kind):
        return bag.whole(held) * conventions.amino_acids_per_nitrogen(bag.case)
    if _has_mass(bag, kind) or goal(bag) is None:
        return bag.mass(kind)
    per_gram, _ = conventions.kcal_per_gram(bag.case, kind, european=False, strength=None)
    return _filled_energy(bag, kind) / Quantity(per_gram, "kcal/g")


def of_nutrient(bag: Bag, kind: str, what: str, measure: Unit) -> Quantity:
    """A figure of one macronutrient: its grams, energy, volume, rate or share."""
    if (taken := DRAWN.search(f"_{what}")) is not None:
        return bag.as_asked(Quantity(number(taken[1]), "mL") * bag.strength(kind), measure)
    if what in ("energy", "kcal", "calories", "energy_kj", "energy_per_kg", "kcal_per_kg", "kcals", "energy_kcal"):
        return as_energy(bag, energy_of(bag, kind), measure)
    if what == "energy_needed":
        return bag.as_asked(_filled_energy(bag, kind), measure)
    if what in ("percent", "share", "share_of_total", "energy_percent", "energy_share", "share_of_nonprotein",
                "percent_of_energy", "percent_of_nonprotein", "percent_of_total", "percent_kcal", "percent_of_kcal",
                "percent_calories", "percent_of_calories", "kcal_percent", "calorie_percent", "percent_energy",
                "percent_of_total_kcal", "percent_of_total_energy"):  # fmt: skip
        if what == "percent" and goal(bag) is None and bag.volume_is_told():
            if set(bag.nutrients) == {kind}:
                return final_percent(bag.mass(kind), bag.volume())  # of the energy it would be all
            if not any(re.search("kcal|energy|calor", name.lower()) for name in bag.case.outputs):
                raise CannotAnswer("whether the percent of the energy or of the volume is meant is not said")
        whole = nonprotein(bag) if "nonprotein" in what else _whole_energy(bag)
        return energies.energy_share(energy_of(bag, kind), whole)
    if what in ("volume", "volume_exact", "vol", "ml", "needed_volume"):
        return bag.as_asked(_product_volume(bag, kind), measure)
    rate = re.fullmatch(r"(?:infusion_)?rate(?:_(?:over_)?(\d+)_?h)?", what)
    if rate is not None:
        hours = Quantity(number(rate[1]), "h") if rate[1] else _own_hours(bag, kind)
        if "mass" in str(measure.dimension):
            return lipids.lipid_mass_rate(mass_of(bag, kind), bag.weight, hours)
        return lipids.lipid_rate(_product_volume(bag, kind), hours)
    if kind == CARBOHYDRATE and what in ("anhydrous", "from_monohydrate", "monohydrate"):
        return bag.as_asked(_in_form(bag, "monohydrate" if what == "monohydrate" else "anhydrous"), measure)
    if what in ("", "g", "gram", "grams", "mass", "dose", "goal", "needed", "per_kg", "amount", "intake", "load", "total",
                "g_per_kg", "g_per_day", "per_day", "given"):  # fmt: skip
        told = bag.form(kind) if bag.given(kind) else None
        if kind == CARBOHYDRATE and what == "" and told is not None and told.european and told.form == "monohydrate":
            return bag.as_asked(_in_form(bag, "anhydrous"), measure)
        return bag.as_asked(mass_of(bag, kind), measure)
    raise CannotAnswer(f"{kind} {what} is no known figure")


def _own_hours(bag: Bag, kind: str) -> Quantity:
    """Hours over which a nutrient runs by itself (`lipid_hours`, `ILE_infusion_time`), else those of the bag."""
    subject = dict(SUBJECTS)[kind]
    for name, one in bag.plain.items():
        rest = subject.sub("", name) if subject.match(name) else ""
        if rest in ("_hours", "_time", "_infusion_time", "_duration", "_infusion_hours", "_over", "_hang_time"):
            return one
    refuse_unknown_times(bag, kind)
    return bag.hours


def refuse_unknown_times(bag: Bag, kind: str | None = None) -> None:
    """Stop where a time is given of which it is not known what runs so long; a time of another nutrient does not count."""
    for name, one in bag.plain.items():
        if not measures(one, "h") or name in TIME_NAMES | TAPERS or _AGE.search(name):
            continue
        of = next((each for each, subject in SUBJECTS if subject.match(name)), None)
        if of is None or of == kind:
            raise CannotAnswer(f"what the time {name} is is not known")


def _whole_energy(bag: Bag) -> Quantity:
    ordered = goal(bag)
    return total_energy(bag) if ordered is None else ordered


def _product_volume(bag: Bag, kind: str) -> Quantity:
    if bag.has_volume(kind):
        return bag.stock_volume(kind)
    return lipids.lipid_volume(mass_of(bag, kind), bag.strength(kind))


def volume_of_product(bag: Bag, name: str) -> Quantity | None:
    """The volume of a product whose strength stands in the name asked for (`d50_volume`), where another is given."""
    told = nutrient(name)
    if told is None or told.strength is None or not re.search(r"_(?:volume|vol|ml)$", name):
        return None
    if any(one.told.strength in (None, told.strength) for one in bag.given(told.kind)) and bag.has_volume(told.kind):
        return None
    return lipids.lipid_volume(mass_of(bag, told.kind), Quantity(told.strength, "%").to("g/mL"))


def _in_form(bag: Bag, wanted: str) -> Quantity:
    """Carbohydrate in the form that is asked for, from the form that is given."""
    told, factor = bag.form(CARBOHYDRATE), conventions.anhydrous_factor(bag.case)
    given = told.form or ("anhydrous" if told.european else "")
    mass = bag.mass(CARBOHYDRATE)
    if not given and factor is not None:  # the convention speaks of dextrose as the monohydrate
        return mass * factor if wanted == "anhydrous" else mass
    if not given:
        raise CannotAnswer("in which form the dextrose is given is not said")
    if given == wanted:
        return mass
    return glucoses.anhydrous_glucose(mass) if wanted == "anhydrous" else glucoses.dextrose_monohydrate(mass)


def as_energy(bag: Bag, whole: Quantity, measure: Unit) -> Quantity:
    """kcal of the bag in kcal or kJ, on the basis asked for; kJ by the convention's factor."""
    if "kJ" in measure.name:
        if any("printed" in text for _, text in conventions.texts(bag.case)):
            raise CannotAnswer("kJ from a printed kcal: how it was rounded is not given")
        kilojoules = whole.amount_in("kcal") * conventions.kilojoules(bag.case)
        return bag.as_asked(Quantity(kilojoules, "kJ"), measure)
    return bag.as_asked(whole, measure)
