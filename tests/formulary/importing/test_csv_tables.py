"""Tables as CSV: what comes in, and every cell that is wrong by line, column, found and expected; never half a file."""

import csv
import tomllib
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulary.differing.difference import difference
from formulary.importing.csv_tables import MOST_FAULTS, TABLES, Base, Imported, row_fault, tables_from_csv
from formulary.loading import DATA, drug_from_text
from formulary.model import Drug
from formulary.packaged import packaged

DRUGS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((DATA / "drugs").glob("*.toml"))}
BASES = {name: Base(text, 1, 2) for name, text in DRUGS.items()}
LIMIT = {
    "drug": "ceftriaxone", "id": "day_adult_mg_day", "kind": "day", "purpose": "any", "population": "adult", "line": "any",
    "unit": "mg/day", "low": "1000", "high": "2000", "hard_max": "3000", "absolute": "no", "source": "committee, 3 Apr 2026",
    "confidence": "design",
}  # fmt: skip
STANDARD = {
    "drug": "norepinephrine", "id": "new_32", "population": "adult", "line": "central", "concentration": "32", "unit": "mcg/mL",
    "pump_unit": "mcg/kg/min", "source": "S4S list", "confidence": "seen",
}  # fmt: skip
PRODUCT = {
    "drug": "ceftriaxone", "id": "ceftriaxone_500mg_vial", "display": "cefTRIAXone 500 mg vial, powder",
    "ndc": "99999-0101-1", "ndc_format": "5-4-1", "gtin": "00399999010115", "form": "powder_vial", "of": "ceftriaxone",
    "content": "500 mg", "preservative": "none", "container_type": "single_dose", "in_use_limit": "6 h", "storage": "crt",
    "celsius_low": "20", "celsius_high": "25", "protect_from_light": "yes", "storage_text": "20 to 25 °C, protect from light",
    "ready_to_use": "no", "source": "carton of lot A1", "confidence": "seen",
}  # fmt: skip


def table(*rows: dict[str, str]) -> str:
    """Rows as CSV, with the columns of the first."""
    out = StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def taken(kind: str, *rows: dict[str, str]) -> Imported:
    """What the file makes of the packaged drugs."""
    return tables_from_csv(table(*rows), kind, BASES)


def told(done: Imported) -> list[tuple[int, str]]:
    """Line and column of every fault."""
    return [(fault.line, fault.column) for fault in done.faults]


def changes(done: Imported, drug: str) -> list[str]:
    """What the file changes, in words; the draft must load."""
    read, faults = drug_from_text(done.texts[drug], "x", packaged().site, packaged().supplies)
    assert faults == []
    assert read is not None
    assert read.version == 2
    return [change.words for change in difference(Drug, DRUGS[drug], done.texts[drug])]


def test_a_row_with_the_id_of_a_limit_replaces_it():
    found = changes(taken("limits", LIMIT), "ceftriaxone")
    assert "Adult maximum daily dose: 4,000 mg/day → 3,000 mg/day" in found
    assert any(one.startswith("Adult, daily dose, source:") and "committee, 3 Apr 2026" in one for one in found)


def test_a_new_row_is_added_and_the_others_stay():
    new = {**LIMIT, "id": "dose_adult_mg", "kind": "dose", "unit": "mg", "low": "", "high": "2000", "hard_max": "4000"}
    found = changes(taken("limits", new), "ceftriaxone")
    assert [one for one in found if one.startswith("Limits")] == ["Limits, added: Adult, single dose"]


def test_a_file_may_speak_of_several_drugs():
    other = {**LIMIT, "drug": "cefazolin", "id": "mine"}
    assert set(taken("limits", LIMIT, other).texts) == {"ceftriaxone", "cefazolin"}


def test_a_standard_concentration_comes_in_with_its_unit():
    found = changes(taken("standard_concentrations", STANDARD), "norepinephrine")
    assert "Standard concentrations, added: Standard concentration, adult, central line" in found


def test_a_product_keeps_what_the_table_has_no_column_for():
    found = changes(taken("products", PRODUCT), "ceftriaxone")
    assert "cefTRIAXone 500 mg vial, powder, once opened: not stated → 6 h" in found
    assert not any("dissolve" in one for one in found)


def test_a_source_that_the_file_has_already_is_used_and_not_written_twice():
    row = {**LIMIT, "source": "label of ceftriaxone, from memory, high confidence", "confidence": "L-H"}
    found = changes(taken("limits", row), "ceftriaxone")
    assert not any(one.startswith("Sources") for one in found)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"drug": "aspirin"}, "drug"), ({"drug": ""}, "drug"), ({"id": ""}, "id"), ({"kind": ""}, "kind"), ({"unit": ""}, "unit"),
        ({"absolute": "true"}, "absolute"), ({"absolute": "1"}, "absolute"), ({"source": ""}, "source"),
        ({"high": "2000 mg"}, "high"), ({"note": "x" * 2_001}, "note"),
    ],
)  # fmt: skip
def test_a_cell_that_is_wrong_is_named_and_nothing_comes_in(row, column):
    done = taken("limits", {"note": "", **LIMIT}, {"note": "", **LIMIT, "id": "b", **row})
    assert (3, column) in told(done)
    assert done.texts == {}


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"high": "2,000"}, "high"), ({"high": "2e3"}, "high"), ({"high": "9000"}, "hard_max"), ({"kind": "weekly"}, "kind"),
        ({"population": "grown-ups"}, "population"), ({"unit": "mg per day"}, "unit"), ({"confidence": "sure"}, "confidence"),
    ],
)  # fmt: skip
def test_what_the_loader_finds_wrong_is_told_with_the_line_of_its_row(row, column):
    done = taken("limits", {**LIMIT, **row})
    text = done.texts["ceftriaxone"]
    _, faults = drug_from_text(text, "x", packaged().site, packaged().supplies)
    found = [row_fault(done, "limits", "ceftriaxone", text, one.path, one.value, one.expectation) for one in faults]
    assert found
    assert all(one.expected for one in found)
    if column == "confidence":
        assert "sources.csv_" in found[0].column
    else:
        assert (2, column) in [(one.line, one.column) for one in found] or (2, "the row") in [
            (f.line, f.column) for f in found
        ]


