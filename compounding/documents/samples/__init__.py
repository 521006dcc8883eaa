"""Made-up documents of every kind: what a template is tried on before it is released. Nobody in them exists."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from batch_records.rendering import Page
from compounding.documents.printing import template
from compounding.documents.snapshots import KINDS
from compounding.documents.stock import BAG, LETTER, MINIBAG, SYRINGE

HERE = Path(__file__).resolve().parent
USUAL = {"tall": BAG, "wide": MINIBAG, "flag": SYRINGE, "sheet": LETTER}
"""Paper for each arrangement that a template has."""


@cache
def samples(kind: str) -> dict[str, dict[str, Any]]:
    """Name and snapshot of each made-up document of a kind; in `everything`, the first, no field is empty."""
    folder = HERE / kind.replace("/", "-")
    paths = sorted(folder.glob("*.json"), key=lambda path: (path.stem != "everything", path.stem))
    return {path.stem: json.loads(path.read_text("utf-8")) for path in paths}


@cache
def changeable() -> tuple[str, ...]:
    """Kinds whose template a site may change: those that there are made-up documents for."""
    return tuple(kind for kind in KINDS if samples(kind))


def papers(kind: str, own: tuple[Page, ...] = ()) -> tuple[Page, ...]:
    """What a kind is tried on: one paper for each arrangement, and the site's own stock."""
    layouts = template(kind).metadata["layouts"]
    found = [USUAL[layout] for layout in layouts] + [page for page in own if page.layout in layouts]
    return tuple({(page.width, page.height, page.layout): page for page in found}.values())
