"""Editing a file of the nutrition set as a form: its limits, or the products of a family. What is saved is a draft of the set."""

import tomllib
from typing import Any

from flask import Blueprint, url_for
from werkzeug.exceptions import NotFound

from batch_records.store import UnitOfWork
from formulary.faults import DataFault
from formulary.nutrition.editing import PROFILE, renumbered
from formulary.nutrition.loading import PRODUCTS, nutrition_from_texts
from formulary.nutrition.model_products import ProductFamily
from formulary.nutrition.model_rules import LimitTable
from formulary.repository import formulary_in_force
from web.drafting import change_of, people_of, whole_number
from web.edit_pages import Edited, form_page, look_page, new_row_page, typed_form, typed_text
from web.errors import again
from web.pages.formulary_nutrition import found_version, links_of, loaded
from web.services import store

blueprint = Blueprint("formulary_nutrition_edit", __name__, url_prefix="/formulary/nutrition")

LIMITS = "limits.toml"


def has_form(name: str) -> bool:
    """Whether a file of the set has a form; the others are changed as text, curves in their own editor."""
    return name == LIMITS or name.startswith(PRODUCTS)


def _edited(uow: UnitOfWork, version: int, name: str) -> Edited:
    record, row = found_version(uow, version)
    if name not in row.texts or not has_form(name):
        raise NotFound
    people = tomllib.loads(row.texts[PROFILE]).get("populations", [])
    here = {"version": version, "name": name}
    return Edited(
        root=LimitTable if name == LIMITS else ProductFamily,
        title="limits of parenteral nutrition" if name == LIMITS else name,
        record=record,
        row=row,
        tables={"limits": "Limits"} if name == LIMITS else {"products": "Products"},
        names={},
        people=people_of(uow, record.versions.values()),
        links=links_of(record),
        save=url_for("formulary_nutrition_edit.save", **here),
        look=url_for("formulary_nutrition_edit.look", **here),
        text=url_for("formulary_nutrition.file", **here),
        form=url_for("formulary_nutrition_edit.form", **here),
        new_row=url_for("formulary_nutrition_edit.new_row", **here),
        choices=dict.fromkeys(("populations", "not_for"), tuple((one, one) for one in people)),
        file=name,
        renumbered=False,
    )


@blueprint.get("/<int:version>/form/<path:name>")
def form(version: int, name: str) -> str:
    """The values of a file with their units, as this version has them."""
    with store().read() as uow:
        return form_page(_edited(uow, version, name))


@blueprint.post("/<int:version>/form/<path:name>")
@again(form)
def save(version: int, name: str) -> Any:
    """A draft version of the set with what was typed, and everything else as it was."""
    with store().read() as uow:
        thing = _edited(uow, version, name)
    typed = typed_form(thing)
    seen = whole_number(typed, "seen")
    texts = {**thing.row.texts, name: typed_text(thing, typed, seen + 1)}
    return loaded(renumbered(texts, seen + 1), change_of(typed, version, seen))


@blueprint.post("/<int:version>/form-look/<path:name>")
def look(version: int, name: str) -> str:
    """What would change, in words, while somebody types. Writes nothing."""
    with store().read() as uow:
        thing = _edited(uow, version, name)
        formulary = formulary_in_force(uow)

    def faults(text: str) -> list[DataFault]:
        return nutrition_from_texts({**thing.row.texts, name: text}, formulary)[1]

    return look_page(thing, faults)


@blueprint.get("/<int:version>/form-row/<path:name>")
def new_row(version: int, name: str) -> str:
    """A row that is being added, as a part of the form."""
    with store().read() as uow:
        return new_row_page(_edited(uow, version, name))
