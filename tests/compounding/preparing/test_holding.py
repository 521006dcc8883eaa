"""More than the container holds is no pass, by the volumes that were measured and the capacity that the site entered."""

from dataclasses import replace

import pytest

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.preparing.dose import Dose
from compounding.preparing.holding import over_capacity
from formulary.loading import assemble
from formulary.model import Formulary
from tests.support.dose_histories import CHECKER, History, checked, fitting, making
from tests.support.doses import attempt
from tests.support.flow import formulary


def house_with(capacity: str) -> Formulary:
    """The house's formulary, where every bag has that capacity."""
    of, room = formulary(), Quantity(capacity, "mL")
    rows = tuple(replace(row, capacity=room, capacity_source=row.source) for row in of.supplies.bags)
    return assemble(of.version, of.site, replace(of.supplies, bags=rows), of.drugs)


def completed() -> History:
    """460 mg, 4.6 mL, into a 25 mL bag that held 27.5 mL: 32.1 mL."""
    return next(checked(list(making("ceftriaxone"))[-1]))


@pytest.mark.parametrize(("capacity", "code"), [("32", "over_capacity"), ("32.1", ""), ("40", "")])
def test_a_check_stops_at_more_than_the_container_holds(capacity: str, code: str) -> None:
    history = completed()
    for kind in ("release", "emergency_release"):
        guard = attempt(history.dose, fitting(history.dose, kind), CHECKER, history.at, formulary=house_with(capacity))
        told = guard.code if isinstance(guard, Refusal) else ""
        assert told == ("no_emergency" if kind == "emergency_release" else code)


def test_what_counts_is_what_was_measured_and_not_what_was_planned() -> None:
    dose = completed().dose
    house = house_with("32.1")
    assert over_capacity(dose, house) == ""
    into = {step.number for step in dose.drawing.measures if step.put == "final"}
    drop = Quantity("0.1", "mL")
    more = tuple(
        replace(r, volume=r.volume + drop) if r.step in into and r.volume is not None else r for r in dose.records
    )
    told = over_capacity(replace(dose, records=more), house)
    assert "32.2 mL" in told and "32.1 mL" in told


def test_a_bag_whose_capacity_nobody_entered_is_not_judged() -> None:
    dose = completed().dose
    assert isinstance(dose, Dose)
    assert over_capacity(dose, formulary()) == ""
