"""A paralyzing drug is read aloud before every draw: the record refuses without it and keeps what was read and by whom."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from compounding.preparing import actions as a
from compounding.preparing.folding import apply
from compounding.preparing.numbering import dose_record
from compounding.preparing.read_aloud import words_to_read
from compounding.preparing.record import DOSE as DOSE_RECORD
from tests.support.at_station import CENTRAL, ROCURONIUM
from tests.support.attempts import at_state, code, passed, refusal
from tests.support.cast import MARLOW, NOON, OKONJO, do, refused
from tests.support.dose_histories import CHECKER, MAKER, PICTURE, fitting, making
from tests.support.flow import dose_now, queued_dose, staged, started, step_done

VIAL = "rocuronium 10 mg/mL, 10 mL vial (100 mg)"


def before_a_draw(plan="rocuronium"):
    """The dose when its first draw is in focus."""
    return next(h.dose for h in making(plan) if h.dose.current_step is not None and h.dose.status == "in_prep"
                and h.dose.current_step.purpose == "draw")  # fmt: skip


DOSE = before_a_draw()
STEP = DOSE.current_step


def acts(confirmed):
    """The three ways to close a draw, each with what was read aloud."""
    return (
        a.RecordVolume(STEP.number, STEP.volume, PICTURE, confirmed),
        a.RecordWeight(STEP.number, Quantity(1, "g"), PICTURE, confirmed=confirmed),
        a.RecordUnmeasured(STEP.number, PICTURE, "no light", confirmed),
    )


def test_what_is_read_is_the_scanned_product_in_the_formularys_words():
    assert words_to_read(DOSE, STEP.number) == VIAL
    other = replace(DOSE, scans=tuple(replace(s, display="another vial") for s in DOSE.scans))
    assert words_to_read(other, STEP.number) == "another vial"


@pytest.mark.parametrize("said", ["", "yes", "rocuronium", VIAL.upper(), "vecuronium 10 mg vial"])
@pytest.mark.parametrize("way", [0, 1, 2])
def test_no_draw_is_recorded_without_exactly_these_words(way, said):
    refused = refusal(DOSE, acts(said)[way])
    assert (refused.code, refused.status) == ("not_read_aloud", 422)
    assert refused.text == f"rocuronium paralyzes. Read the container aloud and confirm it: {VIAL}."


def test_with_the_words_each_way_goes_on_and_keeps_them_with_the_person():
    for act in (acts(VIAL)[0], acts(VIAL)[2]):
        record = passed(DOSE, act).record_of(STEP.number)
        assert (record.read_aloud, record.by) == (VIAL, MAKER.person)
    assert code(DOSE, acts(VIAL)[1]) == "no_density"


def test_every_draw_asks_anew_also_after_an_undo():
    done = passed(DOSE, fitting(DOSE, "record_volume"))
    back = passed(done, a.Undo(STEP.number, "air in the syringe"))
    assert code(back, a.RecordVolume(STEP.number, STEP.volume, PICTURE)) == "not_read_aloud"
    with_intermediate = replace(before_a_draw("gentamicin"), plan=replace(DOSE.planned, flags=("paralytic",)))
    draws = [s for s in with_intermediate.drawing.measures if s.purpose != "reconstitute"]
    assert all(words_to_read(with_intermediate, step.number) for step in draws)


def test_another_drug_asks_for_nothing_and_takes_no_confirmation():
    plain = at_state("ceftriaxone", "start_preparation")
    step = plain.current_step
    assert [words_to_read(plain, s.number) for s in plain.drawing.steps] == [""] * len(plain.drawing.steps)
    assert code(plain, a.RecordVolume(step.number, step.volume, PICTURE, VIAL)) == "nothing_to_read"


def test_a_volume_read_later_from_the_picture_keeps_what_was_read_aloud():
    dose = passed(DOSE, acts(VIAL)[2])
    while dose.current_step.kind not in ("check", "label"):
        dose = passed(dose, fitting(dose, "record_volume" if dose.current_step.kind == "measure" else "confirm_step"))
    asked = passed(dose, a.AskInProcessCheck())
    read = passed(asked, a.ReadFromPicture(STEP.number, STEP.volume), CHECKER)
    assert read.record_of(STEP.number).read_aloud == VIAL


def test_the_entry_keeps_the_words_and_an_entry_from_before_them_is_still_read(cast_store):
    number = queued_dose(cast_store, ROCURONIUM, CENTRAL, "260414-0160")
    staged(cast_store, number)
    do(cast_store, MARLOW, DOSE_RECORD, dose_record(number), a.CheckStaging(), NOON, signed=True)
    started(cast_store, number)
    while (step := dose_now(cast_store, number).current_step).purpose != "draw":
        step_done(cast_store, number)
    bare = a.RecordVolume(step.number, step.volume, PICTURE)
    assert refused(cast_store, OKONJO, DOSE_RECORD, dose_record(number), bare) == "not_read_aloud"
    before = dose_now(cast_store, number)
    step_done(cast_store, number)
    with cast_store.read() as uow:
        entry = uow.entries(dose_record(number))[-1]
    assert (entry.kind, entry.who, entry.payload["confirmed"]) == ("record_volume", OKONJO.person, VIAL)
    old = replace(entry, payload={k: v for k, v in entry.payload.items() if k != "confirmed"})
    assert apply(before, old).record_of(step.number).read_aloud is None
