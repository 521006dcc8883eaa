"""Loading, releasing and withdrawing a drug: every path that must be refused, and the one that leads into force."""

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest

from batch_records.acting import Done, Refused, perform, perform_many
from batch_records.acts import Act, Actor
from batch_records.signatures import verify_signature
from batch_records.store import Store
from batch_records.verify import verify_records
from formulary.change_control import Change
from formulary.drug_record import Stage, record_id
from formulary.loading import DATA
from formulary.model import Status
from formulary.packaged import load_packaged, packaged, release_packaged
from formulary.releasing import DRUG, DrugAction, LoadDrug, ReleaseDrug, WithdrawDrug
from formulary.repository import drug_record, formulary_in_force
from formulary.set_record import FORMULARY_SET, SET_RECORD, PutInForce
from tests.support.records import DUARTE, EIGHT, MARLOW, OKONJO
from tests.support.stores import proof_of

ADEYEMI = Actor("person-adeyemi", "B. Adeyemi", frozenset({"lead"}))
IBARRA = Actor("person-ibarra", "S. Ibarra", frozenset({"pharmacist"}), "RPh")
CEFTRIAXONE = record_id("ceftriaxone")
TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
DIGEST = packaged().drug("ceftriaxone").digest
WHY = Change("label changed", "label of 2026-03")
NUMBERS = itertools.count(1)


def an_act(actor: Actor, proved: bool = True) -> Act:
    """An act of a person who gave the secret just now, unless said otherwise."""
    proof = proof_of(actor.person, EIGHT - timedelta(seconds=5)) if proved else None
    return Act(actor, "desk-1", EIGHT, f"release-{next(NUMBERS)}", 0, proof)


@dataclass
class Desk:
    """The drug's record as people work on it."""

    store: Store

    def does(self, actor: Actor, action: DrugAction, proved: bool = True) -> str:
        """ "done", or the code of the refusal."""
        answer = perform(self.store, DRUG, CEFTRIAXONE, action, an_act(actor, proved))
        return "done" if isinstance(answer, Done) else answer.refusal.code

    def in_force(self) -> list[tuple[str, int]]:
        """Drugs and versions in force."""
        with self.store.read() as uow:
            return [(drug.id, drug.version) for drug in formulary_in_force(uow).drugs]

    def stages(self) -> dict[int, Stage]:
        """How far each version has come."""
        with self.store.read() as uow:
            return {row.version: row.stage for row in drug_record(uow, "ceftriaxone").versions.values()}


@pytest.fixture
def desk(store: Store) -> Desk:
    """An empty formulary."""
    return Desk(store)


def second_version() -> str:
    """The same drug with another number and another limit."""
    return TEXT.replace("version = 1", "version = 2").replace('"2000 mg/day"', '"1900 mg/day"')


def digest_of(text: str, desk: Desk) -> str:
    """The digest that the record holds for a loaded text."""
    with desk.store.read() as uow:
        (row,) = [row for row in drug_record(uow, "ceftriaxone").versions.values() if row.text == text]
    return row.digest


def test_two_pharmacists_bring_a_drug_into_force(desk: Desk) -> None:
    assert desk.does(ADEYEMI, LoadDrug(TEXT, WHY)) == "done"
    assert desk.in_force() == []
    assert desk.does(MARLOW, ReleaseDrug(1, DIGEST)) == "done"
    assert desk.in_force() == []
    assert desk.does(DUARTE, ReleaseDrug(1, DIGEST)) == "done"
    assert desk.in_force() == [("ceftriaxone", 1)]


def test_what_is_in_force_is_what_was_read_and_is_approved(desk: Desk) -> None:
    test_two_pharmacists_bring_a_drug_into_force(desk)
    with desk.store.read() as uow:
        formulary = formulary_in_force(uow)
    drug = formulary.drug("ceftriaxone")
    assert drug.digest == DIGEST
    assert drug.status is Status.APPROVED
    assert formulary.version == 1
    assert formulary.item_with_gtin("00399999010115") is not None


