"""Every list and page about a dose says not before, and at the latest."""

from dataclasses import replace

from compounding.preparing.record import DOSE
from tests.support.cast import HALLORAN, MARLOW
from tests.support.flow import completed, paired, queued_dose, released


def test_a_dose_to_make_says_when_it_is_begun_and_released_at_the_latest(hood, at_check, cast_store):
    number = queued_dose(cast_store)
    page = " ".join(at_check(MARLOW).get(f"/check/{number}").text.split())
    for words in ("Not before, and at the latest", "Begin to make by</dt><dd>13:45 <small>it takes 15 min",
                  "Release by</dt><dd>14:00 <small>30 min before it is due", "Must start by"):  # fmt: skip
        assert words in page, words
    assert "begin by 13:45" in at_check(MARLOW).get("/queue").text
    assert "begin by 13:45" in hood.get("/station").text


def test_the_check_says_the_latest_start_on_the_patient(at_check, cast_store):
    number = completed(cast_store)
    page = " ".join(at_check(MARLOW).get(f"/check/{number}").text.split())
    assert 'Release by <b class="nb">14:00</b> (30 min before it is due)' in page
    assert 'must start by <b class="nb">16 Apr, 13:04</b>' in page
    assert "Begin to make by" not in page


def test_a_released_dose_says_on_the_board_and_the_ward_by_when_it_must_be_started(at_check, cast_store):
    number = released(cast_store)
    assert "start by 16 Apr, 13:04" in " ".join(at_check(MARLOW).get("/queue").text.split())
    ward = at_check(HALLORAN).get(f"/ward/dose/{number}").text
    assert "Start before" in ward


def test_an_infusion_that_has_to_end_within_its_limit_says_so_on_the_ward(at_check, cast_store, monkeypatch):
    number = paired(cast_store)
    kept = DOSE.apply

    def ends_within(dose, entry):
        found = kept(dose, entry)
        told = found.beyond_use
        return found if not told or entry.kind != "complete" else replace(found, beyond_use={**told, "ends": "END_OF_INFUSION"})

    monkeypatch.setattr("compounding.views.nurse.DOSE", replace(DOSE, apply=ends_within))
    page = " ".join(at_check(HALLORAN).get(f"/ward/dose/{number}").text.split())
    assert "the infusion has to end by 16 Apr, 13:34" in page
