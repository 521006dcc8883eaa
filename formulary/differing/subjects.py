"""How a row is named in a sentence ("Adult IV", "diluted, refrigerated", "cefTRIAXone 1 g vial"), how a field of it is
named there ("maximum single dose"), and what makes it the same row in two versions."""

from collections.abc import Callable, Mapping
from typing import Any

from calculations.units import Unit
from formulary.differing.drug_words import DRUG_WORDS
from formulary.differing.house_words import HOUSE_WORDS, NUTRITION_WORDS
from formulary.differing.values import Plain, named, value_words
from formulary.model import (
    AssignedByScan,
    AuxiliaryLabel,
    BeyondUseRow,
    Compatibility,
    DiluentChoice,
    Equivalence,
    Instruction,
    Limit,
    Note,
    OpenedContainerRow,
    QualityControl,
    SiteValue,
    Stability,
    StandardConcentration,
    Storage,
    StorageRange,
)
from formulary.nutrition.model_products import Constituent, NonNutrient
from formulary.nutrition.model_profile import (
    CheckPolicy,
    CurveBinding,
    DayChange,
    HangTime,
    KeptApart,
    MixingStep,
    NutritionLabel,
    Osmoles,
    Overfill,
    SiteChoice,
    Stocked,
    Storing,
)
from formulary.nutrition.model_rules import CurvePoint, LimitRow, TemplateAmount, Watched

Names = Mapping[str, str]

WORDS: Mapping[type, Mapping[str, str]] = {**DRUG_WORDS, **HOUSE_WORDS, **NUTRITION_WORDS}
"""Words for every field of every model that is under change control."""

KEYS: Mapping[type, tuple[str, ...]] = {
    AssignedByScan: ("formulation",),
    AuxiliaryLabel: ("text",),
    BeyondUseRow: ("category", "process", "sterility_test", "components", "storage"),
    CheckPolicy: ("populations",),
    Compatibility: ("kind", "other"),
    Constituent: ("name",),
    CurveBinding: ("curve",),
    CurvePoint: ("calcium",),
    DayChange: ("nutrient", "populations"),
    DiluentChoice: ("solution", "volume"),
    Equivalence: ("amount",),
    HangTime: ("kind",),
    Instruction: ("at", "text"),
    KeptApart: ("first", "second"),
    MixingStep: ("takes",),
    NonNutrient: ("nutrient",),
    Note: ("text",),
    NutritionLabel: ("kind",),
    OpenedContainerRow: ("container_type", "iso5"),
    Osmoles: ("name",),
    Overfill: ("populations", "kinds"),
    QualityControl: ("procedure",),
    SiteChoice: ("name",),
    SiteValue: ("name",),
    Stocked: ("purpose", "populations"),
    Storage: ("condition",),
    StorageRange: ("storage",),
    Storing: ("populations",),
    TemplateAmount: ("nutrient", "basis"),
    Watched: ("celsius",),
}
"""Fields by which a row without an id is the same in two versions."""

BOUNDS = ("low", "high", "hard_max")
"""Fields of a limit that are said together with its figure: "maximum single dose"."""
FIGURES = {
    "dose": "single dose", "day": "daily dose", "course": "dose of a course", "lifetime": "lifetime dose",
    "concentration": "concentration", "rate": "rate", "duration": "time to infuse",
}  # fmt: skip
_PLACES = {"crt": "room temperature", "fridge": "refrigerated", "freezer": "frozen"}
_KINDS = {"y_site": "in one line", "admixture": "in one container", "diluent": "as diluent"}


def key_of(row: type, raw: Plain) -> str:
    """What makes a row the same in two versions: its id, else its own key fields."""
    if "id" in raw:
        return str(raw["id"])
    return " ".join(str(raw.get(name, "")) for name in KEYS.get(row, tuple(raw)))


def subject_of(row: type, raw: Plain, names: Names) -> str:
    """What a row is called at the beginning of a sentence."""
    told = _SUBJECTS.get(row)
    if told is not None:
        return told(raw, names)
    for name in ("display", "title", "name"):
        if isinstance(raw.get(name), str):
            return str(raw[name])
    keys = KEYS.get(row, ("text",))
    values = [raw.get(name) for name in keys]
    words = [", ".join(map(str, one)) if isinstance(one, list) else value_words(str, one, names) for one in values]
    return ", ".join(word for word in words if word) or key_of(row, raw)


def field_words(row: type, name: str, raw: Plain) -> str:
    """A field in a sentence about its row. Raises KeyError for a field without words."""
    words = WORDS[row][name]
    return f"{words} {_figure(raw)}" if row is Limit and name in BOUNDS else words


def group_of(row: type, raw: Plain, name: str) -> str:
    """Rows of one group must not be called alike: limits of one figure, otherwise all rows."""
    return f"{name}/{_figure(raw)}" if row is Limit else name


def unit_of(row: type, raw: Plain, key: str) -> str:  # noqa: ARG001  every detail has this shape
    """The unit of a limit, which tells apart what is a limit of the same figure for the same people."""
    return f" ({value_words(Unit, raw.get('unit'), {})})" if row in (Limit, LimitRow) else ""