def test_one_person_cannot_release_twice(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    desk.does(MARLOW, ReleaseDrug(1, DIGEST))
    assert desk.does(MARLOW, ReleaseDrug(1, DIGEST)) == "same_person"
    assert desk.in_force() == []


@pytest.mark.parametrize("first", [True, False])
def test_the_author_releases_neither_first_nor_second(desk: Desk, first: bool) -> None:
    desk.does(IBARRA, LoadDrug(TEXT, WHY))
    if not first:
        desk.does(MARLOW, ReleaseDrug(1, DIGEST))
    assert desk.does(IBARRA, ReleaseDrug(1, DIGEST)) == "own_work"
    assert desk.in_force() == []


@pytest.mark.parametrize("actor", [OKONJO, ADEYEMI], ids=["technician", "lead"])
def test_only_a_pharmacist_releases(desk: Desk, actor: Actor) -> None:
    desk.does(IBARRA, LoadDrug(TEXT, WHY))
    assert desk.does(actor, ReleaseDrug(1, DIGEST)) == "not_allowed"


@pytest.mark.parametrize("action", [LoadDrug(TEXT, WHY), WithdrawDrug(1, "wrong limit")], ids=["load", "withdraw"])
def test_a_technician_neither_loads_nor_withdraws(desk: Desk, action: DrugAction) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    assert desk.does(OKONJO, action) == "not_allowed"


def test_a_release_needs_the_secret_given_just_now(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    assert desk.does(MARLOW, ReleaseDrug(1, DIGEST), proved=False) == "secret_needed"
    assert desk.stages() == {1: Stage.LOADED}


def test_the_signature_covers_the_content_and_says_what_it_means(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    answer = perform(desk.store, DRUG, CEFTRIAXONE, ReleaseDrug(1, DIGEST), an_act(MARLOW))
    assert isinstance(answer, Done)
    signature = answer.entry.payload["signature"]
    assert signature["meaning"] == "Released as first pharmacist"
    content = {"drug": "ceftriaxone", "version": 1, "digest": DIGEST}
    assert verify_signature(signature, CEFTRIAXONE, content) == []
    assert verify_signature(signature, CEFTRIAXONE, {**content, "version": 2}) != []


def test_a_release_of_other_data_than_were_read_is_refused(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    assert desk.does(MARLOW, ReleaseDrug(1, "0" * 64)) == "not_what_was_read"


def test_a_version_that_nobody_loaded_cannot_be_released_or_withdrawn(desk: Desk) -> None:
    assert desk.does(MARLOW, ReleaseDrug(1, DIGEST)) == "version_unknown"
    assert desk.does(MARLOW, WithdrawDrug(1, "wrong limit")) == "version_unknown"


@pytest.mark.parametrize(
    ("found", "wrong"),
    [('"4.8 mL"', '"48 mL"'), ('source = "label_high"', 'source = "hearsay"'), ('"4000 mg/day"', '"400 mg/day"')],
    ids=["displacement", "source", "limit"],
)
def test_faulty_data_are_refused_with_path_and_expectation(desk: Desk, found: str, wrong: str) -> None:
    answer = perform(desk.store, DRUG, CEFTRIAXONE, LoadDrug(TEXT.replace(found, wrong), WHY), an_act(ADEYEMI))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "drug_faulty"
    assert "expected" in answer.refusal.text
    assert desk.stages() == {}


def test_text_that_is_no_toml_is_refused(desk: Desk) -> None:
    assert desk.does(ADEYEMI, LoadDrug("id = ", WHY)) == "drug_faulty"


def test_data_of_another_drug_do_not_enter_this_record(desk: Desk) -> None:
    other = (DATA / "drugs" / "vancomycin.toml").read_text(encoding="utf-8")
    assert desk.does(ADEYEMI, LoadDrug(other, WHY)) == "wrong_drug"


def test_the_same_version_number_is_not_loaded_twice(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    assert desk.does(ADEYEMI, LoadDrug(TEXT.replace('"2000 mg/day"', '"1900 mg/day"'), WHY)) == "version_not_new"


def test_a_new_version_replaces_the_old_one_only_with_its_second_release(desk: Desk) -> None:
    test_two_pharmacists_bring_a_drug_into_force(desk)
    assert desk.does(ADEYEMI, LoadDrug(second_version(), WHY)) == "done"
    digest = digest_of(second_version(), desk)
    assert desk.does(MARLOW, ReleaseDrug(2, digest, without_replay="no order was ever accepted")) == "done"
    assert desk.in_force() == [("ceftriaxone", 1)]
    assert desk.does(IBARRA, ReleaseDrug(2, digest, without_replay="no order was ever accepted")) == "done"
    assert desk.in_force() == [("ceftriaxone", 2)]
    assert desk.stages() == {1: Stage.REPLACED, 2: Stage.IN_FORCE}


def test_a_withdrawn_version_is_out_of_force_and_nothing_takes_its_place(desk: Desk) -> None:
    test_a_new_version_replaces_the_old_one_only_with_its_second_release(desk)
    assert desk.does(DUARTE, WithdrawDrug(2, "limit copied wrongly")) == "done"
    assert desk.in_force() == []
    assert desk.does(MARLOW, ReleaseDrug(2, digest_of(second_version(), desk))) == "wrong_stage"
    assert desk.does(DUARTE, WithdrawDrug(2, "again")) == "wrong_stage"


def test_withdrawing_needs_a_reason(desk: Desk) -> None:
    desk.does(ADEYEMI, LoadDrug(TEXT, WHY))
    assert desk.does(MARLOW, WithdrawDrug(1, "  ")) == "reason_missing"


def test_a_version_in_force_is_not_released_again(desk: Desk) -> None:
    test_two_pharmacists_bring_a_drug_into_force(desk)
    assert desk.does(IBARRA, ReleaseDrug(1, DIGEST)) == "wrong_stage"


def test_nobody_changes_the_set_in_force_by_hand(desk: Desk) -> None:
    action = PutInForce("ceftriaxone", 1, DIGEST)
    answer = perform(desk.store, FORMULARY_SET, SET_RECORD, action, an_act(MARLOW))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "not_allowed"


def test_a_code_that_a_drug_in_force_carries_is_refused(desk: Desk) -> None:
    test_two_pharmacists_bring_a_drug_into_force(desk)
    vancomycin = (DATA / "drugs" / "vancomycin.toml").read_text(encoding="utf-8")
    stolen = vancomycin.replace("99999-0105-1", "99999-0101-1").replace("00399999010511", "00399999010115")
    answer = perform(desk.store, DRUG, record_id("vancomycin"), LoadDrug(stolen, WHY), an_act(ADEYEMI))
    assert isinstance(answer, Refused)
    assert "ceftriaxone_500mg_vial" in answer.refusal.text


@pytest.mark.slow
def test_the_whole_packaged_formulary_is_loaded_and_released_and_stays_provable(store: Store) -> None:
    for actor, acts in ((ADEYEMI, load_packaged()), (MARLOW, release_packaged()), (DUARTE, release_packaged())):
        assert not isinstance(perform_many(store, acts, an_act(actor)), Refused)
    with store.read() as uow:
        formulary = formulary_in_force(uow)
    assert [drug.digest for drug in formulary.drugs] == [drug.digest for drug in packaged().drugs]
    assert verify_records(store, [DRUG, FORMULARY_SET]).clean
