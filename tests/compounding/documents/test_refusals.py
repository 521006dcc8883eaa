"""What must not be printed is refused: overflow, a missing field, text that paper cannot show, a template gone wrong."""

import dataclasses
import re
import subprocess
import sys
import unicodedata

import pytest

from batch_records.rendering import PrintRefused, Renderer, RendererFailed, Template
from calculations.errors import Faults
from compounding.documents.printing import FONTS, HERE, template
from compounding.documents.shapes import Component, DrugLine, PatientLine
from compounding.documents.snapshots import KINDS, check
from compounding.documents.stock import BAG, MINIBAG, SYRINGE, stock
from tests.compounding.documents import examples
from tests.compounding.documents.full_snapshots import PAGES, full
from tests.support.printing import text_of


def named(name: str) -> PatientLine:
    return PatientLine(name, "3 Feb 1965", "MRN DEMO-2093", "7 West 08")


def refusal(printer, snapshot, page=BAG) -> PrintRefused:
    with pytest.raises(PrintRefused) as caught:
        printer.render(snapshot["kind"], snapshot, page)
    return caught.value


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '<link rel=attachment href="file:///etc/hostname">',
        '<img src="http://example.org/x.png">',
        "</span></td></table>",
        "{{ d.number }}{% include 'x' %}",
        "=cmd|'/C calc'!A0",
        "^XA^FO50^XZ~HS",
        "%PDF-1.7 (]) /JS <svg onload=x>",
        'O\'Brien & Søn "Junior"',
        "Ngô Văn Ẩn",
        "ΠΑΠΑΔΟΠΟΥΛΟΥ, Ελένη",
    ],
)
def test_a_name_is_printed_letter_by_letter_whatever_it_looks_like(printer, name):
    done = printer.render("dispensing_label/1", examples.vancomycin(patient=named(name)), BAG)
    printed = "".join("".join(text_of(done.pdf)).split())
    assert "".join(name.split()) in printed
    assert b"EmbeddedFile" not in done.pdf
    assert b"/JavaScript" not in done.pdf


@pytest.mark.parametrize("name", ["כהן, דוד", "علي, محمد"])
def test_a_name_written_from_right_to_left_is_printed_with_all_its_letters(printer, name):
    done = printer.render("dispensing_label/1", examples.vancomycin(patient=named(name)), BAG)
    printed = unicodedata.normalize("NFKC", "".join(text_of(done.pdf)))
    assert {letter for letter in name if letter.isalpha()} <= set(printed)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("漢字, 太郎", "cannot_draw"),
        ("TEST 🧪", "cannot_draw"),
        ("LINE\nBREAK", "unprintable_text"),
        ("TAB\tBED", "unprintable_text"),
        ("LEFT\u202eRIGHT", "unprintable_text"),
        ("ZERO\u200bWIDTH", "unprintable_text"),
        ("SOFT\u00adHYPHEN", "unprintable_text"),
        ("NUL\x00", "unprintable_text"),
        ("Z\u0315\u0323\u0316\u0311\u0312algo", "unprintable_text"),
        ("PRIVATE \ue000", "unprintable_text"),
        (" SPACE IN FRONT", "unprintable_text"),
    ],
)
def test_text_that_paper_cannot_show_is_refused_with_its_field(printer, name, code):
    refused = refusal(printer, examples.vancomycin(patient=named(name)))
    assert (refused.code, refused.field) == (code, "patient.name")


def test_a_decomposed_name_is_composed_once_when_the_snapshot_is_made(printer):
    snapshot = examples.vancomycin(patient=named("Zoe\u0308"))
    assert snapshot["patient"]["name"] == "Zo\u00eb"
    snapshot["patient"]["name"] = "Zoe\u0308"
    assert refusal(printer, snapshot).code == "unprintable_text"


@pytest.mark.parametrize("length", [255, 1000])
@pytest.mark.parametrize("gap", ["", " "])
def test_a_very_long_name_is_printed_whole_or_refused(printer, length, gap):
    name = (("ABCDEFGHI" + gap) * length)[:length].strip()
    snapshot = examples.ceftriaxone(patient=named(name))
    try:
        done = printer.render("dispensing_label/1", snapshot, MINIBAG)
    except PrintRefused as refused:
        assert refused.code == "does_not_fit"
    else:
        assert name.replace(" ", "") in "".join("".join(text_of(done.pdf)).split())


def test_too_many_components_are_refused_and_none_is_dropped(printer):
    part = Component("potassium chloride 2 mEq/mL", "DEMO-K001", "31 Oct 2026", "10 mL")
    refused = refusal(printer, examples.vancomycin(components=[part] * 40))
    assert refused.code == "does_not_fit"