def joint_of(row: type, name: str) -> str:
    """What stands between subject and field: "Adult IV maximum single dose", "the product, strength"."""
    return " " if row is Limit and name in BOUNDS else ", "


def subject_with(row: type, name: str, subject: str, raw: Plain) -> str:
    """The subject of a field that does not say the figure itself; `name` empty: of the whole row."""
    return f"{subject}, {_figure(raw)}" if row is Limit and name not in BOUNDS else subject


def title_of(row: type, raw: Plain, names: Names) -> str:
    """A row as a heading: a limit with its figure and unit."""
    subject = subject_with(row, "", subject_of(row, raw, names), raw)
    return f"{subject} ({value_words(Unit, raw.get('unit'), {})})" if row is Limit else subject


def _figure(raw: Plain) -> str:
    figure = FIGURES.get(str(raw.get("kind")), str(raw.get("kind")))
    purpose = str(raw.get("purpose", "any"))
    return figure if purpose == "any" else f"{figure}, {purpose}"


def _limit(raw: Plain, names: Names) -> str:
    line = str(raw.get("line", "any"))
    parts = [_who(raw.get("population"), names), str(raw.get("route") or "")]
    parts += ["" if line == "any" else f"{line} line"]
    only = [*raw.get("order_types", ()), *raw.get("formulations", ())]
    told = " ".join(part for part in parts if part)
    return f"{told} ({', '.join(named(str(one), names) for one in only)})" if only else told


def _who(population: Any, names: Names) -> str:
    told = str(population or "any")
    words = "everybody" if told == "any" else named(told, names)
    return words[:1].upper() + words[1:]


def _stability(raw: Plain, names: Names) -> str:
    storage = raw.get("storage", {})
    place = (
        _PLACES.get(str(storage.get("condition")), str(storage.get("condition")))
        if isinstance(storage, Mapping)
        else ""
    )
    solutions = ", ".join(named(str(one), names) for one in raw.get("solutions", ()))
    strengths = [value for name in ("concentration_low", "concentration_high") if (value := raw.get(name))]
    strength = " to ".join(dict.fromkeys(map(str, strengths)))
    told = ("Stability", str(raw.get("state", "")), place, f"in {solutions}" if solutions else "", strength)
    return ", ".join(part for part in told if part)


def _standard(raw: Plain, names: Names) -> str:
    who = _who(raw.get("population"), names)
    return f"Standard concentration, {who[:1].lower()}{who[1:]}, {raw.get('line', 'any')} line"


def _nutrition_limit(raw: Plain, names: Names) -> str:  # noqa: ARG001  the shape all of these share
    who = ", ".join(map(str, raw.get("populations", ())))
    low, below = raw.get("weight_from"), raw.get("weight_below")
    band = (f" from {low}" if low else "") + (f" below {below}" if below else "")
    line = str(raw.get("line", "any"))
    return f"{raw.get('figure')}, {who}{band.replace('_bw', '')}" + ("" if line == "any" else f", {line} line")


def _beyond_use(raw: Plain, names: Names) -> str:  # noqa: ARG001  as above
    place = _PLACES.get(str(raw.get("storage")), str(raw.get("storage")))
    test = {"yes": "sterility tested", "no": "not tested"}.get(str(raw.get("sterility_test")), "")
    process = str(raw.get("process", ""))
    parts = (
        f"Category {raw.get('category')}",
        "" if process == "any" else process,
        test,
        str(raw.get("components", "")),
        place,
    )
    return ", ".join(part.replace("_", " ") for part in parts if part and part != "any")


def _opened(raw: Plain, names: Names) -> str:  # noqa: ARG001  as above
    container = str(raw.get("container_type")).replace("_", " ").capitalize()
    return f"{container}, {'in' if raw.get('iso5') else 'outside'} ISO class 5"


def _compatibility(raw: Plain, names: Names) -> str:
    other = raw.get("other_display") or named(str(raw.get("other")), names)
    return f"Compatibility with {other}, {_KINDS.get(str(raw.get('kind')), str(raw.get('kind')))}"


def _diluent(raw: Plain, names: Names) -> str:
    return f"{named(str(raw.get('solution')), names)} {raw.get('volume', '')}".strip()


_SUBJECTS: Mapping[type, Callable[[Plain, Names], str]] = {
    Limit: _limit,
    Stability: _stability,
    StandardConcentration: _standard,
    LimitRow: _nutrition_limit,
    BeyondUseRow: _beyond_use,
    OpenedContainerRow: _opened,
    Compatibility: _compatibility,
    DiluentChoice: _diluent,
    AssignedByScan: lambda raw, names: f"Units of {named(str(raw.get('formulation')), names)}",
    SiteValue: lambda raw, names: named(str(raw.get("name")), names).capitalize(),
    SiteChoice: lambda raw, names: named(str(raw.get("name")), names).capitalize(),
}
