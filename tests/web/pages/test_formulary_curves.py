"""The curve editor: nothing prefilled, every fault by field, a draft by two; none is invented outside the demonstration."""

import re

import pytest

from calculations.printing import show
from formulary.drug_record import Stage
from formulary.nutrition.repository import nutrition_record, nutrition_version
from formulary.nutrition.views import relied_on_for
from formulary.site_record import SITE, SITE_RECORD, DescribeSite, Place, Site
from tests.support.cast import ADEYEMI, DUARTE, IBARRA, MARLOW, NOVAK, OKONJO, do
from tests.support.visiting import send

NEW = "/formulary/nutrition/1/curves/new"
CHANGE = "/formulary/nutrition/1/curves/curve/fictional_trophamine"
LOOK = "/formulary/nutrition/1/curves/look"
BLANK = {f"{name}_{n}": "" for n in range(1, 17) for name in ("calcium", "phosphate")} | {
    f"{name}_{n}": "" for n in range(1, 5) for name in ("celsius", "hours")
}
CURVE = BLANK | {
    "id": "house_travasol", "title": "Travasol, made up for this test", "source": "made-up report 1, table 2, page 3",
    "confidence": "seen", "amino_acids": "travasol_10", "amino_acids_from": "2.5", "amino_acids_to": "5",
    "dextrose_from": "10", "dextrose_to": "20", "cysteine": "no", "lipid": "no", "calcium_salt": "calcium_gluconate_10",
    "salt_potassium_phosphates_4_4": "yes", "for_adult": "yes", "seen": "1", "why": "curve for Travasol",
    "celsius_1": "25", "hours_1": "24", "celsius_3": "37", "hours_3": "30",
    "calcium_1": "2", "phosphate_1": "40", "calcium_2": "10", "phosphate_2": "20.5", "calcium_5": "20", "phosphate_5": "3",
}  # fmt: skip


def version(store, number=2):
    with store.read() as uow:
        return nutrition_record(uow).versions.get(number)


def held(store, number=2):
    with store.read() as uow:
        return nutrition_version(uow, number)


def saved(browser, path=NEW, without=(), **changed):
    fields = {name: value for name, value in {**CURVE, **changed}.items() if name not in without}
    return send(browser, path, path, **fields)


def test_a_new_curve_begins_with_nothing_filled_in(at_desk):
    page = at_desk(MARLOW).get(NEW).text
    form = page.split('id="curve"')[1].split("</form>")[0]
    visible = re.findall(r'<input(?![^>]*type="(?:hidden|radio|checkbox)")[^>]*>', form)
    assert len(visible) > 40
    assert [field for field in visible if 'value=""' not in field] == []
    assert " checked" not in form
    assert re.search(r"<textarea[^>]*></textarea>", form)
    assert form.count('<option value="" selected>') == 3
    assert "No point yet." in form


def test_a_typed_curve_becomes_a_draft_version_with_its_source(at_desk, cast_store):
    assert saved(at_desk(MARLOW)).headers["Location"] == "/formulary/nutrition/2"
    assert version(cast_store).stage is Stage.LOADED
    found = held(cast_store)
    curve = found.curve("house_travasol")
    assert not curve.fictional
    assert (curve.source.text, curve.source.confidence) == ("made-up report 1, table 2, page 3", "seen")
    assert [show(point.phosphate) for point in curve.points] == ["40 mmol/L", "20.5 mmol/L", "3 mmol/L"]
    assert [(stage.celsius, stage.hours.number) for stage in curve.watched] == [(25, 24), (37, 30)]
    assert relied_on_for(found, "house_travasol") == ("adult",)
    assert found.curve("fictional_trophamine") == held(cast_store, 1).curve("fictional_trophamine")


def test_what_the_draft_changes_is_the_curve_and_who_relies_on_it(at_desk, cast_store):
    browser = at_desk(MARLOW)
    saved(browser)
    page = browser.get("/formulary/nutrition/2").text
    for words in ("Travasol, made up for this test", "source curve_house_travasol", "Curves relied on", "Against version 1"):
        assert words in page, words
    before, after = version(cast_store, 1).texts, version(cast_store).texts
    assert {name for name in after if after[name] != before[name]} == {"curves.toml", "profile.toml"}
    assert before["curves.toml"].splitlines()[0] in after["curves.toml"]


def test_a_curve_is_changed_from_what_stands_in_the_version(at_desk, cast_store):
    browser = at_desk(MARLOW)
    page = browser.get(CHANGE).text
    assert 'value="44"' in page
    assert 'value="37"' in page
    fields = {**CURVE, "id": "fictional_trophamine", "title": "FICTIONAL curve, changed", "confidence": "demonstration",
              "source": "invented again", "amino_acids": "trophamine_10", "for_preterm": "yes"}  # fmt: skip
    assert send(browser, CHANGE, CHANGE, **fields).status_code == 303
    found = held(cast_store)
    assert [curve.id for curve in found.curves] == ["fictional_trophamine"]
    assert found.curves[0].title == "FICTIONAL curve, changed"
    assert len(found.curves[0].points) == 3
    assert relied_on_for(found, "fictional_trophamine") == ("preterm", "adult")


