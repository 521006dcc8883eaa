"""Parenteral nutrition for tests: products with label-like figures, a profile, two whole orders, limits. Not for patients."""

from copy import deepcopy
from typing import Any

from gmpy2 import mpq

from calculations.nutrition.bag import Bag, make_bag
from calculations.nutrition.curve import Curve, Stage
from calculations.nutrition.energy import CONVENTIONS
from calculations.nutrition.limits import Band, Limit
from calculations.nutrition.mixing import MixingOrder
from calculations.nutrition.order import Basis, NutritionOrder
from calculations.nutrition.overfill import Overfill
from calculations.nutrition.product import Role, SourceProduct
from calculations.nutrition.profile import Profile
from calculations.nutrition.suspicion import UsualRange
from calculations.quantity import Quantity
from calculations.syringes import SyringeRules, SyringeSize


def ions(**strengths: str) -> dict[str, Quantity]:
    """Ions per mL; phosphate in mmol."""
    return {ion: Quantity(n, "mmol/mL" if ion == "phosphate" else "mEq/mL", of=ion) for ion, n in strengths.items()}


def nutrients(**strengths: str) -> dict[str, Quantity]:
    """Nutrients per mL, such as `zinc="1000 mcg/mL"`; a double underscore stands for a space."""
    found = {}
    for name, text in strengths.items():
        of = name.replace("__", " ")
        found[of] = Quantity(*text.split(), of=of)
    return found


def product(
    name: str, role: str, osmolarity: str | None, density: str | None, aluminium: str | None, **more: Any
) -> SourceProduct:
    """A product whose id is its name."""
    return SourceProduct(
        id=name, display=name, role=Role(role),
        osmolarity=None if osmolarity is None else Quantity(osmolarity, "mOsm/mL"),
        density=None if density is None else Quantity(density, "g/mL"),
        aluminium=None if aluminium is None else Quantity(aluminium, "mcg/L"), **more,
    )  # fmt: skip


def salt(name: str, osmolarity: str, aluminium: str, mass: str | None = None, **more: Any) -> SourceProduct:
    """A salt, its own mass per mL among the nutrients where it is given."""
    own = {name: Quantity(mass, "mg/mL", of=name)} if mass else {}
    charge = more.pop("phosphate_charge", None)
    return product(name, "salt", osmolarity, "1.1", aluminium, salt=name, ions=ions(**more), nutrients=own,
                   phosphate_charge=charge)  # fmt: skip


AMINO_ACIDS = product(
    "amino acids 10 %", "amino_acids", "0.875", "1.03", "25", ions=ions(acetate="0.097", sodium="0.005"),
    nutrients=nutrients(amino_acids="0.1 g/mL", nitrogen="0.0155 g/mL"),
)  # fmt: skip
DEXTROSE = product(
    "dextrose 70 %",
    "dextrose",
    "3.53",
    "1.24",
    "25",
    nutrients=nutrients(dextrose="0.7 g/mL"),
    dextrose_form="monohydrate",
)
LIPID = product(
    "lipid 20 %", "lipid", "0.27", "0.99", "25", ions=ions(phosphate="0.015"), nutrients=nutrients(lipid="0.2 g/mL"),
    energy=Quantity(2, "kcal/mL"),
)  # fmt: skip
SODIUM_CHLORIDE = salt("sodium chloride", "8", "200", "234", sodium="4", chloride="4")
SODIUM_ACETATE = salt("sodium acetate", "4", "200", sodium="2", acetate="2")
POTASSIUM_CHLORIDE = salt("potassium chloride", "4", "100", "149", potassium="2", chloride="2")
POTASSIUM_ACETATE = salt("potassium acetate", "4", "200", potassium="2", acetate="2")
POTASSIUM_PHOSPHATES = salt(
    "potassium phosphates", "7.4", "15000", potassium="4.4", phosphate="3", phosphate_charge=mpq("4.4") / 3
)
POTASSIUM_PHOSPHATES_OTHER = salt(
    "potassium phosphates", "7.7", "15000", potassium="4.7", phosphate="3", phosphate_charge=mpq("4.7") / 3
)
SODIUM_PHOSPHATES = salt("sodium phosphates", "7", "10000", sodium="4", phosphate="3", phosphate_charge=mpq(4, 3))
CALCIUM_GLUCONATE = salt("calcium gluconate", "0.68", "9400", "100", calcium="0.465", gluconate="0.465")
CALCIUM_CHLORIDE = salt("calcium chloride", "2.04", "1000", "100", calcium="1.36", chloride="1.36")
MAGNESIUM_SULFATE = salt("magnesium sulfate", "4.06", "300", "500", magnesium="4.06", sulfate="4.06")
TRACE = product(
    "trace elements", "trace_elements", "0.1", "1", "100",
    nutrients=nutrients(zinc="1000 mcg/mL", copper="60 mcg/mL", selenium="6 mcg/mL", manganese="3 mcg/mL"),
)  # fmt: skip
ZINC = product("zinc", "trace_elements", "0.1", "1", "100", nutrients=nutrients(zinc="1000 mcg/mL"))
VITAMINS = product("vitamins", "vitamins", "1", "1", "30", scaled=False)
HEPARIN = product("heparin", "drug", "0.3", "1", "30", nutrients=nutrients(heparin="100 units/mL"))
CYSTEINE = product(
    "cysteine", "cysteine", "0.57", "1.02", "120", ions=ions(chloride="0.285"), nutrients=nutrients(cysteine="50 mg/mL")
)
WATER = product("sterile water", "water", None, "0.997", "25")

