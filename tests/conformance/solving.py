"""The last step behind the named rules: the one way to multiply and divide what is given into what is wanted.

Every input is used exactly once, upright or inverted. Only the dimensions decide; where two different figures come out,
or none, the inputs do not determine the answer.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import product

from calculations.errors import UnitMismatch
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import WEIGHT_NAMES
from tests.conformance.notation import PER_DAY_NAMES, is_label, readings
from tests.conformance.quantities import DRUG, case_unit

_MOST_INPUTS = 8
_ALWAYS_COUNT = {
    "dilution", "diluent", "diluted_to", "add", "added", "final_volume", "new_volume", "reduction", "remaining", "infused",
    "overfill", "displacement", "powder_volume", "purity", "loss", "wastage",
    "ibw", "lbw", "tbw", "abw", "adjbw", "ideal", "lean",
}  # fmt: skip
"""Inputs that change what is asked for: where no rule uses them, nothing is answered."""
_DOSES = {"dose", "desired", "desired_dose", "ordered", "ordered_dose", "needed", "required", "prescribed"}


def results(choices: Sequence[Sequence[Quantity]], wanted: Unit, never_below: Collection[int] = ()) -> set[Quantity]:
    """Every distinct figure of the wanted dimension that uses each input once; some stand above the line only."""
    if not choices or len(choices) > _MOST_INPUTS:
        return set()
    found: set[Quantity] = set()
    for chosen in product(*choices):
        fixed = [_is_share(one) or place in never_below for place, one in enumerate(chosen)]
        for upright in product(*((True,) if held else (True, False) for held in fixed)):
            if not _fits(chosen, upright, wanted):
                continue
            combined = _combine(chosen, upright)
            if combined is not None and combined.unit.dimension is wanted.dimension:
                found.add(Quantity(combined.amount_in(wanted), wanted, DRUG if wanted.needs_substance else None))
    return found


def wanted_units(text: str) -> list[Unit]:
    """The engine's units for a wanted unit: a bare kg or g may be a mass or a body weight.

    Raises:
        UnknownUnit: outside the vocabulary.
    """
    units = [case_unit(text)] if text not in ("lb", "lbs") else []
    if text in ("kg", "g", "lb"):
        units.append(case_unit(text, body_weight=True))
    if text.endswith("/dose"):  # so much per dose is so much
        units.append(case_unit(text.removesuffix("/dose")))
    if not units:
        raise UnknownUnit(f"{text} is no unit of the vocabulary")
    return units


def solve(case: Case, given: Mapping[str, Sequence[Quantity]] | None = None) -> Answer:
    """The one figure that the inputs (or `given` in their place) determine.

    Raises:
        CannotAnswer: there is none, or more than one.
    """
    choices = read_all(case) if given is None else given
    if given is None or set(given) == set(case.inputs):
        _refuse_the_input_itself(case)
    found = _figures(choices, case.wanted_unit)
    if len(found) == 2 and len(_DOSES & set(choices)) == 1:  # so much is wanted: it is divided, never divided by
        found = _figures(choices, case.wanted_unit, _DOSES)
    if len(found) != 1:
        raise CannotAnswer(f"{len(found)} ways of combining {', '.join(choices)} give {case.wanted_unit}")
    return found.pop()


def _refuse_the_input_itself(case: Case) -> None:
    """A lone input in the very unit that is asked for: something else must be meant, and it is not said what."""
    units = [data.get("unit") for data in case.inputs.values() if isinstance(data, Mapping)]
    words = [data for data in case.inputs.values() if isinstance(data, str) and not any(map(str.isdigit, data))]
    if len(case.inputs) == 1 + len(words) and units == [case.wanted_unit]:
        raise CannotAnswer("what is given is already in the unit that is asked for")


def solve_without_one(case: Case, given: Mapping[str, Sequence[Quantity]] | None = None) -> Answer:
    """As `solve`; where nothing comes out, one input that measures nothing like any other figure is left aside."""
    choices = read_all(case) if given is None else given
    if len(choices) < 3 or _figures(choices, case.wanted_unit):
        return solve(case, choices)
    dimensions = {measure.dimension for measure in wanted_units(case.wanted_unit)}
    answers: set[Value] = set()
    for name, aside in choices.items():
        others = {key: one for key, one in choices.items() if key != name}
        known = dimensions | {one.unit.dimension for group in others.values() for one in group}
        if not _always_counts(name) and not any(one.unit.dimension in known for one in aside):
            answers |= _figures(others, case.wanted_unit)
    if len(answers) != 1:
        raise CannotAnswer(f"{len(answers)} ways of combining {', '.join(choices)} give {case.wanted_unit}")
    return answers.pop()


def _always_counts(name: str) -> bool:
    """Whether an input is never left aside: a second weight, say, leaves open which of the two is meant."""
    return name in _ALWAYS_COUNT or (name not in WEIGHT_NAMES and "weight" in name)


def _figures(choices: Mapping[str, Sequence[Quantity]], text: str, never_below: Collection[str] = ()) -> set[Value]:
    """Every distinct figure of the wanted unit; `doses` are doses a day unless nothing comes out of that."""
    fixed = [place for place, name in enumerate(choices) if name in never_below]
    daily = {name: list(one)[:1] if name in PER_DAY_NAMES else one for name, one in choices.items()}
    for tried in (daily, choices):
        found = {
            Value.of(one.number, text)
            for measure in wanted_units(text)
            for one in results(list(tried.values()), measure, fixed)
        }
        if found:
            return found
    return set()


def read_all(case: Case) -> dict[str, list[Quantity]]:
    """All inputs that measure something, each with every way it may be meant."""
    return {name: readings(case, name, data) for name, data in case.inputs.items() if not is_label(name, data)}


def _is_share(one: Quantity) -> bool:
    """Like per like, such as mL/100mL: it is taken of something, never divided into it."""
    return bool(one.unit.terms) and not one.unit.dimension.powers


def _fits(chosen: Sequence[Quantity], upright: Sequence[bool], wanted: Unit) -> bool:
    """Whether the dimensions come out; far cheaper to see than the figure."""
    powers: Counter[str] = Counter()
    for one, up in zip(chosen, upright, strict=True):
        for name, power in one.unit.dimension.powers:
            powers[name] += power if up else -power
    return {name: power for name, power in powers.items() if power} == dict(wanted.dimension.powers)


def _combine(chosen: Sequence[Quantity], upright: Sequence[bool]) -> Quantity | None:
    combined = Quantity(1, "one")
    try:
        for one, up in zip(chosen, upright, strict=True):
            combined = combined * one if up else combined / one
    except (UnitMismatch, ZeroDivisionError):
        return None
    return combined
