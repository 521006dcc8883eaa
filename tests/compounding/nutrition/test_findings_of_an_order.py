"""What planning says to an order of nutrition: steps since yesterday, units of drugs, ready-made bags."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calculations.findings import Finding, Grade
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.totals import totals_of
from calculations.quantity import Quantity
from compounding.nutrition.planning import bag_of
from compounding.nutrition.programme import rate_findings
from compounding.orders.order import Order
from compounding.orders.patient import parse_patient
from compounding.planning.plan import Excipients
from compounding.planning.situation import NutritionBefore, Situation
from compounding.planning.therapeutic import plan_order
from formulary.model import Formulary
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.doses import formulary
from tests.support.nutrition_flow import BABY, preterm_order

AT = datetime(2026, 4, 14, 16, 0, tzinfo=UTC)
HOUSE = replace(formulary(), nutrition=packaged_nutrition())


def findings(
    data: dict[str, Any], yesterday: dict[str, Any] | None = None, hours: int = 24, house: Formulary = HOUSE
) -> dict[str, Finding]:
    order = Order.parse(data)
    start = order.start - timedelta(hours=hours)
    before = None if yesterday is None else NutritionBefore(NutritionOrder.parse(yesterday["nutrition"]), start)
    planned = plan_order(Situation(order, parse_patient(BABY), house, AT, -240, yesterday=before))
    return {finding.code: finding for finding in planned.findings}


def test_a_glucose_rate_raised_by_more_than_the_usual_step_needs_a_reason() -> None:
    found = findings(preterm_order(dextrose="10 mg/kg/min"), preterm_order(dextrose="7 mg/kg/min"))
    step = found["day_to_day_change_dextrose"]
    assert step.title.startswith("GIR is raised by 3 mg/kg/min since yesterday")
    assert step.grade is Grade.SOFT
    assert "1 to 2 mg/kg/min a day" in step.source


@pytest.mark.parametrize("before", ["8 mg/kg/min", "9 mg/kg/min", "11.52 g/kg/day", "12 mg/kg/min"])
def test_a_glucose_rate_raised_by_the_step_itself_or_lowered_a_little_needs_none(before: str) -> None:
    found = findings(preterm_order(dextrose="10 mg/kg/min"), preterm_order(dextrose=before))
    assert "day_to_day_change_dextrose" not in found


def test_a_glucose_rate_ordered_by_the_day_is_held_against_the_same_step() -> None:
    found = findings(preterm_order(dextrose="14.4 g/kg/day"), preterm_order(dextrose="7 mg/kg/min"))
    assert "GIR is raised by 3 mg/kg/min" in found["day_to_day_change_dextrose"].title


def test_a_drug_in_a_unit_that_is_not_released_for_it_is_refused_with_the_way_out() -> None:
    assert "unit_not_released.heparin" not in findings(preterm_order())
    rows = [row for row in preterm_order()["nutrition"]["amounts"] if row["nutrient"] != "heparin"]
    rows.append({"nutrient": "heparin", "amount": "50 units", "basis": "per bag"})
    refused = findings(preterm_order({"amounts": rows}))["unit_not_released.heparin"]
    assert refused.grade is Grade.ABSOLUTE
    assert refused.title == "Heparin is ordered in units, which is not released for it"
    assert refused.mend == "Order it in units/mL or units/L or units/kg/day or units/day."


def with_allergy(code: str, text: str = "") -> dict[str, Finding]:
    baby = parse_patient({**BABY, "allergies": [{"text": text or code, "code": code, "reaction": ""}]})
    planned = plan_order(Situation(Order.parse(preterm_order()), baby, HOUSE, AT, -240))
    return {finding.code: finding for finding in planned.findings}


@pytest.mark.parametrize("code", ["egg", "soya", "fish", "peanut"])
def test_an_allergy_that_the_label_of_the_lipid_names_is_a_hard_finding_with_its_source(code: str) -> None:
    found = with_allergy(code)["allergy.1"]
    assert found.grade is Grade.HARD
    assert found.title == f"Allergic to {code}; SMOFlipid 20 % belongs to it"
    assert "SMOFlipid label, section 5.3" in found.source and found.source.endswith("(seen)")


def test_an_allergy_to_a_drug_in_the_bag_is_found_by_the_drugs_own_data() -> None:
    assert "heparin" in with_allergy("heparin")["allergy.1"].title


def test_sources_whose_data_say_nothing_of_allergies_are_told_as_not_known() -> None:
    found = with_allergy("sulfite")
    assert "allergy.1" not in found
    unknown = found["allergy_not_known.1"]
    assert unknown.grade is Grade.SOFT
    assert "TrophAmine 10 %" in unknown.title and "Infuvite Pediatric" in unknown.title
    assert "SMOFlipid" not in unknown.title and "sterile water" not in unknown.title


def test_an_excipient_is_judged_by_the_container_that_a_source_comes_in() -> None:
    found = with_allergy("benzyl_alcohol")
    assert found["allergy_excipient_not_known.1"].title == (
        "Allergic to benzyl_alcohol; nothing states whether heparin lock flush 100 units/mL, 5 mL syringe holds benzyl alcohol"
    )
    assert "heparin" not in found["allergy_not_known.1"].title
    assert with_allergy("latex")["allergy_code_unknown.1"].grade is Grade.SOFT


def test_the_plan_says_of_each_container_what_it_holds_of_what_the_patient_is_allergic_to() -> None:
    baby = parse_patient({**BABY, "allergies": [{"text": "egg", "code": "egg", "reaction": ""}]})
    plan = plan_order(Situation(Order.parse(preterm_order()), baby, HOUSE, AT, -240)).plan
    assert plan is not None and plan.excipients == Excipients((), ("egg",), ())
    assert {one.plan.excipients for one in plan.companions} == {Excipients((), (), ("egg",))}


def test_an_allergy_that_nobody_coded_is_told_and_without_any_there_is_no_finding() -> None:
    assert "in free text" in with_allergy("", "a rash after nuts")["allergy_uncoded.1"].title
    assert not any(code.startswith("allergy") for code in findings(preterm_order()))


STEEP = (preterm_order(dextrose="10 mg/kg/min"), preterm_order(dextrose="4 mg/kg/min"))


@pytest.mark.parametrize(
    ("hours", "told", "graded"),
    [
        (24, "", True),
        (30, "order_before_older", True),
        (48, "order_before_older", True),
        (49, "order_before_old", False),
        (120, "order_before_old", False),
    ],
)
def test_an_order_before_of_more_than_two_days_ago_is_told_and_never_graded_as_yesterdays(
    hours: int, told: str, graded: bool
) -> None:
    found = findings(*STEEP, hours)
    assert ("day_to_day_change_dextrose" in found) is graded
    assert [code for code in found if code.startswith("order_before")] == ([told] if told else [])
    if told == "order_before_old":
        assert found[told].grade is Grade.SOFT
        assert ("49 h" if hours == 49 else "5 days") in found[told].title


def test_a_profile_that_does_not_say_how_old_the_order_before_may_be_has_it_graded_and_told() -> None:
    assert HOUSE.nutrition is not None
    profile = HOUSE.nutrition.profile
    silent = replace(profile, values=tuple(row for row in profile.values if row.name != "change_within"))
    found = findings(*STEEP, 120, replace(HOUSE, nutrition=replace(HOUSE.nutrition, profile=silent)))
    assert "day_to_day_change_dextrose" in found
    assert found["order_before_older"].grade is Grade.SOFT
    assert "does not say how old" in found["order_before_older"].title


def test_a_profile_that_does_not_say_whether_light_harms_is_told_so_for_each_container() -> None:
    assert HOUSE.nutrition is not None
    profile = HOUSE.nutrition.profile
    silent = replace(profile, hanging=tuple(replace(row, light=None, light_source=None) for row in profile.hanging))
    found = findings(preterm_order(), house=replace(HOUSE, nutrition=replace(HOUSE.nutrition, profile=silent)))
    assert {code for code in found if code.startswith("light")} == {"light_not_said.2-in-1", "light_not_said.lipid"}
    assert not any(code.startswith("light") for code in findings(preterm_order()))


def test_iron_dextran_is_not_released_and_goes_into_no_bag() -> None:
    rows = [*preterm_order()["nutrition"]["amounts"], {"nutrient": "iron dextran", "amount": "10 mg", "basis": "per bag"}]
    more = {"amounts": rows, "kind": "3-in-1", "lipid_apart": False}
    stopped = [one for one in findings(preterm_order(more)).values() if one.grade is Grade.ABSOLUTE]
    assert any("iron dextran" in one.title for one in stopped)


def weighed(*measures: tuple[str, str, str]) -> dict[str, Finding]:
    rows = [
        {"kind": kind, "amount": {"value": amount, "unit": "kg"}, "at": f"{day}T06:00:00-04:00"}
        for kind, amount, day in measures
    ]
    order = Order.parse(preterm_order())
    planned = plan_order(Situation(order, parse_patient({**BABY, "measures": rows}), HOUSE, AT, -240))
    return {finding.code: finding for finding in planned.findings}


def test_a_dosing_weight_that_was_measured_too_long_ago_is_told() -> None:
    assert "weight_stale" not in weighed(("actual_weight", "1.2", "2026-04-13"))
    assert weighed(("actual_weight", "1.2", "2026-04-09"))["weight_stale"].title == "Weight is 5 days old"
    assert weighed(("birth_weight", "1.2", "2026-04-09"))["weight_stale"].grade is Grade.SOFT


def test_a_dosing_weight_from_before_another_weighing_is_told_beyond_the_sites_share() -> None:
    found = weighed(("birth_weight", "1.2", "2026-04-09"), ("actual_weight", "1.35", "2026-04-14"))
    assert found["dosing_weight_old"].title.startswith("The dosing weight 1.2 kg was set before")
    assert "dosing_weight_old" not in weighed(("birth_weight", "1.2", "2026-04-09"), ("actual_weight", "1.3", "2026-04-14"))


def test_a_second_bag_for_the_same_night_is_a_hard_finding() -> None:
    for hours in (0, -3):
        found = findings(preterm_order(potassium="4 mEq/kg/day"), preterm_order(), hours=hours)
        assert found["second_bag"].grade is Grade.HARD
        assert "day_to_day_change_potassium" not in found
    assert "second_bag" not in findings(preterm_order(), preterm_order(), hours=24)


def test_a_bag_before_that_still_runs_is_told_with_the_time_that_is_left() -> None:
    found = findings(preterm_order(), preterm_order(), hours=22)
    assert found["bag_before_still_runs"].title == "The bag before would run for another 2 h when this one starts"
    assert "bag_before_still_runs" not in findings(preterm_order(), preterm_order(), hours=24)


def test_a_rate_that_the_pumps_step_rounds_far_away_is_told_and_one_of_zero_is_hard() -> None:
    held, order = packaged_nutrition(), Order.parse(preterm_order()).nutrition
    assert order is not None
    bag = bag_of(order, held)
    assert rate_findings(held, bag, totals_of(bag)) == []

    def by_steps(step: str, lipid_step: str) -> list[tuple[str, Grade]]:
        values = tuple(
            replace(row, value=Quantity(lipid_step, "mL/h")) if row.name == "lipid_rate_step" else row
            for row in held.profile.values
        )
        site = replace(held, profile=replace(held.profile, values=values))
        made = replace(bag, profile=replace(bag.profile, rate_step=Quantity(step, "mL/h")))
        return [(one.code, one.grade) for one in rate_findings(site, made, totals_of(made))]

    assert by_steps("4", "0.01") == [("rate_step.bag", Grade.SOFT)]
    assert by_steps("100", "10") == [("rate_step.bag", Grade.HARD), ("rate_step.lipid", Grade.HARD)]
