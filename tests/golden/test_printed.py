"""A change here is a change in a dose.

Each golden file holds the text of a printed page as it is extracted from the PDF, and a digest of its picture at 203 dpi,
black and white. A label or worksheet that changes must be looked at by a pharmacist before its golden file is replaced:
``SUFFICIT_WRITE_GOLDEN=1`` writes the files anew, and the difference is what is to be reviewed.
"""

import hashlib
import os
from pathlib import Path

import pytest

from compounding.documents.stock import BAG, LETTER, MINIBAG, SYRINGE
from tests.compounding.documents import examples
from tests.support.printing import picture_of, text_of

HEAD = "A change here is a change in a dose."
FILES = Path(__file__).parent / "printed"

PRINTED = {
    "bag-vancomycin": (examples.vancomycin, BAG),
    "minibag-ceftriaxone": (examples.ceftriaxone, MINIBAG),
    "syringe-insulin": (examples.insulin, SYRINGE),
    "in-process-vancomycin": (examples.in_process, MINIBAG),
    "intermediate-gentamicin": (examples.intermediate, SYRINGE),
    "worksheet-ceftriaxone": (examples.worksheet, LETTER),
    "record-ceftriaxone": (examples.record, LETTER),
}


def as_text(kind: str, paper: str, pdf: bytes) -> str:
    lines = [HEAD, f"{kind} on {paper}"]
    for number, text in enumerate(text_of(pdf)):
        picture = hashlib.sha256(picture_of(pdf, page=number).tobytes()).hexdigest()
        lines += ["", f"--- page {number + 1}, picture {picture}", text.strip()]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", PRINTED)
def test_what_is_printed_is_what_was_approved(printer, name):
    example, paper = PRINTED[name]
    snapshot = example()
    found = as_text(snapshot["kind"], paper.name, printer.render(snapshot["kind"], snapshot, paper).pdf)
    file = FILES / f"{name}.txt"
    if os.environ.get("SUFFICIT_WRITE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")


def test_every_golden_file_is_used_and_says_what_a_change_means():
    files = {file.stem: file.read_text("utf-8") for file in FILES.glob("*.txt")}
    assert set(files) == set(PRINTED)
    assert all(text.startswith(HEAD) for text in files.values())
