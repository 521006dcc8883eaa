"""A change here is a change in a dose.

Each golden file holds the text of a printed page as it is extracted from the PDF, and its picture: how dark each tenth
of an inch is, from 0 (white) to 9 (black). Text must be the same to the letter; the picture may differ by one step a cell,
so that another release of the font renderer does not count as a change. A label or worksheet that changes must be looked
at by a pharmacist before its golden file is replaced: ``SUFFICIT_WRITE_GOLDEN=1`` writes the files anew, and the
difference is what is to be reviewed.
"""

import os
from pathlib import Path

import pytest
from PIL import Image

from compounding.documents.stock import BAG, LETTER, MINIBAG, SYRINGE
from tests.compounding.batches import examples as batches
from tests.compounding.documents import examples
from tests.support.printing import picture_of, text_of

HEAD = "A change here is a change in a dose."
FILES = Path(__file__).parent / "printed"
WRITE = bool(os.environ.get("SUFFICIT_WRITE_GOLDEN"))  # read at import: the suite takes the caller's settings away
CELLS_PER_INCH = 10
DARKEST = 9

PRINTED = {
    "bag-vancomycin": (examples.vancomycin, BAG),
    "minibag-ceftriaxone": (examples.ceftriaxone, MINIBAG),
    "syringe-insulin": (examples.insulin, SYRINGE),
    "in-process-vancomycin": (examples.in_process, MINIBAG),
    "intermediate-gentamicin": (examples.intermediate, SYRINGE),
    "opened-ceftriaxone": (examples.opened, SYRINGE),
    "worksheet-ceftriaxone": (examples.worksheet, LETTER),
    "record-ceftriaxone": (examples.record, LETTER),
    "batch-worksheet-ceftriaxone": (batches.worksheet, LETTER),
    "batch-record-ceftriaxone": (batches.record, LETTER),
    "unit-labels-ceftriaxone": (batches.labels, MINIBAG),
    "unit-labels-norepinephrine": (batches.high_alert_labels, BAG),
    "unit-labels-famotidine": (batches.syringe_labels, SYRINGE),
}


def darkness(pdf: bytes, page: int) -> list[str]:
    """One digit for each tenth of an inch."""
    picture = picture_of(pdf, dpi=200, page=page).convert("L")
    size = picture.width * CELLS_PER_INCH // 200, picture.height * CELLS_PER_INCH // 200
    cells = picture.resize(size, Image.Resampling.BOX)
    digits = "".join(str(round((255 - level) / 255 * DARKEST)) for level in cells.tobytes())
    return [digits[start : start + size[0]] for start in range(0, len(digits), size[0])]


def golden(kind: str, paper: str, pdf: bytes) -> str:
    lines = [HEAD, f"{kind} on {paper}"]
    for page, text in enumerate(text_of(pdf)):
        lines += ["", f"--- page {page + 1}, text", text.strip(), f"--- page {page + 1}, picture", *darkness(pdf, page)]
    return "\n".join(lines) + "\n"


def is_picture(line: str) -> bool:
    return line.isdigit() and len(line) >= 2 * CELLS_PER_INCH


def differs(found: str, approved: str) -> bool:
    """Picture cells may differ by one step; two in a hundred of a line by more."""
    if not (is_picture(found) and is_picture(approved)) or len(found) != len(approved):
        return found != approved
    far = sum(abs(int(one) - int(other)) > 1 for one, other in zip(found, approved, strict=True))
    return far > len(found) // 50


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_what_was_approved(printer, name):
    example, paper = PRINTED[name]
    snapshot = example()
    found = golden(snapshot["kind"], paper.name, printer.render(snapshot["kind"], snapshot, paper).pdf)
    file = FILES / f"{name}.txt"
    if WRITE:
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, "utf-8", newline="\n")
    approved = file.read_text("utf-8").splitlines()
    lines = found.splitlines()
    assert len(lines) == len(approved)
    assert [pair for pair in zip(lines, approved, strict=True) if differs(*pair)] == []


@pytest.mark.parametrize("name", PRINTED)
def test_one_changed_digit_in_a_dose_is_seen(printer, name):
    example, paper = PRINTED[name]
    snapshot = example()
    opened = snapshot["kind"] == "opened_label/1"
    first = snapshot if opened else snapshot["drugs"][0] if "drugs" in snapshot else snapshot["components"][0]
    amount = "left" if opened else "amount"
    first[amount] = first[amount].translate(str.maketrans("0123456789", "1234567890"))
    found = golden(snapshot["kind"], paper.name, printer.render(snapshot["kind"], snapshot, paper).pdf)
    approved = (FILES / f"{name}.txt").read_text("utf-8")
    pairs = zip(found.splitlines(), approved.splitlines(), strict=False)
    assert any(differs(*pair) for pair in pairs if not is_picture(pair[0]))


def test_a_moved_field_is_seen_in_the_picture(printer):
    moved = printer.render("dispensing_label/1", examples.vancomycin(alerts=["HIGH ALERT"]), BAG).pdf
    approved = (FILES / "bag-vancomycin.txt").read_text("utf-8").splitlines()
    pictures = [line for line in approved if is_picture(line)]
    assert any(differs(*pair) for pair in zip(darkness(moved, 0), pictures, strict=True))


def test_every_golden_file_is_used_and_says_what_a_change_means():
    files = {file.stem: file.read_text("utf-8") for file in FILES.glob("*.txt")}
    assert set(files) == set(PRINTED)
    assert all(text.startswith(HEAD) for text in files.values())
