"""Each rule of the work by itself: what it looks at, on the edge and beyond it, and the words of its refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.context import OrderNow
from compounding.preparing.guards_making import outside_tolerance
from compounding.qualifications import ASEPTIC, Qualification
from compounding.rooms import Hood
from compounding.stock.lot import Lot
from compounding.stock.resolving import resolve
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.dose_histories import CHECKER, MAKER, NURSE, PICTURE, fitting, making
from tests.support.doses import (
    NOON,
    QUALIFIED,
    attempt,
    person,
    queued,
)
from tests.support.flow import formulary

VIAL, BAG = "ceftriaxone_500mg_vial", "bag_sodium_chloride_0_9_25"


def gtin(product: str) -> str:
    found = formulary().item(product).codes.gtin
    assert found is not None
    return found


def scan(product: str = VIAL, rest: str = "1727103110LOT-1", **more: Any) -> a.ScanContainer:
    return a.ScanContainer(f"01{gtin(product)}{rest}", **more)


STAGED = at_state("ceftriaxone", "scan_container")
MADE = at_state("ceftriaxone", "complete")
STARTED = at_state("ceftriaxone", "start_preparation")
RELEASED = at_state("ceftriaxone", "release")


class TestTheOrder:
    @pytest.mark.parametrize(
        ("order", "told"),
        [
            (OrderNow(1, False, True, "held"), "order_not_active"),
            (OrderNow(1, False, False, "discontinued"), "order_not_active"),
            (OrderNow(2, True, False, "verified"), "order_changed"),
            (OrderNow(1, True, False, "verified", NOON), "order_over"),
        ],
    )
    @pytest.mark.parametrize(
        ("state", "kind", "who"),
        [
            ("queue", "scan_container", MAKER),
            ("scan_container", "start_preparation", MAKER),
            ("record_volume", "complete", MAKER),
            ("complete", "release", CHECKER),
            ("answer_label_in_hand", "pair_labels", MAKER),
            ("receive", "start_administration", NURSE),
        ],
    )
    def test_an_order_that_is_not_active_stops_every_way_to_the_patient(self, order, told, state, kind, who):
        dose = at_state("ceftriaxone", state)
        assert code(dose, fitting(dose, kind), who, order=order) == told

    @pytest.mark.parametrize(
        ("state", "kind", "who"),
        [
            ("answer_label_in_hand", "pair_labels", MAKER),
            ("receive", "start_administration", NURSE),
            ("return_dose", "reuse", CHECKER),
        ],
    )
    def test_what_changed_after_the_release_stops_every_way_to_the_patient_until_it_was_kept(self, state, kind, who):
        dose = passed(RELEASED, a.ReturnDose("unopened", "cart"), NURSE)
        dose = dose if state == "return_dose" else at_state("ceftriaxone", state)
        changed = ("weight changed from 9.2 kg to 12 kg",)
        assert code(dose, fitting(dose, kind), who, changed_since=changed) == "changed_after_release"
        kept = replace(dose, changed=changed, changed_kept=changed)
        passed(kept, fitting(dose, kind), who, changed_since=changed)
        assert code(kept, fitting(dose, kind), who, changed_since=(*changed, "height changed")) == "changed_after_release"

    def test_a_stopped_order_leaves_the_ways_that_end_the_work(self):
        stopped = OrderNow(1, False, False, "discontinued")
        assert passed(STARTED, a.Abandon("order stopped"), order=stopped).status == "abandoned"
        assert passed(RELEASED, a.ReturnDose("unopened", "cart"), NURSE, order=stopped).status == "returned"


class TestContainers:
    DOSE = queued("ceftriaxone")

    def test_a_code_with_lot_and_expiry_is_all_that_is_needed(self):
        dose = passed(self.DOSE, scan())
        assert [(s.lot, s.expires, s.typed) for s in dose.scans] == [("LOT-1", "2027-10-31", False)]

    def test_a_code_without_a_lot_asks_for_it(self):
        assert code(self.DOSE, scan(rest="")) == "lot_needed"

    def test_a_lot_that_was_received_gives_its_own_expiry_whatever_is_said(self):
        lot = Lot(VIAL, "L7", "2026-04-13", received=True)
        picked = scan(rest="", lot="L7", expires="2030-01-01")
        assert code(self.DOSE, picked, lot=lot) == "container_expired"
        dose = passed(self.DOSE, picked, lot=replace(lot, expires="2026-05-31"))
        assert (dose.scans[0].expires, dose.scans[0].typed) == ("2026-05-31", False)

    def test_of_two_expiries_the_earlier_counts(self):
        assert code(self.DOSE, scan(), lot=Lot(VIAL, "LOT-1", "2026-04-01", received=True)) == "container_expired"

    def test_a_lot_that_nobody_received_is_typed_whatever_the_browser_says_and_needs_a_picture(self):
        told = scan(rest="", lot="L9", expires="2027-01-31", typed=False)
        assert code(self.DOSE, told) == "picture_needed"
        assert passed(self.DOSE, replace(told, picture=PICTURE)).scans[0].typed

    def test_what_is_no_date_is_refused_in_words(self):
        assert code(self.DOSE, scan(rest="", lot="L9", expires="soon", picture=PICTURE)) == "expiry_wrong"

    @pytest.mark.parametrize("state", ["held", "recalled"])
    def test_a_stopped_lot_is_refused_at_the_scan_at_the_start_at_the_release_and_at_the_door(self, state):
        lot = Lot(VIAL, "LOT-1", "2027-10-31", state, "glass particles")
        assert code(self.DOSE, scan(), lot=lot) == f"lot_{state}"
        assert code(STAGED, a.StartPreparation("hood-1"), lots=(lot,)) == f"lot_{state}"
        assert code(MADE, fitting(MADE, "release"), CHECKER, lots=(lot,)) == f"lot_{state}"
        printed = at_state("ceftriaxone", "answer_label_in_hand")
        assert code(printed, fitting(printed, "pair_labels"), lots=(lot,)) == f"lot_{state}"

    def test_expiry_ends_with_the_day_at_the_site_and_not_with_that_of_utc(self):
        last_day = scan(rest="1726041410LOT-1")
        evening = datetime(2026, 4, 15, 1, 30, tzinfo=UTC)  # 21:30 on 14 April at the site
        assert passed(self.DOSE, last_day, at=evening).scans
        assert code(self.DOSE, last_day, at=evening + timedelta(hours=3)) == "container_expired"

    def test_what_expired_on_the_shelf_after_its_scan_stops_the_start(self):
        dose = self.DOSE
        while dose.open_slots:
            product = dose.drawing.component(dose.open_slots[0]).product
            dose = passed(dose, scan(product, "1726041410LOT-1"))
        assert code(dose, a.StartPreparation("hood-1"), at=NOON + timedelta(days=1)) == "container_expired"

    def test_a_container_taken_for_another_dose_is_refused(self):
        assert code(self.DOSE, scan(), reserved_for="260414-0150-01-3") == "reserved"

    def test_a_wrong_product_is_named_with_what_is_needed(self):
        wrong = refusal(self.DOSE, scan("vancomycin_1000mg_vial"))
        assert wrong.code == "wrong_container"
        assert "vancomycin" in wrong.text and "cefTRIAXone" in wrong.text
        assert wrong.details is not None and wrong.details["product"] == "vancomycin_1000mg_vial"

    def test_an_unreadable_and_an_unknown_code_are_told_apart(self):
        assert code(self.DOSE, a.ScanContainer("garbage!")) == "code_unreadable"
        assert code(self.DOSE, a.ScanContainer("01003999999999911727103110X")) == "code_unknown"

    def test_another_vial_size_of_the_same_strength_plans_the_counts_anew(self):
        found = resolve(formulary(), scan("ceftriaxone_1000mg_vial").code, NOON.date())
        assert found.item.id == "ceftriaxone_1000mg_vial"
        assert passed(self.DOSE, scan("ceftriaxone_1000mg_vial")).scans[0].product == "ceftriaxone_1000mg_vial"


class TestWhoAndWhere:
    START = a.StartPreparation("hood-1")

    @pytest.mark.parametrize(
        ("until", "told"),
        [({}, "not_qualified"), ({ASEPTIC: "2026-04-13"}, "qualification_over"), ({ASEPTIC: "2026-04-14"}, "")],
    )
    def test_a_qualification_counts_to_the_end_of_its_last_day(self, until, told):
        answer = attempt(STAGED, self.START, MAKER, qualification=Qualification("", until))
        assert (answer.code if isinstance(answer, Refusal) else "") == told

    def test_a_hazardous_drug_needs_the_second_skill_and_a_hood_for_it(self):
        staged = at_state("vincristine", "scan_container")
        assert code(staged, self.START, qualification=Qualification("", {ASEPTIC: "2026-12-31"})) == "not_qualified"
        plain = Hood("Hood 1", "IV room A", "2", False, True)
        assert code(staged, self.START, hood=plain) == "hood_not_hazardous"

    @pytest.mark.parametrize(
        ("hood", "told"),
        [
            (Hood(), "hood_unknown"),
            (Hood("Hood 1", "A", "2", False, False, "filter"), "hood_out_of_service"),
            (Hood("Hood 1", "A", "1", False, True), "hood_category"),
            (Hood("Hood 1", "A", "3", False, True), ""),
        ],
    )
    def test_a_hood_must_be_good_enough(self, hood, told):
        answer = attempt(STAGED, self.START, MAKER, hood=hood)
        assert (answer.code if isinstance(answer, Refusal) else "") == told

    def test_whoever_takes_it_over_must_be_qualified_too(self):
        other = person("amari", "technician")
        assert code(STARTED, a.HandOver(), other, qualification=Qualification()) == "not_qualified"
        both = passed(STARTED, a.HandOver(), other, qualification=QUALIFIED)
        assert both.preparers == ("okonjo", "amari")

    def test_made_too_early_it_would_not_last(self):
        early = replace(STAGED, not_before=NOON + timedelta(minutes=1))
        assert code(early, self.START) == "too_early"
        assert passed(early, self.START, at=NOON + timedelta(minutes=1)).status == "in_prep"


class TestVolumes:
    STEP = STARTED.current_step

    def record(self, text: str, unit: str = "mL", **more: Any) -> Any:
        assert self.STEP is not None
        return attempt(
            STARTED, a.RecordVolume(self.STEP.number, Quantity(text, unit), more.pop("picture", PICTURE)), MAKER
        )

    def test_the_edge_of_the_tolerance_passes_and_a_line_beyond_does_not(self):
        planned = self.STEP.volume
        assert planned is not None
        tolerance = STARTED.planned.volume_tolerance
        steps = tuple(replace(step, syringe=None) for step in STARTED.drawing.steps)
        wide = replace(STARTED, draw_up=replace(STARTED.drawing, steps=steps))
        edge = planned * (Quantity(1, "one") + tolerance)
        assert passed(wide, a.RecordVolume(self.STEP.number, edge, PICTURE)).records[-1].volume == edge
        beyond = edge + Quantity("0.001", "mL")
        assert code(wide, a.RecordVolume(self.STEP.number, beyond, PICTURE)) == "outside_tolerance"

    @pytest.mark.parametrize(("number", "unit"), [("0", "mL"), ("-1", "mL"), ("5", "mg"), ("5", "mL/h")])
    def test_what_is_no_volume_is_refused_in_words(self, number, unit):
        assert self.record(number, unit).code == "volume_wrong"

    def test_a_volume_between_the_lines_cannot_have_been_read(self):
        assert self.STEP.syringe is not None
        between = self.STEP.volume + self.STEP.syringe.graduation / 3
        answer = attempt(STARTED, a.RecordVolume(self.STEP.number, between, PICTURE), MAKER)
        assert answer.code == "between_lines"

    def test_more_than_the_syringe_holds_is_refused(self):
        assert self.record("1000").code == "over_capacity"

    def test_a_step_needs_its_picture(self):
        answer = attempt(STARTED, a.RecordVolume(self.STEP.number, self.STEP.volume), MAKER)
        assert answer.code == "picture_needed"

    def test_a_step_that_is_not_in_focus_is_refused(self):
        assert code(STARTED, a.RecordVolume(2, Quantity(1, "mL"), PICTURE)) == "wrong_step"

    def test_a_weight_without_a_density_with_a_source_gives_no_volume(self):
        unknown = self.with_density(None)
        assert code(unknown, a.RecordWeight(self.STEP.number, Quantity(5, "g"), PICTURE)) == "no_density"
        assert code(unknown, a.RecordWeight(self.STEP.number, Quantity(5, "mL"), PICTURE)) == "mass_wrong"

    def with_density(self, density: Quantity | None, **plan: Any) -> Any:
        steps = tuple(replace(s, density=density) for s in STARTED.drawing.steps)
        changed = replace(STARTED.planned, **plan)
        return replace(STARTED, draw_up=replace(STARTED.drawing, steps=steps), plan=changed)

    def test_less_than_the_balance_shows_well_is_not_weighed(self):
        least = formulary().site.value("balance_smallest_net")
        light = self.with_density(least / self.STEP.volume * Quantity("0.99", "one"))
        mass = least * Quantity("0.99", "one")
        assert code(light, a.RecordWeight(self.STEP.number, mass, PICTURE)) == "too_light"
        enough = self.with_density(least / self.STEP.volume)
        assert passed(enough, a.RecordWeight(self.STEP.number, least, PICTURE)).records[-1].how == "weighed"

    def test_a_weighing_keeps_the_tolerance_for_weighing_and_a_read_volume_its_own(self):
        narrow = self.with_density(Quantity(1, "g/mL"), mass_tolerance=Quantity("0.01", "one"))
        four = Quantity(self.STEP.volume.amount_in("mL") * 104 / 100, "g")
        assert code(narrow, a.RecordWeight(self.STEP.number, four, PICTURE)) == "outside_tolerance"
        wide = self.with_density(Quantity(1, "g/mL"), mass_tolerance=Quantity("0.04", "one"))
        weighed = passed(wide, a.RecordWeight(self.STEP.number, four, PICTURE))
        assert weighed.records[-1].volume == Quantity(four.amount_in("g"), "mL")
        assert outside_tolerance(weighed, self.STEP.number, weighed.records[-1].volume, weighed=True) == ""

    def test_a_weight_becomes_a_volume_by_the_density_and_keeps_the_tolerance(self):
        dense = self.with_density(Quantity("1.25", "g/mL"))
        mass = self.STEP.volume.amount_in("mL") * 5 / 4
        done = passed(dense, a.RecordWeight(self.STEP.number, Quantity(mass, "g"), PICTURE))
        assert done.records[-1].volume == self.STEP.volume
        assert code(dense, a.RecordWeight(self.STEP.number, Quantity(mass * 2, "g"), PICTURE)) == "outside_tolerance"

    def test_an_undone_step_is_in_focus_again_and_later_ones_go_first(self):
        line = list(making("ceftriaxone"))
        done = line[-1].dose
        assert code(done, a.Undo(1, "typed wrongly")) == "later_steps_done"
        undone = passed(done, a.Undo(2, "typed wrongly"))
        assert undone.current_step is not None and undone.current_step.number == 2
        assert undone.undone == 1
