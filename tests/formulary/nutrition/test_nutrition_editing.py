"""A new version made from an old one: remarks stay, nothing else moves, and what cannot be edited safely is refused."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.nutrition.editing import TypedCurve, file_name, renumbered, with_curve
from tests.support.nutrition import changed, faults_in, packaged_texts

TEXTS = dict(packaged_texts())
ROW = {
    "id": "paper_a", "title": "Curve A", "fictional": False, "amino_acids": "travasol_10", "amino_acids_from": "1 %",
    "amino_acids_to": "5 %", "dextrose_from": "5 %", "dextrose_to": "25 %", "cysteine": False, "lipid": False,
    "calcium_salt": "calcium_gluconate_10", "phosphate_salts": ["sodium_phosphates"],
    "watched": [{"celsius": 25, "hours": "30 h"}],
    "points": [{"calcium": "1 mEq/L", "phosphate": "9 mmol/L"}, {"calcium": "2 mEq/L", "phosphate": "3 mmol/L"}],
}  # fmt: skip


def typed(
    *, populations: tuple[str, ...] = ("adult",), source: str = "a paper", confidence: str = "seen", **row: object
):
    return TypedCurve({**ROW, **row}, populations, source, confidence)


def remarks(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


def test_an_added_curve_is_accepted_and_every_remark_stays() -> None:
    texts = renumbered(with_curve(TEXTS, typed()), 2)
    assert faults_in(texts) == []
    assert tomllib.loads(texts["profile.toml"])["version"] == 2
    for name in TEXTS:
        assert remarks(texts[name]) == remarks(TEXTS[name])
    assert tomllib.loads(texts["curves.toml"])["curves"][0] == tomllib.loads(TEXTS["curves.toml"])["curves"][0]


def test_a_curve_changed_back_leaves_the_texts_as_they_were_after_the_first_time() -> None:
    once = with_curve(TEXTS, typed())
    assert with_curve(with_curve(once, typed(title="B", source="another")), typed()) == once


def test_a_curve_that_nobody_relies_on_any_more_leaves_the_profile() -> None:
    texts = with_curve(with_curve(TEXTS, typed()), typed(populations=()))
    bound = [row["curve"] for row in tomllib.loads(texts["profile.toml"])["curves"]]
    assert bound == ["fictional_trophamine"]
    alone = with_curve(TEXTS, typed(id="fictional_trophamine", populations=()))
    assert tomllib.loads(alone["profile.toml"])["curves"] == []


@given(source=st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip))
def test_whatever_a_source_says_is_written_and_read_back(source: str) -> None:
    texts = with_curve(TEXTS, typed(source=source, title=source))
    assert tomllib.loads(texts["curves.toml"])["sources"]["curve_paper_a"]["text"] == source
    assert tomllib.loads(texts["curves.toml"])["curves"][1]["title"] == source


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("curves.toml", "not = [toml"),
        ("curves.toml", "sources.a = { text = 'x', confidence = 'seen' }\ncurves = []\n"),
        ("profile.toml", "curves = [{ curve = 'a' }]\n[sources]\n"),
    ],
)
def test_a_file_that_cannot_be_edited_safely_is_refused(file: str, text: str) -> None:
    with pytest.raises(Fault, match=file):
        with_curve({**TEXTS, file: text}, typed())


@pytest.mark.parametrize("text", ["", "version = 'one'\n", "id = 'x'\n[version]\nnumber = 1\n"])
def test_a_profile_without_a_plain_number_is_not_numbered(text: str) -> None:
    with pytest.raises(Fault, match=r"profile\.toml"):
        renumbered({"profile.toml": text}, 2)


@pytest.mark.parametrize("mark", ["L-H", "P-M", "M-H", "calculated", "design", "demonstration"])
def test_a_curve_that_was_not_read_in_its_source_is_refused(mark: str) -> None:
    faults = faults_in(with_curve(TEXTS, typed(confidence=mark)))
    assert "curves[1].source" in [fault.path for fault in faults]


def test_a_drug_of_a_starting_order_stands_in_a_released_unit() -> None:
    texts = changed("non_nutrients.toml", 'units = ["units/mL", "units/L", ', 'units = ["units/L", ')
    faults = faults_in(texts)
    assert {fault.file for fault in faults} == {"templates.toml"}
    assert all("heparin in units/L or units/kg/day" in fault.expectation for fault in faults)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("lipid.toml", "products/lipid.toml"),
        ("C:\\data\\limits.toml", "limits.toml"),
        ("set/products/x.toml", "products/x.toml"),
    ],
)
def test_a_file_finds_its_place_by_its_name(sent: str, name: str) -> None:
    assert file_name(sent) == name
