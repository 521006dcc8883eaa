"""What comes out of the printer: the fields, the codes, the pages, byte for byte."""

import dataclasses
from collections.abc import Iterator

import pytest

from batch_records.rendering import Page
from compounding.documents.printing import Printer, template
from compounding.documents.samples import samples
from compounding.documents.shapes import DrugLine, Printed
from compounding.documents.snapshots import label_issue, read_barcode
from compounding.documents.stock import A4, BAG, LETTER, MINIBAG, SYRINGE, stock
from compounding.views.label_printing import preview_of, seen_again
from tests.compounding.documents import examples, nutrition_examples
from tests.support.printing import scanned, text_of

ALL = [
    ("dispensing_label/1", examples.vancomycin, BAG),
    ("dispensing_label/1", examples.ceftriaxone, MINIBAG),
    ("dispensing_label/1", examples.insulin, SYRINGE),
    ("nutrition_label/1", nutrition_examples.bag, BAG),
    ("nutrition_label/1", nutrition_examples.lipid, BAG),
    ("nutrition_label/1", nutrition_examples.adult, BAG),
    ("in_process_label/1", examples.in_process, BAG),
    ("in_process_label/1", examples.in_process, MINIBAG),
    ("in_process_label/1", examples.in_process, SYRINGE),
    ("intermediate_label/1", examples.intermediate, MINIBAG),
    ("intermediate_label/1", examples.intermediate, SYRINGE),
    ("opened_label/1", examples.opened, BAG),
    ("opened_label/1", examples.opened, MINIBAG),
    ("opened_label/1", examples.opened, SYRINGE),
    ("worksheet/1", examples.worksheet, LETTER),
    ("worksheet/1", examples.worksheet, A4),
    ("nutrition_worksheet/1", nutrition_examples.worksheet, LETTER),
    ("nutrition_worksheet/1", nutrition_examples.worksheet, A4),
    ("compounding_record/1", examples.record, LETTER),
    ("compounding_record/1", examples.record, A4),
]


@pytest.fixture(scope="module")
def another() -> Iterator[Printer]:
    made = Printer()
    yield made
    made.close()


NAMES = [f"{kind} {example.__name__} on {page.name}" for kind, example, page in ALL]


@pytest.mark.parametrize(("kind", "example", "paper"), ALL, ids=NAMES)
def test_the_code_reads_back_at_203_dpi_as_its_own_kind_and_number(printer, kind, example, paper):
    snapshot = example()
    found = scanned(printer.render(kind, snapshot, paper).pdf)
    assert len(found) == 1
    symbology, content = found[0]
    assert symbology == "]d2"
    of_a_dose = kind in ("dispensing_label/1", "nutrition_label/1")
    told = "dispensing_label/1" if of_a_dose else "worksheet/1" if kind == "nutrition_worksheet/1" else kind
    assert read_barcode(content) == (told, snapshot["number"])
    assert label_issue(content) == (examples.FIRST if of_a_dose else 0)


@pytest.mark.parametrize(("kind", "example", "paper"), ALL, ids=NAMES)
def test_printing_again_gives_the_same_bytes_also_from_another_process(printer, another, kind, example, paper):
    first = printer.render(kind, example(), paper)
    again = another.render(kind, example(), paper)
    assert again.pdf == first.pdf
    assert again == first


@pytest.mark.parametrize(("kind", "example", "paper"), ALL, ids=NAMES)
def test_what_is_kept_between_pages_changes_no_byte_of_a_print(printer, kind, example, paper):
    html = template(kind).html.replace("</head>", "<!-- for the HTML parser --></head>")
    plain = dataclasses.replace(template(kind), html=html, digest=f"{kind} for the HTML parser")
    assert printer.render(kind, example(), paper, plain).pdf == printer.render(kind, example(), paper).pdf


def test_a_style_that_looks_further_than_names_and_places_holds_on_every_page(printer):
    whole = template("dispensing_label/1")
    css = whole.css + ".parts tr:last-child td { padding-top: 3pt }"
    styled = dataclasses.replace(whole, css=css, digest="styled")
    html = whole.html.replace("</head>", "<!-- for the HTML parser --></head>")
    plain = dataclasses.replace(whole, html=html, css=css, digest="styled, for the HTML parser")
    parts = examples.vancomycin()["components"]
    for count in (1, 3, 2):
        snapshot = examples.vancomycin() | {"components": parts[:count]}
        kept, anew = (printer.render("dispensing_label/1", snapshot, BAG, one).pdf for one in (styled, plain))
        assert kept == anew
        assert kept != printer.render("dispensing_label/1", snapshot, BAG).pdf


def test_a_label_carries_every_field_that_a_nurse_and_an_inspector_need(printer):
    text = " ".join(text_of(printer.render("dispensing_label/1", examples.vancomycin(), BAG).pdf)[0].split())
    for expected in (
        "DEMONSTRATION, NOT FOR PATIENT CARE",
        "Sufficit Demonstration Hospital, IV room A, 555-0100",
        "SPECIMEN, Tomas",
        "born 3 Feb 1965",
        "MRN DEMO-2093",
        "7 West 08",
        "vancomycin 1,250 mg",
        "in sodium chloride 0.9 % 250 mL",
        "total 275 mL (4.55 mg/mL)",
        "110 mL/h",
        "150 min",
        "due 14 Apr 2026",
        "14:30",
        "24 Apr 2026, 13:41",
        "2 to 8 °C",
        "Once out of the refrigerator, start within 24 h.",
        "DEMO-V311 31 Aug 2027 19.5 mL",
        "VESICANT: watch the vein",
        "SINGLE DOSE container",
        "No. 260414-0131-6, order version 1",
        "solution for infusion",
        "Made by T. Okonjo, CPhT, from 13:41. Checked by J. Marlow, RPh, 14:09.",
        "copy 1, no reprint",
        "page 1 of 1",
    ):
        assert expected in text, expected


