"""A code that belongs to no product: raised, linked, confirmed by a second pharmacist, withdrawn; only then it counts."""

from datetime import date
from itertools import product

import pytest

from batch_records.acting import load
from compounding.preparing.actions import ScanContainer
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.stock.code_links import (
    CODE_LINK,
    ConfirmCode,
    LinkCode,
    RaiseCode,
    WithdrawCode,
    code_link_record,
    resolve_scanned,
)
from compounding.stock.resolving import Resolved, Unknown, code_key, resolve
from formulary.identifiers.gtin import check_digit
from formulary.repository import formulary_in_force
from tests.support.cast import DUARTE, IBARRA, MARLOW, OKONJO, do, refused
from tests.support.flow import code_of, dose_now, formulary, queued_dose

TODAY = date(2026, 4, 14)
UNKNOWN = "0100399999990011"
VIAL = "ceftriaxone_500mg_vial"
SAYS = "ceftriaxone 500 mg vial for injection, another maker, NDC as printed"
KEY = code_key(UNKNOWN, TODAY)
RECORD = code_link_record(KEY)


def raised(store, member=OKONJO):
    do(store, member, CODE_LINK, RECORD, RaiseCode(UNKNOWN, SAYS))


def linked(store, item=VIAL):
    raised(store)
    do(store, MARLOW, CODE_LINK, RECORD, LinkCode(item, "label against the maker's list"))


def confirmed(store):
    linked(store)
    return do(store, DUARTE, CODE_LINK, RECORD, ConfirmCode(VIAL), signed=True)


def found_now(store):
    with store.read() as uow:
        return resolve_scanned(uow, formulary_in_force(uow), UNKNOWN + "17271031" + "10DEMO-X1", TODAY)


def test_the_code_of_these_tests_is_readable_and_unknown():
    found = resolve(formulary(), UNKNOWN, TODAY)
    assert isinstance(found, Unknown)
    assert found.readable
    assert KEY == "gtin-00399999990011"


def test_the_same_gtin_with_other_lots_is_one_record():
    assert code_key(UNKNOWN + "17271031" + "10ANY", TODAY) == KEY
    assert code_key("garbage!", TODAY) == ""


def test_neither_a_raised_nor_a_linked_code_counts(cast_store):
    raised(cast_store)
    assert isinstance(found_now(cast_store), Unknown)
    do(cast_store, MARLOW, CODE_LINK, RECORD, LinkCode(VIAL, "label"))
    assert isinstance(found_now(cast_store), Unknown)


def test_a_confirmed_code_counts_with_its_lot_and_expiry(cast_store):
    confirmed(cast_store)
    found = found_now(cast_store)
    assert isinstance(found, Resolved)
    assert (found.item.id, found.lot, found.expires) == (VIAL, "DEMO-X1", "2027-10-31")


def test_a_withdrawn_code_is_unknown_again_and_can_be_linked_anew(cast_store):
    confirmed(cast_store)
    do(cast_store, IBARRA, CODE_LINK, RECORD, WithdrawCode("another salt"))
    assert isinstance(found_now(cast_store), Unknown)
    do(cast_store, IBARRA, CODE_LINK, RECORD, LinkCode(VIAL, "compared again"))
    assert isinstance(found_now(cast_store), Unknown)


def test_a_scan_for_a_dose_is_refused_until_the_link_is_confirmed(cast_store):
    dose = queued_dose(cast_store)
    scan = ScanContainer(UNKNOWN + "17271031" + "10DEMO-X1")
    assert refused(cast_store, OKONJO, DOSE, dose_record(dose), scan) == "code_unknown"
    confirmed(cast_store)
    do(cast_store, OKONJO, DOSE, dose_record(dose), scan)
    assert [one.product for one in dose_now(cast_store, dose).scans] == [VIAL]


