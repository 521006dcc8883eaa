"""A person's media fill failed: the lead ends their qualification with the recall, in one signed act."""

import pytest

from batch_records.acting import Refused, load, perform, perform_many
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.qualifications import (
    ASEPTIC,
    HAZARDOUS,
    QUALIFICATION,
    EndQualification,
    Qualify,
    qualification_record,
)
from compounding.recalls.actions import OpenRecall
from compounding.recalls.numbering import recall_record
from compounding.recalls.record import RECALL
from tests.compounding.recalls.test_recall import LATER, NUMBER
from tests.support.cast import ADEYEMI, MARLOW, OKONJO, act_of, do, refused
from tests.support.flow import staged

RECORD = qualification_record(OKONJO.person)
ENDING = EndQualification(OKONJO.person, "media fill grew", NUMBER)
OPENING = OpenRecall(NUMBER, "test", "T. Okonjo", "media fill grew", "laboratory", person=OKONJO.person, test="media fill",
                     since=LATER.replace(day=1), until=LATER)  # fmt: skip


def test_one_signature_opens_the_recall_and_ends_the_qualification_until_the_test_is_passed_again(cast_store):
    number = staged(cast_store)
    steps = [(RECALL, recall_record(NUMBER), OPENING), (QUALIFICATION, RECORD, ENDING)]
    answer = perform_many(cast_store, steps, act_of(ADEYEMI, LATER, station="desk-1", signed=True))
    assert not isinstance(answer, Refused)
    start = a.StartPreparation("hood-1")
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), start, LATER) == "qualification_ended"
    with cast_store.read() as uow:
        state = load(uow, QUALIFICATION, RECORD)
    assert state.valid_until == {ASEPTIC: "2026-04-13", HAZARDOUS: "2026-04-13"}
    assert state.ended[ASEPTIC] == "media fill grew"
    assert refused(cast_store, ADEYEMI, QUALIFICATION, RECORD, ENDING, LATER, signed=True) == "not_qualified"
    do(cast_store, ADEYEMI, QUALIFICATION, RECORD, Qualify(OKONJO.person, ASEPTIC, "2026-10-31", "media fill passed"), LATER)
    do(cast_store, OKONJO, DOSE, dose_record(number), start, LATER)


@pytest.mark.parametrize(
    ("member", "signed", "code"),
    [(MARLOW, True, "not_allowed"), (OKONJO, True, "not_allowed"), (ADEYEMI, False, "secret_needed")],
)
def test_it_is_for_the_lead_with_their_own_secret_and_refused_nothing_of_it_happens(cast_store, member, signed, code):
    steps = [(RECALL, recall_record(NUMBER), OPENING), (QUALIFICATION, RECORD, ENDING)]
    answer = perform_many(cast_store, steps, act_of(member, LATER, station="desk-1", signed=signed))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == code
    with cast_store.read() as uow:
        assert not load(uow, RECALL, recall_record(NUMBER)).number
        assert load(uow, QUALIFICATION, RECORD).passed(LATER)


@pytest.mark.parametrize(
    ("record", "reason", "code"), [(RECORD, " ", "reason_missing"), ("qualification-x", "grew", "not_qualified")]
)
def test_it_has_a_reason_and_the_right_record(cast_store, record, reason, code):
    action = EndQualification(OKONJO.person, reason)
    answer = perform(cast_store, QUALIFICATION, record, action, act_of(ADEYEMI, LATER, signed=True))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == code
