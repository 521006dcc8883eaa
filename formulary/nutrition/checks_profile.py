"""What a nutrition profile must say, and contradictions in it. A decision that is not taken stops the load by name."""

from collections.abc import Iterator
from itertools import product as pairs

from calculations.nutrition.mixing import CLASSES
from calculations.nutrition.product import POPULATIONS, Role
from calculations.nutrition.profile import ADDED_SALTS, ANHYDROUS, AS_LABELLED, WHOLE_BAG
from formulary.checks_products import Found, fits
from formulary.model_common import Confidence
from formulary.nutrition.checks_changes import change_faults
from formulary.nutrition.checks_rules import in_unit, known, some, twice, under
from formulary.nutrition.model_profile import NutritionProfile
from formulary.nutrition.model_rules import KINDS
from formulary.unit_shapes import LENGTH, SHARE, TIME, VOLUME

PURPOSES: dict[str, tuple[Role, tuple[str, ...]]] = {
    "amino_acids": (Role.AMINO_ACIDS, ("amino_acids",)),
    "dextrose": (Role.DEXTROSE, ("dextrose",)),
    "lipid": (Role.LIPID, ("lipid",)),
    "water": (Role.WATER, ()),
    "sodium_chloride": (Role.SALT, ("sodium", "chloride")),
    "sodium_acetate": (Role.SALT, ("sodium", "acetate")),
    "sodium_phosphate": (Role.SALT, ("sodium", "phosphate")),
    "potassium_chloride": (Role.SALT, ("potassium", "chloride")),
    "potassium_acetate": (Role.SALT, ("potassium", "acetate")),
    "potassium_phosphate": (Role.SALT, ("potassium", "phosphate")),
    "calcium": (Role.SALT, ("calcium",)),
    "magnesium": (Role.SALT, ("magnesium",)),
    "trace_elements": (Role.TRACE_ELEMENTS, ()),
    "zinc": (Role.TRACE_ELEMENTS, ("zinc",)),
    "copper": (Role.TRACE_ELEMENTS, ("copper",)),
    "selenium": (Role.TRACE_ELEMENTS, ("selenium",)),
    "vitamins": (Role.VITAMINS, ()),
    "cysteine": (Role.CYSTEINE, ("cysteine",)),
    "drug": (Role.DRUG, ()),
    "ready_bag": (Role.READY_BAG, ()),
}
"""What a product is stocked for: its role, and what it must bring."""

WAYS = ("product_meq_mmol", "product_mmol", "sum")
"""Rules of thumb for calcium with phosphate, as the engine names them."""

REQUIRED = tuple(
    name for name in PURPOSES if name not in ("zinc", "copper", "selenium", "cysteine", "drug", "ready_bag")
)
"""Purposes without which no order can be made."""

VALUES: dict[str, str] = {
    "dextrose_energy": "kcal/g",
    "amino_acids_energy": "kcal/g",
    "lipid_energy": "kcal/g",
    "rate_step": "mL/h",
    "lipid_rate_step": "mL/h",
    "pump_from": "mL",
    "rinse": "mL",
    "lipid_container": "h",
    "gravimetric_tolerance": "one",
    "volume_tolerance": "one",
    "lipid_beyond_use": "h",
    "basis_factor": "one",
}
"""Numbers that the hospital sets, with their unit."""

MAY_SAY: dict[str, str] = {"change_within": "h"}
"""Numbers that the hospital may set, with their unit; where it does not, a finding says so."""

OSMOLES: dict[str, str] = {
    "dextrose": "mOsm/g", "amino_acids": "mOsm/g", "lipid": "mOsm/g", "ions": "mOsm/mEq", "phosphate": "mOsm/mmol",
}  # fmt: skip
"""What a profile must count for products without an osmolarity."""

MIXED = tuple(name for name in CLASSES if name not in ("ready_bag", "ammonium", "salt"))
"""Classes that the order of mixing must place."""

