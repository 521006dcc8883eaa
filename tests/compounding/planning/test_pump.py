"""The rate on the label: rounded to the pump's step, never to another rate and never to nothing."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from compounding.documents.dose_documents import pump_rate
from compounding.planning.pump import pump_setting, step_findings
from tests.support.doses import planned
from tests.support.flow import formulary

SITE = formulary().site


@pytest.mark.parametrize(
    ("rate", "said"),
    [("26.25", "26.3 mL/h"), ("1.05", "1.1 mL/h"), ("0.04", "0.04 mL/h"), ("0.14", "0.14 mL/h"), ("0.06", "0.06 mL/h")],
)
def test_a_rate_that_the_step_would_make_another_one_is_said_exactly_and_told(rate: str, said: str) -> None:
    asked = Quantity(rate, "mL/h")
    plan = planned("norepinephrine").plan
    assert plan is not None
    assert pump_rate(replace(plan, rate=asked), formulary()) == said
    assert bool(step_findings(asked, SITE)) == (pump_setting(asked, SITE) == asked)
    assert [found.code for found in step_findings(asked, SITE)] in ([], ["pump_step"])


def test_how_far_the_next_step_is_off_stands_in_the_finding() -> None:
    (found,) = step_findings(Quantity("0.06", "mL/h"), SITE)
    assert found.title == "0.06 mL/h cannot be set in steps of 0.1 mL/h: the next step is 66.7 % off"
