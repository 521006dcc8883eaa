"""The worksheet and the labels of a batch: 1 and 250 units, each page numbered, every code read by a scanner."""

import pytest

from compounding.batches.numbering import unit_number
from compounding.documents.stock import LETTER, MINIBAG, SYRINGE
from tests.compounding.batches.examples import labels, worksheet
from tests.support.batches import LOT
from tests.support.printing import printer, scanned, text_of

__all__ = ["printer"]


@pytest.mark.parametrize("units", [1, 250])
def test_the_worksheet_has_a_row_for_every_unit_and_numbers_its_pages(printer, units):
    document = printer.render("batch_worksheet/1", worksheet(units, 0), LETTER)
    pages = text_of(document.pdf)
    text = "\n".join(pages)
    assert all(f"Unit {serial} " in text.replace("\n", " ") for serial in range(1, units + 1))
    assert [f"page {number + 1} of {len(pages)}" in page for number, page in enumerate(pages)] == [True] * len(pages)
    assert "batch.total_amount 1" in text
    assert "Checked by a pharmacist who did not make it" in text.replace("\n", " ")
    assert scanned(document.pdf)[0][1] == f"99{LOT}"


@pytest.mark.parametrize("stock", [MINIBAG, SYRINGE])
def test_every_unit_has_a_label_of_its_own(printer, stock):
    document = printer.render("batch_labels/1", labels(), stock)
    pages = text_of(document.pdf)
    assert [unit_number(LOT, serial) in page.replace("\n", "") for serial, page in enumerate(pages, start=1)] == [True, True]
    assert scanned(document.pdf)[0][1] == f"98{unit_number(LOT, 1)}"
    assert "Start before 16 Apr 2026, 13:00" in pages[0].replace("\n", " ")
