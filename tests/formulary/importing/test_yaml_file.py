"""A drug in YAML: the same as in TOML, and nothing becomes a number, a date or a yes by accident."""

import re
import tomllib
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from formulary.importing.yaml_file import drug_text_from_yaml
from formulary.loading import DATA, drug_from_text
from formulary.packaged import packaged

DRUGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DATA / "drugs").glob("*.toml"))}


def as_yaml(text: str) -> str:
    """A TOML drug as a careful person writes it in YAML: every text in quotation marks."""
    dumped = yaml.dump(tomllib.loads(text), Dumper=Quoted, allow_unicode=True, sort_keys=False, width=10_000)
    return re.sub(r'(?m)^( *(?:- )*)"(\w+)":', r"\1\2:", dumped)


class Quoted(yaml.SafeDumper):
    """Texts in quotation marks; whole numbers, true and false without."""


Quoted.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
Quoted.ignore_aliases = lambda *_: True
TEXT = as_yaml(DRUGS["ceftriaxone"])


def put(found: str, value: str) -> str:
    """The text with another value in the first such place."""
    assert found in TEXT
    return TEXT.replace(found, value, 1)


def faults(text: str) -> list[str]:
    """What is wrong with a YAML text, by reading it and by the loader."""
    own, found = drug_text_from_yaml(text, "x.yaml")
    if own is not None:
        _, found = drug_from_text(own, "x", packaged().site, packaged().supplies)
    return [str(fault) for fault in found]


@pytest.mark.parametrize("name", sorted(DRUGS))
def test_a_drug_in_yaml_is_the_drug_in_toml(name):
    own, found = drug_text_from_yaml(as_yaml(DRUGS[name]), "x.yaml")
    assert found == []
    assert own is not None
    assert tomllib.loads(own) == tomllib.loads(DRUGS[name])


def test_plain_texts_are_read_as_they_stand():
    own, _ = drug_text_from_yaml(TEXT.replace('"2000 mg/day"', "2000 mg/day").replace('"2"', "2"), "x.yaml")
    assert own is not None
    data = tomllib.loads(own)
    assert data["limits"][0]["high"] == "2000 mg/day"
    assert data["formulations"][0]["compounding_category"] == "2"


@pytest.mark.parametrize(
    "number",
    [
        "1_000 mg/day", "1e3 mg/day", "12:30", "0o17 mg/day", "010 mg/day", ".5 mg/day", "2000.0 mg/day", "2000", ".inf",
        "2,000 mg/day",
    ],
)  # fmt: skip
def test_what_yaml_calls_a_number_is_no_quantity(number):
    found = faults(put('high: "2000 mg/day"', f"high: {number}"))
    assert any("limits[0].high" in one for one in found)


@pytest.mark.parametrize("word", ["yes", "on", "True", "TRUE", "y", "1", '"truth"'])
def test_only_true_and_false_are_true_and_false(word):
    assert any(
        "flags.hazardous" in one and "true or false" in one
        for one in faults(put("hazardous: false", f"hazardous: {word}"))
    )


@pytest.mark.parametrize("word", ["no", "off", "on", "y", "Yes", "false"])
def test_a_word_that_can_be_read_in_two_ways_is_refused_where_text_belongs(word):
    found = faults(put('preservative: "none"', f"preservative: {word}"))
    assert any("products[0].preservative" in one and "quotation marks" in one for one in found)


@pytest.mark.parametrize("word", ["~", "null", "", "Null"])
def test_nothing_is_left_out_and_never_written(word):
    found = faults(put('display: "cefTRIAXone"', f"display: {word}"))
    assert any("display" in one and "left out" in one for one in found)


@pytest.mark.parametrize("number", ["1.0", "1e0", "0x1", "01", '"1"', "+1", "1_0"])
def test_a_whole_number_is_written_plainly(number):
    assert any(
        "version" in one and "a whole number" in one for one in faults(put("version: 1\n", f"version: {number}\n"))
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id: &a x\nname: *a\n", "an anchor or alias"),
        ("id: !!python/object/apply:os.system [echo]\n", "a value without a tag"),
        ("id: !!binary aGk=\n", "a value without a tag"),
        ("id: x\nid: y\n", "each field once"),
        ("? [a, b]\n: x\n", "a key that is no word"),
        ("- a\n- b\n", "a table of fields"),
        ("id: [unclosed\n", "YAML"),
        ("a: " + "{a: " * 50 + "1" + "}" * 50, "deep"),
        ("--- \nid: x\n---\nid: y\n", "YAML"),
        ("", "a drug"),
        ("\t- x", "YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_in_words(text, words):
    own, found = drug_text_from_yaml(text, "x.yaml")
    assert own is None
    assert any(words in str(fault) for fault in found), found


def test_a_fault_names_its_line():
    line = TEXT[: TEXT.index("hazardous: false")].count("\n") + 1
    found = faults(put("hazardous: false", "hazardous: on"))
    assert found[0].startswith(f"x.yaml, line {line}: flags.hazardous")


def test_merge_keys_are_a_strange_field_and_never_merged():
    found = faults("<<: {id: x}\n" + TEXT)
    assert any("<<" in one and "no such field" in one for one in found)


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_crash(text):
    own, found = drug_text_from_yaml(text, "x.yaml")
    assert (own is None) == bool(found)


PLAIN = st.one_of(st.booleans(), st.integers(), st.text(max_size=8))


def rows(inner: Any) -> Any:
    """Lists and tables of what there is."""
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)


@given(st.recursive(PLAIN, rows, max_leaves=12))
def test_whatever_yaml_holds_it_is_told_or_becomes_toml(value: Any):
    own, found = drug_text_from_yaml(yaml.safe_dump(value, allow_unicode=True), "x.yaml")
    assert (own is None) == bool(found)
    if own is not None:
        drug_from_text(own, "x", packaged().site, packaged().supplies)
