"""A change here is a change in a dose: totals and labels of six whole orders of parenteral nutrition.

``SUFFICIT_WRITE_GOLDEN=1`` writes the files anew; the difference is what a pharmacist reviews.
"""

import json
from pathlib import Path

import pytest

from compounding.documents.stock import BAG
from tests.golden.test_printed import WRITE, differs, golden
from tests.support.six_orders import HEAD, released, six_orders, totals_text

FILES = Path(__file__).parent / "nutrition"
CONTAINERS = [*((name, 1) for name in six_orders()), ("preterm", 2)]
"""The bag of each order, and the first lipid container of the preterm's."""


def same(name: str, found: str) -> None:
    """The text must be what was approved, to the letter; a picture's cell may differ by one step."""
    file = FILES / name
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, "utf-8", newline="\n")
    approved, lines = file.read_text("utf-8").splitlines(), found.splitlines()
    assert len(lines) == len(approved)
    assert [pair for pair in zip(lines, approved, strict=True) if differs(*pair)] == []


@pytest.mark.parametrize(("name", "container"), CONTAINERS, ids=[f"{name} {number}" for name, number in CONTAINERS])
def test_totals_and_label_of_a_whole_order_are_what_was_approved(cast_store, printer, name, container):
    dose = released(cast_store, name, container)
    assert dose.planned.nutrition is not None and dose.label is not None
    same(f"{name}-{container}-totals.txt", totals_text(dose.planned.nutrition))
    same(f"{name}-{container}-label.json", json.dumps({"": HEAD, **dose.label}, ensure_ascii=False, indent=1) + "\n")
    pdf = printer.render(dose.label["kind"], dose.label, BAG).pdf
    same(f"{name}-{container}-printed.txt", golden(dose.label["kind"], BAG.name, pdf))


def test_every_golden_file_of_nutrition_is_used_and_says_what_a_change_means():
    parts = ("totals.txt", "label.json", "printed.txt")
    assert {file.name for file in FILES.iterdir()} == {f"{n}-{c}-{part}" for n, c in CONTAINERS for part in parts}
    assert all(HEAD in file.read_text("utf-8") for file in FILES.iterdir())


def test_one_changed_digit_is_seen():
    approved = (FILES / "preterm-1-totals.txt").read_text("utf-8").splitlines()
    line = next(line for line in approved if "calcium" in line and any(mark.isdigit() for mark in line))
    changed = line.translate(str.maketrans("0123456789", "1234567890"))
    assert changed != line and differs(changed, line)
