"""The form of a calcium-phosphate curve: what was typed becomes a row of curves.toml; nothing is filled in by the program."""

import re
from collections.abc import Mapping
from typing import Any

from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.nutrition.product import Role
from calculations.quantity import Quantity
from formulary.model_common import CONFIDENCE_MEANING, Confidence
from formulary.nutrition.editing import TypedCurve
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.model_rules import Curve
from formulary.nutrition.views import relied_on_for

STAGES, POINTS = 4, 16
"""Rows of the form."""
SALT, FOR = "salt_", "for_"
TEXTS = ("id", "title", "source")
RANGES = ("amino_acids_from", "amino_acids_to", "dextrose_from", "dextrose_to")
PLAIN = (*TEXTS, "amino_acids", *RANGES, "calcium_salt", "confidence", "seen", "why")
CHOSEN = ("cysteine", "lipid")
_ID = re.compile(r"[a-z][a-z0-9_]{2,39}")

Form = Mapping[str, str]


def field_names(held: NutritionSet) -> tuple[list[str], list[str]]:
    """Fields that always come with the form, and those that come where something was chosen."""
    rows = [f"{name}_{n}" for n in range(1, STAGES + 1) for name in ("celsius", "hours")]
    rows += [f"{name}_{n}" for n in range(1, POINTS + 1) for name in ("calcium", "phosphate")]
    ticks = [f"{SALT}{product.id}" for product in phosphates(held)]
    ticks += [f"{FOR}{name}" for name in held.profile.populations]
    return [*PLAIN, *rows], [*CHOSEN, *ticks]


def products_of(held: NutritionSet, role: Role, brings: str) -> list[tuple[str, str]]:
    """Id and display of the products of a role that bring something."""
    return [
        (row.id, row.display)
        for row in held.products
        if row.role is role and any(one.name == brings and one.per_ml.number for one in (*row.ions, *row.nutrients))
    ]


def phosphates(held: NutritionSet) -> list[Any]:
    """Salts that bring phosphate."""
    names = {name for name, _ in products_of(held, Role.SALT, "phosphate")}
    return [row for row in held.products if row.id in names]


def confidences(demonstration: bool) -> list[tuple[str, str]]:
    """How a curve may be founded: read in its source; and, in the demonstration alone, invented."""
    marks = [Confidence.SEEN, *([Confidence.DEMONSTRATION] if demonstration else [])]
    return [(mark.value, f"{mark.value}: {CONFIDENCE_MEANING[mark]}") for mark in marks]


def typed_curve(form: Form, held: NutritionSet, demonstration: bool) -> TypedCurve:
    """The curve as typed. Raises Faults with everything that cannot be read, field by field."""
    faults: list[Fault] = []
    _check_texts(form, demonstration, faults)
    row: dict[str, Any] = {"id": form["id"].strip(), "title": form["title"].strip()}
    row["fictional"] = form["confidence"] == Confidence.DEMONSTRATION.value
    row["amino_acids"] = form["amino_acids"]
    row |= {name: f"{_number(form, name, faults)} %" for name in RANGES}
    row |= {name: _yes_or_no(form, name, faults) for name in CHOSEN}
    row["calcium_salt"] = form["calcium_salt"]
    row["phosphate_salts"] = [one.id for one in phosphates(held) if f"{SALT}{one.id}" in form]
    if not row["phosphate_salts"]:
        faults.append(Fault("salts", "none chosen", "the phosphate products that it was measured with"))
    row["watched"] = _stages(form, faults)
    row["points"] = _points(form, faults)
    if faults:
        raise Faults(faults)
    populations = tuple(name for name in held.profile.populations if f"{FOR}{name}" in form)
    return TypedCurve(row, populations, form["source"].strip(), form["confidence"])


