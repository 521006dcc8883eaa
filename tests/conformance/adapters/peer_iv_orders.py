"""Whole orders of a prescribing program: what is in the bag, dose per weight, pump rate and running time."""

from calculations.bag_volume import total_volume
from calculations.concentration import amount_in, concentration_of
from calculations.dosing import per_day, per_weight
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.rates import dose_rate_from_rate, rate_from_dose_rate, rate_over, run_time
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.clinical import body_weight, first
from tests.conformance.notation import times_a_day
from tests.conformance.quantities import case_unit, in_wanted, number, read
from tests.conformance.solving import solve


def answer(case: Case) -> Answer:
    """Every output that the inputs determine; an output that they do not is left out.

    Raises:
        CannotAnswer: none of them does.
    """
    if not case.outputs:
        return solve(case)
    found: dict[str, Value] = {}
    for name, unit in case.outputs.items():
        try:
            found[name] = in_wanted(_output(case, name, unit), unit)
        except (CannotAnswer, CannotCompute, UnknownUnit):
            continue
    if not found:
        raise CannotAnswer(f"none of {', '.join(case.outputs)} follows from the inputs")
    return found


def _output(case: Case, name: str, unit: str) -> Quantity:
    """One output by its name."""
    if name in ("amount_in_vial_volume", "drug_amount", "amount_in_bag"):
        return amount_in(_needed(case, "drug_concentration"), _needed(case, "drug_volume"))
    if name in ("final_volume", "bag_volume", "total_volume"):
        return total_volume((_needed(case, "drug_volume"), _needed(case, "diluent_volume")))
    if name in ("concentration", "final_concentration"):
        return _concentration(case)
    if name in ("time", "duration", "minutes", "hours"):
        return run_time(_needed(case, "given_volume", "volume"), _needed(case, "rate"))
    if name == "rate" and first(case, "dose", "dose_rate") is not None:
        return _rate_for(case, _needed(case, "dose", "dose_rate"))
    if name == "rate":
        return rate_over(_needed(case, "given_volume", "volume"), _needed(case, "time"))
    for which in ("low", "high"):
        if name == f"dose_at_{which}_rate":
            return _dose_rate(case, _needed(case, f"rate_{which}"), unit)
        if name == f"hours_at_{which}_rate":
            return run_time(_needed(case, "volume"), _needed(case, f"rate_{which}"))
        if name in (f"rate_{which}", f"{which}_rate"):
            return _rate_for(case, _needed(case, f"dose_{which}", f"{which}_dose"))
    if name in ("dose_rate", "dose_at_rate"):
        return _dose_rate(case, _needed(case, "rate"), unit)
    if name == "hours_at_rate":
        return run_time(_needed(case, "volume"), _needed(case, "rate"))
    return _dose(case, name)


def _dose(case: Case, name: str) -> Quantity:
    """The dose in the volume given, per weight and per day."""
    dose = amount_in(_concentration(case), _needed(case, "given_volume"))
    if name in ("dose_in_volume", "dose"):
        return dose
    if name == "dose_per_kg":
        return per_weight(dose, _weight(case))
    if name == "dose_per_m2":
        return dose / _needed(case, "bsa", "surface")
    if name in ("dose_per_kg_day", "dose_per_day"):
        daily = per_day(dose, _often(case))
        return daily if name == "dose_per_day" else per_weight(daily, _weight(case))
    raise CannotAnswer(f"no rule for {name}")


def _dose_rate(case: Case, rate: Quantity, unit: str) -> Quantity:
    measure = case_unit(unit)
    per_kg = any(base == "body weight" for base, _ in measure.dimension.powers)
    return dose_rate_from_rate(rate, _concentration(case), measure.name, _weight(case) if per_kg else None)


def _rate_for(case: Case, dose_rate: Quantity) -> Quantity:
    """The pump rate for a dose rate, also per weight."""
    per_kg = any(base == "body weight" for base, _ in dose_rate.unit.dimension.powers)
    return rate_from_dose_rate(dose_rate, _concentration(case), _weight(case) if per_kg else None)


def _concentration(case: Case) -> Quantity:
    """Of what is given: the bag's after dilution, else the drug's own."""
    if first(case, "amount", "drug_amount", "drug") is not None:
        return concentration_of(_needed(case, "amount", "drug_amount", "drug"), _needed(case, "volume"))
    strength = _needed(case, "drug_concentration", "concentration")
    if first(case, "diluent_volume") is None:
        whole, given = first(case, "drug_volume"), first(case, "given_volume")
        if whole is not None and given is not None and read(given) > read(whole):
            raise CannotAnswer("more is given than there is of the drug, and no diluent is told")
        return strength
    drug = _needed(case, "drug_volume")
    return concentration_of(amount_in(strength, drug), total_volume((drug, _needed(case, "diluent_volume"))))


def _often(case: Case) -> object:
    given, interval = first(case, "doses_per_day", "times_per_day", "frequency"), first(case, "interval")
    if given is None and interval is not None:
        return (Quantity(1, "day") / read(interval)).amount_in("one")
    if given is None:
        raise CannotAnswer("how often it is given is not said")
    often = times_a_day(given) if isinstance(given, str) else None
    return often or number(given.get("value") if isinstance(given, dict) else given)


def _weight(case: Case) -> Quantity:
    weight = body_weight(case)
    if weight is None:
        raise CannotAnswer("there is no weight")
    return weight


def _needed(case: Case, *names: str) -> Quantity:
    given = first(case, *names)
    if given is None:
        raise CannotAnswer(f"{names[0]} is not given")
    return read(given)
