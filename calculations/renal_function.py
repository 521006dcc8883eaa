"""Kidney function from serum creatinine. Absolute figures are mL/min, indexed ones mL/min/1.73 m², never mixed.

Creatinine comes in mg/dL or mcmol/L (88.4 mcmol/L to 1 mg/dL by convention). Caps on clearance or floors on creatinine
are formulary rules and are not applied here.
"""

from calculations.arithmetic import greatest, least, power
from calculations.choosing import by_sex
from calculations.errors import UnitMismatch
from calculations.formula import Formula, Number, above, between, formula
from calculations.quantity import Quantity
from calculations.units import unit

_ADULT = between(18, 120)
_CREATININE = above(0, 40)
_COCKCROFT = "Cockcroft and Gault, Nephron 1976;16:31. Adults with stable creatinine"
_CKD_EPI = "Inker et al., N Engl J Med 2021;385:1737 (CKD-EPI 2021, creatinine). Adults"
_MDRD = "Levey et al., Ann Intern Med 2006;145:247 (four-variable, IDMS). Adults; superseded by CKD-EPI 2021"
_SCHWARTZ = "Schwartz et al., J Am Soc Nephrol 2009;20:629 (bedside; enzymatic creatinine)"
_INDEXED = "mL/min/1.73m2"


@formula(
    id="renal.creatinine_mass", version=1, statement="creatinine in mg/dL = creatinine in mcmol/L ÷ 88.4",
    source="Laboratory convention: 88.4 mcmol/L to 1 mg/dL", inputs={"creatinine": "mcmol/L"},
    constants={"convention": "88.4 mcmol*dL/mg/L"}, valid={"creatinine": above(0)}, gives="mg/dL",
)  # fmt: skip
def _creatinine_mass(creatinine: Number, convention: Number) -> Number:
    return creatinine / convention


@formula(
    id="renal.creatinine_substance", version=1, statement="creatinine in mcmol/L = creatinine in mg/dL × 88.4",
    source="Laboratory convention: 88.4 mcmol/L to 1 mg/dL", inputs={"creatinine": "mg/dL"},
    constants={"convention": "88.4 mcmol*dL/mg/L"}, valid={"creatinine": above(0)}, gives="mcmol/L",
)  # fmt: skip
def _creatinine_substance(creatinine: Number, convention: Number) -> Number:
    return creatinine * convention


@formula(
    id="renal.cockcroft_gault_male", version=1, statement="clearance = (140 − age) × weight ÷ (72 × creatinine)",
    source=_COCKCROFT, inputs={"age": "year", "weight": "kg_bw", "creatinine": "mg/dL"}, empirical=True,
    constants={"years": "140", "divisor": "72"}, gives="mL/min",
    valid={"age": _ADULT, "weight": between("0.3", 300), "creatinine": _CREATININE},
)  # fmt: skip
def _cockcroft_male(age: Number, weight: Number, creatinine: Number, years: Number, divisor: Number) -> Number:
    return (years - age) * weight / (divisor * creatinine)


@formula(
    id="renal.cockcroft_gault_female", version=1,
    statement="clearance = 0.85 × (140 − age) × weight ÷ (72 × creatinine)",
    source=_COCKCROFT, inputs={"age": "year", "weight": "kg_bw", "creatinine": "mg/dL"}, empirical=True,
    constants={"years": "140", "divisor": "72", "female": "0.85"}, gives="mL/min",
    valid={"age": _ADULT, "weight": between("0.3", 300), "creatinine": _CREATININE},
)  # fmt: skip
def _cockcroft_female(
    age: Number, weight: Number, creatinine: Number, years: Number, divisor: Number, female: Number
) -> Number:
    return female * (years - age) * weight / (divisor * creatinine)


def _ckd_epi(
    age: Number, creatinine: Number, factor: Number, kappa: Number, alpha: Number, beta: Number, per_year: Number,
    sex: Number, one: Number,
) -> Number:  # fmt: skip
    ratio = creatinine / kappa
    bent = power(least(ratio, one), alpha) * power(greatest(ratio, one), beta)
    return factor * bent * power(per_year, age) * sex


