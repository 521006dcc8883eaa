"""The stop: what was scanned, what is needed, what to do. Read from the entries, so that it outlives a reload."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batch_records.entries import REFUSED, Entry
from compounding.documents.dose_documents import Clock, in_words
from compounding.documents.snapshots import read_barcode
from compounding.nutrition.staging import planned_instead
from compounding.planning.plan import Component
from compounding.preparing.dose import Dose
from compounding.views.places import Place
from compounding.views.station_steps import before_comma, row_of, together, without_container
from compounding.views.tall_man import differing
from formulary.model import Formulary, Product

STOPS = {
    "wrong_container": "Stop. Wrong container.",
    "other_strength": "Stop. Another strength.",
    "other_source": "Stop. Another source.",
    "excipient_not_reviewed": "Stop. Allergic to what is in it.",
    "opened_not_here": "Stop. Opened already.",
    "cannot_replan": "Stop. It cannot be made with this.",
    "calcium_phosphate_changed": "Stop. Calcium with phosphate.",
    "take_apart_first": "Stop. Containers would change places.",
    "container_expired": "Stop. Expired.",
    "lot_held": "Stop. This lot is on hold.",
    "lot_recalled": "Stop. Recalled.",
    "reserved": "Stop. Taken for another patient.",
    "code_unknown": "Stop. Unknown barcode.",
    "opened_over": "Stop. Past its time after opening.",
    "opened_in_hand": "Stop. In hand: two persons put it back.",
    "opened_gone": "Stop. Empty or thrown away.",
    "opened_one_patient": "Stop. For one patient only.",
    "wrong_label": "Stop. Wrong label.",
    "not_this_dose": "Stop. Not for this preparation.",
}
"""Refusals of a scan that fill the screen until the right thing is scanned, with their first words."""
SCANS = ("scan_container", "complete", "confirm_step")
ONE_LINE = 36
"""Letters that fit one line of the bar."""
COMPARED = ("wrong_container", "other_strength", "other_source", "excipient_not_reviewed")
"""Stops of which both names stand beside each other, with what differs marked."""
KEPT = "Not accepted, nothing counts as used. Kept as a near miss."


@dataclass(frozen=True)
class Side:
    """One half of the comparison."""

    tag: str
    drug: str
    marked: str
    """Part of the name to underline."""
    facts: tuple[str, ...]


@dataclass(frozen=True)
class Halt:
    """A stop in force."""

    title: str
    sub: str
    bad: Side
    need: Side
    todo: tuple[tuple[str, str, str], ...]
    """Sentences as (before, what stands out, after)."""
    why: str
    """The refusal in its own words, where the comparison does not say it already."""
    next: str
    """What to scan."""
    unknown: str = ""
    """The code that belongs to nothing: it can be raised from here."""


@dataclass(frozen=True)
class Said:
    """The newest scan in the bar."""

    kind: str
    small: str
    strong: str
    rest: str = ""


def newest_scan(entries: Sequence[Entry]) -> Entry | None:
    """The newest entry that came from the scanner, accepted or refused, unless something else was done since."""
    for entry in reversed(entries):
        kind = entry.payload.get("action") if entry.kind == REFUSED else entry.kind
        if kind in SCANS and (entry.kind != REFUSED or "details" in entry.payload):
            return entry
        if entry.kind not in (REFUSED, "plan_draw_up"):
            return None
    return None


def stop_in_force(entries: Sequence[Entry]) -> Entry | None:
    """The refused scan that stops this dose now, or None."""
    entry = newest_scan(entries)
    if entry is None or entry.kind != REFUSED or entry.payload["code"] not in STOPS:
        return None
    return entry


def halt_of(entry: Entry, dose: Dose, places: Mapping[str, Place], formulary: Formulary) -> Halt:
    """The stop in words."""
    told = entry.payload["details"]
    if entry.payload["code"] == "wrong_label":
        return _label_halt(entry, dose, told)
    needed = _source_instead(dose, told, formulary) or _needed(dose, told)
    scanned, wanted = _names(told, needed, formulary)
    code = entry.payload["code"]
    unknown = str(told["code"]) if code == "code_unknown" else ""
    title = STOPS[code]
    if code == "wrong_container" and needed is not None:
        title = _wrong_what(told, needed)
    bad_mark, good_mark = differing(scanned, wanted) if code in COMPARED else ("", "")
    bad = Side("You scanned", scanned, bad_mark, _facts(told, scanned))
    why = "" if code in ("wrong_container", "not_this_dose") else entry.payload["text"]
    thing = _thing(str(told.get("display", "")))
    if needed is None:
        need = Side("This needs", "no container more", "", ())
        return Halt(title, KEPT, bad, need, ((f"Put this {thing} in the return tray.", "", ""),), why, "", unknown)
    place = places.get(needed.product)
    need = Side(f"Step {row_of(dose, needed)} needs", wanted, good_mark, _need_facts(needed, place, wanted))
    in_date = " in date" if code in ("container_expired", "lot_held", "lot_recalled", "reserved") else ""
    todo = (
        (f"Put this {thing} in the return tray.", "", ""),
        ("Take ", before_comma(needed.display), f"{in_date}{_from(place)}."),
        (f"Scan it. The right {_thing(needed.display)} ends the stop.", "", ""),
    )
    return Halt(title, KEPT, bad, need, todo, why, together(before_comma(needed.display)), unknown)


def said_of(entries: Sequence[Entry], dose: Dose, clock: Clock) -> Said | None:
    """What the bar says of the newest scan."""
    entry = newest_scan(entries)
    if entry is not None and entry.kind == REFUSED:
        told = entry.payload["details"]
        name = together(without_container(str(told.get("display", "")))) or _code_words(str(told.get("code", "")))
        return _said("bad", f"Refused {clock.time(entry.at)}", name, str(told.get("lot", "")))
    if dose.scans:
        scan = dose.scans[-1]
        return _said("ok", f"Last scan {clock.time(scan.at)}", together(without_container(scan.display)), scan.lot)
    return None


def _said(kind: str, small: str, name: str, lot: str) -> Said:
    """The lot stands behind the name where there is room, else in the small line."""
    if not lot:
        return Said(kind, small, name)
    rest = f", lot {lot}"
    return Said(kind, small, name, rest) if len(name + rest) <= ONE_LINE else Said(kind, small + rest, name)


def _code_words(code: str) -> str:
    """A code that belongs to nothing known, cut where it is long."""
    shown = "".join(character if character.isprintable() else " " for character in code)
    return shown if len(shown) <= 32 else f"{shown[:31]}…"


def _needed(dose: Dose, told: Mapping[str, Any]) -> Component | None:
    """The open container that the scanned one most likely was taken for: same drug, else same role, else the first."""
    waiting = [c for c in dose.drawing.components if c.slot in dose.open_slots] or list(dose.drawing.components)
    same = [c for c in waiting if c.product == told.get("product")]
    drug = str(told.get("drug", ""))
    same_drug = [c for c in waiting if drug and c.drug == drug]
    role = [c for c in waiting if (c.role == "drug") == bool(drug)]
    return next(iter([*same, *same_drug, *role, *waiting]), None)


def _source_instead(dose: Dose, told: Mapping[str, Any], formulary: Formulary) -> Component | None:
    """In nutrition: the planned source that serves the purpose of the one that was scanned."""
    held, nutrition = formulary.nutrition, dose.planned.nutrition
    found = None if held is None else held.product_of_item(str(told.get("product", "")))
    if held is None or nutrition is None or found is None:
        return None
    wanted = planned_instead(held, nutrition, found.id) | {found.id}
    places = [c for c in dose.drawing.components if c.drug in wanted]
    return next((c for c in places if c.slot in dose.open_slots), next(iter(places), None))


def _names(told: Mapping[str, Any], needed: Component | None, formulary: Formulary) -> tuple[str, str]:
    """The two names to compare: drugs where the drugs differ, whole containers where only strength or size does."""
    drug = str(told.get("drug", ""))
    scanned = before_comma(str(told.get("display", ""))) or _code_words(str(told.get("code", "")))
    if needed is None:
        return scanned, ""
    if drug and needed.drug and drug != needed.drug:
        return _drug_name(formulary, str(told["product"]), scanned), _drug_name(formulary, needed.product, needed.display)
    return scanned, before_comma(needed.display)


def _drug_name(formulary: Formulary, product: str, otherwise: str) -> str:
    try:
        item = formulary.item(product)
    except KeyError:
        return otherwise
    return formulary.drug(item.drug).display if isinstance(item, Product) else otherwise


def _wrong_what(told: Mapping[str, Any], needed: Component) -> str:
    if told.get("drug"):
        return "Stop. Wrong drug." if told["drug"] != needed.drug else "Stop. Wrong container."
    return "Stop. Wrong solution." if needed.role in ("base", "diluent") else "Stop. Wrong container."


def _beside(display: str, name: str) -> str:
    """What a display says beyond the name that stands over it."""
    return together(display.removeprefix(name).lstrip(" ,") or display)


def _facts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    facts = [_beside(str(told["display"]), name)] if told.get("display") else ["nothing in the formulary has this code"]
    parts = [f"lot {told['lot']}" if told.get("lot") else "", _expiry(told)]
    line = ", ".join(part for part in parts if part)
    return (*facts, line) if line else tuple(facts)


def _expiry(told: Mapping[str, Any]) -> str:
    return f"expires {in_words(told['expires'])}" if told.get("expires") else ""


def _need_facts(needed: Component, place: Place | None, name: str) -> tuple[str, ...]:
    what = _beside(needed.display, name)
    if place is None:
        return (what,)
    lot = f"lot {place.lot} was put there"
    return what, f"{place.words}, {lot}" if place.words else lot


def _from(place: Place | None) -> str:
    return f" from {place.words}" if place is not None and place.words else ""


def _thing(display: str) -> str:
    words = display.casefold()
    return next((word for word in ("vial", "bag", "bottle", "ampule", "syringe") if word in words), "container")


def _label_halt(entry: Entry, dose: Dose, told: Mapping[str, Any]) -> Halt:
    code = str(told.get("code", ""))
    read = read_barcode(code)
    scanned = read[1] if read is not None else _code_words(code)
    kind = "intermediate dilution" if entry.payload["action"] == "confirm_step" else "container"
    bad_mark, good_mark = differing(scanned, dose.number)
    return Halt(
        STOPS["wrong_label"],
        "Not accepted. Kept as a near miss.",
        Side("You scanned", scanned, bad_mark, ("not the label of this preparation",)),
        Side("This needs", dose.number, good_mark, (f"the label on the {kind} in your hand",)),
        (
            ("Put everything down.", "", ""),
            ("Find the ", kind, f" that carries {dose.number}."),
            ("Scan its label. The right label ends the stop.", "", ""),
        ),
        "",
        f"the label {dose.number}",
    )
