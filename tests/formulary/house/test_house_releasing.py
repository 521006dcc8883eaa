"""House rules, beyond-use table and supplies under change control: the packaged files until two released a version."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from batch_records.acting import Done, Refused, perform, perform_many
from batch_records.acts import Act, Actor
from batch_records.store import Store
from batch_records.types import instant_text
from batch_records.verify import verify_records
from formulary.change_control import Change, Release, Withdraw
from formulary.house.loading import house_with, proposal
from formulary.house.record import PARTS, record_id
from formulary.house.releasing import HOUSE, LoadHouse
from formulary.house.repository import house_record, packaged_version
from formulary.packaged import load_packaged, release_packaged
from formulary.repository import formulary_at, formulary_in_force, house
from formulary.versions import Stage
from tests.support.records import DUARTE, EIGHT, MARLOW, OKONJO
from tests.support.stores import proof_of

ADEYEMI = Actor("person-adeyemi", "B. Adeyemi", frozenset({"lead"}))
WHY = Change("the committee decided", "committee, 3 Apr 2026")
HOUR = timedelta(hours=1)
UNSEEN = "no order was ever accepted"
KEYS = itertools.count(1)
TIGHTER = ('name = "volume_tolerance"\nvalue = "0.05 one"', 'name = "volume_tolerance"\nvalue = "0.03 one"')


def rules(number: int = 1, *changes: tuple[str, str]) -> str:
    """The proposal of house rules under this number with these changes."""
    text = proposal("rules").replace("version = 1\n", f"version = {number}\n", 1)
    for found, put in changes:
        assert found in text
        text = text.replace(found, put)
    return text


def does(store: Store, actor: Actor, action: Any, part: str = "rules", at: datetime = EIGHT) -> str:
    """ "done", or the code of the refusal."""
    act = Act(actor, "desk-1", at, f"house-{next(KEYS)}", 0, proof_of(actor.person, at))
    answer = perform(store, HOUSE, record_id(part), action, act)
    return "done" if isinstance(answer, Done) else answer.refusal.code


def release(
    store: Store, text: str, number: int, part: str = "rules", at: datetime = EIGHT, effective: str = ""
) -> str:
    """Drafted by the lead, released by two; gives what the second release answered."""
    assert does(store, ADEYEMI, LoadHouse(part, text, WHY), part, at) == "done"
    digest = house_with(part, text, house())[2]
    assert does(store, MARLOW, Release(number, digest, without_replay=UNSEEN), part, at) == "done"
    return does(store, DUARTE, Release(number, digest, effective, without_replay=UNSEEN), part, at)


def tolerance(store: Store, at: datetime | None = None) -> str:
    """The house's volume tolerance in force."""
    with store.read() as uow:
        found = formulary_in_force(uow) if at is None else formulary_at(uow, at)
    return str(found.site.value("volume_tolerance").number)


@pytest.mark.parametrize("part", PARTS)
def test_the_packaged_part_is_a_proposal_that_can_be_drafted_as_it_is(store, part):
    text = packaged_version(part).text
    assert does(store, ADEYEMI, LoadHouse(part, text, WHY), part) == "done"
    with store.read() as uow:
        assert house_record(uow, part).versions[1].stage is Stage.LOADED
        assert (formulary_in_force(uow).site, formulary_in_force(uow).supplies) == house()


def test_a_site_without_such_records_has_what_comes_with_the_program(store):
    with store.read() as uow:
        found = formulary_in_force(uow)
    assert (found.site, found.supplies) == house()


def test_released_rules_are_in_force_from_their_time_and_the_rest_of_the_house_stays(store):
    later = EIGHT + 5 * HOUR
    assert release(store, rules(1, TIGHTER), 1, effective=instant_text(later)) == "done"
    assert [tolerance(store, at) for at in (EIGHT, later - HOUR, later)] == ["1/20", "1/20", "3/100"]
    with store.read() as uow:
        found = formulary_at(uow, later)
    assert found.site.label_stock == house()[0].label_stock
    assert found.site.beyond_use == house()[0].beyond_use
    assert found.site.demonstration
    assert found.digest != formulary_digest(store, EIGHT)
    assert verify_records(store, [HOUSE]).clean