def _ckd_epi_for(name: str, kappa: str, alpha: str, sex: str) -> Formula:
    said = "" if sex == "1" else f" × {sex}"
    return formula(
        id=f"renal.ckd_epi_2021_{name}", version=1,
        statement=f"eGFR = 142 × min(Scr/{kappa}, 1)^{alpha} × max(Scr/{kappa}, 1)^-1.2 × 0.9938^age{said}",
        source=_CKD_EPI, inputs={"age": "year", "creatinine": "mg/dL"}, empirical=True, gives=_INDEXED,
        constants={
            "factor": "142", "kappa": kappa, "alpha": alpha, "beta": "-1.2", "per_year": "0.9938", "sex": sex,
            "one": "1",
        },
        valid={"age": _ADULT, "creatinine": _CREATININE},
    )(_ckd_epi)  # fmt: skip


_CKD_EPI_FEMALE = _ckd_epi_for("female", "0.7", "-0.241", "1.012")
_CKD_EPI_MALE = _ckd_epi_for("male", "0.9", "-0.302", "1")


def _mdrd(
    age: Number, creatinine: Number, factor: Number, of_creatinine: Number, of_age: Number, sex: Number
) -> Number:
    return factor * power(creatinine, of_creatinine) * power(age, of_age) * sex


def _mdrd_for(name: str, sex: str) -> Formula:
    said = "" if sex == "1" else f" × {sex}"
    return formula(
        id=f"renal.mdrd_{name}", version=1, statement=f"eGFR = 175 × Scr^-1.154 × age^-0.203{said}", source=_MDRD,
        inputs={"age": "year", "creatinine": "mg/dL"}, empirical=True, gives=_INDEXED,
        constants={"factor": "175", "of_creatinine": "-1.154", "of_age": "-0.203", "sex": sex},
        valid={"age": _ADULT, "creatinine": _CREATININE},
    )(_mdrd)  # fmt: skip


_MDRD_FEMALE = _mdrd_for("female", "0.742")
_MDRD_MALE = _mdrd_for("male", "1")


@formula(
    id="renal.schwartz", version=1, statement="eGFR = k × height ÷ creatinine", source=_SCHWARTZ,
    inputs={"k": "one", "height": "cm", "creatinine": "mg/dL"}, empirical=True, gives=_INDEXED,
    valid={"k": between("0.3", "0.8"), "height": between(25, 230), "creatinine": _CREATININE},
)  # fmt: skip
def _schwartz(k: Number, height: Number, creatinine: Number) -> Number:
    return k * height / creatinine


@formula(
    id="renal.schwartz_bedside", version=1, statement="eGFR = 0.413 × height ÷ creatinine", source=_SCHWARTZ,
    inputs={"age": "year", "height": "cm", "creatinine": "mg/dL"}, empirical=True, gives=_INDEXED,
    constants={"k": "0.413"},
    valid={"age": between(1, 18), "height": between(25, 230), "creatinine": _CREATININE},
)  # fmt: skip
def _schwartz_bedside(age: Number, height: Number, creatinine: Number, k: Number) -> Number:  # noqa: ARG001
    return k * height / creatinine


@formula(
    id="renal.deindexed", version=1, statement="clearance = indexed clearance × body surface ÷ 1.73 m²",
    source="Definition of the index: per 1.73 m² of body surface", inputs={"indexed": _INDEXED, "surface": "m2"},
    constants={"standard": "1.73 m2/1.73m2"}, valid={"surface": between("0.05", "3.5")}, gives="mL/min",
)  # fmt: skip
def _deindexed(indexed: Number, surface: Number, standard: Number) -> Number:
    return indexed * surface / standard


@formula(
    id="renal.indexed", version=1, statement="indexed clearance = clearance × 1.73 m² ÷ body surface",
    source="Definition of the index: per 1.73 m² of body surface", inputs={"clearance": "mL/min", "surface": "m2"},
    constants={"standard": "1.73 m2/1.73m2"}, valid={"surface": between("0.05", "3.5")}, gives=_INDEXED,
)  # fmt: skip
def _indexed(clearance: Number, surface: Number, standard: Number) -> Number:
    return clearance * standard / surface


@formula(
    id="renal.clearance_capped", version=1, statement="clearance that counts = the smaller of clearance and cap",
    source="FDA advice on carboplatin dosing, 2010; the cap is the formulary's",
    inputs={"clearance": "mL/min", "cap": "mL/min"}, valid={"cap": above(0)}, gives="mL/min",
)  # fmt: skip
def _clearance_capped(clearance: Number, cap: Number) -> Number:
    return least(clearance, cap)


