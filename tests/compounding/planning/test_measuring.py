"""The house says what is never measured: less is to be diluted first, whatever a syringe's own row says."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure
from compounding.planning.measuring import Measuring, measuring
from tests.support.flow import formulary

NAMES = ("never_measured_below", "smallest_measurable")


def ml(number: str) -> Quantity:
    return Quantity(number, "mL")


def house_with(**values: str) -> Measuring:
    """The house's syringes with a fine one beside them, and other numbers in the rules."""
    of = formulary()
    rows = tuple(replace(row, value=ml(values[row.name])) if row.name in values else row for row in of.site.values)
    fine = replace(of.supplies.syringes[0], id="fine", capacity=ml("0.1"), graduation=ml("0.01"), smallest_measurable=ml("0.01"))
    supplies = replace(of.supplies, syringes=(fine, *of.supplies.syringes))
    return measuring(replace(of, site=replace(of.site, values=rows), supplies=supplies))


@pytest.mark.parametrize("name", NAMES)
def test_less_than_the_house_ever_measures_is_refused_with_dilute_first(name: str) -> None:
    lower = dict.fromkeys(NAMES, "0.02")
    for high_alert in (False, True):
        assert house_with(**lower).measurable(ml("0.05"), high_alert=high_alert)
        with pytest.raises(CannotMeasure) as refused:
            house_with(**lower | {name: "0.06"}).parts(ml("0.05"), high_alert=high_alert)
        assert "nothing under 0.06 mL is ever measured" in refused.value.why
        assert "Dilute first" in refused.value.next_step