def test_all_wrong_cells_of_all_rows_are_told_at_once():
    rows = [{**LIMIT, "id": f"r{n}", "absolute": "maybe", "kind": ""} for n in range(3)]
    assert told(taken("limits", *rows)) == [(n, column) for n in (2, 3, 4) for column in ("kind", "absolute")]


def test_a_row_twice_is_refused_with_the_line_of_the_first():
    (fault,) = taken("limits", LIMIT, LIMIT).faults
    assert (fault.line, fault.column) == (3, "id")
    assert "line 2" in fault.expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this column in the first line"), ("drug;id;kind\nx;y;z\n", "one of drug, id"),
        (table(LIMIT).splitlines()[0], "at least one row"), (table(LIMIT) + "a,b\n", "cells, as the first line has"),
        (table(LIMIT) + '"never closed', "cells parted by commas"), (table({**LIMIT, "dose": "3"}), "one of drug, id"),
        ("drug," + table(LIMIT), "each column once"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused_in_words(text, words):
    done = tables_from_csv(text, "limits", BASES)
    assert any(words in fault.expected for fault in done.faults)
    assert done.texts == {}


def test_columns_come_in_any_order_and_a_byte_order_mark_does_no_harm():
    turned = dict(reversed(LIMIT.items()))
    done = tables_from_csv("\ufeff" + table(turned), "limits", BASES)
    assert done.faults == []


def limits_as_rows() -> list[dict[str, str]]:
    """Every limit of every packaged drug, as somebody would keep them in one table."""
    found = []
    for name, text in DRUGS.items():
        data = tomllib.loads(text)
        for limit in data.get("limits", []):
            row = {column.name: "" for column in TABLES["limits"]} | {"drug": name}
            for field, value in limit.items():
                if field in ("low", "high", "hard_max"):
                    row[field] = value.partition(" ")[0]
                elif field != "source":
                    row[field] = (
                        ";".join(value) if isinstance(value, list) else {True: "yes", False: "no"}.get(value, value)
                    )
            source = data["sources"][limit["source"]]
            found.append({**row, "source": source["text"], "confidence": source["confidence"]})
    return found


def test_the_limits_of_all_drugs_go_out_and_come_in_again_unchanged():
    rows = limits_as_rows()
    assert len(rows) > 200
    done = taken("limits", *rows)
    assert done.faults == []
    changed = [one for name, text in done.texts.items() for one in difference(Drug, DRUGS[name], text)]
    assert {one.field for one in changed} <= {"source"}  # two names of one source become the first of them


@given(kind=st.sampled_from(sorted(TABLES)), text=st.text(max_size=200))
def test_no_text_makes_the_reader_crash(kind, text):
    done = tables_from_csv(text, kind, BASES)
    assert done.faults
    assert done.texts == {}


@given(st.dictionaries(st.sampled_from(sorted(LIMIT)), st.text(max_size=20), max_size=4))
def test_whatever_stands_in_the_cells_it_is_told_or_judged_by_the_loader(cells):
    row = {**LIMIT, **cells}
    done = taken("limits", row)
    assert bool(done.faults) != bool(done.texts)
    for text in done.texts.values():
        drug_from_text(text, "x", packaged().site, packaged().supplies)


def test_a_file_of_another_kind_tells_its_first_faults_and_stops():
    flood = table(LIMIT) + "not a row\n" * 100_000
    faults = tables_from_csv(flood, "limits", BASES).faults
    assert len(faults) == MOST_FAULTS + 1
    assert (faults[-1].found, faults[-1].expected) == ("more lines that are wrong", "these mended first")


HOSTILE = [
    "=1+1", "1e400", "NaN", "inf", "-5", "+5", "1,5", "2026-04-03", "１２", "٣", "0x10", "1_000", "010", "1.50", ".5", "0", "1/2",
    "1000 mg/day", "9" * 400, "<b>1</b>",
]  # fmt: skip


@pytest.mark.parametrize("cell", HOSTILE)
def test_nothing_is_taken_for_a_number_by_accident(cell):
    done = taken("limits", {**LIMIT, "high": cell})
    if done.texts:
        _, faults = drug_from_text(done.texts["ceftriaxone"], "x", packaged().site, packaged().supplies)
        assert "limits[0].high" in {fault.path for fault in faults}
    else:
        assert told(done) == [(2, "high")]


def test_none_in_the_cell_of_excipients_is_stated_by_the_source_of_the_row_and_an_empty_cell_states_nothing():
    stated, silent = (taken("products", {**PRODUCT, "excipients": cell}).texts["ceftriaxone"] for cell in ("none", ""))
    for text, source in ((stated, "carton of lot A1"), (silent, None)):
        read, faults = drug_from_text(text, "x", packaged().site, packaged().supplies)
        assert faults == []
        vial = next(one for one in read.products if one.id == PRODUCT["id"])
        assert vial.excipients == ()
        assert (vial.excipient_source and vial.excipient_source.text) == source
