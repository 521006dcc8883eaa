"""Reads the nutrition files: profile, limits, templates, curves, released drugs, and one file for each product family.

A set loads whole or not at all; every fault of every file is reported at once. What is released later is these texts,
so that the products, limits and curves of a version can never be mixed with those of another.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from batch_records.entries import NotCanonical, canonical, digest
from calculations.quantity import Quantity
from formulary.decoding import Reading, read_row, read_sources
from formulary.faults import DataFault, FormularyFaults
from formulary.hidden_text import hidden_faults
from formulary.loading import DATA
from formulary.model import Formulary
from formulary.nutrition.checks_limits import limit_faults
from formulary.nutrition.checks_products import family_faults
from formulary.nutrition.checks_profile import profile_faults
from formulary.nutrition.checks_rules import curve_faults, non_nutrient_faults, template_faults
from formulary.nutrition.checks_set import link_faults, set_faults
from formulary.nutrition.model_products import NonNutrients, NutritionProduct, ProductFamily
from formulary.nutrition.model_profile import NutritionProfile, NutritionSet
from formulary.nutrition.model_rules import BOUNDS, Curves, LimitRow, LimitTable, Templates, tag_of

FOLDER = DATA / "nutrition"
"""The data files that come with the program: all DRAFT, container sizes and codes invented."""

Texts = Mapping[str, str]
"""File name ("limits.toml", "products/lipid.toml") -> whole text."""

Row = TypeVar("Row")

SINGLE: dict[str, type] = {
    "profile.toml": NutritionProfile,
    "limits.toml": LimitTable,
    "templates.toml": Templates,
    "curves.toml": Curves,
    "non_nutrients.toml": NonNutrients,
}
"""Files of which a set has exactly one."""
PRODUCTS = "products/"
_MOST_POINTS = 60
"""In one line: the time for a dotted key grows with the square of its parts."""


def texts_of(folder: Path = FOLDER) -> dict[str, str]:
    """The texts of a folder by file name. Raises FormularyFaults when one cannot be read."""
    found: dict[str, str] = {}
    faults: list[DataFault] = []
    for path in sorted(folder.rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        try:
            found[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            faults.append(DataFault(name, "", type(problem).__name__, "a readable file in UTF-8"))
    if faults:
        raise FormularyFaults(faults)
    return found


def load_nutrition(formulary: Formulary, folder: Path = FOLDER) -> NutritionSet:
    """The whole set of a folder, beside a formulary. Raises FormularyFaults with every fault of every file."""
    nutrition, faults = nutrition_from_texts(texts_of(folder), formulary)
    if nutrition is None or faults:
        raise FormularyFaults(faults)
    return nutrition


def nutrition_from_texts(texts: Texts, formulary: Formulary) -> tuple[NutritionSet | None, list[DataFault]]:
    """The set of these texts and every fault: in each file, between files, and beside the formulary."""
    nutrition, faults = read_texts(texts)
    if nutrition is not None:
        faults.extend(link_faults(nutrition, formulary))
        faults.extend(fault for name, text in texts.items() for fault in hidden_faults(name, tomllib.loads(text)))
    return nutrition, faults


def read_texts(texts: Texts) -> tuple[NutritionSet | None, list[DataFault]]:
    """The set of these texts and every fault in them alone; None when a file could not be read."""
    faults = [
        DataFault(name, "", "a file", f"one of {', '.join(SINGLE)}, or products/<family>.toml")
        for name in texts
        if name not in SINGLE and not _is_family(name)
    ]
    profile = _single(NutritionProfile, "profile.toml", texts, faults)
    limits = _single(LimitTable, "limits.toml", texts, faults)
    templates = _single(Templates, "templates.toml", texts, faults)
    curves = _single(Curves, "curves.toml", texts, faults)
    drugs = _single(NonNutrients, "non_nutrients.toml", texts, faults)
    products = _families(texts, faults)
    if profile is None or limits is None or templates is None or curves is None or drugs is None or products is None:
        return None, faults
    found_digest = _digest(texts, faults)
    nutrition = NutritionSet(
        profile=profile,
        products=products,
        limits=tuple(_tagged(row) for row in limits.limits),
        templates=templates.templates,
        non_nutrients=drugs.drugs,
        curves=curves.curves,
        digest=found_digest,
    )
    if not faults:
        faults.extend(set_faults(nutrition))
    return (nutrition, faults) if found_digest else (None, faults)


def _is_family(name: str) -> bool:
    stem = name.removeprefix(PRODUCTS).removesuffix(".toml")
    return name == f"{PRODUCTS}{stem}.toml" and stem.isidentifier()


def _digest(texts: Texts, faults: list[DataFault]) -> str:
    try:
        return digest(canonical(dict(texts)))
    except NotCanonical as problem:
        faults.append(DataFault("", "", str(problem), "text that can be stored and printed"))
        return ""


def _plain(name: str, text: str, faults: list[DataFault]) -> dict[str, Any] | None:
    if any(line.count(".") > _MOST_POINTS for line in text.splitlines()):
        faults.append(DataFault(name, "", "a line with very many points", "TOML with short keys"))
        return None
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as problem:
        faults.append(DataFault(name, "", str(problem), "TOML"))
        return None


def _read(row: type[Row], name: str, text: str, faults: list[DataFault]) -> tuple[Row | None, Reading]:
    reading = Reading(name)
    data = _plain(name, text, faults)
    if data is None:
        return None, reading
    read_sources(data.pop("sources", None), reading)
    return read_row(row, data, "", reading), reading


_CHECKS: dict[type, Any] = {
    NutritionProfile: profile_faults,
    LimitTable: limit_faults,
    Templates: template_faults,
    Curves: curve_faults,
    NonNutrients: non_nutrient_faults,
    ProductFamily: family_faults,
}


def _checked(row: type[Row], name: str, text: str, faults: list[DataFault]) -> Row | None:
    """One file read and checked; its faults are noted. A row that has a fault of its own is never used."""
    found, reading = _read(row, name, text, faults)
    if found is not None and not reading.faults:
        reading.take(_CHECKS[row](found))
    faults.extend(reading.faults)
    return found


def _single(row: type[Row], name: str, texts: Texts, faults: list[DataFault]) -> Row | None:
    if name not in texts:
        faults.append(DataFault(name, "", "nothing", "this file"))
        return None
    return _checked(row, name, texts[name], faults)


def _families(texts: Texts, faults: list[DataFault]) -> tuple[NutritionProduct, ...] | None:
    names = [name for name in sorted(texts) if _is_family(name)]
    if not names:
        faults.append(DataFault(PRODUCTS, "", "nothing", "a file for each family of products"))
    families = [_checked(ProductFamily, name, texts[name], faults) for name in names]
    if any(family is None for family in families):
        return None
    return tuple(product for family in families if family is not None for product in family.products)


def _tagged(row: LimitRow) -> LimitRow:
    """The row with its bounds tagged by what they are an amount of."""
    of = tag_of(row.figure)
    if of is None or not row.unit.dimension.carries_substance:
        return row
    tagged: dict[str, Any] = {
        name: Quantity(bound.number, bound.unit, of=of) for name in BOUNDS if (bound := getattr(row, name)) is not None
    }
    return replace(row, **tagged)
