"""The dispensing label on its way to the container: printed, in hand, paired. And what still waits at this station."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from batch_records.acting import load
from batch_records.rendering import Page
from batch_records.store import UnitOfWork
from calculations.printing import show_number
from compounding.documents.alternatives import said
from compounding.documents.dose_documents import Clock
from compounding.documents.snapshots import barcode_text
from compounding.documents.stock import BAG, MINIBAG, SYRINGE, stock
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.label_station import unpaired_here
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.views.strip import Strip, drug_line, strip_of, unbroken
from formulary.model import Formulary

USUAL = {"bag": BAG, "minibag": MINIBAG, "syringe": SYRINGE}
NOT_RELEASED = "NOT RELEASED: PREVIEW, NOT A LABEL"
ONLY_A_COPY = "COPY: NOT A LABEL"
REPRINT_REASONS = (
    ("torn", "Torn, smeared or not readable"),
    ("jam", "Printer jammed or ran out"),
    ("lost", "Not found at the printer"),
    ("wrong_place", "Printed at the wrong printer"),
)
"""Why a label is printed again: code and words."""


@dataclass(frozen=True)
class LabelPage:
    strip: Strip
    number: str
    status: DoseStatus
    released: str
    """Who released it and when."""
    copies: int
    """Since the last release."""
    labels: int
    """Over the whole life of the dose: the number of the newest."""
    in_hand: bool | None
    paired: str
    lines: tuple[str, ...]
    stock: str
    stage: str
    """print, answer, pair or done: the one thing that is next."""
    inspect_again: bool
    """It was not completed today: it is looked at again before it leaves."""
    blocked_by: str
    """Number of another dose whose label printed at this station waits for its container."""
    emergency: bool
    opened: str
    """Who opened the newest copy in a browser to print it; empty while nobody did."""
    changed: tuple[str, ...]
    """What of the patient changed after the release and no pharmacist has looked at: it does not pair before."""
    marked_by: str
    """What the label on the container is called: that of the making, or of a finished unit."""


@dataclass(frozen=True)
class Waiting:
    number: str
    title: str
    subtitle: str
    patient: str
    location: str
    due: datetime
    state: str


def stock_for(formulary: Formulary, container_class: str) -> Page:
    """The site's label stock for a class of container, with the margins and the fold of the usual one."""
    usual = USUAL[container_class]
    for row in formulary.site.label_stock:
        if row.container.value == container_class:
            width, height = (show_number(size.amount_in("in")) for size in (row.width, row.height))
            name = (
                usual.name
                if (width, height) == (usual.width, usual.height)
                else f"{container_class}, {width} x {height} in"
            )
            return stock(name, width, height, usual.margin, usual.fold)
    return usual


def preview_of(label: Mapping[str, Any]) -> dict[str, Any]:
    """A label that is not released as it would look: banded, and with a code that pairs with nothing."""
    number = f"{label['number']}-NOT-RELEASED"
    return {**label, "number": number, "barcode": f"(91){number}", "bands": [NOT_RELEASED, *label["bands"]]}


def seen_again(label: Mapping[str, Any]) -> dict[str, Any]:
    """A label that was printed, for somebody who only looks: banded as a copy, and with a code that pairs with nothing."""
    number = f"{label['number']}-COPY"
    return {**label, "number": number, "barcode": f"(91){number}", "bands": [ONLY_A_COPY, *label["bands"]]}