@pytest.mark.parametrize(
    "small",
    [
        stock("2 x 1", "2", "1", "0.05"),
        stock("2 x 1 folded", "2", "1", "0.05", "1.3"),
        stock("1 x 8", "1", "8", "0.05"),
    ],
    ids=lambda page: page.name,
)
def test_a_label_that_would_clip_on_its_stock_is_refused(printer, small):
    assert refusal(printer, examples.insulin(), small).code == "does_not_fit"


def test_a_long_rate_that_would_cross_its_box_is_refused(printer):
    assert refusal(printer, examples.vancomycin(rate="1,234,567,890,123.456789 mL/h")).code == "does_not_fit"


def test_a_barcode_too_long_for_its_place_is_refused(printer):
    snapshot = examples.insulin(number="N" * 90)
    assert refusal(printer, snapshot, SYRINGE).code in {"barcode", "does_not_fit"}


@pytest.fixture(scope="module")
def renderer():
    made = Renderer(FONTS, jobs_each=400)
    yield made
    made.close()


FIELD = re.compile(r"\{\{ (?!page|size)((?!\w*\.raw)[a-z_]+(?:\.(?!raw)[a-z_]+)*?)(?:\.nb|\.within\([^)]*\))? \}\}")


def every_field():
    return [
        (kind, name) for kind in KINDS for name in sorted({found[1] for found in FIELD.finditer(template(kind).html)})
    ]


@pytest.mark.parametrize(("kind", "field"), every_field())
def test_a_template_that_loses_any_one_field_prints_nothing(renderer, kind, field):
    whole = template(kind)
    cut = FIELD.sub(lambda found: "" if found[1] == field else found[0], whole.html)
    lost = dataclasses.replace(whole, html=cut, digest=f"{kind} without {field}")
    with pytest.raises(PrintRefused) as caught:
        renderer.render(lost, full(kind), PAGES[kind][0])
    assert caught.value.code == "field_not_printed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_in_the_markup_and_not_on_the_page_prints_nothing(renderer, kind):
    css = template(kind).css + "p[data-f], td[data-f], b[data-f], span[data-f] { display: none !important }"
    with pytest.raises(PrintRefused) as caught:
        renderer.render(
            dataclasses.replace(template(kind), css=css, digest=f"{kind} hidden"), full(kind), PAGES[kind][0]
        )
    assert (caught.value.code, caught.value.field == "barcode") == ("field_not_printed", False)


@pytest.mark.parametrize("paper", [MINIBAG, SYRINGE], ids=lambda paper: paper.layout)
@pytest.mark.parametrize(
    "field", ["d.patient.born", "d.total", "d.rate", "d.beyond_use.storage", "part.lot", "d.number"]
)
def test_small_stock_misses_a_lost_field_as_well(renderer, field, paper):
    whole = template("dispensing_label/1")
    cut = FIELD.sub(lambda found: "" if found[1] == field else found[0], whole.html)
    lost = dataclasses.replace(whole, html=cut, digest=f"without {field}")
    with pytest.raises(PrintRefused) as caught:
        renderer.render(lost, full("dispensing_label/1"), paper)
    assert caught.value.code == "field_not_printed"


def test_the_loss_of_a_field_was_tried_with_a_template_that_prints(renderer):
    for kind, pages in PAGES.items():
        for page in pages:
            assert renderer.render(template(kind), full(kind), page).pages >= 1


def changed(html_from: str, html_to: str, css: str = "") -> Template:
    whole = template("dispensing_label/1")
    assert html_from in whole.html
    html = whole.html.replace(html_from, html_to)
    return dataclasses.replace(whole, html=html, css=whole.css + css, digest=f"{html_to}{css}")


@pytest.mark.parametrize(
    ("css", "code"),
    [
        (".drug { display: none }", "field_not_printed"),
        (".drug { visibility: hidden }", "not_legible"),
        (".drug { color: #fff }", "not_legible"),
        (".drug { color: #ccc }", "not_legible"),
        (".drug { opacity: 0.1 }", "not_legible"),
        (".parts { background: #777 }", "not_legible"),
        (".drug { font-size: 9pt !important }", "too_small"),
        (".small { font-size: 4pt }", "too_small"),
        (".drug { position: absolute; left: 9in }", "does_not_fit"),
        (".drug { position: absolute; top: 5.85in }", "does_not_fit"),
        (".drug { position: absolute; top: 0 }", "does_not_fit"),
        (".drug { transform: rotate(180deg) }", "not_legible"),
        (".drug { text-transform: uppercase }", "field_not_printed"),
        (".dm { width: 2mm !important; height: 2mm !important }", "barcode"),
        (".dm { width: 0.9in !important; height: 2mm !important }", "barcode"),
        (".dm { display: none !important }", "field_not_printed"),
        (".dm { visibility: hidden }", "not_legible"),
        (".dm { opacity: 0.2 }", "not_legible"),
        (".dm { transform: rotate(45deg) }", "not_legible"),
        (".foot { background: #000; color: #fff }", "not_legible"),
        (".drug { height: 4pt; overflow: hidden; margin-bottom: 30pt }", "does_not_fit"),
        (".drug { position: absolute; clip: rect(0, 0, 0, 0) }", "not_legible"),
        (".drug { text-decoration: line-through }", "not_legible"),
        (".drug { letter-spacing: -6pt }", "not_legible"),
        (".in { word-spacing: -3pt }", "not_legible"),
        (".rule { background: #fff; height: 30pt; position: relative; margin-top: -30pt }", "does_not_fit"),
    ],
)
def test_a_style_that_hides_shrinks_or_moves_a_field_prints_nothing(renderer, css, code):
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed("<body", "<body", css), examples.vancomycin(), BAG)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="file:///etc/hostname">',
        '<img src="http://127.0.0.1:1/x.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="page.css">',
        '<link rel="attachment" href="file:///etc/hostname">',
        '<svg width="9" height="9"><image href="file:///etc/hostname" width="9" height="9"/></svg>',
        '<style>@import "file:///etc/hostname";</style>',
        "<style>@font-face { font-family: x; src: url(file:///etc/hostname) } p { font-family: x }</style>",
    ],
)
def test_a_template_that_wants_a_file_prints_nothing(renderer, picture):
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed("</body>", f"{picture}</body>"), examples.vancomycin(), BAG)
    assert caught.value.code == "fetch_refused"


