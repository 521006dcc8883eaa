"""A drug's version that takes effect later, and what orders are planned with at each moment; drafts that are abandoned."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from batch_records.acting import Done, Refused, perform
from batch_records.acts import Act, Actor
from batch_records.signatures import verify_signature
from batch_records.store import Store
from batch_records.types import instant_text
from batch_records.verify import verify_records
from formulary.change_control import Change, KeepReplay
from formulary.drug_record import Stage, record_id
from formulary.loading import DATA, drug_from_text
from formulary.packaged import packaged
from formulary.releasing import DRUG, LoadDrug, ReleaseDrug, WithdrawDrug
from formulary.repository import drug_record, formulary_at, formulary_in_force
from formulary.set_record import FORMULARY_SET
from formulary.views import beginning, compared_with
from tests.support.records import DUARTE, EIGHT, MARLOW, OKONJO
from tests.support.stores import proof_of

ADEYEMI = Actor("person-adeyemi", "B. Adeyemi", frozenset({"lead"}))
NOVAK = Actor("person-novak", "A. Novak", frozenset({"administrator"}))
IBARRA = Actor("person-ibarra", "S. Ibarra", frozenset({"pharmacist"}), "RPh")
TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
WHY = Change("label changed", "label of 2026-03")
HOUR = timedelta(hours=1)
UNSEEN = "no order was ever accepted"
KEYS = itertools.count(1)
TOTALS = {"orders": 3, "doses": 9, "changes": {}, "not_judged": {}, "since": "", "until": "2026-04-14T12:00:00Z"}


def version(number: int, day_limit: str = "1900 mg/day") -> str:
    """The text under this number with another limit."""
    return TEXT.replace("\nversion = 1\n", f"\nversion = {number}\n").replace('"2000 mg/day"', f'"{day_limit}"')


def digest_of(text: str) -> str:
    """The digest of a text."""
    drug, _ = drug_from_text(text, "x", packaged().site, packaged().supplies)
    assert drug is not None
    return drug.digest


def does(store: Store, actor: Actor, action: Any, at: datetime = EIGHT) -> str:
    """ "done", or the code of the refusal."""
    act = Act(actor, "desk-1", at, f"effective-{next(KEYS)}", 0, proof_of(actor.person, at))
    answer = perform(store, DRUG, record_id("ceftriaxone"), action, act)
    return "done" if isinstance(answer, Done) else answer.refusal.code


def release(store: Store, text: str, number: int, at: datetime = EIGHT, effective: str = "") -> str:
    """Drafted by the lead, released by two; gives what the second release answered."""
    assert does(store, ADEYEMI, LoadDrug(text, WHY), at) == "done"
    assert does(store, MARLOW, ReleaseDrug(number, digest_of(text), without_replay=UNSEEN), at) == "done"
    return does(store, DUARTE, ReleaseDrug(number, digest_of(text), effective, without_replay=UNSEEN), at)


def limit_at(store: Store, at: datetime) -> tuple[int, str]:
    """Version of the drug and its usual daily limit at a moment; (0, "") when it is not in force."""
    with store.read() as uow:
        drugs = {drug.id: drug for drug in formulary_at(uow, at).drugs}
    drug = drugs.get("ceftriaxone")
    return (0, "") if drug is None else (drug.version, str(drug.limits[0].high.number))


def test_a_version_takes_effect_at_its_time_and_not_before(store):
    assert release(store, TEXT, 1) == "done"
    later = EIGHT + 5 * HOUR
    assert release(store, version(2), 2, EIGHT + HOUR, instant_text(later)) == "done"
    assert limit_at(store, EIGHT - HOUR) == (0, "")
    assert limit_at(store, EIGHT) == limit_at(store, later - HOUR) == (1, "2000")
    assert limit_at(store, later) == limit_at(store, later + 99 * HOUR) == (2, "1900")
    assert verify_records(store, [DRUG, FORMULARY_SET]).clean


def test_an_act_sees_the_set_of_its_own_time_and_a_look_that_of_the_clock(store):
    release(store, TEXT, 1)
    release(store, version(2), 2, EIGHT + HOUR, instant_text(EIGHT + 5 * HOUR))
    for now, wanted in ((EIGHT + 2 * HOUR, 1), (EIGHT + 5 * HOUR, 2)):
        store.clock = lambda now=now: now
        with store.read() as uow:
            assert formulary_in_force(uow).drug("ceftriaxone").version == wanted
            stages = {number: row.stage for number, row in drug_record(uow, "ceftriaxone").versions.items()}
        assert stages == (
            {1: Stage.IN_FORCE, 2: Stage.SCHEDULED} if wanted == 1 else {1: Stage.REPLACED, 2: Stage.IN_FORCE}
        )


def test_the_version_of_the_formulary_counts_what_has_taken_effect(store):
    release(store, TEXT, 1)
    release(store, version(2), 2, EIGHT + HOUR, instant_text(EIGHT + 5 * HOUR))
    with store.read() as uow:
        found = [formulary_at(uow, EIGHT + hours * HOUR).version for hours in (-1, 0, 4, 5)]
    assert found == [0, 1, 1, 2]


def test_a_release_that_waits_is_called_off_and_the_present_one_stays(store):
    release(store, TEXT, 1)
    later = EIGHT + 5 * HOUR
    release(store, version(2), 2, EIGHT + HOUR, instant_text(later))
    assert does(store, IBARRA, WithdrawDrug(2, "limit copied wrongly"), EIGHT + 2 * HOUR) == "done"
    assert limit_at(store, later) == (1, "2000")
    assert verify_records(store, [DRUG, FORMULARY_SET]).clean


def test_what_is_in_force_withdrawn_leaves_nothing_until_the_waiting_one_takes_effect(store):
    release(store, TEXT, 1)
    later = EIGHT + 5 * HOUR
    release(store, version(2), 2, EIGHT + HOUR, instant_text(later))
    assert does(store, IBARRA, WithdrawDrug(1, "wrong"), EIGHT + 2 * HOUR) == "done"
    assert [limit_at(store, EIGHT + n * HOUR)[0] for n in (1, 2, 4, 5)] == [1, 0, 0, 2]


def test_nothing_takes_effect_before_a_version_that_waits(store):
    release(store, TEXT, 1)
    release(store, version(2), 2, EIGHT + HOUR, instant_text(EIGHT + 5 * HOUR))
    assert release(store, version(3), 3, EIGHT + 2 * HOUR) == "other_scheduled"
    again = ReleaseDrug(3, digest_of(version(3)), instant_text(EIGHT + 6 * HOUR), without_replay=UNSEEN)
    assert does(store, DUARTE, again, EIGHT + 2 * HOUR) == "done"
    assert [limit_at(store, EIGHT + n * HOUR)[0] for n in (4, 5, 6)] == [1, 2, 3]


def test_of_two_versions_for_one_moment_the_one_released_later_is_in_force_everywhere(store):
    release(store, TEXT, 1)
    at_noon = instant_text(EIGHT + 4 * HOUR)
    for number in (2, 3):
        assert does(store, ADEYEMI, LoadDrug(version(number, f"{1900 + number} mg/day"), WHY)) == "done"
    for number in (3, 2):
        for actor, effective in ((MARLOW, ""), (DUARTE, at_noon)):
            digest = digest_of(version(number, f"{1900 + number} mg/day"))
            act = ReleaseDrug(number, digest, effective, without_replay=UNSEEN)
            assert does(store, actor, act, EIGHT + HOUR) == "done"
    with store.read() as uow:
        record = drug_record(uow, "ceftriaxone").at(EIGHT + 5 * HOUR)
    assert limit_at(store, EIGHT + 5 * HOUR) == (2, "1902")
    assert record.in_force == record.versions[2]
    assert [row and row.version for row in (compared_with(record, record.versions[n]) for n in (3, 2))] == [1, 3]


@pytest.mark.parametrize("effective", [EIGHT - HOUR, EIGHT + timedelta(days=400)])
def test_a_time_in_the_past_or_far_ahead_is_refused(store, effective):
    assert release(store, TEXT, 1, EIGHT, instant_text(effective)) == "time_wrong"
    assert limit_at(store, EIGHT + timedelta(days=500)) == (0, "")


def test_only_the_second_pharmacist_says_from_when(store):
    does(store, ADEYEMI, LoadDrug(TEXT, WHY))
    early = ReleaseDrug(1, digest_of(TEXT), instant_text(EIGHT + HOUR))
    assert does(store, MARLOW, early) == "time_too_early"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Change(" ", "label"), "reason_missing"),
        (Change("why", ""), "source_missing"),
        (Change("x" * 501, "y"), "reason_missing"),
    ],
)
def test_a_change_without_reason_or_source_is_refused(store, change, code):
    assert does(store, ADEYEMI, LoadDrug(TEXT, change)) == code


def test_the_record_keeps_reason_source_and_what_the_draft_began_from(store):
    release(store, TEXT, 1)
    does(store, ADEYEMI, LoadDrug(version(2), Change("lower", "committee", base=1, seen=1)))
    with store.read() as uow:
        row = drug_record(uow, "ceftriaxone").versions[2]
    assert (row.why, row.source, row.base, row.author) == ("lower", "committee", 1, ADEYEMI.person)


def test_who_saves_second_on_the_same_base_is_told_and_saves_a_draft_of_their_own(store):
    release(store, TEXT, 1)
    first = LoadDrug(version(2, "1800 mg/day"), Change("lower", "committee", base=1, seen=1))
    assert does(store, ADEYEMI, first) == "done"
    second = LoadDrug(version(2, "1700 mg/day"), Change("lower still", "label", base=1, seen=1))
    assert does(store, IBARRA, second) == "edited_meanwhile"
    assert (
        does(store, IBARRA, LoadDrug(version(3, "1700 mg/day"), Change("lower still", "label", base=1, seen=2)))
        == "done"
    )
    with store.read() as uow:
        texts = {number: row.text for number, row in drug_record(uow, "ceftriaxone").versions.items()}
    assert '"1800 mg/day"' in texts[2]
    assert '"1700 mg/day"' in texts[3]


def test_a_draft_is_compared_with_the_version_that_waits_and_that_it_would_replace(store):
    release(store, TEXT, 1)
    release(store, version(2), 2, EIGHT, instant_text(EIGHT + 5 * HOUR))
    does(store, ADEYEMI, LoadDrug(version(3, "1800 mg/day"), WHY))
    with store.read() as uow:
        record = drug_record(uow, "ceftriaxone")
        assert compared_with(record, record.versions[3]).version == beginning(record).version == 2


def test_what_the_page_compared_it_with_must_still_be_what_it_replaces(store):
    release(store, TEXT, 1)
    text = version(3, "1800 mg/day")
    does(store, ADEYEMI, LoadDrug(text, WHY))
    seen = ReleaseDrug(3, digest_of(text), against=1, without_replay=UNSEEN)
    does(store, ADEYEMI, LoadDrug(version(4), WHY))
    for member in (MARLOW, DUARTE):
        other = ReleaseDrug(4, digest_of(version(4)), against=1, without_replay=UNSEEN)
        assert does(store, member, other, EIGHT + HOUR) == "done"
    assert does(store, MARLOW, seen, EIGHT + 2 * HOUR) == "compared_with_other"
    assert limit_at(store, EIGHT + 3 * HOUR) == (4, "1900")


def test_a_first_release_from_before_another_version_came_does_not_count_for_what_it_never_showed(store):
    release(store, TEXT, 1)
    text = version(2, "1800 mg/day")
    does(store, ADEYEMI, LoadDrug(text, WHY))
    does(store, MARLOW, ReleaseDrug(2, digest_of(text), without_replay=UNSEEN))
    assert release(store, version(3), 3, EIGHT + HOUR) == "done"
    second = ReleaseDrug(2, digest_of(text), against=3, without_replay=UNSEEN)
    assert does(store, DUARTE, second, EIGHT + 2 * HOUR) == "first_read_other"
    assert limit_at(store, EIGHT + 3 * HOUR) == (3, "1900")


def test_a_waiting_version_that_is_called_off_after_the_first_release_is_said_as_it_is(store):
    release(store, TEXT, 1)
    release(store, version(2), 2, EIGHT + HOUR, instant_text(EIGHT + 9 * HOUR))
    text = version(3, "1800 mg/day")
    does(store, ADEYEMI, LoadDrug(text, WHY), EIGHT + HOUR)
    does(store, MARLOW, ReleaseDrug(3, digest_of(text), without_replay=UNSEEN), EIGHT + HOUR)
    assert does(store, DUARTE, WithdrawDrug(2, "not yet"), EIGHT + HOUR) == "done"
    act = Act(DUARTE, "desk-1", EIGHT + 2 * HOUR, "called-off", 0, proof_of(DUARTE.person, EIGHT + 2 * HOUR))
    second = ReleaseDrug(3, digest_of(text), against=1, without_replay=UNSEEN)
    answer = perform(store, DRUG, record_id("ceftriaxone"), second, act)
    assert isinstance(answer, Refused) and answer.refusal.code == "first_read_other"
    assert "another was released or withdrawn since" in answer.refusal.text


def test_the_author_of_a_draft_does_not_release_what_a_colleague_saved_from_it(store):
    release(store, TEXT, 1)
    does(store, MARLOW, LoadDrug(version(2), Change("lower", "label", base=1)))
    does(store, ADEYEMI, LoadDrug(version(3), Change("spelling", "label", base=2)))
    again = ReleaseDrug(3, digest_of(version(3)), without_replay=UNSEEN)
    assert [does(store, member, again) for member in (MARLOW, DUARTE, IBARRA)] == ["own_work", "done", "done"]
    does(store, ADEYEMI, LoadDrug(version(4, "1700 mg/day"), Change("lower still", "label", base=3)))
    later = ReleaseDrug(4, digest_of(version(4, "1700 mg/day")), without_replay=UNSEEN)
    assert does(store, MARLOW, later, EIGHT + HOUR) == "done"  # what was in force once is nobody's draft any more


@pytest.mark.parametrize(("number", "code"), [(1_001, "done"), (1_002, "version_too_high")])
def test_a_number_that_leaves_none_for_the_next_version_is_refused(store, number, code):
    assert does(store, ADEYEMI, LoadDrug(TEXT, WHY)) == "done"
    assert does(store, ADEYEMI, LoadDrug(version(number), WHY)) == code


def test_a_release_without_a_replay_of_exactly_this_draft_needs_a_reason(store):
    release(store, TEXT, 1)
    does(store, ADEYEMI, LoadDrug(version(2), WHY))
    without, digest = ReleaseDrug(2, digest_of(version(2))), digest_of(version(2))
    assert does(store, MARLOW, without) == "replay_missing"
    replay = KeepReplay(2, digest, 1, "f" * 64, TOTALS)
    assert does(store, ADEYEMI, replay) == "not_allowed"
    assert does(store, MARLOW, replace(replay, digest="0" * 64)) == "replayed_other"
    assert does(store, MARLOW, replace(replay, against=0)) == "replayed_other"
    assert does(store, MARLOW, replay) == "done"
    assert [does(store, member, without, EIGHT + HOUR) for member in (MARLOW, DUARTE)] == ["done", "done"]
    with store.read() as uow:
        entries = [entry for entry in uow.entries(record_id("ceftriaxone")) if entry.kind == "drug_released"]
    told = {"person": MARLOW.person, "against": 1, "digest": "f" * 64, "totals": TOTALS}
    assert [(entry.version, entry.payload["replay"]) for entry in entries[-2:]] == [(3, told), (3, told)]
    signed = {"drug": "ceftriaxone", "version": 2, "digest": digest, "replay": told}
    assert verify_signature(entries[-1].payload["signature"], record_id("ceftriaxone"), signed) == []
    assert does(store, MARLOW, replay, EIGHT + HOUR) == "wrong_stage"


def test_a_replay_against_another_version_is_none_of_this_change(store):
    release(store, TEXT, 1)
    text = version(3, "1800 mg/day")
    does(store, ADEYEMI, LoadDrug(text, WHY))
    assert does(store, MARLOW, KeepReplay(3, digest_of(text), 1, "f" * 64, TOTALS)) == "done"
    release(store, version(4), 4, EIGHT + HOUR)
    assert does(store, MARLOW, ReleaseDrug(3, digest_of(text), against=4), EIGHT + 2 * HOUR) == "replay_missing"


def test_a_draft_is_abandoned_with_a_reason_by_its_author_whoever_that_is(store):
    release(store, TEXT, 1)
    does(store, NOVAK, LoadDrug(version(2), WHY))
    assert does(store, NOVAK, WithdrawDrug(2, " ")) == "reason_missing"
    assert does(store, NOVAK, WithdrawDrug(1, "not mine")) == "not_allowed"
    assert does(store, OKONJO, WithdrawDrug(2, "not mine")) == "not_allowed"
    assert does(store, NOVAK, WithdrawDrug(2, "typed in the wrong file")) == "done"
    assert does(store, MARLOW, ReleaseDrug(2, digest_of(version(2)))) == "wrong_stage"
    assert limit_at(store, EIGHT) == (1, "2000")
