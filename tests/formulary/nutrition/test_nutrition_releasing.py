"""Loading, releasing and withdrawing a nutrition set: two pharmacists, neither of them its author."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from batch_records.acting import Done, perform, perform_many
from batch_records.acts import Act, Actor
from batch_records.signatures import verify_signature
from batch_records.store import Store
from batch_records.types import instant_text
from batch_records.verify import verify_records
from formulary.change_control import Change
from formulary.drug_record import Stage
from formulary.loading import DATA
from formulary.model import Product, Status
from formulary.nutrition.loading import read_texts
from formulary.nutrition.packaged import load_packaged_nutrition, packaged_nutrition, release_packaged_nutrition
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.releasing import (
    NUTRITION,
    LoadNutrition,
    NutritionAction,
    ReleaseNutrition,
    WithdrawNutrition,
)
from formulary.nutrition.repository import nutrition_in_force, nutrition_record, nutrition_version
from formulary.packaged import load_packaged, packaged, release_packaged
from formulary.releasing import DRUG, faults_in
from formulary.repository import formulary_at, formulary_in_force
from formulary.set_record import FORMULARY_SET
from formulary.site_record import SITE, SITE_RECORD, DescribeSite, Place, Site
from tests.support.nutrition import changed, packaged_texts, without_row
from tests.support.records import DUARTE, EIGHT, MARLOW, OKONJO
from tests.support.stores import proof_of

ADEYEMI = Actor("person-adeyemi", "B. Adeyemi", frozenset({"lead"}))
IBARRA = Actor("person-ibarra", "S. Ibarra", frozenset({"pharmacist"}), "RPh")
NOVAK = Actor("person-novak", "A. Novak", frozenset({"administrator"}))
DIGEST = packaged_nutrition().digest
WHY = Change("guideline changed", "guideline of 2026")
UNSEEN = "no order was ever accepted"
NUMBERS = itertools.count(1)


def an_act(actor: Actor, proved: bool = True) -> Act:
    """An act of a person who gave the secret just now, unless said otherwise."""
    proof = proof_of(actor.person, EIGHT - timedelta(seconds=5)) if proved else None
    return Act(actor, "desk-1", EIGHT, f"nutrition-{next(NUMBERS)}", 0, proof)


@dataclass
class Desk:
    """The nutrition record as people work on it."""

    store: Store

    def does(self, actor: Actor, action: NutritionAction, proved: bool = True) -> str:
        """ "done", or the code of the refusal."""
        answer = perform(self.store, NUTRITION, NUTRITION_RECORD, action, an_act(actor, proved))
        return "done" if isinstance(answer, Done) else answer.refusal.code

    def in_force(self) -> int:
        """The version that orders are planned with; 0 when there is none."""
        with self.store.read() as uow:
            found = nutrition_in_force(uow)
        return 0 if found is None else found.profile.version

    def stages(self) -> dict[int, Stage]:
        """How far each version has come."""
        with self.store.read() as uow:
            return {row.version: row.stage for row in nutrition_record(uow).versions.values()}


NEEDED = frozenset(
    item.drug
    for product in packaged_nutrition().products
    for item in map(packaged().item, product.items)
    if isinstance(item, Product)
)
"""Drugs whose containers the set names."""


@pytest.fixture
def desk(store: Store) -> Desk:
    """A demonstration hospital in which the drugs that the set names are in force."""
    for actor, acts in ((ADEYEMI, load_packaged()), (MARLOW, release_packaged()), (DUARTE, release_packaged())):
        perform_many(store, [act for act in acts if act[1].removeprefix("drug-") in NEEDED], an_act(actor))
    return Desk(store)


def load() -> LoadNutrition:
    """The packaged files."""
    return LoadNutrition(packaged_texts(), WHY)


def second_version() -> dict[str, str]:
    """The same set with another number and another limit."""
    texts = changed("profile.toml", "\nversion = 1", "\nversion = 2")
    return changed("limits.toml", 'hard_high = "15 mEq/kg/day"', 'hard_high = "14 mEq/kg/day"', texts)


def digest_of(texts: Mapping[str, str]) -> str:
    """The digest of a set's texts."""
    found, _ = read_texts(texts)
    assert found is not None
    return found.digest


def test_two_pharmacists_bring_a_set_into_force(desk: Desk) -> None:
    assert desk.does(ADEYEMI, load()) == "done"
    assert desk.in_force() == 0
    assert desk.does(MARLOW, ReleaseNutrition(1, DIGEST)) == "done"
    assert desk.in_force() == 0
    assert desk.does(DUARTE, ReleaseNutrition(1, DIGEST)) == "done"
    assert desk.in_force() == 1