def test_a_field_that_the_snapshot_does_not_have_fails_the_print(renderer):
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed("</body>", "{{ d.colour }}</body>"), examples.vancomycin(), BAG)
    assert caught.value.code == "undefined_field"


def test_a_broken_template_fails_the_print(renderer):
    with pytest.raises(PrintRefused) as caught:
        renderer.render(changed("</body>", "{% if %}</body>"), examples.vancomycin(), BAG)
    assert caught.value.code == "template"


def test_missing_fields_of_a_snapshot_are_named_all_at_once():
    snapshot = examples.vancomycin()
    snapshot["patient"]["born"] = " "
    del snapshot["total"]
    snapshot["checked_by"] = []
    snapshot["colour"] = "blue"
    with pytest.raises(Faults) as caught:
        check(snapshot)
    assert {fault.field for fault in caught.value.faults} == {"patient.born", "total", "checked_by", "colour"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"barcode": "(92)260414-0131-6"}, "barcode"),
        ({"auxiliary": ["VESICANT: watch the vein"]}, "auxiliary"),
        ({"container": "bottle"}, "container"),
        ({"diluent_volume": ""}, "diluent_volume"),
        ({"rate": "", "duration": ""}, "rate"),
        ({"printed": {"at": "14:09", "copy": "2", "reprint": "1", "reason": ""}}, "printed.reason"),
        ({"total": 275}, "total"),
        ({"components": "vancomycin"}, "components"),
        ({"kind": "dispensing_label/9"}, "kind"),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_refused(changes, field):
    with pytest.raises(Faults) as caught:
        check({**examples.vancomycin(), **changes})
    assert [fault.field for fault in caught.value.faults] == [field]


def test_a_layout_process_that_dies_is_said_and_replaced(monkeypatch):
    made = Renderer(FONTS)
    try:
        made.warm()
        made._worker._process.kill()
        made._worker._process.wait()
        monkeypatch.setattr(type(made._worker), "alive", lambda self: True)
        with pytest.raises(RendererFailed, match="failed"):
            made.render(template("dispensing_label/1"), examples.vancomycin(), BAG)
        monkeypatch.undo()
        assert made.render(template("dispensing_label/1"), examples.vancomycin(), BAG).pages == 1
    finally:
        made.close()


def test_a_layout_that_takes_too_long_is_given_up(monkeypatch):
    made = Renderer(FONTS, seconds_each=0.001)
    try:
        with pytest.raises(RendererFailed, match="too long"):
            made.render(template("dispensing_label/1"), examples.vancomycin(), BAG)
    finally:
        made.close()


def test_the_process_is_replaced_after_its_share_of_documents():
    made = Renderer(FONTS, jobs_each=2)
    try:
        pids = set()
        for _ in range(4):
            made.render(template("dispensing_label/1"), examples.vancomycin(), BAG)
            pids.add(made._worker.pid)
        assert len(pids) == 2
    finally:
        made.close()


def test_the_product_does_not_load_the_layout_engine():
    code = "import sys, compounding.documents.printing; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=HERE.parents[1], check=False).returncode == 0


def test_several_drugs_each_have_their_own_line(printer):
    drugs = [DrugLine("potassium chloride", "20 mEq"), DrugLine("magnesium sulfate", "2 g")]
    done = printer.render("dispensing_label/1", examples.vancomycin(drugs=drugs), BAG)
    assert {"potassium chloride 20 mEq", "magnesium sulfate 2 g"} <= set(text_of(done.pdf)[0].splitlines())