def test_the_second_check_is_said_to_have_been_made_alone(printer):
    text = " ".join(text_of(printer.render("dispensing_label/1", examples.insulin(), SYRINGE).pdf)[0].split())
    assert "J. Marlow, RPh, 14:38 and alone, K. Duarte, RPh, 14:41" in text


def test_a_reprint_says_which_it_is_and_why(printer):
    snapshot = examples.ceftriaxone(printed=Printed("14:40", "2", "1", "torn in the printer"))
    text = " ".join(text_of(printer.render("dispensing_label/1", snapshot, MINIBAG).pdf)[0].split())
    assert "copy 2, REPRINT 1: torn in the printer" in text


def test_an_in_process_label_cannot_be_taken_for_the_dispensing_label(printer):
    in_process = printer.render("in_process_label/1", examples.in_process(), BAG)
    dispensing = printer.render("dispensing_label/1", examples.vancomycin(), BAG)
    assert "IN PROCESS, NOT FOR USE" in " ".join(text_of(in_process.pdf)[0].split())
    assert "IN PROCESS" not in text_of(dispensing.pdf)[0]
    (_, one), (_, two) = scanned(in_process.pdf)[0], scanned(dispensing.pdf)[0]
    assert one != two
    assert read_barcode(one)[1] == read_barcode(two)[1], "both carry the number by which they pair"


def test_every_page_of_a_long_record_says_which_of_how_many_and_whose(printer):
    snapshot = examples.record()
    snapshot["refusals"] = snapshot["refusals"] * 60
    pages = text_of(printer.render("compounding_record/1", snapshot, LETTER).pdf)
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in page
        assert "260414-0140-8" in page
        assert "DEMONSTRATION" in page


def test_a_void_worksheet_says_so_on_every_page(printer):
    snapshot = examples.worksheet(status="VOID: the order changed")
    snapshot["figures"] = snapshot["figures"] * 8
    pages = text_of(printer.render("worksheet/1", snapshot, LETTER).pdf)
    assert len(pages) > 1
    assert all("VOID: the order changed" in page for page in pages)


def test_a_long_drug_name_is_set_smaller_but_never_under_ten_points(printer):
    snapshot = examples.ceftriaxone(drugs=[DrugLine("piperacillin and tazobactam", "4,500 mg")])
    text = " ".join(text_of(printer.render("dispensing_label/1", snapshot, MINIBAG).pdf)[0].split())
    assert "piperacillin and tazobactam 4,500 mg" in text


def test_smaller_folded_stock_of_a_site_works(printer):
    small = stock("folded, 3.5 x 2.2 in", "3.5", "2.2", "0.06", "2.45")
    snapshot = examples.insulin(checked_by=[examples.Person("J. Marlow, RPh", "14:38", "")])
    done = printer.render("dispensing_label/1", snapshot, small)
    assert scanned(done.pdf) == [("]d2", "91260414-0142-2C1")]


def test_what_identifies_a_print_changes_with_what_it_identifies(printer):
    one = printer.render("dispensing_label/1", examples.vancomycin(), BAG)
    two = printer.render("dispensing_label/1", examples.vancomycin(measured=""), BAG)
    assert one.template_digest == two.template_digest
    assert one.snapshot_digest != two.snapshot_digest
    assert one.pdf_digest != two.pdf_digest
    wider = dataclasses.replace(BAG, margin="0.15")
    assert printer.render("dispensing_label/1", examples.vancomycin(), wider).pdf_digest != one.pdf_digest


def test_stock_of_an_unknown_layout_is_refused(printer):
    with pytest.raises(Exception, match="stock"):
        printer.render("dispensing_label/1", examples.vancomycin(), LETTER)
    with pytest.raises(Exception, match="stock"):
        printer.render("worksheet/1", examples.worksheet(), Page("odd", "4", "6", "0.1", "tall"))


def test_what_is_no_dose_says_do_not_give_on_one_line(printer):
    for made in (examples.intermediate(), examples.opened()):
        lines = text_of(printer.render(made["kind"], made, BAG).pdf)[0].splitlines()
        assert any(line.strip().endswith("DO NOT GIVE") for line in lines)


def test_a_preview_and_a_look_at_a_label_fit_the_stock_of_the_label(printer):
    for made, paper in ((examples.insulin(), SYRINGE), (examples.ceftriaxone(), MINIBAG), (examples.vancomycin(), BAG)):
        for seen in (preview_of(made), seen_again(made)):
            assert seen["number"] in "".join(text_of(printer.render(made["kind"], seen, paper).pdf)[0].split())


def test_a_unit_is_never_torn_at_its_stroke_on_a_nutrition_label(printer):
    made = samples("nutrition_label/1")["everything"]
    lines = text_of(printer.render(made["kind"], made, BAG).pdf)[0].splitlines()
    assert any("mL/h" in line for line in lines) and not any(line.rstrip().endswith("/") for line in lines)
