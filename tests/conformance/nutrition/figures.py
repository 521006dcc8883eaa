"""The figures of a bag by the names under which whole orders ask for them."""

import re
from collections.abc import Callable
from dataclasses import replace

from calculations.nutrition.fluid import final_percent
from calculations.nutrition.nitrogen import nonprotein_energy_per_nitrogen
from calculations.quantity import Quantity
from calculations.substance_table import molar_mass_of
from calculations.units import Unit, unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition import equations, overfill
from tests.conformance.nutrition.additives import additive, ratio_of_ions, salt_that_brings
from tests.conformance.nutrition.amounts import as_mmol, from_mmol
from tests.conformance.nutrition.bag import Bag
from tests.conformance.nutrition.balance import nitrogen_balance
from tests.conformance.nutrition.lines import of_line
from tests.conformance.nutrition.names import CARBOHYDRATE, Salt, ion
from tests.conformance.nutrition.nutrients import (
    NONPROTEIN,
    SUBJECTS,
    as_energy,
    goal,
    infusion_rate,
    nitrogen,
    nonprotein,
    of_nutrient,
    total_energy,
    volume_of_product,
)
from tests.conformance.nutrition.osmotic import osmolarity
from tests.conformance.nutrition.overfill import PREPARED, WITH_OVERFILL
from tests.conformance.nutrition.stocks import cation_per_phosphate
from tests.conformance.nutrition.whole_bag import (
    chambers,
    macronutrient_volume,
    peak,
    rate,
    sum_of_volumes,
    total_volume,
    water,
    whole_volume,
)
from tests.conformance.quantities import case_unit, number

_FINAL = re.compile(r"^(?:final_(.+)|(.+)_(?:final|concentration|conc))$")
_ION_WORDS = re.compile(
    r"^(?:elemental|total|final)_|_(?:mEq|meq|mmol|umol|mg|mcg|per_kg|per_L|per_l|per_day|per_h|per_hour|total|content|mass|amount|rate|infusion|kg|L|l|d|day|"
    r"concentration|conc|elemental|element|dose|intake|final|given|delivered)$"
)
_TOTALS = {"total_energy", "total", "energy", "energy_kcal", "energy_label", "total_kcal", "kcal", "calories",
           "total_calories", "energy_per_kg", "kcal_per_kg", "energy_total", "energy_kj", "total_energy_kj",
           "total_kcal_per_kg", "total_energy_per_kg", "energy_kcal_per_kg", "calories_per_kg", "total_calories_per_kg",
           "kcal_per_day", "energy_per_day", "total_energy_kcal", "kcal_per_ml", "energy_density", "caloric_density",
           "energy_per_l", "kcal_per_l", "total_kcals", "kcals"}  # fmt: skip
_PER_NITROGEN = re.compile(
    r"^(?:np[ce]_?(?:to_)?n(?:_ratio)?|non_?protein_(?:kcal|energy|calories)_per_g_n(?:itrogen)?)$"
)


def figure(bag: Bag, name: str, unit_text: str) -> Quantity:
    """The figure of this name, on the basis of its unit.

    Raises:
        CannotAnswer: the name is not known, or the inputs do not tell the figure.
    """
    key = _KCAL_FROM.sub(r"\2_energy", name.lower().replace("-", "_").replace(" ", "_").replace(":", "_"))
    measure = measure_of(unit_text)
    drawn_of = WITH_OVERFILL.fullmatch(key)
    if drawn_of is not None or key in PREPARED:
        return _prepared(bag, drawn_of[1] if drawn_of else "", unit_text)
    if overfill.given(bag.case) and _DRAWN_VOLUME.fullmatch(key):
        raise CannotAnswer(f"whether the overfill is in the {name} is not said")
    if _PEAK.match(key) and ("time", -1) in measure.dimension.powers:
        return figure(bag, name.split("_", 1)[1], unit_text) * peak(bag)
    if (of_ion := _ion(bag, name, measure)) is not None:
        return of_ion
    for pattern, answer in _NAMED:
        found = pattern.fullmatch(key)
        if found is not None:
            return answer(bag, measure, found)
    if (of_product := volume_of_product(bag, key)) is not None:
        return bag.as_asked(of_product, measure)
    for kind, subject in SUBJECTS:
        if subject.match(key):
            return of_nutrient(bag, kind, subject.sub("", key).strip("_"), measure)
    for work in (additive, salt_that_brings):
        found_so = work(bag, key if work is additive else name, measure)
        if found_so is not None:
            return found_so
    raise CannotAnswer(f"{name} is no known figure")


