"""``bench print``: what a label costs beside an empty page in the same run, and whether memory stays flat over 1,000.

A label goes the whole way: snapshot in, layout in the process of its own, checks, PDF out.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import weasyprint

from batch_records.rendering import Page, Renderer, Template
from compounding.documents.printing import FONTS, HERE, template
from compounding.documents.stock import BAG, MINIBAG

MOST_TIMES_A_BLANK_PAGE = 10
LABELS_IN_ONE_RUN = 200
WARM_UP = 5
COMPARED = 60
LABELS_FOR_MEMORY = 1_000
FLAT = 1.15
"""The highest memory of the second half may lie so far above that of the first half."""

NUMBER = "260414-{:04d}-6"


def label(index: int) -> dict[str, Any]:
    """A label of a vancomycin bag with five components; number and amounts differ from label to label."""
    number = NUMBER.format(index)
    parts = [
        ("vancomycin 1 g, 50 mg/mL", "DEMO-V311", "31 Aug 2027", "19.5 mL"),
        ("vancomycin 500 mg, 50 mg/mL", "DEMO-V286", "30 Jun 2027", "5.4 mL"),
        ("sodium chloride 0.9 %", "DEMO-N552", "31 Oct 2026", "250 mL"),
        ("sterile water, to dissolve", "DEMO-W204", "31 Mar 2028", "20 mL"),
        ("sterile water, to dissolve", "DEMO-W118", "31 Jan 2028", "10 mL"),
    ]
    return {
        "kind": "dispensing_label/1",
        "number": number,
        "barcode": f"(91){number}",
        "order_version": "1",
        "container": "single-dose",
        "bands": ["DEMONSTRATION, NOT FOR PATIENT CARE"],
        "site": {"name": "Sufficit Demonstration Hospital", "room": "IV room A", "phone": "555-0100"},
        "patient": {
            "name": "SPECIMEN, Tomas",
            "born": "3 Feb 1965",
            "identifier": f"MRN DEMO-{index:04d}",
            "location": "7 West 08",
        },
        "alerts": [],
        "drugs": [{"name": "vancomycin", "amount": f"1,{index % 1000:03d} mg"}],
        "dosage_form": "solution for infusion",
        "diluent": "sodium chloride 0.9 %",
        "diluent_volume": "250 mL",
        "total": "275 mL",
        "concentration": "4.55 mg/mL",
        "route": "IV infusion",
        "rate": "110 mL/h",
        "rate_as_dose": "",
        "duration": "150 min",
        "due": {"date": "14 Apr 2026", "time": "14:30"},
        "beyond_use": {
            "at": "24 Apr 2026, 13:41",
            "keep": "2 to 8 °C",
            "storage": "Refrigerate until 24 Apr 2026, 13:41. Once out of the refrigerator, start within 24 h.",
        },
        "components": [dict(zip(("name", "lot", "expires", "amount"), part, strict=True)) for part in parts],
        "auxiliary": ["VESICANT: watch the vein", "SINGLE DOSE container"],
        "made_by": {"name": "T. Okonjo, CPhT", "at": "13:41"},
        "checked_by": [{"name": "J. Marlow, RPh", "at": "14:09", "how": ""}],
        "measured": "Measured 1,245 mg, −0.4 %",
        "printed": {"at": "14:09", "copy": "1", "reprint": "", "reason": ""},
    }


def small_label(index: int) -> dict[str, Any]:
    """The in-process label of the same bag: half the work, so that a thousand take a minute or two."""
    full = label(index)
    same = ("number", "bands", "site", "patient", "drugs", "diluent", "diluent_volume", "route", "due", "printed")
    return {
        "kind": "in_process_label/1",
        **{name: full[name] for name in same},
        "barcode": f"(92){full['number']}",
        "started_by": full["made_by"],
        "hood": "hood 1",
        "warnings": ["VESICANT: watch the vein"],
    }


def seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def blank_page() -> bytes:
    """An empty page as the layout library makes one by itself, loaded already: nothing of ours, nothing reused."""
    made: bytes = weasyprint.HTML(string="<p>1</p>").write_pdf()
    return made


def compare(renderer: Renderer, labels: Template, blank: Template, page: Page) -> bool:
    """Labels and blank pages in turn, so that both meet the same machine.

    Also shown, without a target: a blank page that takes the label's own way, with everything reused that can be. The ratio to
    it stays above ten: what is kept between pages spares the blank page as well, and nine tenths of what is left of a label are
    the layout library's own steps, four tenths of a millisecond for each of its eighty pieces of text.
    """
    empty = {"kind": "blank/1"}
    times: dict[str, list[float]] = {"label": [], "blank": [], "reused": []}
    for index in range(WARM_UP + COMPARED):
        round_of = {
            "blank": seconds(blank_page),
            "reused": seconds(lambda: renderer.render(blank, empty, page)),
            "label": seconds(lambda index=index: renderer.render(labels, label(index), page)),  # type: ignore[misc]
        }
        if index >= WARM_UP:
            for name, took in round_of.items():
                times[name].append(took)
    one, none, least = (statistics.median(times[name]) for name in ("label", "blank", "reused"))
    print(f"one warm label {one * 1000:.1f} ms, a blank page {none * 1000:.1f} ms: {one / none:.1f} times, "
          f"target at most {MOST_TIMES_A_BLANK_PAGE} times")  # fmt: skip
    print(f"a blank page in the warm process, styles and fonts reused: {least * 1000:.1f} ms, {one / least:.1f} times, "
          "no target")  # fmt: skip
    return one <= MOST_TIMES_A_BLANK_PAGE * none


def many(renderer: Renderer, labels: Template, page: Page) -> bool:
    """200 labels in one run: all must come out, each its own."""
    start = time.perf_counter()
    digests = {renderer.render(labels, label(index), page).pdf_digest for index in range(LABELS_IN_ONE_RUN)}
    took = time.perf_counter() - start
    print(f"{LABELS_IN_ONE_RUN} labels in {took:.1f} s, {took / LABELS_IN_ONE_RUN * 1000:.1f} ms each; "
          f"{len(digests)} different PDFs, target {LABELS_IN_ONE_RUN}")  # fmt: skip
    return len(digests) == LABELS_IN_ONE_RUN


def memory(renderer: Renderer, labels: Template, page: Page, wanted: int) -> bool:
    """Memory of the layout process over many labels, read after each."""
    start = time.perf_counter()
    used = []
    for index in range(wanted):
        renderer.render(labels, small_label(index), page)
        used.append(renderer.memory() / 2**20)
    first, second = max(used[: wanted // 2]), max(used[wanted // 2 :])
    took = time.perf_counter() - start
    if not first:
        print("memory of the layout process: this system does not say, not measured")
        return False
    print(f"memory over {wanted:,} labels ({took:.0f} s): at most {first:.0f} MB in the first half, {second:.0f} MB "
          f"in the second, target at most {FLAT} times")  # fmt: skip
    return second <= first * FLAT


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench print", description=__doc__)
    parser.add_argument("--labels", type=int, default=LABELS_FOR_MEMORY, help="labels for the memory measure")
    chosen = parser.parse_args(arguments)
    labels, blank = template("dispensing_label/1"), Template.load(HERE / "templates" / "blank-1", FONTS)
    renderer = Renderer(FONTS)
    try:
        held = {
            "one label beside a blank page": compare(renderer, labels, blank, BAG),
            "200 labels in one run": many(renderer, labels, BAG),
            "memory": memory(renderer, template("in_process_label/1"), MINIBAG, chosen.labels),
        }
    finally:
        renderer.close()
    short = [name for name, holds in held.items() if not holds]
    print("holds" if not short else f"falls short: {', '.join(short)}")
    return 0 if not short else 1


if __name__ == "__main__":
    sys.exit(main())
