"""A batch while a pharmacist's switch to an alternative is in force: it follows it, or says why it is not made."""

from dataclasses import replace

import pytest

from batch_records.types import instant_text
from calculations.errors import CannotCompute
from compounding.batches.actions import ProposeBatch
from compounding.batches.draw_up_units import draw_up_units
from compounding.batches.numbering import batch_record, lot_number
from compounding.batches.record import BATCH
from compounding.batches.unit_plan import plan_unit, switched_since
from compounding.documents.batch_documents import batch_worksheet_snapshot
from compounding.preparing.actions import StartPreparation
from compounding.views.batches import diluent_choices
from formulary.model import Formulary
from formulary.model_switch import Alternative, Switch
from formulary.substitution.record import SUBSTITUTION, Begin, record_id
from tests.compounding.batches.examples import CEFTRIAXONE, planned
from tests.support.batches import FORMULATION, LOT, STOCK, minutes, staged_batch
from tests.support.cast import DUARTE, NOON, OKONJO, act_of, do, refused
from tests.support.flow import formulary

IN_DEXTROSE = replace(CEFTRIAXONE, solution="dextrose_5")


def short(kind: Alternative, to: str) -> Formulary:
    switch = Switch(number=3, drug="ceftriaxone", formulation=FORMULATION, kind=kind, to=to, reason="no bags")
    return replace(formulary(), switches=(switch,))


def test_another_diluent_is_the_only_one_that_is_offered_and_taken() -> None:
    kept = short(Alternative.DILUENT, "dextrose_5")
    row = kept.formulation(FORMULATION)
    assert {value.partition("|")[0] for value, _ in diluent_choices(kept, row)} == {"dextrose_5"}
    with pytest.raises(CannotCompute, match="a pharmacist switched its diluent: no bags"):
        plan_unit(kept, CEFTRIAXONE)
    plan = plan_unit(kept, IN_DEXTROSE)
    assert [(one.to, one.number) for one in plan.substituted or ()] == [("dextrose_5", 3)]


def test_another_product_is_the_only_one_that_is_drawn_from_and_the_worksheet_says_why() -> None:
    kept = short(Alternative.PRODUCT, "ceftriaxone_500mg_vial")
    plan = plan_unit(kept, CEFTRIAXONE)
    drawing = draw_up_units(3, plan, kept)
    assert {c.product for c in drawing.components if c.role == "drug"} == {"ceftriaxone_500mg_vial"}
    batch = planned(3)
    batch = replace(batch, work=replace(batch.work, plan=plan, draw_up=drawing))
    sheet = batch_worksheet_snapshot(batch, act_of(OKONJO), kept, room="IV room A")
    assert "alternative because of shortage: no bags" in sheet["cautions"]


def test_another_formulation_is_made_under_its_own_name() -> None:
    kept = short(Alternative.FORMULATION, "ceftriaxone_minibag_child")
    with pytest.raises(CannotCompute, match="switched it to an alternative: no bags") as told:
        plan_unit(kept, CEFTRIAXONE)
    assert kept.formulation("ceftriaxone_minibag_child").name in str(told.value)


def test_a_batch_that_was_planned_before_a_switch_is_not_begun_as_it_was(cast_store) -> None:
    staged_batch(cast_store)
    until = instant_text(minutes(48 * 60))
    begin = Begin(formulation=FORMULATION, kind="diluent", to="dextrose_5", begins="", until=until, reason="no bags")
    do(cast_store, DUARTE, SUBSTITUTION, record_id(FORMULATION), begin, minutes(1), station="desk-2", signed=True)
    record, at = batch_record(LOT), minutes(2)
    assert refused(cast_store, OKONJO, BATCH, record, StartPreparation("hood-1"), at) == "switched"
    another = lot_number(1, NOON.date(), 2)
    wanted = ProposeBatch(another, **STOCK)
    assert refused(cast_store, OKONJO, BATCH, batch_record(another), wanted, at) == "switched"


def test_an_alternative_that_has_ended_is_told_too() -> None:
    plan = plan_unit(short(Alternative.DILUENT, "dextrose_5"), IN_DEXTROSE)
    assert switched_since(plan, short(Alternative.DILUENT, "dextrose_5")) == ""
    assert switched_since(plan, formulary()) == "the alternative because of shortage that it was planned for has ended"
    assert switched_since(plan_unit(formulary(), IN_DEXTROSE), formulary()) == ""
