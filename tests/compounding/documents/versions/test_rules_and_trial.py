"""A site's own template: what it may not hold, and every row that it must print, named where it is not whole."""

import pytest

from compounding.documents.printing import Printer, template
from compounding.documents.samples import changeable, papers, samples
from compounding.documents.snapshots import check
from compounding.documents.stock import BAG
from compounding.documents.versions.rules import CSS, HTML, packaged_texts, template_faults
from compounding.documents.versions.trial import Trial, tried
from tests.support.printing import printer

__all__ = ["printer"]

LABEL = "intermediate_label/1"
TEXTS = packaged_texts(LABEL)
DISPENSING = packaged_texts("dispensing_label/1")


@pytest.mark.parametrize("kind", changeable())
def test_what_comes_with_the_program_keeps_the_rules_and_its_made_up_documents_are_whole(kind: str) -> None:
    texts = packaged_texts(kind)
    assert template_faults(kind, texts[HTML], texts[CSS]) == []
    assert "everything" in samples(kind) and papers(kind)
    for snapshot in samples(kind).values():
        check(snapshot)
    whole = samples(kind)["everything"]
    assert all(value not in ("", []) for name, value in whole.items() if name not in ("bands", "alerts", "pictures"))


@pytest.mark.parametrize(("added", "expected"), [
    ('<script>print(1)</script>', "nothing active"), ('<img src="http://x/y.png">', "nothing active"),
    ('<p onclick="x()">', "no event attribute"), ('<p style="color: red">', "no style in an element"),
    ("<ol><li>x</li></ol>", "nothing active"), ('<p data-f="number">1</p>', "no mark of a field"),
    ("{% include 'other' %}", "macros, conditions and loops"), ("{% set x = 1 %}", "macros, conditions and loops"),
    ("{{ d.__class__ }}", "the names of the document's fields"), ("{{ d.total|replace('1', '2') }}", "fields as they are"),
    ("{% if %}", "a template that can be read"),
])  # fmt: skip
def test_markup_that_is_active_or_from_outside_is_refused_with_its_line(added: str, expected: str) -> None:
    faults = template_faults(LABEL, f"{TEXTS[HTML]}\n{added}", TEXTS[CSS])
    assert any(expected in fault.expectation for fault in faults)
    assert all(fault.file == HTML and fault.path.startswith("line ") for fault in faults)


@pytest.mark.parametrize("added", [
    "{% for a in d.components %}{% for b in range(10 ** 9) %}x{% endfor %}{% endfor %}", "{{ 'x' * 10 ** 10 }}",
    "{{ 9 ** 9 ** 9 }}", "{% macro loop_for_ever() %}{{ loop_for_ever() }}{% endmacro %}{{ loop_for_ever() }}",
    "{{ d.total ~ '0' }}", "{{ '1' }}{{ d.total }}", "{{ 5 }}", "{{ d.total.raw.replace('1', '9') }}",
    "{{ d.total.raw[0] }}", "{{ d.total|attr('raw') }}", "{%\n include 'x' %}",
    "{% autoescape false %}{{ d.total.raw }}{% endautoescape %}", "{{ cycler.__init__.__globals__ }}",
    "{{ ().__class__.__bases__ }}", "{{ d.total.within('script') }}", "{{ d.total.within('p hidden') }}",
    "{{ d.total.within('p', '\"><img ') }}", "{{ lipsum() }}",
    "{% for a in d.components recursive %}{{ loop(d.components) }}{% endfor %}", "{% with x = 1 %}{{ x }}{% endwith %}",
    "<!-- {{ d.total }} -->", "<bdo dir=rtl>{{ d.total }}</bdo>", "<del>{{ d.total }}</del>", "<p hidden>x</p>",
    "<p\nonclick\n=\n'x'>x</p>", "<marquee>x</marquee>", "<svg><image/></svg>", "<?php x ?>",
    "{% for a in d.components %}" * 5 + "x" + "{% endfor %}" * 5,
    "{% macro a() %}" + "x{{ d.total }}" * 200 + "{% endmacro %}{% macro b() %}" + "{{ a() }}" * 200 + "{% endmacro %}{{ b() }}",
])  # fmt: skip
def test_markup_that_reckons_hides_or_never_ends_is_refused(added: str) -> None:
    assert template_faults(LABEL, f"{TEXTS[HTML]}\n{added}", TEXTS[CSS])