def test_who_raised_or_linked_it_does_not_confirm_it(cast_store):
    raised(cast_store, MARLOW)
    assert refused(cast_store, MARLOW, CODE_LINK, RECORD, LinkCode(VIAL, "label")) == "own_code"
    do(cast_store, DUARTE, CODE_LINK, RECORD, LinkCode(VIAL, "label"))
    for member in (MARLOW, DUARTE):
        assert refused(cast_store, member, CODE_LINK, RECORD, ConfirmCode(VIAL), signed=True) == "own_link"
    assert do(cast_store, IBARRA, CODE_LINK, RECORD, ConfirmCode(VIAL), signed=True).status == "confirmed"


def test_a_technician_neither_links_nor_confirms_nor_withdraws(cast_store):
    linked(cast_store)
    for action in (LinkCode(VIAL, "label"), ConfirmCode(VIAL), WithdrawCode("no")):
        assert refused(cast_store, OKONJO, CODE_LINK, RECORD, action, signed=True) == "not_allowed"


def test_confirming_needs_a_fresh_secret_and_the_product_that_was_shown(cast_store):
    linked(cast_store)
    assert refused(cast_store, DUARTE, CODE_LINK, RECORD, ConfirmCode(VIAL)) == "secret_needed"
    other = ConfirmCode("bag_sodium_chloride_0_9_25")
    assert refused(cast_store, DUARTE, CODE_LINK, RECORD, other, signed=True) == "link_changed"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (RaiseCode(UNKNOWN, "  "), "label_words_missing"),
        (RaiseCode("garbage!", SAYS), "code_unreadable"),
        (RaiseCode(code_of(VIAL, "-"), SAYS), "code_unreadable"),
    ],
)
def test_what_cannot_be_raised_is_refused_in_words(cast_store, action, code):
    assert refused(cast_store, OKONJO, CODE_LINK, RECORD, action) == code


def test_a_known_code_is_not_raised(cast_store):
    known = code_of(VIAL, "-")
    record = code_link_record(code_key(known, TODAY))
    assert refused(cast_store, OKONJO, CODE_LINK, record, RaiseCode(known, SAYS)) == "code_known"


def test_a_link_needs_a_product_in_force_and_what_was_compared(cast_store):
    raised(cast_store)
    assert refused(cast_store, MARLOW, CODE_LINK, RECORD, LinkCode("no_such_item", "label")) == "item_unknown"
    assert refused(cast_store, MARLOW, CODE_LINK, RECORD, LinkCode(VIAL, " ")) == "evidence_missing"


def test_each_step_is_taken_once(cast_store):
    confirmed(cast_store)
    assert refused(cast_store, OKONJO, CODE_LINK, RECORD, RaiseCode(UNKNOWN, SAYS)) == "code_raised_already"
    assert refused(cast_store, IBARRA, CODE_LINK, RECORD, LinkCode(VIAL, "label")) == "code_linked_already"
    assert refused(cast_store, IBARRA, CODE_LINK, RECORD, ConfirmCode(VIAL), signed=True) == "code_not_linked"
    assert refused(cast_store, IBARRA, CODE_LINK, RECORD, WithdrawCode("")) == "reason_missing"


def test_whoever_the_three_are_no_two_hands_are_the_same(cast_store):
    """Over all ways to choose the three persons, only three different ones bring a code into use."""
    people = (MARLOW, DUARTE, IBARRA)
    for number, (one, two, three) in enumerate(product(people, repeat=3)):
        payload = f"003888888{number:04d}"
        code = f"01{payload}{check_digit(payload)}"
        record = code_link_record(code_key(code, TODAY))
        do(cast_store, one, CODE_LINK, record, RaiseCode(code, SAYS))
        if two is one:
            refused(cast_store, two, CODE_LINK, record, LinkCode(VIAL, "label"))
            continue
        do(cast_store, two, CODE_LINK, record, LinkCode(VIAL, "label"))
        if three in (one, two):
            refused(cast_store, three, CODE_LINK, record, ConfirmCode(VIAL), signed=True)
        else:
            do(cast_store, three, CODE_LINK, record, ConfirmCode(VIAL), signed=True)
        with cast_store.read() as uow:
            state = load(uow, CODE_LINK, record)
        assert (state.status == "confirmed") == (len({one, two, three}) == 3)