def test_what_is_in_force_is_what_was_read_and_is_approved(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    with desk.store.read() as uow:
        found = nutrition_in_force(uow)
    assert found is not None
    assert found.digest == DIGEST
    assert found.profile.status is Status.APPROVED
    assert found.limits == packaged_nutrition().limits
    assert found.products == packaged_nutrition().products


def test_one_person_cannot_release_twice(desk: Desk) -> None:
    desk.does(ADEYEMI, load())
    desk.does(MARLOW, ReleaseNutrition(1, DIGEST))
    assert desk.does(MARLOW, ReleaseNutrition(1, DIGEST)) == "same_person"
    assert desk.in_force() == 0


@pytest.mark.parametrize("first", [True, False])
def test_the_author_releases_neither_first_nor_second(desk: Desk, first: bool) -> None:
    desk.does(IBARRA, load())
    if not first:
        desk.does(MARLOW, ReleaseNutrition(1, DIGEST))
    assert desk.does(IBARRA, ReleaseNutrition(1, DIGEST)) == "own_work"
    assert desk.in_force() == 0


@pytest.mark.parametrize("actor", [OKONJO, ADEYEMI, NOVAK])
def test_only_a_pharmacist_releases(desk: Desk, actor: Actor) -> None:
    desk.does(IBARRA, load())
    assert desk.does(actor, ReleaseNutrition(1, DIGEST)) == "not_allowed"


def test_a_technician_neither_loads_nor_withdraws(desk: Desk) -> None:
    assert desk.does(OKONJO, load()) == "not_allowed"
    desk.does(ADEYEMI, load())
    assert desk.does(OKONJO, WithdrawNutrition(1, "no")) == "not_allowed"


def test_a_release_needs_the_secret(desk: Desk) -> None:
    desk.does(ADEYEMI, load())
    assert desk.does(MARLOW, ReleaseNutrition(1, DIGEST), proved=False) != "done"
    assert desk.stages() == {1: Stage.LOADED}


def test_a_release_is_of_what_the_page_showed(desk: Desk) -> None:
    desk.does(ADEYEMI, load())
    assert desk.does(MARLOW, ReleaseNutrition(1, "another digest")) == "not_what_was_read"
    assert desk.does(MARLOW, ReleaseNutrition(7, DIGEST)) == "version_unknown"


def test_the_signature_covers_version_and_content(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    with desk.store.read() as uow:
        signed = [entry for entry in uow.entries(NUTRITION_RECORD) if entry.kind == "nutrition_released"]
    assert [entry.payload["signature"]["person"] for entry in signed] == ["person-marlow", "person-duarte"]
    for entry in signed:
        content = {"version": 1, "digest": DIGEST}
        assert verify_signature(entry.payload["signature"], NUTRITION_RECORD, content) == []
        assert verify_signature(entry.payload["signature"], NUTRITION_RECORD, {**content, "digest": "other"}) != []


def test_a_set_with_a_missing_limit_is_refused_and_the_limit_is_named(desk: Desk) -> None:
    """Incident I2."""
    texts = without_row("limits.toml", 'id = "zinc_hard_adolescent_adult_day"')
    answer = perform(desk.store, NUTRITION, NUTRITION_RECORD, LoadNutrition(texts, WHY), an_act(ADEYEMI))
    assert not isinstance(answer, Done)
    assert answer.refusal.code == "nutrition_faulty"
    assert "zinc" in answer.refusal.text
    assert "hard upper bound for adult" in answer.refusal.text
    assert desk.stages() == {}


def test_a_version_comes_once_and_a_later_one_replaces_it(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    assert desk.does(ADEYEMI, load()) == "version_not_new"
    texts = second_version()
    assert desk.does(ADEYEMI, LoadNutrition(texts, WHY)) == "done"
    for actor in (MARLOW, DUARTE):
        assert desk.does(actor, ReleaseNutrition(2, digest_of(texts), without_replay=UNSEEN)) == "done"
    assert desk.stages() == {1: Stage.REPLACED, 2: Stage.IN_FORCE}
    assert desk.in_force() == 2
    with desk.store.read() as uow:
        assert nutrition_version(uow, 1).digest == DIGEST


def test_a_set_takes_effect_at_its_time_with_its_profile_and_limits(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    texts, later = second_version(), EIGHT + timedelta(days=6)
    assert desk.does(ADEYEMI, LoadNutrition(texts, WHY)) == "done"
    assert desk.does(MARLOW, ReleaseNutrition(2, digest_of(texts), without_replay=UNSEEN)) == "done"
    assert (
        desk.does(DUARTE, ReleaseNutrition(2, digest_of(texts), instant_text(later), without_replay=UNSEEN)) == "done"
    )
    desk.store.clock = lambda: EIGHT
    assert desk.stages() == {1: Stage.IN_FORCE, 2: Stage.SCHEDULED}
    with desk.store.read() as uow:
        sets = [formulary_at(uow, at).nutrition for at in (EIGHT, later - timedelta(hours=1), later)]
    assert [held.profile.version for held in sets if held is not None] == [1, 1, 2]
    changed = [row.id for old, row in zip(sets[0].limits, sets[2].limits, strict=True) if old != row]
    assert len(changed) == 1
    assert verify_records(desk.store, [DRUG, FORMULARY_SET, NUTRITION]).clean


def test_a_nutrition_set_that_waits_can_be_called_off(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    texts, later = second_version(), EIGHT + timedelta(days=6)
    desk.does(ADEYEMI, LoadNutrition(texts, WHY))
    desk.does(MARLOW, ReleaseNutrition(2, digest_of(texts)))
    desk.does(DUARTE, ReleaseNutrition(2, digest_of(texts), instant_text(later)))
    assert desk.does(DUARTE, WithdrawNutrition(2, "the limit was meant otherwise")) == "done"
    with desk.store.read() as uow:
        held = formulary_at(uow, later).nutrition
    assert held is not None
    assert held.profile.version == 1


def test_a_nutrition_set_without_reason_or_source_is_refused(desk: Desk) -> None:
    assert desk.does(ADEYEMI, LoadNutrition(packaged_texts(), Change("", "x"))) == "reason_missing"
    assert desk.does(ADEYEMI, LoadNutrition(packaged_texts(), Change("x", ""))) == "source_missing"


def test_a_withdrawn_set_leaves_nothing_to_order_from(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    assert desk.does(MARLOW, WithdrawNutrition(1, " ")) == "reason_missing"
    assert desk.does(MARLOW, WithdrawNutrition(1, "zinc is wrong")) == "done"
    assert desk.in_force() == 0
    assert desk.does(MARLOW, WithdrawNutrition(1, "again")) == "wrong_stage"
    assert desk.does(DUARTE, ReleaseNutrition(1, DIGEST)) == "wrong_stage"


def test_without_the_drugs_in_force_the_set_names_containers_that_do_not_exist(store: Store) -> None:
    empty = Desk(store)
    assert empty.does(ADEYEMI, load()) == "nutrition_faulty"


def describe_the_hospital(store: Store) -> None:
    """The hospital says what it is: from then on it is no demonstration."""
    labels = {"bag": ("4", "6"), "minibag": ("4", "3"), "syringe": ("4", "2")}
    site = Site("Saint Example", "555-0199", "America/Chicago", (Place("desk-9", "Desk 9", "desk"),), labels)
    assert isinstance(perform(store, SITE, SITE_RECORD, DescribeSite(site), an_act(NOVAK)), Done)


def test_the_demonstration_is_refused_in_a_hospital_that_has_described_itself(desk: Desk) -> None:
    describe_the_hospital(desk.store)
    answer = perform(desk.store, NUTRITION, NUTRITION_RECORD, load(), an_act(ADEYEMI))
    assert not isinstance(answer, Done)
    assert "curves.toml: curves[0].fictional" in answer.refusal.text
    assert "profile.toml: demonstration" in answer.refusal.text


def test_the_demonstration_s_set_is_out_of_force_once_the_hospital_has_described_itself(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    describe_the_hospital(desk.store)
    assert desk.in_force() == 0


def test_the_packaged_acts_bring_the_packaged_set_into_force(desk: Desk) -> None:
    perform_many(desk.store, load_packaged_nutrition(), an_act(ADEYEMI))
    for actor in (MARLOW, DUARTE):
        perform_many(desk.store, release_packaged_nutrition(), an_act(actor))
    assert desk.in_force() == 1
    assert verify_records(desk.store, [DRUG, FORMULARY_SET, NUTRITION]).clean


def test_a_drug_does_not_lose_a_container_that_the_nutrition_set_in_force_is_made_from(desk: Desk) -> None:
    test_two_pharmacists_bring_a_set_into_force(desk)
    items = {item for product in packaged_nutrition().products for item in product.items}
    drug, product = next((drug, row) for drug in packaged().drugs for row in drug.products if row.id in items)
    text = (
        (DATA / "drugs" / f"{drug.id}.toml").read_text(encoding="utf-8").replace("\nversion = 1\n", "\nversion = 2\n")
    )
    with desk.store.read() as uow:
        formulary = formulary_in_force(uow)
        assert faults_in(text, formulary)[1] == []
        found = faults_in(text.replace(f'"{product.id}"', f'"{product.id}_new"'), formulary)[1]
    assert any(product.id in fault.value and fault.file.startswith("products/") for fault in found)