CHOICES: dict[str, tuple[str, ...]] = {
    "dextrose_energy_form": ("monohydrate", "anhydrous"),
    "gir_convention": (AS_LABELLED, ANHYDROUS),
    "ratio_scope": (WHOLE_BAG, ADDED_SALTS),
    "lipid_phosphate": ("counts", "does not count"),
    "phosphate_salt": ("potassium first", "sodium first"),
    "compounding_category": ("1", "2", "3"),
    "lipid_mode": ("apart", "3-in-1 allowed"),
}
"""Decisions between named ways."""


def profile_faults(profile: NutritionProfile) -> Iterator[Found]:
    """Everything that is unfilled or contradictory in a profile."""
    yield from some(profile.populations, POPULATIONS, "populations")
    yield from _named(profile)
    yield from _stocked(profile)
    yield from _containers(profile)
    yield from _mixing(profile)
    yield from _storing(profile)
    yield from _osmoles(profile)
    yield from _by_population(profile, "checks", [row.populations for row in profile.checks])
    for index, check in enumerate(profile.checks):
        if check.pharmacists < 1:
            yield f"checks[{index}].pharmacists", check.pharmacists, "at least one pharmacist"
    yield from _by_population(profile, "changes", [row.populations for row in profile.changes], once=False)
    yield from change_faults(profile.changes)
    yield from twice([row.id for row in profile.screening], "screening")
    for index, rule in enumerate(profile.screening):
        yield from under(f"screening[{index}]", known((rule.way,), WAYS, "way"))
        yield from under(f"screening[{index}]", some(rule.populations, profile.populations, "populations"))
        yield from under(f"screening[{index}]", in_unit(rule.threshold, "one", "threshold"))
    for index, binding in enumerate(profile.curves):
        yield from under(f"curves[{index}]", some(binding.populations, profile.populations, "populations"))
    if not profile.demonstration:
        yield from _invented(profile)


def _named(profile: NutritionProfile) -> Iterator[Found]:
    values = {row.name: row.value for row in profile.values}
    choices = {row.name: row.choice for row in profile.choices}
    yield from twice([row.name for row in profile.values], "values")
    yield from twice([row.name for row in profile.choices], "choices")
    for name in VALUES.keys() - values.keys():
        yield f"values.{name}", None, f"the hospital's number, in {VALUES[name]}"
    for name in CHOICES.keys() - choices.keys():
        yield f"choices.{name}", None, f"one of {', '.join(CHOICES[name])}"
    for name, value in values.items():
        unit_name = VALUES.get(name) or MAY_SAY.get(name)
        if unit_name is None:
            yield f"values.{name}", name, f"one of {', '.join([*VALUES, *MAY_SAY])}"
        else:
            yield from in_unit(value, unit_name, f"values.{name}")
    for name, choice in choices.items():
        allowed = CHOICES.get(name)
        if allowed is None:
            yield f"choices.{name}", name, f"one of {', '.join(CHOICES)}"
        elif choice not in allowed:
            yield f"choices.{name}", choice, f"one of {', '.join(allowed)}"


def _stocked(profile: NutritionProfile) -> Iterator[Found]:
    seen: set[tuple[str, str]] = set()
    for index, row in enumerate(profile.stocked):
        path = f"stocked[{index}]"
        yield from under(path, known((row.purpose,), tuple(PURPOSES), "purpose"))
        yield from under(path, some(row.populations, profile.populations, "populations"))
        if not row.products:
            yield f"{path}.products", None, "at least one product"
        for population in row.populations:
            if (row.purpose, population) in seen:
                yield f"{path}.purpose", f"{row.purpose} for {population}", "one row for each purpose and population"
            seen.add((row.purpose, population))
    for purpose, population in pairs(REQUIRED, profile.populations):
        if (purpose, population) not in seen:
            yield f"stocked.{purpose}", None, f"a product for {population}"


