"""The list of what is left out stays true."""

import re
from pathlib import Path

from formulary.packaged import packaged

LIST = Path(__file__).parents[2] / "docs" / "formulary-left-out.md"


def names_in(section: str) -> list[str]:
    """The names in the first column of a section's table."""
    text = LIST.read_text(encoding="utf-8").split(f"## {section}", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)[1:]
    return [name.strip() for cell in cells for name in cell.split(",")]


def test_a_drug_that_is_left_out_is_not_in_the_formulary() -> None:
    names = names_in("Drugs left out")
    assert len(names) == 16
    assert [name for name in names if packaged().drug_named(name) is not None] == []


def test_a_way_of_making_that_is_left_out_belongs_to_a_drug_that_is_there() -> None:
    names = names_in("Ways of making that are left out, of drugs that are there")
    assert [name for name in names if packaged().drug_named(name) is None] == []


def test_drugs_without_a_stability_statement_say_so_in_their_gaps() -> None:
    silent = [drug for drug in packaged().drugs if not drug.stabilities]
    assert silent
    assert [drug.id for drug in silent if not any("stability" in gap for gap in drug.gaps)] == ["fluconazole"]