def measure_of(text: str) -> Unit:
    """The unit that is asked for; `kcal/g N` is per gram of nitrogen."""
    return case_unit(re.sub(r"/ ?g ?(?:N|nitrogen|of nitrogen)$", "/g", text))


def _ion(bag: Bag, name: str, measure: Unit) -> Quantity | None:
    """An ion's figure, such as Na, Ca_mEq, K_per_kg; None where the name is none."""
    bare = name
    while (shorter := _ION_WORDS.sub("", bare)) != bare:
        bare = shorter
    known = ion(bare)
    if known is None or unit("kcal").dimension is measure.dimension:
        return None
    names = {"phosphate": ("phosphate", "glycerophosphate"), "iron": ("iron", "iron(II)", "iron(III)")}.get(
        known, (known,)
    )
    found, missing = [], None
    for each in names:
        try:
            found.append(bag.ion_amount(each))
        except CannotAnswer as refused:
            missing = missing or refused
    if not found:
        raise missing or CannotAnswer(name)
    whole = Quantity(sum(one.amount_in("mmol") for one in found), "mmol")
    return bag.as_asked(from_mmol(known, whole, measure), measure)


Found = re.Match[str]
_KCAL_FROM = re.compile(r"^(kcal|energy|calories|kcals)_from_([a-z_]+)$")
_PEAK = re.compile(r"(?:max|peak|maximum)_(?!(?:pump_|pn_)?rate$)")
_DRAWN_VOLUME = re.compile(
    r"(?:(?!lipid|fat|ile|pn_|bag_|total_|infused|final)[a-z0-9_]+_(?:volume|vol|ml)|water|sterile_water)"
)


def _prepared(bag: Bag, base: str, unit_text: str) -> Quantity:
    """What is prepared or drawn of a bag with overfill: the infused amount times prepared ÷ infused."""
    infused = whole_volume(bag)
    times = overfill.factor(bag, infused)
    if base in ("", "total", "bag", "volume", "bag_volume", "total_volume", "pn_volume"):
        return bag.as_asked(infused * times, measure_of(unit_text))
    name = re.sub(r"_$", "", base)
    without = replace(bag.case, inputs={key: one for key, one in bag.case.inputs.items() if key not in overfill.NAMES})
    return figure(Bag(without, bag.trial), name, unit_text) * times