def _check_texts(form: Form, demonstration: bool, faults: list[Fault]) -> None:
    if not _ID.fullmatch(form["id"].strip()):
        faults.append(Fault("id", form["id"], "3 to 40 small letters, digits and _, such as trophamine_1990"))
    for name, wanted in (
        ("title", "what the curve is called"), ("source", "paper, table and page that the points were read in"),
        ("amino_acids", "the amino acid product"), ("calcium_salt", "the calcium product"),
    ):  # fmt: skip
        if not form[name].strip():
            faults.append(Fault(name, "nothing", wanted))
    if form["confidence"] == Confidence.DEMONSTRATION.value and not demonstration:
        wanted = "a curve whose points were read in its source: an invented one is for the demonstration alone"
        faults.append(Fault("confidence", form["confidence"], wanted))
    elif form["confidence"] not in dict(confidences(demonstration)):
        faults.append(Fault("confidence", form["confidence"] or "nothing", "how well the points are founded"))


def _number(form: Form, name: str, faults: list[Fault]) -> str:
    text = form[name].strip()
    try:
        parse_number(text, name)
    except Fault as fault:
        faults.append(fault)
    return text


def _yes_or_no(form: Form, name: str, faults: list[Fault]) -> bool:
    if form.get(name) not in ("yes", "no"):
        faults.append(Fault(name, "nothing chosen", "yes or no"))
    return form.get(name) == "yes"


def _stages(form: Form, faults: list[Fault]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n in range(1, STAGES + 1):
        celsius, hours = form[f"celsius_{n}"].strip(), form[f"hours_{n}"].strip()
        if not celsius and not hours:
            continue
        if not celsius.isdecimal() or len(celsius) > 2:
            faults.append(Fault(f"celsius_{n}", celsius or "nothing", "whole °C"))
            continue
        found.append({"celsius": int(celsius), "hours": f"{_number(form, f'hours_{n}', faults)} h"})
    if not found and not any(fault.field.startswith("celsius") for fault in faults):
        faults.append(Fault("celsius_1", "nothing", "at least one temperature with its hours"))
    return found


def _points(form: Form, faults: list[Fault]) -> list[dict[str, str]]:
    found = []
    for n in range(1, POINTS + 1):
        if form[f"calcium_{n}"].strip() or form[f"phosphate_{n}"].strip():
            calcium, phosphate = (_number(form, f"{name}_{n}", faults) for name in ("calcium", "phosphate"))
            found.append({"calcium": f"{calcium} mEq/L", "phosphate": f"{phosphate} mmol/L"})
    if len(found) < 2:
        faults.append(Fault("calcium_1", f"{len(found)} points", "two or more points, as they stand in the source"))
    return found


def readable_points(form: Form) -> list[tuple[Quantity, Quantity]]:
    """The points that can be read already, for the plot while typing."""
    found = []
    for n in range(1, POINTS + 1):
        try:
            calcium = parse_number(form.get(f"calcium_{n}", "").strip(), "calcium")
            phosphate = parse_number(form.get(f"phosphate_{n}", "").strip(), "phosphate")
        except Fault:
            continue
        found.append((Quantity(calcium, "mEq/L", of="calcium"), Quantity(phosphate, "mmol/L", of="phosphate")))
    return found


def as_fields(curve: Curve, held: NutritionSet, raw: Mapping[str, Any]) -> dict[str, str]:
    """A curve of the set as the fields of the form; numbers as its file writes them."""
    fields = {"id": curve.id, "title": curve.title, "source": curve.source.text}
    fields |= {"amino_acids": curve.amino_acids, "calcium_salt": curve.calcium_salt}
    fields |= {name: _first(raw[name]) for name in RANGES}
    fields |= {name: "yes" if getattr(curve, name) else "no" for name in CHOSEN}
    fields["confidence"] = curve.source.confidence.value
    fields |= {f"{SALT}{name}": "yes" for name in curve.phosphate_salts}
    fields |= {f"{FOR}{name}": "yes" for name in relied_on_for(held, curve.id)}
    for n, stage in enumerate(raw["watched"], start=1):
        fields |= {f"celsius_{n}": str(stage["celsius"]), f"hours_{n}": _first(stage["hours"])}
    for n, point in enumerate(raw["points"], start=1):
        fields |= {f"calcium_{n}": _first(point["calcium"]), f"phosphate_{n}": _first(point["phosphate"])}
    return fields


def _first(text: str) -> str:
    return text.strip().partition(" ")[0]