def formulary_digest(store: Store, at: datetime) -> str:
    """The digest of the whole set at a moment."""
    with store.read() as uow:
        return formulary_at(uow, at).digest


def test_withdrawn_rules_give_way_to_the_packaged_ones(store):
    release(store, rules(1, TIGHTER), 1)
    assert tolerance(store) == "3/100"
    assert does(store, MARLOW, Withdraw(1, "copied wrongly"), at=EIGHT + HOUR) == "done"
    assert tolerance(store) == "1/20"


def test_a_beyond_use_table_and_supplies_take_their_places(store):
    table = proposal("beyond_use").replace('title = "', 'title = "Our ', 1)
    assert release(store, table, 1, "beyond_use") == "done"
    text = proposal("supplies").replace(
        'display = "sodium chloride 0.9 %"', 'display = "sodium chloride 0.9 % of ours"', 1
    )
    assert release(store, text, 1, "supplies") == "done"
    with store.read() as uow:
        found = formulary_in_force(uow)
    assert found.site.beyond_use.title.startswith("Our ")
    assert found.solution("sodium_chloride_0_9").display.endswith("of ours")


@pytest.mark.parametrize("actor", [OKONJO, ADEYEMI], ids=["technician", "lead"])
def test_only_pharmacists_release_and_technicians_draft_nothing(store, actor):
    if actor is OKONJO:
        assert does(store, actor, LoadHouse("rules", rules(), WHY)) == "not_allowed"
    does(store, ADEYEMI, LoadHouse("rules", rules(), WHY))
    assert does(store, actor, Release(1, "x")) == "not_allowed"


def test_the_author_and_the_first_pharmacist_do_not_release_alone(store):
    does(store, MARLOW, LoadHouse("rules", rules(), WHY))
    digest = house_with("rules", rules(), house())[2]
    assert does(store, MARLOW, Release(1, digest)) == "own_work"
    assert does(store, DUARTE, Release(1, digest, without_replay=UNSEEN)) == "done"
    assert does(store, DUARTE, Release(1, digest)) == "same_person"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((('name = "pump_step"', 'name = "pump_stop"'),), "values.pump_step"),
        ((('name = "pump_step"\nvalue = "0.1 mL/h"', 'name = "pump_step"\nvalue = "0.1 mL"'),), "values.pump_step"),
        ((('name = "volume_tolerance"\nvalue = "0.05 one"', 'name = "volume_tolerance"\nvalue = "5 %"'),), "value"),
        ((('id = "adult"', 'id = "grown_up"'),), "adult"),
        ((('source = "house"', 'source = "hearsay"'),), "[sources]"),
    ],
)  # fmt: skip
def test_rules_that_lack_what_the_program_asks_for_are_refused_by_name(store, changes, words):
    act = Act(ADEYEMI, "desk-1", EIGHT, f"house-{next(KEYS)}", 0)
    answer = perform(store, HOUSE, record_id("rules"), LoadHouse("rules", rules(1, *changes), WHY), act)
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "house_faulty"
    assert words in answer.refusal.text


def test_supplies_cannot_lose_a_solution_that_a_drug_in_force_is_made_with(store):
    for actor, acts in ((ADEYEMI, load_packaged()), (MARLOW, release_packaged()), (DUARTE, release_packaged())):
        few = [act for act in acts if act[1] == "drug-ceftriaxone"]
        perform_many(store, few, Act(actor, "desk-1", EIGHT, f"house-{next(KEYS)}", 0, proof_of(actor.person, EIGHT)))
    text = proposal("supplies").replace("dextrose_10", "dextrose_11")
    act = Act(ADEYEMI, "desk-1", EIGHT, f"house-{next(KEYS)}", 0)
    answer = perform(store, HOUSE, record_id("supplies"), LoadHouse("supplies", text, WHY), act)
    assert isinstance(answer, Refused)
    assert "dextrose_10" in answer.refusal.text


def test_a_part_that_does_not_exist_is_refused(store):
    assert does(store, ADEYEMI, LoadHouse("prices", rules(), WHY), "prices") == "part_unknown"