PRODUCTS = (
    AMINO_ACIDS, DEXTROSE, LIPID, SODIUM_CHLORIDE, SODIUM_ACETATE, POTASSIUM_CHLORIDE, POTASSIUM_ACETATE,
    POTASSIUM_PHOSPHATES, SODIUM_PHOSPHATES, CALCIUM_GLUCONATE, MAGNESIUM_SULFATE, TRACE, ZINC, VITAMINS, HEPARIN,
    CYSTEINE, WATER,
)  # fmt: skip


def with_products(*changed: SourceProduct, without: tuple[SourceProduct, ...] = ()) -> list[SourceProduct]:
    """The products with some replaced (by id) or added, and some left out."""
    ids = {one.id for one in (*changed, *without)}
    return [*(one for one in PRODUCTS if one.id not in ids), *changed]


def profile(**changed: Any) -> Profile:
    """A site profile; fields may be replaced."""
    return Profile(**{
        "phosphate_order": ("potassium", "sodium"), "lipid_phosphate_counts": False, "ratio_scope": "added salts",
        "gir_convention": "as labelled", "energy": CONVENTIONS["US label"],
        "osmoles": {"amino_acids": Quantity(10, "mOsm/g"), "dextrose": Quantity(5, "mOsm/g"), "ions": Quantity(1, "mOsm/mEq")},
        "overfill": Overfill(share=Quantity("0.25", "one")), "lipid_overfill": Overfill(fixed=Quantity(2, "mL")),
        "lipid_container_hours": Quantity(12, "h"), "rate_step": Quantity("0.1", "mL/h"), **changed,
    })  # fmt: skip


PROFILE = profile()
_UNITS = {"per kg per day": "/kg/day", "per day": "/day", "per litre": "/L", "per bag": ""}


def row(nutrient: str, amount: str, basis: str = "per kg per day", stated_as: str | None = None) -> dict[str, str]:
    """A row of an order; the unit gets its basis where it is given without (`3 mEq`)."""
    whole = amount if "/" in amount or amount.endswith("%") else amount + _UNITS[basis]
    found = {"nutrient": nutrient, "amount": whole, "basis": basis}
    return found if stated_as is None else {**found, "stated_as": stated_as}


PRETERM: dict[str, Any] = {
    "dosing_weight": "1.2 kg", "population": "preterm", "kind": "2-in-1", "line": "central", "lipid_apart": True,
    "total_fluid": "140 mL/kg/day", "others": [{"name": "feeds", "volume": "9 mL/day"}],
    "amounts": [
        row("amino_acids", "3.5 g"), row("dextrose", "10 mg/kg/min"), row("lipid", "2.5 g"), row("sodium", "3 mEq"),
        row("potassium", "2 mEq"), row("phosphate", "1 mmol"), row("calcium", "2.48 mEq"), row("magnesium", "0.3 mEq"),
        row("zinc", "400 mcg"), row("trace_elements", "0.4 mL", "per day"), row("vitamins", "3.25 mL", "per day"),
        row("heparin", "0.5 units/mL", "per litre"),
    ],
}  # fmt: skip
ADULT: dict[str, Any] = {
    "dosing_weight": "70 kg", "population": "adult", "kind": "3-in-1", "line": "central", "volume": "2000 mL/day",
    "hours": "12 h", "taper_up": "1 h", "taper_down": "1 h", "anions": "balanced",
    "amounts": [
        row("amino_acids", "1.5 g"), row("dextrose", "3.5 g"), row("lipid", "1 g"), row("sodium", "100 mEq", "per day"),
        row("potassium", "80 mEq", "per day"), row("phosphate", "24 mmol", "per day"),
        row("calcium", "10 mEq", "per day"), row("magnesium", "16 mEq", "per day"),
        row("trace_elements", "1 mL", "per day"), row("vitamins", "10 mL", "per day"),
    ],
}  # fmt: skip