def unit_labels_again(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Unit labels that were printed, for somebody who only looks: banded as copies, and with codes that pair with nothing."""
    number = f"{snapshot['number']}-COPY"
    units = [{**one, "number": f"{one['number']}-COPY", "barcode": f"{one['barcode']}-COPY"} for one in snapshot["units"]]
    barcode = barcode_text("batch_labels/1", number)
    return {**snapshot, "number": number, "barcode": barcode, "units": units, "bands": [ONLY_A_COPY, *snapshot["bands"]]}


def copy_of(label: Mapping[str, Any], copy: int, issue: int, at: str, reason: str) -> dict[str, Any]:
    """The signed label as its next copy says it: when it was printed, which copy, and why again.

    ``copy`` counts from the last release; ``issue`` over the whole life of the dose: it is printed and stands in the code.
    """
    reprint = str(copy - 1) if copy > 1 else ""
    printed = {"at": at, "copy": str(issue), "reprint": reprint, "reason": reason if copy > 1 else ""}
    return {**label, "barcode": barcode_text(str(label["kind"]), str(label["number"]), issue), "printed": printed}


def as_copy(snapshot: Mapping[str, Any], copy: int, reason: str) -> dict[str, Any]:
    """A paper of the station as its next copy says it: which one it is, and of a label why again."""
    told = snapshot["printed"] | {"copy": str(copy)}
    again = {"reprint": str(copy - 1), "reason": reason} if copy > 1 and reason else {}
    return {**snapshot, "printed": told | again}


def label_lines(label: Mapping[str, Any]) -> tuple[str, ...]:
    """The label word for word, in lines, for a screen."""
    if not label:
        return ()
    if label["kind"] == "nutrition_label/1":
        return _nutrition_lines(label)
    patient, beyond = label["patient"], label["beyond_use"]
    drugs = ", ".join(f"{drug['name']} {drug['amount']}" for drug in label["drugs"])
    inside = f"total {label['total']}" + (f" ({label['concentration']})" if label["concentration"] else "")
    rate = ", ".join(part for part in (label["rate"], label["rate_as_dose"]) if part)
    over = f" over {label['duration']}" if label["duration"] else ""
    diluent = f" in {label['diluent']} {label['diluent_volume']}" if label["diluent"] else ""
    run = f"{inside} · {label['route']}" + (f", {rate}" if rate else "") + over
    keep = [f"start before {beyond['at']}", beyond["storage"], *label["alerts"], *label["auxiliary"]]
    keep += said(label["bands"])
    return (
        f"{patient['name']} · {patient['born']} · {patient['identifier']} · {patient['location']}",
        drugs + diluent,
        run,
        " · ".join(dict.fromkeys(keep)),
    )


def _nutrition_lines(label: Mapping[str, Any]) -> tuple[str, ...]:
    patient, beyond = label["patient"], label["beyond_use"]
    rows = [f"{row['name']} {row['per_day']}" for row in label["rows"]]
    return (
        f"{patient['name']} · {patient['born']} · {patient['identifier']} · {patient['location']} · {label['weight']}",
        f"{label['title']} · {label['line']} · {label['rate']}, {label['infuse']} over {label['hours']}, holds {label['holds']}",
        "a day: " + ", ".join(rows),
        " · ".join([*label["sums"], f"start before {beyond['at']}", beyond["storage"], *label["auxiliary"]]),
    )


def label_page(
    uow: UnitOfWork, dose: Dose, formulary: Formulary, station: str, at: datetime, clock: Clock
) -> LabelPage:
    """Where the label of a released dose stands."""
    released = dose.released
    who = "" if released is None else f"{shown_name(uow, released.person)}, {clock.moment(released.at)}"
    made = dose.completed_at
    return LabelPage(
        strip_of(dose, at, clock),
        dose.number,
        dose.status,
        who,
        dose.copies,
        dose.labels,
        dose.label_in_hand,
        "" if dose.paired_at is None else clock.moment(dose.paired_at),
        label_lines(dose.label or {}),
        stock_for(formulary, dose.planned.container_class).name,
        stage_of(dose),
        made is not None and clock.local(made).date() != clock.local(at).date(),
        unpaired_here(uow, station, dose.number),
        dose.emergency,
        shown_name(uow, dose.label_opened) if dose.label_opened else "",
        dose.to_recheck,
        "In-process label" if dose.unit is None else "Unit label",
    )


def stage_of(dose: Dose) -> str:
    """The one thing that is next for the label."""
    if dose.status is not DoseStatus.RELEASED:
        return "done"
    if dose.copies == 0 or dose.label_in_hand is False:
        return "print"
    return "answer" if dose.label_in_hand is None else "pair"


def labels_waiting(uow: UnitOfWork) -> tuple[Waiting, ...]:
    """Released doses whose label is not on the container yet, the most urgent first."""
    rows = uow.session.execute(select(DoseRow).where(DoseRow.status == "released").order_by(DoseRow.due)).scalars()
    words = {"print": "To print", "answer": "Label in hand?", "pair": "To pair", "done": ""}
    found = []
    for row in rows:
        dose = load(uow, DOSE, row.record)
        found.append(
            Waiting(
                row.number,
                unbroken(" ".join(drug_line(dose.planned)).strip()),
                unbroken(row.subtitle),
                row.patient_name,
                row.location,
                row.due,
                words[stage_of(dose)],
            )
        )
    return tuple(found)