def _ratio_of_ions(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return ratio_of_ions(bag, found[1], found[2])


def _basal(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return bag.as_asked(bag.whole(equations.basal_energy(bag.case)), measure)


def _expenditure(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return bag.as_asked(bag.whole(equations.total_energy(bag.case)), measure)


Answer = Callable[[Bag, Unit, Found], Quantity]


def _total(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return as_energy(bag, total_energy(bag), measure)


def _goal(bag: Bag, measure: Unit, found: Found) -> Quantity:
    whole = goal(bag)
    if whole is None:
        raise CannotAnswer("no energy is ordered")
    return bag.as_asked(whole, measure)


def _nonprotein(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return bag.as_asked(nonprotein(bag), measure)


def _per_nitrogen(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return nonprotein_energy_per_nitrogen(nonprotein(bag), nitrogen(bag))


def _nitrogen(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return bag.as_asked(nitrogen(bag), measure)


def _nitrogen_balance(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return bag.as_asked(nitrogen_balance(bag), measure)


def _gir(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return infusion_rate(bag, anhydrous="anhydrous" in found.string)


def _final(bag: Bag, measure: Unit, found: Found) -> Quantity:
    subject = found[1] or found[2]
    for kind, pattern in SUBJECTS:
        if pattern.fullmatch(subject):
            return final_percent(bag.mass(kind), bag.volume())
    of_additive = additive(bag, found.string, measure)
    if of_additive is not None:
        return of_additive
    raise CannotAnswer(f"the final concentration of {subject} is no known figure")


def _osmolarity(bag: Bag, measure: Unit, found: Found) -> Quantity:
    return osmolarity(bag, measure)


def _from_salt(bag: Bag, measure: Unit, found: Found) -> Quantity:
    known, anion = ion(found[1]), ion(found[2])
    if known is None or anion is None:
        raise CannotAnswer(f"{found.string} is no known figure")
    if anion == "phosphate" and (ratio := cation_per_phosphate(bag.case, known)) is not None:
        brought = bag.ion_amount("phosphate") * Quantity(ratio, "mEq/mmol")
        return bag.as_asked(from_mmol(known, as_mmol(known, brought), measure), measure)
    return bag.as_asked(from_mmol(known, bag.ion_amount(known, only=anion), measure), measure)


def _base(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """An amino acid as the base, from its salt."""
    if found[1] in bag.plain:
        dose = additive(bag, found[1], measure)
        if dose is not None:
            return dose
    for _, held, amount in bag.salts:
        if not isinstance(held, Salt) and held.name.split()[0] == found[1] and held.molar_mass is not None:
            share = molar_mass_of(found[1], "base") / held.molar_mass
            return bag.as_asked(bag.whole(amount) * share, measure)
    raise CannotAnswer(f"no salt of {found[1]} is given")


def _insulin(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """From a dose per gram of dextrose, as a quantity or in words, `1 unit per 10 g dextrose`."""
    dose = bag.plain.get("insulin")
    if dose is not None and dose.unit.dimension is unit("units/g").dimension:
        units = dose.amount_in("units/g") * bag.mass(CARBOHYDRATE).amount_in("g")
        return bag.as_asked(Quantity(units, "units", dose.of), measure)
    told = re.search(r"(\d+(?:\.\d+)?) units?(?: per |/)(?:(\d+(?:\.\d+)?) )?g\b", bag.texts.get("insulin", ""))
    if told is None:
        raise CannotAnswer("the dose of insulin is not given")
    per = number(told[2] or "1")
    grams = bag.mass(CARBOHYDRATE).amount_in("g")
    return bag.as_asked(Quantity(number(told[1]) * grams / per, "units", "the drug"), measure)


def _per_kg(measure: Unit) -> bool:
    return ("body weight", -1) in measure.dimension.powers


def _named(words: str) -> re.Pattern[str]:
    return re.compile(words)


_NAMED: tuple[tuple[re.Pattern[str], Answer], ...] = (
    (_named("|".join(_TOTALS)), _total),
    (_named("energy_goal|kcal_goal"), _goal),
    (_named("|".join(NONPROTEIN)), _nonprotein),
    (_PER_NITROGEN, _per_nitrogen),
    (_named("nitrogen|n_g|nitrogen_g"), _nitrogen),
    (_named("gir|gir_anhydrous|glucose_infusion_rate|gir_corrected_anhydrous"), _gir),
    (_FINAL, _final),
    (_named("nitrogen_balance|n_balance|nb"), _nitrogen_balance),
    (_named("osmolarity|osmolarity_estimate|mosm|osmolality|mosm_per_l"), _osmolarity),
    (_named("([a-z]+)_from_([a-z]+)(?<!monohydrate)"), _from_salt),
    (_named("volume_(two|three)_chambers"), chambers),
    (_named("(?:sterile_)?water(?:_volume|_qs|_for_injection|_to_add)?|swfi?(?:_volume)?|qs_water"), water),
    (_named("total_volume|pn_volume|volume|bag_volume|pn_fluid"), total_volume),
    (
        _named("rate|pump_rate|pn_rate|full_rate|cycle_rate|max_rate|hourly_rate|(?:taper|taper_up|taper_down)_rate"),
        rate,
    ),
    (
        _named("(?:total|combined)_(?:rate|fluid|fluids|flow)|sum_of_rates|total_fluid_(?:rate|intake|per_kg)"),
        sum_of_volumes,
    ),
    (_named("macronutrient_volume|macro_volume|total_macronutrient_volume"), macronutrient_volume),
    (_named("(chloride|cl|acetate|ac)_(?:to_)?(acetate|ac|chloride|cl)(?:_ratio)?"), _ratio_of_ions),
    (_named("|".join(sorted(equations.BASAL))), _basal),
    (_named("|".join(sorted(equations.TOTAL))), _expenditure),
    (_named("insulin"), _insulin),
    (_named("(lysine|histidine|arginine|cysteine|ornithine)"), _base),
    (_named("(uac|uvc|drip|line|flush|feeds?|art_line|arterial|carrier|pal)_([a-z]+)"), of_line),
)