def test_a_curve_that_nobody_relies_on_stands_in_the_set_alone(at_desk, cast_store):
    assert saved(at_desk(MARLOW), without=("for_adult",)).status_code == 303
    assert relied_on_for(held(cast_store), "house_travasol") == ()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"id": "My Curve"}, "small letters"),
        ({"id": "fictional_trophamine"}, "no other curve of this set"),
        ({"title": " "}, "what the curve is called"),
        ({"source": ""}, "paper, table and page"),
        ({"confidence": ""}, "how well the points are founded"),
        ({"confidence": "M-H"}, "how well the points are founded"),
        ({"amino_acids": ""}, "the amino acid product"),
        ({"amino_acids_from": "2,5"}, "without a comma"),
        ({"hours_3": ""}, "a plain number"),
        ({"celsius_1": "25.5"}, "whole °C"),
        ({"calcium_1": "1", "phosphate_1": ""}, "a plain number"),
        ({"phosphate_1": "4O"}, "a plain number"),
        ({"calcium_2": "", "phosphate_2": "", "calcium_5": "", "phosphate_5": ""}, "two or more points"),
        ({"calcium_2": "1"}, "rising calcium"),
        ({"phosphate_2": "41"}, "rising calcium"),
        ({"title": "FICTIONAL, but said to be read"}, "FICTIONAL"),
        ({"confidence": "demonstration"}, "FICTIONAL"),
        ({"amino_acids": "sterile_water"}, "a product that brings amino_acids"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_is_kept(at_desk, cast_store, changed, words):
    answer = saved(at_desk(MARLOW), **changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "made-up report 1" in answer.text or "source" in changed
    assert 'value="20.5"' in answer.text or "phosphate_2" in changed
    assert version(cast_store) is None


@pytest.mark.parametrize("missing", ["cysteine", "lipid", "salt_potassium_phosphates_4_4"])
def test_a_choice_is_never_made_by_the_program(at_desk, cast_store, missing):
    assert saved(at_desk(MARLOW), without=(missing,)).status_code == 422
    assert version(cast_store) is None


def test_an_invented_curve_is_refused_outside_the_demonstration(at_desk, cast_store):
    invented = {"title": "FICTIONAL curve of my own", "confidence": "demonstration"}
    labels = {"bag": ("4", "6"), "minibag": ("4", "3"), "syringe": ("4", "2")}
    site = Site("Saint Example", "555-0199", "America/New_York", (Place("desk-1", "Desk 1", "desk"),), labels)
    do(cast_store, NOVAK, SITE, SITE_RECORD, DescribeSite(site))
    browser = at_desk(MARLOW)
    assert "invented for the demonstration hospital" not in browser.get(NEW).text
    answer = saved(browser, **invented)
    assert answer.status_code == 422
    assert "for the demonstration alone" in answer.text
    assert version(cast_store) is None


def test_two_other_pharmacists_put_the_curve_in_force(at_desk, cast_store):
    saved(at_desk(MARLOW))
    digest = version(cast_store).digest
    page = "/formulary/nutrition/2"
    for member, code in ((MARLOW, 403), (DUARTE, 303), (IBARRA, 303)):
        fields = {"digest": digest, "against": "1", "secret": member.pin, "read": "yes", "without_replay": "no orders"}
        assert send(at_desk(member), f"{page}/release", "/formulary/nutrition/upload", **fields).status_code == code
    assert version(cast_store).stage is Stage.IN_FORCE


def test_a_double_click_makes_one_version(at_desk, cast_store):
    browser = at_desk(MARLOW)
    assert [saved(browser, key="once").status_code for _ in range(2)] == [303, 303]
    assert version(cast_store, 3) is None


def test_the_plot_follows_what_is_typed_and_writes_nothing(at_desk, cast_store):
    browser = at_desk(MARLOW)
    drawn = send(browser, LOOK, NEW, calcium_1="2", phosphate_1="40", calcium_2="10", phosphate_2="2O").text
    assert drawn.count("<circle") == 1
    assert "may precipitate" not in drawn
    drawn = send(browser, LOOK, NEW, calcium_1="2", phosphate_1="40", calcium_2="10", phosphate_2="20").text
    assert drawn.count("<circle") == 2
    assert "may precipitate" in drawn
    drawn = send(browser, LOOK, NEW, calcium_1="10", phosphate_1="40", calcium_2="2", phosphate_2="20").text
    assert "make no curve" in drawn
    assert version(cast_store) is None


@pytest.mark.parametrize("member", [ADEYEMI, OKONJO])
def test_only_a_pharmacist_types_points(at_desk, cast_store, member):
    browser = at_desk(member)
    assert browser.get(NEW).status_code == 403
    assert send(browser, NEW, "/sign-on", **CURVE).status_code == 403
    assert "Add a curve" not in browser.get("/formulary/nutrition/1").text
    assert version(cast_store) is None


def test_the_editor_answers_only_what_it_is_for(at_desk):
    browser = at_desk(MARLOW)
    assert browser.get(LOOK).status_code == 405
    assert browser.get("/formulary/nutrition/1/curves/curve/other").status_code == 404
    assert browser.get("/formulary/nutrition/7/curves/new").status_code == 404
    assert saved(browser, extra="field").status_code == 422