@pytest.mark.parametrize("added", [
    "p::before { \\63ontent: '1' }", "p { content\n: '1' }", "p { text-transform\n:uppercase }", "p { clip: rect(0, 0, 0, 0) }",
    "p { overflow: hidden; height: 1pt }", "p { letter-spacing: -9pt }", "p { direction: rtl; unicode-bidi: bidi-override }",
    "p { background: u\\72l(x) }", "p { text-decoration: line-through }", "p { display: none }", "p { position: fixed }",
    "p { transform: scale(0) }", "p { opacity: 0 }", "@page { size: 1in 1in }", "} p {", "p { color }", "p { width: calc(1px) }",
])  # fmt: skip
def test_a_style_that_hides_cuts_off_or_writes_otherwise_is_refused(added: str) -> None:
    faults = template_faults(LABEL, TEXTS[HTML], f"{TEXTS[CSS]}\n{added}")
    assert faults and {fault.file for fault in faults} == {CSS}


def test_a_style_of_plain_sizes_lines_and_distances_is_taken() -> None:
    plain = "/* larger */ .drug, p.who { font-size: 12pt !important; margin: -1pt 0 .5em; border: 1pt solid #000; color: black }"
    assert template_faults(LABEL, TEXTS[HTML], f"{TEXTS[CSS]}\n{plain}") == []


def test_faults_stand_at_the_line_that_they_are_on() -> None:
    assert [one.path for one in template_faults(LABEL, f"{TEXTS[HTML]}\n\n<nav>x</nav>", TEXTS[CSS])] == [
        f"line {TEXTS[HTML].count(chr(10)) + 3}"
    ]
    style = "p { margin: 0 }\n/* x\n*/\n\np {\n color: red;\n float: left }"
    assert [one.path for one in template_faults(LABEL, TEXTS[HTML], style)] == ["line 7"]


@pytest.mark.parametrize("added", [
    "@import 'x.css';", "p { background: url(x.png); }", ".drug::before { content: '1'; }", "p { text-transform: uppercase; }",
    "</style><script>", "@font-face { font-family: x; }",
])  # fmt: skip
def test_a_style_that_fetches_or_adds_text_is_refused(added: str) -> None:
    assert [fault.file for fault in template_faults(LABEL, TEXTS[HTML], f"{TEXTS[CSS]}\n{added}")][:1] == [CSS]


def test_a_template_without_its_code_and_an_empty_one_are_refused() -> None:
    bare = TEXTS[HTML].replace("{{ datamatrix(d.barcode) }}", "", 1)
    assert [fault.path for fault in template_faults(LABEL, bare, TEXTS[CSS])] == ["barcode"]
    assert template_faults(LABEL, " ", "")[0].value == "nothing"
    assert template_faults(LABEL, "x" * 70_000, "")[0].value == "70,000 characters"


def trial(printer: Printer, html: str, css: str, kind: str = LABEL) -> Trial:
    assert template_faults(kind, html, css) == []
    return tried(printer, kind, html, css)


def test_the_packaged_template_prints_everything_and_every_print_is_named(printer: Printer) -> None:
    found = trial(printer, TEXTS[HTML], TEXTS[CSS])
    assert found.faults == ()
    assert len(found.printed) == len(samples(LABEL)) * len(papers(LABEL))
    assert found.printed[0].startswith(f"everything on {BAG.name}: ")


@pytest.mark.parametrize(("row", "field"), [
    ("{{ d.beyond_use.at.within(\"p\", \"big nb\") }}", "missing: beyond-use time and storage (beyond_use.at)"),
    ("{{ part.lot.within(\"td\", \"lot\") }}", "missing: components with lot and expiry (components.0.lot)"),
])  # fmt: skip
def test_a_row_that_is_left_out_is_named(printer: Printer, row: str, field: str) -> None:
    assert row in DISPENSING[HTML]
    html = DISPENSING[HTML].replace(row, "", 1)
    found = trial(printer, html, DISPENSING[CSS], "dispensing_label/1")
    assert field in {fault.path for fault in found.faults}
    assert [fault.file for fault in found.faults] == [
        f"everything, {BAG.name}"
    ]  # each paper has an arrangement of its own


def test_a_row_that_is_clipped_hidden_or_too_small_is_named(printer: Printer) -> None:
    for rule in ("p { font-size: 4pt; }", ".drug { display: none; }", "body { width: 9in; white-space: nowrap; }"):
        found = tried(printer, LABEL, TEXTS[HTML], f"{TEXTS[CSS]}\n{rule}")
        assert found.faults, rule


def test_a_changed_style_has_a_digest_of_its_own(printer: Printer) -> None:
    found = trial(printer, TEXTS[HTML], f"{TEXTS[CSS]}\n.dm {{ margin-top: 1pt; }}")
    assert found.faults == ()
    assert template(LABEL).html == TEXTS[HTML]
