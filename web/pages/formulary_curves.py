"""The editor of calcium-phosphate curves: what a pharmacist reads in a source and types becomes a draft version of the set."""

import tomllib
from typing import Any

from flask import Blueprint, g, render_template, request
from werkzeug.exceptions import NotFound

from calculations.errors import Fault, Faults
from calculations.nutrition.product import Role
from formulary.faults import FormularyFaults
from formulary.nutrition.editing import CURVES, renumbered, with_curve
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.record import NutritionRecord, NutritionVersion
from formulary.nutrition.repository import nutrition_version
from formulary.repository import formulary_in_force
from formulary.views import stage_words
from web.acting import read_form
from web.curve_drawing import CurvePlot, Pairs, curve_line, curve_plot, out_of_order
from web.curve_form import (
    FOR,
    POINTS,
    SALT,
    STAGES,
    as_fields,
    confidences,
    field_names,
    phosphates,
    products_of,
    readable_points,
    typed_curve,
)
from web.drafting import change_of, people_of, whole_number
from web.errors import again
from web.pages.formulary_nutrition import found_version, links_of, loaded
from web.services import store

blueprint = Blueprint("formulary_curves", __name__, url_prefix="/formulary/nutrition")

NEW = ""
"""As the id of a curve: one that is not in the set yet."""


def _base(version: int) -> tuple[NutritionVersion, NutritionSet, NutritionRecord, bool]:
    """The version, its set, the record, and whether this is the demonstration."""
    with store().read() as uow:
        record, row = found_version(uow, version)
        demonstration = formulary_in_force(uow).site.demonstration
        try:
            return row, nutrition_version(uow, version), record, demonstration
        except FormularyFaults:
            raise NotFound from None


def _page(version: int, curve: str) -> str:
    row, held, record, demonstration = _base(version)
    fields = _fields_of(row, held, curve) if curve else {}
    values = request.form if g.get("problem") is not None else fields
    points = readable_points(values)
    with store().read() as uow:
        people = people_of(uow, record.versions.values())
    return render_template(
        "formulary_nutrition/curve.html",
        row=row,
        curve=curve,
        number=record.newest + 1,
        record=record,
        links=links_of(record),
        people=people,
        stage_words=stage_words,
        values=values,
        amino_acids=products_of(held, Role.AMINO_ACIDS, "amino_acids"),
        calcium_salts=products_of(held, Role.SALT, "calcium"),
        phosphate_salts=[(f"{SALT}{one.id}", one.display) for one in phosphates(held)],
        populations=[(f"{FOR}{name}", name) for name in held.profile.populations],
        confidences=confidences(demonstration),
        stages=range(1, STAGES + 1),
        points=range(1, POINTS + 1),
        data_faults=g.get("data_faults", ()),
        plot=_plot(points),
        disordered=out_of_order(points),
    )


def _fields_of(row: NutritionVersion, held: NutritionSet, curve: str) -> dict[str, str]:
    found = next((one for one in held.curves if one.id == curve), None)
    if found is None:
        raise NotFound
    raw = next(one for one in tomllib.loads(row.texts[CURVES])["curves"] if one["id"] == curve)
    return as_fields(found, held, raw)


def _plot(points: Pairs) -> CurvePlot | None:
    return curve_plot(points, curve_line(points))


@blueprint.get("/<int:version>/curves/new")
def add(version: int) -> str:
    """An empty form: nothing in it is proposed by the program."""
    return _page(version, NEW)


@blueprint.post("/<int:version>/curves/new")
@again(add)
def save_new(version: int) -> Any:
    """A draft version of the set with this curve added."""
    return _saved(version, NEW)


@blueprint.get("/<int:version>/curves/curve/<curve>")
def change(version: int, curve: str) -> str:
    """The form with a curve as this version has it."""
    return _page(version, curve)


@blueprint.post("/<int:version>/curves/curve/<curve>")
@again(change)
def save_change(version: int, curve: str) -> Any:
    """A draft version of the set with this curve as it was typed now."""
    return _saved(version, curve)


@blueprint.post("/<int:version>/curves/look")
def look(version: int) -> str:
    """The plot of what is typed so far. Writes nothing."""
    _base(version)
    points = readable_points(request.form)
    return render_template("formulary_nutrition/curve_look.html", plot=_plot(points), disordered=out_of_order(points))


def _saved(version: int, curve: str) -> Any:
    row, held, _, demonstration = _base(version)
    form = read_form(*field_names(held))
    known = [one.id for one in held.curves]
    if curve and curve not in known:
        raise NotFound
    typed = typed_curve(form, held, demonstration)
    if curve and typed.row["id"] != curve:
        raise Faults([Fault("id", typed.row["id"], f"{curve}, the name of the curve that is changed")])
    if not curve and typed.row["id"] in known:
        raise Faults([Fault("id", typed.row["id"], "a name that no other curve of this set has")])
    seen = whole_number(form, "seen")
    return loaded(renumbered(with_curve(row.texts, typed), seen + 1), change_of(form, row.version, seen))
