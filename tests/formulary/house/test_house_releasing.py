"""House rules, beyond-use table and supplies under change control: the packaged files until two released a version."""

import itertools
import tomllib
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
from formulary.loading import DATA
from formulary.packaged import load_packaged, release_packaged
from formulary.releasing import DRUG, LoadDrug, ReleaseDrug, faults_in
from formulary.repository import formulary_at, formulary_in_force, house
from formulary.toml_text import whole_text
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


def one_drug(store: Store, text: str = "", number: int = 1, at: datetime = EIGHT) -> list[str]:
    """Ceftriaxone drafted and released twice; what each act answered."""
    text = text or (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
    store.clock = lambda: at
    with store.read() as uow:
        drug, faults = faults_in(text, formulary_in_force(uow))
    assert drug is not None and faults == []
    release_it = ReleaseDrug(number, drug.digest, without_replay=UNSEEN)
    answers = []
    for actor, action in ((ADEYEMI, LoadDrug(text, WHY)), (MARLOW, release_it), (DUARTE, release_it)):
        act = Act(actor, "desk-1", at, f"house-{next(KEYS)}", 0, proof_of(actor.person, at))
        answer = perform(store, DRUG, "drug-ceftriaxone", action, act)
        answers.append("done" if isinstance(answer, Done) else answer.refusal.code)
    return answers


def test_what_is_released_now_is_read_beside_what_was_released_for_later(store):
    """Otherwise a morning comes at which the drugs in force and the supplies in force do not fit, and nothing can be planned."""
    data = tomllib.loads(proposal("supplies"))
    fewer = whole_text({**data, "bags": [row for row in data["bags"] if row["solution"] != "sodium_chloride_0_9"]})
    assert release(store, fewer, 1, "supplies", effective=instant_text(EIGHT + 5 * HOUR)) == "done"
    assert one_drug(store) == ["done", "data_faulty", "data_faulty"]
    with store.read() as uow:
        assert formulary_at(uow, EIGHT + 6 * HOUR).drugs == ()


def test_a_part_is_not_withdrawn_while_a_drug_in_force_needs_what_only_it_has(store):
    data = tomllib.loads(proposal("supplies"))
    bag = next(row for row in data["bags"] if row["solution"] == "sodium_chloride_0_9")
    other = {**bag, "id": "our_33", "display": "sodium chloride 0.9 % 33 mL bag", "label_volume": "33 mL", "codes": {}}
    other = {name: value for name, value in other.items() if not name.startswith(("capacity", "overfill"))}
    assert release(store, whole_text({**data, "bags": [*data["bags"], other]}), 1, "supplies") == "done"
    text = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
    volume = next(row for row in tomllib.loads(text)["formulations"][0]["diluents"])["volume"]
    own = text.replace(
        f'solution = "sodium_chloride_0_9", volume = "{volume}"',
        'solution = "sodium_chloride_0_9", volume = "33 mL"',
        1,
    )
    assert own != text
    assert one_drug(store, own) == ["done"] * 3
    assert does(store, MARLOW, Withdraw(1, "copied wrongly"), "supplies", EIGHT + HOUR) == "fallback_faulty"
    again = whole_text({**data, "version": 2, "bags": [*data["bags"], {**other, "display": "33 mL bag"}]})
    assert release(store, again, 2, "supplies", EIGHT + 2 * HOUR) == "done"
    assert does(store, MARLOW, Withdraw(1, "copied wrongly"), "supplies", EIGHT + 3 * HOUR) == "done"


def test_a_character_that_nobody_sees_is_refused_in_every_part(store):
    hidden = rules().replace('text = "', 'text = "\u202e', 1)
    act = Act(ADEYEMI, "desk-1", EIGHT, f"house-{next(KEYS)}", 0)
    answer = perform(store, HOUSE, record_id("rules"), LoadHouse("rules", hidden, WHY), act)
    assert isinstance(answer, Refused)
    assert "\\u202e" in answer.refusal.text
    with store.read() as uow:
        formulary = formulary_in_force(uow)
    text = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
    for character in ("\u202e", "\u200b", "\u00ad", "\\u0007"):
        spoilt = text.replace('display = "cefTRIAXone"', f'display = "cefTRIAX{character}one"', 1)
        assert [fault.path for fault in faults_in(spoilt, formulary)[1]] == ["display"], character