def _containers(profile: NutritionProfile) -> Iterator[Found]:
    cases = [case for row in profile.overfill for case in pairs(row.populations, row.kinds)]
    for case in pairs(profile.populations, KINDS):
        if cases.count(case) != 1:
            yield "overfill", cases.count(case), f"one row for {case[0]}, {case[1]}"
    for index, row in enumerate(profile.overfill):
        path = f"overfill[{index}]"
        yield from under(path, known(row.kinds, KINDS, "kinds"))
        yield from under(path, known(row.populations, profile.populations, "populations"))
        if (row.share is None) == (row.volume is None):
            yield f"{path}.share", None, "either a share of the infused volume or a volume"
        yield from under(path, fits(row.share, SHARE, "share"))
        yield from under(path, fits(row.volume, VOLUME, "volume"))
        yield from under(path, fits(row.prime, VOLUME, "prime"))
    for name, kinds in (("hanging", [r.kind for r in profile.hanging]), ("labels", [r.kind for r in profile.labels])):
        for kind in KINDS:
            if kinds.count(kind) != 1:
                yield name, kinds.count(kind), f"one row for {kind}"
        yield from known(tuple(kinds), KINDS, name)
    for index, hang in enumerate(profile.hanging):
        yield from under(f"hanging[{index}]", fits(hang.longest, TIME, "longest"))
        if hang.light is not None and hang.light_source is None:
            yield f"hanging[{index}].light_source", None, "a source for the protection from light"
    for index, label in enumerate(profile.labels):
        yield from under(f"labels[{index}]", fits(label.width, LENGTH, "width"))
        yield from under(f"labels[{index}]", fits(label.height, LENGTH, "height"))


def _mixing(profile: NutritionProfile) -> Iterator[Found]:
    takes = [row.takes for row in profile.mixing]
    for index, row in enumerate(profile.mixing):
        yield from under(f"mixing[{index}]", known((row.takes,), CLASSES, "takes"))
        yield from under(f"mixing[{index}]", known((row.device,), ("pump", "hand"), "device"))
        yield from under(f"mixing[{index}]", fits(row.keeps, TIME, "keeps"))
    yield from twice(takes, "mixing")
    for name in MIXED:
        if name not in takes:
            yield "mixing", None, f"a step that takes {name}"
    if {"phosphate", "calcium"} <= set(takes) and takes.index("calcium") < takes.index("phosphate"):
        yield "mixing", "calcium before phosphate", "calcium after phosphate"
    pairs_apart = [{row.first, row.second} for row in profile.apart]
    for index, pair in enumerate(profile.apart):
        yield from under(f"apart[{index}]", known((pair.first, pair.second), CLASSES, "first"))
    if {"phosphate", "calcium"} not in pairs_apart:
        yield "apart", None, "phosphate and calcium, which must not meet in the tubing"


def _storing(profile: NutritionProfile) -> Iterator[Found]:
    yield from _by_population(profile, "storing", [row.populations for row in profile.storing])
    for index, row in enumerate(profile.storing):
        yield from under(f"storing[{index}]", fits(row.storage_hours, TIME, "storage_hours"))


def _osmoles(profile: NutritionProfile) -> Iterator[Found]:
    rows = {row.name: row.osmoles for row in profile.osmoles}
    yield from twice([row.name for row in profile.osmoles], "osmoles")
    for name, unit_name in OSMOLES.items():
        if name not in rows:
            yield f"osmoles.{name}", None, f"the hospital's number, in {unit_name}"
        else:
            yield from in_unit(rows[name], unit_name, f"osmoles.{name}")


def _by_population(
    profile: NutritionProfile, path: str, rows: list[tuple[str, ...]], *, once: bool = True
) -> Iterator[Found]:
    for index, populations in enumerate(rows):
        yield from under(f"{path}[{index}]", some(populations, profile.populations, "populations"))
    told = [population for populations in rows for population in populations]
    for population in profile.populations:
        if told.count(population) < 1 or (once and told.count(population) > 1):
            yield path, told.count(population), f"one row for {population}"


def _invented(profile: NutritionProfile) -> Iterator[Found]:
    """A hospital's own profile holds nothing that was invented for the demonstration."""
    for name in ("stocked", "values", "choices", "overfill", "labels", "mixing", "apart", "storing", "osmoles", "curves",
                 "checks", "changes", "screening"):  # fmt: skip
        for index, row in enumerate(getattr(profile, name)):
            if row.source.confidence is Confidence.DEMONSTRATION:
                yield (
                    f"{name}[{index}].source",
                    row.source.id,
                    "a source of the hospital's own, not of the demonstration",
                )
