"""What a millilitre of an additive's product holds, and the phosphates that are sold as a mixture of two salts.

A strength stands in an input of its own (`NaCl_stock`), in the convention under the additive's name, or in the name
(`NaCl_4mEq`). Without any of these a volume says nothing of the amount.
"""

import re
from fractions import Fraction

from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.nutrition.conventions import as_written, texts
from tests.conformance.nutrition.names import ion, salt
from tests.conformance.quantities import DRUG, case_unit, number, read

STOCK_WORDS = ("stock", "strength", "concentration", "conc", "product", "per_ml")
_STRENGTH = re.compile(
    r"(\d+(?:\.\d+)?) ?(meq|mmol|mg|mcg|g|units?|%)(?: ?(?:of )?([a-z]+\d?))?(?= ?(?:/|per|and|\+|,|;|\)|]|$))",
    re.IGNORECASE,
)
_IN_NAME = re.compile(
    r"(.+?)_(\d+(?:\.\d+)?)_?(mEq|meq|mmol|mg|mcg|g|units?|%|pct|percent)(?:(?:_per|/|_)?_?mL)?", re.IGNORECASE
)
_PER_VOLUME = re.compile(r"(?:/|per) ?(\d+(?:\.\d+)?)? ?ml\b", re.IGNORECASE)
_MIXED = re.compile(r"(k|potassium|na|sodium)_?(po4|phosphates?|phos|p)(?:_injection|_product|_dose)?", re.IGNORECASE)
SODIUM_PER_PHOSPHATE = Fraction(4, 3)
"""mEq of sodium per mmol of phosphate of the sodium phosphates injection (276 mg NaH2PO4·H2O and 142 mg Na2HPO4 per mL)."""


def mixed_phosphate(name: str) -> str | None:
    """The cation of a phosphate injection that is a mixture of two salts; None for every other name."""
    found = _MIXED.fullmatch(name)
    if found is None or (found[2].lower() == "p" and "_" not in name):
        return None
    return "potassium" if found[1].lower() in ("k", "potassium") else "sodium"


def without_strength(name: str) -> str:
    """`NaCl` of `NaCl_4mEq`; every other name as it is."""
    found = _IN_NAME.fullmatch(name)
    return found[1] if found is not None else name


def strengths(case: Case, name: str) -> list[tuple[str | None, Quantity]]:
    """(ion, amount per mL) of everything that the product holds; the ion is None where the amount is the additive's own."""
    bare = without_strength(name)
    if bare != name:
        _, value, measure = _IN_NAME.fullmatch(name).groups()  # type: ignore[union-attr]
        return _one(f"{value} {measure}/mL")
    for key, data in case.inputs.items():
        stem = _stem(key)
        if stem is None or not _alike(stem, name):
            continue
        if isinstance(data, dict):
            try:
                held = read(data)
            except UnknownUnit:
                return _one(f"{data.get('value')} {data.get('unit')}")
            return [(None, held)] if _per_volume(held) else []
        return _one(str(data))
    for key, text in as_written(case):
        if _alike(key.removesuffix("_stock"), name):
            return _one(text)
    return []


def cation_per_phosphate(case: Case, cation: str) -> Fraction | None:
    """mEq of the cation with a mmol of phosphate: as told, of sodium by its product; potassium's products differ."""
    words = r"\b(?:k|kpo4|potassium)" if cation == "potassium" else r"\b(?:na|napo4|sodium)"
    for name, data in case.inputs.items():
        if isinstance(data, dict) and data.get("unit") in ("mEq/mmol", "meq/mmol") and re.match(words, name.lower()):
            return number(data["value"])
    for key, text in texts(case):
        if not re.search(words, f"{key} {text}".replace("_", " ")):
            continue
        found = re.search(r"([\d.]+) ?meq\b[^\d]*?(?:/|per|and|,|\+) ?([\d.]*) ?mmol", text)
        if found is not None:
            return number(found[1]) / number(found[2] or "1")
        turned = re.search(r"([\d.]+) ?mmol\b[^\d]*?(?:and|with|,|\+|=) ?([\d.]+) ?meq", text)
        if turned is not None:
            return number(turned[2]) / number(turned[1])
    return SODIUM_PER_PHOSPHATE if cation == "sodium" else None


def stock_names(case: Case) -> set[str]:
    """Inputs that only tell the strength of another input's product."""
    return {
        key
        for key in case.inputs
        if (stem := _stem(key)) is not None and any(_alike(stem, name) for name in case.inputs if name != key)
    }


def _stem(key: str) -> str | None:
    """`NaCl` of `NaCl_stock`."""
    word = next((word for word in STOCK_WORDS if key.lower().endswith(f"_{word}")), None)
    return None if word is None else key[: -len(word) - 1]


def _alike(stem: str, name: str) -> bool:
    """Whether two names are those of one additive."""
    if stem.lower() == name.lower():
        return True
    if ion(stem) is not None or ion(name) is not None:
        return ion(stem) == ion(name)
    try:
        held, other = salt(stem), salt(name)
    except CannotAnswer:
        return False
    return held is not None and held == other


def _per_volume(held: Quantity) -> bool:
    return ("volume", -1) in held.unit.dimension.powers


def _one(text: str) -> list[tuple[str | None, Quantity]]:
    per = _PER_VOLUME.search(text)
    found: list[tuple[str | None, Quantity]] = []
    for value, measure, of in _STRENGTH.findall(text):
        if measure in ("%", "pct", "percent"):
            found.append((None, Quantity(number(value), "%")))
            continue
        if per is None:
            return []
        counted = case_unit({"meq": "mEq"}.get(measure.lower(), measure))
        amount = Quantity(number(value) / number(per[1] or "1"), counted, DRUG if counted.needs_substance else None)
        found.append((_known_ion(of), amount / Quantity(1, unit("mL"))))
    return found


def _known_ion(word: str) -> str | None:
    return ion(word.capitalize()) or ion(word) if word else None