@formula(
    id="renal.creatinine_floored", version=1, statement="creatinine that counts = the larger of creatinine and floor",
    source="Low creatinine overstates clearance; the floor is the formulary's",
    inputs={"creatinine": "mg/dL", "floor": "mg/dL"}, valid={"creatinine": above(0), "floor": above(0)}, gives="mg/dL",
)  # fmt: skip
def _creatinine_floored(creatinine: Number, floor: Number) -> Number:
    return greatest(creatinine, floor)


def capped_clearance(clearance: Quantity, cap: Quantity) -> Quantity:
    """The clearance (mL/min) that counts for a dose when the formulary caps it."""
    return _clearance_capped(clearance, cap)


def floored_creatinine(creatinine: Quantity, floor: Quantity) -> Quantity:
    """The creatinine (mg/dL) that counts when the formulary sets a smallest one."""
    return _creatinine_floored(in_mg_per_dl(creatinine), in_mg_per_dl(floor))


def cockcroft_gault(sex: str, age: Quantity, weight: Quantity, creatinine: Quantity) -> Quantity:
    """Creatinine clearance, mL/min. Adults from 18 years. Which weight (actual, ideal, adjusted) is the caller's."""
    chosen = by_sex(sex, female=_cockcroft_female, male=_cockcroft_male)
    return chosen(age, weight.to("kg_bw"), in_mg_per_dl(creatinine))


def ckd_epi_2021(sex: str, age: Quantity, creatinine: Quantity) -> Quantity:
    """eGFR by CKD-EPI 2021 (creatinine, without race), mL/min/1.73 m². Adults from 18 years."""
    return by_sex(sex, female=_CKD_EPI_FEMALE, male=_CKD_EPI_MALE)(age, in_mg_per_dl(creatinine))


def mdrd(sex: str, age: Quantity, creatinine: Quantity) -> Quantity:
    """eGFR by MDRD (four variables, IDMS, without race), mL/min/1.73 m². Adults; kept for old charts."""
    return by_sex(sex, female=_MDRD_FEMALE, male=_MDRD_MALE)(age, in_mg_per_dl(creatinine))


def schwartz_bedside(age: Quantity, height: Quantity, creatinine: Quantity) -> Quantity:
    """eGFR of a child by bedside Schwartz (k 0.413, enzymatic creatinine), mL/min/1.73 m². 1 to 18 years."""
    return _schwartz_bedside(age, height.to("cm"), in_mg_per_dl(creatinine))


def schwartz(k: Quantity, height: Quantity, creatinine: Quantity) -> Quantity:
    """eGFR of a child by Schwartz with a k of the laboratory (as `one`), mL/min/1.73 m²."""
    return _schwartz(k, height.to("cm"), in_mg_per_dl(creatinine))


def deindexed(indexed: Quantity, surface: Quantity) -> Quantity:
    """A figure per 1.73 m² as the patient's own clearance, mL/min, for drug dosing."""
    return _deindexed(indexed, surface)


def indexed(clearance: Quantity, surface: Quantity) -> Quantity:
    """The patient's own clearance per 1.73 m² of body surface."""
    return _indexed(clearance, surface)


def in_mg_per_dl(creatinine: Quantity) -> Quantity:
    """Serum creatinine in mg/dL, from mg/dL (or another mass per volume) or from mcmol/L by the 88.4 convention."""
    if creatinine.unit.dimension is unit("mcmol/L").dimension:
        return _creatinine_mass(creatinine)
    return _mass(creatinine)


def in_mcmol_per_l(creatinine: Quantity) -> Quantity:
    """Serum creatinine in mcmol/L, from mcmol/L or from mg/dL by the 88.4 convention."""
    if creatinine.unit.dimension is unit("mcmol/L").dimension:
        return creatinine.to("mcmol/L")
    return _creatinine_substance(_mass(creatinine))


def _mass(creatinine: Quantity) -> Quantity:
    if creatinine.unit.dimension is not unit("mg/dL").dimension:
        raise UnitMismatch("creatinine", f"{creatinine.unit.shown} was given; mg/dL or mcmol/L is needed.")
    return creatinine.to("mg/dL")