def changed_order(
    base: dict[str, Any], *rows: dict[str, str], without: tuple[str, ...] = (), **fields: Any
) -> dict[str, Any]:
    """The order's data with rows replaced (by nutrient) or added, left out, and fields set (None: taken away)."""
    data = deepcopy(base)
    gone = {one["nutrient"] for one in rows} | set(without)
    data["amounts"] = [one for one in data["amounts"] if one["nutrient"] not in gone] + list(rows)
    data.update(fields)
    return {name: value for name, value in data.items() if value is not None}


def bag_of(data: dict[str, Any], products: Any = PRODUCTS, site: Profile = PROFILE) -> Bag:
    """The bag of an order's data."""
    return make_bag(NutritionOrder.parse(data), products, site)


ANYBODY = Band()
HIGH_ALERT = frozenset(("sodium", "potassium", "calcium", "magnesium", "phosphate", "zinc", "dextrose", "heparin"))
NAMES = frozenset(name for one in PRODUCTS for name in (*one.ions, *one.nutrients))


def usual(nutrient: str, low: str, high: str, unit: str = "mEq/kg/day", basis: Basis = Basis.PER_KG_DAY) -> UsualRange:
    """A usual range for tests."""
    ends = {"low": Quantity(low, unit, nutrient), "high": Quantity(high, unit, nutrient)}
    return UsualRange(nutrient=nutrient, basis=basis, band=ANYBODY, source="test", **ends)


USUAL_PRETERM = (
    usual("sodium", "2", "5"), usual("potassium", "2", "4"), usual("calcium", "2", "4"), usual("magnesium", "0.3", "0.5"),
    usual("phosphate", "1", "2", "mmol/kg/day"), usual("zinc", "300", "500", "mcg/kg/day"),
    usual("dextrose", "4", "14", "mg/kg/min"), usual("amino_acids", "2", "4", "g/kg/day"),
    usual("heparin", "0.25", "1", "units/mL", Basis.PER_LITRE),
)  # fmt: skip


def upper(figure: str, hard: str, unit: str, **more: Any) -> Limit:
    """A hard upper limit for tests."""
    of = figure.split(" ")[0] if "units" in unit else None
    return Limit(
        **{"figure": figure, "band": ANYBODY, "source": "test", "upper_hard": Quantity(hard, unit, of), **more}
    )


SIZES = tuple(
    SyringeSize(f"{size} mL", Quantity(size, "mL"), Quantity(step, "mL"), Quantity(least, "mL"))
    for size, step, least in (("1", "0.01", "0.05"), ("3", "0.1", "0.5"), ("10", "0.2", "1"), ("60", "1", "10"))
)
SYRINGES = SyringeRules(Quantity("0.1", "one"), Quantity(1, "one"), Quantity("0.05", "one"), Quantity("0.05", "mL"))
MIXING = MixingOrder(
    order=("ready_bag", "amino_acids", "dextrose", "water", "phosphate", "sodium", "potassium", "magnesium", "cysteine", "drug",
           "trace_elements", "calcium", "vitamins", "lipid"),
    apart=frozenset((frozenset(("phosphate", "calcium")), frozenset(("trace_elements", "calcium")))),
    by_compounder=frozenset(("amino_acids", "dextrose", "water", "phosphate", "calcium", "lipid")),
    pump_from=Quantity("0.3", "mL"), rinse=Quantity(2, "mL"), near_use={"vitamins": Quantity(24, "h")}, source="test",
)  # fmt: skip


def curve(**changed: Any) -> Curve:
    """An invented curve that fits the preterm order; its points mean nothing outside the tests."""
    points = (("5", "40"), ("15", "20"), ("30", "10"), ("60", "5"))
    return Curve(**{
        "id": "invented", "amino_acid_product": AMINO_ACIDS.id, "amino_acids": (Quantity(1, "%"), Quantity(5, "%")),
        "dextrose": (Quantity(5, "%"), Quantity(25, "%")), "cysteine": False, "calcium_product": CALCIUM_GLUCONATE.id,
        "phosphate_products": (POTASSIUM_PHOSPHATES.id, SODIUM_PHOSPHATES.id),
        "stages": (Stage("25", Quantity(24, "h")), Stage("37", Quantity(24, "h"))),
        "points": tuple((Quantity(ca, "mEq/L"), Quantity(p, "mmol/L")) for ca, p in points), "source": "invented", **changed,
    })  # fmt: skip
