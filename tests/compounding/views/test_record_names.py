"""A list of entries says what each record is about, in the words of the pharmacy."""

from batch_records.store import Store
from compounding.preparing.numbering import dose_record, order_record, patient_record
from compounding.qualifications import qualification_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.views.record_names import TYPES, About, about_records
from tests.support.cast import DUARTE, HALLORAN, OKONJO, do
from tests.support.flow import ORDER_NUMBER, queued_dose
from web.pages.audit import WITHOUT_PATIENTS
from web.record_types import RECORD_TYPES

VIAL = "ceftriaxone_500mg_vial"


def test_every_type_of_record_has_words() -> None:
    assert {one.name for one in RECORD_TYPES} - set(TYPES) == set()


def test_what_an_administrator_may_find_is_named_as_it_is_stored() -> None:
    assert set(TYPES) >= WITHOUT_PATIENTS


def test_a_record_is_told_by_patient_drug_lot_person_or_place(cast_store: Store) -> None:
    number = queued_dose(cast_store)
    lot = lot_record(VIAL, "DEMO-7")
    do(cast_store, OKONJO, LOT, lot, ReceiveLot(VIAL, "DEMO-7", "2027-10-31", 10, "Room A"))
    expected = {
        (dose_record(number), "dose"): About("Dose", "cefTRIAXone 460 mg, EXAMPLE, Ada"),
        (order_record(ORDER_NUMBER), "order"): About("Order", "cefTRIAXone 460 mg, EXAMPLE, Ada"),
        (patient_record("DEMO-4417"), "patient"): About("Patient", "EXAMPLE, Ada"),
        (lot, "lot"): About("Lot", "cefTRIAXone 500 mg vial, powder, lot DEMO-7"),
        (HALLORAN.person, "person"): About("Person", "N. Halloran, RN"),
        (qualification_record(DUARTE.person), "qualification"): About("Qualifications", "K. Duarte, RPh"),
        (f"print-job-{number}-1", "print_job"): About("Paper on its way to a printer", "cefTRIAXone 460 mg, EXAMPLE, Ada"),
        (f"controlled-{number}", "controlled"): About("Account of a controlled drug", "cefTRIAXone 460 mg, EXAMPLE, Ada"),
        ("house-rules", "house"): About("Rules of the house", "House rules"),
        ("drug-ceftriaxone", "drug"): About("Drug of the formulary", "cefTRIAXone"),
        ("site", "site"): About("Site", ""),
    }
    with cast_store.read() as uow:
        found = about_records(uow, expected)
    assert found == {record: about for (record, _), about in expected.items()}


def test_a_record_that_no_list_knows_keeps_the_words_of_its_type(cast_store: Store) -> None:
    with cast_store.read() as uow:
        found = about_records(uow, [(f"{name}-nothing-0", name) for name in TYPES])
    assert {record.removesuffix("-nothing-0"): about.words for record, about in found.items()} == TYPES
