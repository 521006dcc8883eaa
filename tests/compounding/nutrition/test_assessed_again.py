"""Containers of another size at the scan: calcium with phosphate assessed once more by what is really drawn from them."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from batch_records.acts import SYSTEM, Act, Refusal
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.documents.nutrition_sheets import calcium_phosphate_words
from compounding.documents.record_parts import quality
from compounding.nutrition.assessed_again import AssessedAgain
from compounding.orders.order import Order
from compounding.orders.patient import parse_patient
from compounding.planning.planned import Planned
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.preparing.actions import CheckStaging, Queue, ScanContainer, StartPreparation
from compounding.preparing.check_page import check_content
from compounding.preparing.completing_scans import draw_up_anew
from compounding.preparing.dose import Dose
from compounding.stock.resolving import Resolved
from compounding.views.check_nutrition import nutrition_checked
from formulary.model import Formulary
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.doses import NUMBER, after, attempt, context, formulary, person
from tests.support.nutrition_flow import BABY, preterm_order

AT = datetime(2026, 4, 14, 16, 0, tzinfo=UTC)
LARGE, SMALL = "infuvite_pediatric_5ml", "infuvite_pediatric_1ml"
MAKER, LOOKER = person("okonjo", "technician"), person("duarte", "pharmacist")
ORDER = Order.parse(preterm_order())


def house(*sizes: str, demonstration: bool = True, scale: Any = 1) -> Formulary:
    """The house that stocks its vitamins in these sizes; `scale` lowers or raises the phosphate of its curve."""
    plain, held = formulary(), packaged_nutrition()
    large = next(one for one in plain.supplies.source_containers if one.id == LARGE)
    small = replace(large, id=SMALL, display="Infuvite Pediatric, 1 mL vial", volume=Quantity(1, "mL"))
    supplies = replace(plain.supplies, source_containers=(*plain.supplies.source_containers, small))
    products = tuple(replace(p, items=sizes) if p.id == "infuvite_pediatric" else p for p in held.products)
    curves = tuple(
        replace(curve, points=tuple(replace(p, phosphate=p.phosphate * scale) for p in curve.points)) for curve in held.curves
    )
    profile = replace(held.profile, demonstration=demonstration)
    return replace(plain, supplies=supplies, nutrition=replace(held, products=products, curves=curves, profile=profile))


@cache
def plan_in(there: Formulary) -> Planned:
    return plan_order(Situation(ORDER, parse_patient(BABY), there, AT, -240))


def waiting(there: Formulary) -> Dose:
    found = plan_in(there)
    assert found.plan is not None and found.draw_up is not None
    queue = Queue(NUMBER, "260414-0140", 1, AT, "routine", "DEMO-9903", found.plan, found.draw_up, {"name": "x"})
    dose = attempt(Dose(), queue, SYSTEM)
    assert isinstance(dose, Dose)
    return dose


def scanned(dose: Dose, product: str, there: Formulary) -> Dose | Refusal:
    """The dose after the scan and the plan that follows from it, or the refusal."""
    read = Resolved(there.item(product), "code", "L1", "2027-10-31")
    more = {"formulary": there, "resolved": read, "nutrition_order": ORDER.nutrition}
    scan = ScanContainer("code", "L1", "2027-10-31", picture="0" * 64)
    found = attempt(dose, scan, MAKER, AT, **more)
    if isinstance(found, Refusal):
        return found
    last = found.scans[-1]
    action = replace(scan, slot=last.slot, product=last.product, display=last.display, strength=last.strength)
    anew = draw_up_anew(dose, action, context(dose, scan, AT, **more))
    return found if anew is None else after(found, anew, Act(SYSTEM, "hood-1", AT, "key", -240))


def test_a_size_that_is_drawn_by_other_lines_is_assessed_by_what_is_really_drawn() -> None:
    both = house(LARGE, SMALL)
    dose = scanned(waiting(house(SMALL)), LARGE, both)
    assert isinstance(dose, Dose) and isinstance(dose.assessed, AssessedAgain)
    reviewed = plan_in(house(SMALL)).plan
    assert reviewed is not None and reviewed.nutrition is not None and reviewed.nutrition.calcium_phosphate is not None
    before, now = reviewed.nutrition.calcium_phosphate.moments[-1], dose.assessed.shown.moments[-1]
    assert now.phosphate > before.phosphate  # 3.2 mL on the lines of the larger syringe instead of 3.25 mL
    assert dose.assessed.asks == ()
    assert "3.2 mL instead of 3.25 mL" in dose.assessed.words
    shown = nutrition_checked(dose, ())
    assert shown is not None and shown.calcium_phosphate == dose.assessed.shown
    assert check_content(dose)["assessed"]
    assert "Assessed again with the containers scanned" in calcium_phosphate_words(dose)
    asked = f"Calcium with phosphate again: {dose.assessed.drawn[0]}"
    assert asked in [row.procedure for row in quality(dose, Clock(0), str, "")]


def test_the_size_that_was_planned_is_not_assessed_again() -> None:
    dose = scanned(waiting(house(LARGE, SMALL)), SMALL, house(LARGE, SMALL))
    assert isinstance(dose, Dose) and dose.assessed is None


def test_over_the_curve_with_what_is_drawn_now_stops_at_the_scan_with_the_way_out() -> None:
    small = plan_in(house(SMALL)).plan
    assert small is not None and small.nutrition is not None and small.nutrition.calcium_phosphate is not None
    worst = small.nutrition.calcium_phosphate.moments[-1]
    assert worst.allowed is not None
    exactly = worst.phosphate / worst.allowed  # the finished bag of the order lies on the curve
    refused = scanned(waiting(house(SMALL, scale=exactly)), LARGE, house(LARGE, SMALL, scale=exactly))
    assert isinstance(refused, Refusal) and refused.code == "calcium_phosphate_changed"
    assert "over the curve" in refused.text and "order reviewed again" in refused.text


def test_what_no_curve_covers_waits_until_a_pharmacist_decides_again_with_a_reason() -> None:
    both = house(LARGE, SMALL, demonstration=False)
    dose = scanned(waiting(house(SMALL, demonstration=False)), LARGE, both)
    assert isinstance(dose, Dose) and dose.assessed is not None and dose.assessed.asks
    ready = replace(dose, status="staged")
    start = attempt(ready, StartPreparation("hood-1"), MAKER, AT)
    assert isinstance(start, Refusal) and start.code == "staging_check_needed"
    refused = attempt(ready, CheckStaging(), LOOKER, AT)
    assert isinstance(refused, Refusal) and "cannot be assessed" in refused.text
    decided = attempt(ready, CheckStaging("the maker's letter on file covers it"), LOOKER, AT)
    assert isinstance(decided, Dose) and decided.staging_reason and decided.staging_checked_by == "duarte"


def test_what_lay_inside_a_curve_and_lies_in_none_any_more_stops_at_the_scan() -> None:
    refused = scanned(waiting(house(SMALL)), LARGE, house(LARGE, SMALL, demonstration=False))
    assert isinstance(refused, Refusal) and "cannot be assessed any more" in refused.text
