"""Each rule of the check and of what follows: unmeasured steps, secrets, time left, differences, labels and waste."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from batch_records.acts import Act, Refusal, SecretProof
from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.dose import Dose
from compounding.preparing.record import check
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.dose_histories import CHECKER, MAKER, NURSE, PICTURE, SECOND_CHECKER, fitting
from tests.support.doses import (
    NOON,
    NUMBER,
    attempt,
    content_digest,
    context,
    person,
    with_beyond_use,
)

STAGED = at_state("ceftriaxone", "scan_container")
MADE = at_state("ceftriaxone", "complete")
STARTED = at_state("ceftriaxone", "start_preparation")
RELEASED = at_state("ceftriaxone", "release")
LATEST = {"latest": "2026-04-18T17:00:00+00:00", "latest_rule": "category 2"}
"""What the table and the expiries still allow where a stability is missing."""


class TestNotMeasured:
    def unmeasured(self) -> Dose:
        first = passed(STARTED, a.RecordUnmeasured(1, PICTURE, "camera failed late"))
        second = passed(first, fitting(first, "record_volume"))
        return passed(second, fitting(second, "complete"))

    def test_there_is_no_pass_before_a_pharmacist_has_read_the_picture(self):
        dose = self.unmeasured()
        assert code(dose, fitting(dose, "release"), CHECKER) == "not_measured"
        read = passed(dose, fitting(dose, "read_from_picture"), CHECKER)
        assert passed(read, fitting(read, "release"), CHECKER).status == "released"

    def test_what_the_picture_shows_outside_the_tolerance_is_kept_and_never_passes(self):
        dose = self.unmeasured()
        planned = dose.drawing.step(1).volume
        read = passed(dose, a.ReadFromPicture(1, planned * Quantity(2, "one")), CHECKER)
        assert code(read, fitting(read, "release"), CHECKER) == "outside_tolerance"

    def test_a_measured_volume_is_never_written_over_from_a_picture(self):
        assert code(MADE, a.ReadFromPicture(1, Quantity(1, "mL")), CHECKER) == "was_measured"
        assert code(MADE, a.ReadFromPicture(99, Quantity(1, "mL")), CHECKER) == "not_a_measure"

    def test_not_measured_needs_a_picture_even_where_the_formulation_asks_for_none(self):
        plain = replace(STARTED, plan=replace(STARTED.planned, pictures=False))
        assert code(plain, a.RecordUnmeasured(1, "", "no camera")) == "picture_needed"

    def test_nobody_mixes_what_was_not_measured(self):
        started = at_state("vincristine", "confirm_step")
        dose = passed(started, a.RecordUnmeasured(started.current_step.number, PICTURE, "late"))
        asked = passed(dose, a.AskInProcessCheck())
        assert code(asked, a.PassInProcess(), CHECKER) == "not_measured"


class TestSecrets:
    @pytest.mark.parametrize(
        ("state", "kind", "who"),
        [("record_volume", "complete", MAKER), ("complete", "release", CHECKER), ("complete", "reject", CHECKER)],
    )
    def test_a_secret_must_be_ones_own_and_given_just_now(self, state, kind, who):
        dose = at_state("ceftriaxone", state)
        action = fitting(dose, kind)
        told = []
        for proof in (
            None,
            SecretProof("somebody", NOON, "PIN"),
            SecretProof(who.person, NOON - timedelta(minutes=3), "PIN"),
        ):
            answer = check(dose, action, Act(who, "hood-1", NOON, "k", -240, proof), context(dose, action, NOON))
            told.append(answer.code)
        assert told == ["secret_needed", "secret_needed", "secret_stale"]


class TestBeyondUse:
    def test_nothing_is_released_paired_received_or_started_after_it(self):
        for state, kind, who in (
            ("complete", "release", CHECKER), ("answer_label_in_hand", "pair_labels", MAKER), ("pair_labels", "receive", NURSE),
            ("receive", "start_administration", NURSE), ("release", "print_label", CHECKER),
        ):  # fmt: skip
            dose = with_beyond_use(at_state("ceftriaxone", state), NOON)
            if kind != "print_label":
                assert code(dose, fitting(dose, kind), who) == "beyond_use_passed"
            assert isinstance(attempt(dose, fitting(dose, kind), who, NOON - timedelta(microseconds=1)), Dose)

    def test_a_computed_time_is_not_lengthened_by_hand(self):
        later = {"at": (MADE.beyond_use_at() + timedelta(microseconds=1)).isoformat(), "reason": "needed"}
        assert code(MADE, a.Release(content_digest(MADE), later), CHECKER) == "beyond_use_computed"

    def test_an_earlier_time_is_set_by_hand_with_its_reason_in_an_emergency_too(self):
        alone = person("okonjo", "pharmacist")
        earlier = {"at": (NOON + timedelta(hours=2)).isoformat(), "reason": "stored at the window"}
        for release, who in ((a.Release(content_digest(MADE), earlier), CHECKER),
                             (a.EmergencyRelease(content_digest(MADE), "alone", earlier), alone)):  # fmt: skip
            out = passed(MADE, release, who)
            assert out.beyond_use_at() == NOON + timedelta(hours=2) < MADE.beyond_use_at()
            for wrong, told in (
                ({**earlier, "reason": " "}, "reason_missing"),
                ({**earlier, "at": (MADE.beyond_use_at() + timedelta(seconds=1)).isoformat()}, "beyond_use_computed"),
                ({**earlier, "at": "soon"}, "beyond_use_computed"),
                ({**earlier, "at": NOON.isoformat()}, "beyond_use_passed"),
            ):
                assert code(MADE, replace(release, beyond_use_decided=wrong), who) == told

    def test_an_emergency_release_where_it_cannot_be_computed_needs_the_time(self):
        alone = person("okonjo", "pharmacist")
        release = a.EmergencyRelease(content_digest(self.GAP), "alone at night")
        assert code(self.GAP, release, alone) == "beyond_use_undecided"
        told = {"at": "2026-04-18T17:00:01+00:00", "reason": "letter"}
        assert code(self.GAP, replace(release, beyond_use_decided=told), alone) == "beyond_use_too_late"
        told["at"] = "2026-04-18T17:00:00+00:00"
        assert passed(self.GAP, replace(release, beyond_use_decided=told), alone).status == "released"

    GAP = replace(MADE, beyond_use={"at": "", "why": "no statement", **LATEST})

    @pytest.mark.parametrize(
        ("decided", "told"),
        [
            (None, "beyond_use_undecided"),
            ({"at": "2026-04-15T17:00:00+00:00", "reason": " "}, "reason_missing"),
            ({"at": "tomorrow", "reason": "letter"}, "beyond_use_undecided"),
            ({"at": "2026-04-15T17:00:00", "reason": "letter"}, "beyond_use_undecided"),
            ({"at": "2026-04-18T17:00:01+00:00", "reason": "letter"}, "beyond_use_too_late"),
            ({"at": "2026-04-18T17:00:00+00:00", "reason": "letter"}, ""),
            ({"at": "2026-04-14T16:00:00+00:00", "reason": "letter"}, "beyond_use_passed"),
        ],
    )
    def test_where_it_cannot_be_computed_a_pharmacist_sets_it_with_a_reason_inside_what_is_known(self, decided, told):
        answer = attempt(self.GAP, a.Release(content_digest(self.GAP), decided), CHECKER)
        assert (answer.code if isinstance(answer, Refusal) else "") == told

    def test_it_expires_only_when_it_has_passed(self):
        from batch_records.acts import SYSTEM

        dose = with_beyond_use(RELEASED, NOON)
        assert code(dose, a.Expire(), SYSTEM, NOON - timedelta(seconds=1)) == "not_expired"
        assert passed(dose, a.Expire(), SYSTEM, NOON).status == "expired"


class TestChecks:
    def test_a_page_that_changed_since_it_was_shown_is_not_signed(self):
        assert code(MADE, a.Release("0" * 64), CHECKER) == "page_stale"

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"drug": "ketamine"}, "drug"),
            ({"diluent": "sterile water"}, "diluent"),
            ({"final_volume": Quantity(300, "mL")}, "final volume"),
            ({"volumes": {}}, "volume of norepinephrine"),
            ({"volumes": {"norepinephrine": Quantity(40, "mL").as_data()}}, "volume of norepinephrine"),
        ],
    )
    def test_a_second_pharmacist_who_finds_something_else_sends_both_back(self, wrong, told):
        from tests.support.dose_histories import second_entry

        asked = at_state("norepinephrine", "ask_second_check")
        back = passed(asked, second_entry(asked, **wrong), SECOND_CHECKER)
        assert (back.status, back.second_differences) == ("awaiting_final_check", (told,))
        assert back.first_check is None and back.second_check is None
        assert code(back, fitting(back, "release"), CHECKER) == "second_check_needed"
        assert code(back, fitting(back, "emergency_release"), CHECKER) == "check_differs"

    def test_a_recalculation_outside_the_tolerance_is_rejected(self):
        weaker = {"concentration": {"value": "80", "unit": "mg/mL", "of": "ceftriaxone"}}
        scans = tuple(replace(s, strength={**s.strength, **weaker}) if s.strength else s for s in MADE.scans)
        weak = replace(MADE, scans=scans)
        assert code(weak, fitting(weak, "release"), CHECKER) in ("recalculation_outside", "no_recalculation")

    def test_an_emergency_checked_afterwards_and_not_agreed_needs_words(self):
        alone = person("okonjo", "pharmacist")
        out = passed(MADE, fitting(MADE, "emergency_release"), alone)
        assert code(out, a.CheckAfterwards(False, " "), CHECKER) == "reason_missing"
        assert passed(out, a.CheckAfterwards(False, "volume cannot be read"), CHECKER).afterwards is not None


class TestLabelsAndWaste:
    def test_labels_of_another_dose_or_kind_do_not_pair(self):
        dose = at_state("ceftriaxone", "answer_label_in_hand")
        other = "260414-0140-02-7"
        for first, second, told in (
            (f"92{other}", f"91{NUMBER}", "wrong_container"), (f"92{NUMBER}", f"92{NUMBER}", "wrong_label"),
            (f"91{NUMBER}", f"91{NUMBER}", "wrong_container"), (f"92{NUMBER}", f"91{other}", "wrong_label"),
            ("", "", "wrong_container"),
        ):  # fmt: skip
            assert code(dose, a.PairLabels(first, second)) == told

    def test_a_label_that_is_not_in_the_hand_was_not_printed(self):
        printed = at_state("ceftriaxone", "print_label")
        assert code(printed, fitting(printed, "pair_labels")) == "no_label"
        absent = passed(printed, a.AnswerLabelInHand(False), CHECKER)
        assert code(absent, fitting(absent, "pair_labels")) == "no_label"
        assert code(absent, a.PrintLabel("0" * 64), CHECKER) == "reprint_reason"
        assert passed(absent, a.PrintLabel("0" * 64, "jammed", issue=2), CHECKER).copies == 2

    def test_another_day_asks_for_another_look_by_the_calendar_of_the_site(self):
        dose = at_state("ceftriaxone", "answer_label_in_hand")
        pair = a.PairLabels(f"92{NUMBER}", f"91{NUMBER}C1")
        evening = datetime(2026, 4, 15, 2, 0, tzinfo=UTC)  # still 14 April at the site
        assert passed(dose, pair, at=evening).status == "dispensed"
        assert code(dose, pair, at=evening + timedelta(hours=3)) == "inspect_again"
        assert passed(dose, replace(pair, inspected_again=True), at=evening + timedelta(hours=3)).status == "dispensed"

    def test_a_controlled_drug_is_wasted_before_somebody_else(self):
        dose = at_state("fentanyl", "release")
        waste = a.Waste("48 mL", "controlled waste", "amari")
        assert code(dose, replace(waste, witness="")) == "witness_needed"
        assert code(dose, replace(waste, witness=MAKER.person)) == "witness_needed"
        assert code(dose, waste, witness_roles=frozenset()) == "witness_needed"
        assert passed(dose, waste).status == "wasted"

    @pytest.mark.parametrize(
        "action",
        [
            a.ReturnDose(" ", "cart"), a.ReturnDose("whole", ""), a.ReportMissing(""), a.Waste("", "bin"), a.Waste("all", " "),
            a.Quarantine(" "),
        ],
    )  # fmt: skip
    def test_what_must_be_said_is_not_left_out(self, action):
        dose = at_state("ceftriaxone", "pair_labels")
        who = person("x", "nurse", "technician", "pharmacist")
        assert refusal(dose, action, who).status == 422
