"""The closed table of units against our own pint registry, and what people may write."""

import copy
import pickle
from fractions import Fraction

import pytest
from gmpy2 import mpq

from calculations.errors import Fault, UnitMismatch
from calculations.pint_registry import PINT_NAMES, quantity
from calculations.unit_spelling import ABOVE, BELOW, BODY_WEIGHT, HINTS, WHOLE
from calculations.unit_table import ATOMS
from calculations.units import divide, factor_between, multiply, parse_unit, unit

NAMES = [atom.name for atom in ATOMS]
COMPOUNDS = [
    "mg/mL", "mcg/kg/min", "units/kg/h", "mg/m2", "mL/h", "mEq/L", "mg/kg/day", "mg/100mL", "mL/min/1.73m2", "AUC",
    "%", "1/day", "mEq/mmol", "kcal/g", "drop/mL", "mg/5mL", "mg_PE/kg", "kg_bw/m/m", "min/h", "vial/day",
]  # fmt: skip


@pytest.mark.parametrize("left", NAMES)
def test_every_atom_has_pints_dimension_and_size(left: str) -> None:
    for right in NAMES:
        ratio = quantity(mpq(1), unit(left)) / quantity(mpq(1), unit(right))
        assert ratio.dimensionless == (unit(left).dimension is unit(right).dimension), (left, right)
        if ratio.dimensionless:
            assert mpq(Fraction(ratio.to("dimensionless").magnitude)) == factor_between(unit(left), unit(right))


@pytest.mark.parametrize("name", COMPOUNDS)
def test_every_compound_has_pints_size(name: str) -> None:
    whole = quantity(mpq(1), unit(name))
    for base, power in unit(name).dimension.powers:
        first = next(atom.name for atom in ATOMS if atom.dimension == base)
        whole = whole / quantity(mpq(1), unit(first)) ** power
    assert mpq(Fraction(whole.to("dimensionless").magnitude)) == unit(name).factor


def test_the_pint_registry_names_every_atom_of_the_table() -> None:
    assert set(PINT_NAMES) == set(NAMES)


@pytest.mark.parametrize("name", [*NAMES, *COMPOUNDS, "one"])
def test_a_unit_is_one_object_also_after_copying(name: str) -> None:
    assert unit(name) is unit(unit(name).name)
    assert copy.deepcopy(unit(name)) is unit(name)
    assert pickle.loads(pickle.dumps(unit(name))) is unit(name)


def test_the_order_of_the_parts_does_not_make_another_unit() -> None:
    assert unit("mg/min/kg") is unit("mg/kg/min")
    assert unit("mL/1.73m2/min").name == "mL/min/1.73m2"


@pytest.mark.parametrize("name", ["unit", "MG", "mg/", "mg//mL", "5 mg", "ug", "", "mg mL", "mg/7mL", "x" * 200, "µg"])
def test_program_text_outside_the_table_is_a_bug(name: str) -> None:
    with pytest.raises(ValueError, match="no unit has the name"):
        unit(name)


@pytest.mark.parametrize(
    ("left", "right"),
    [("kg", "kg_bw"), ("m2", "m"), ("mEq", "mmol"), ("units", "mg"), ("mg_PE", "mg"), ("mOsm", "mmol"), ("year", "day"),
     ("mg/kg", "mg/g"), ("drop", "mL"), ("mg/mL", "mg"), ("mg/kg/h", "mg/h"), ("%", "one")],
)  # fmt: skip
def test_what_must_not_be_mixed_up_is_another_dimension(left: str, right: str) -> None:
    with pytest.raises(UnitMismatch):
        factor_between(unit(left), unit(right))


@pytest.mark.parametrize(
    ("left", "right", "product", "factor"),
    [
        ("mg/mL", "L", "mg", mpq(1000)),
        ("mcg/kg/min", "kg_bw", "mcg/min", mpq(1)),
        ("AUC", "mL/min", "mg", mpq(1)),
        ("%", "mL", "g", mpq(1, 100)),
        ("mL/min/1.73m2", "m2", "mL/min", mpq(100, 173)),
    ],
)
def test_products_cancel_and_keep_their_size(left: str, right: str, product: str, factor: mpq) -> None:
    assert multiply(unit(left), unit(right)) == (unit(product), factor)


def test_a_drug_mass_below_the_line_never_reads_as_body_weight() -> None:
    assert divide(unit("mEq"), unit("kg")) == (unit("mEq/g"), mpq(1, 1000))


SPELLED = {
    "mcg": "mcg", "ug": "mcg", "\u00b5g": "mcg", "\u03bcg": "mcg", "meq": "mEq", "ml": "mL", "l": "L", "hr": "h",
    "mL/h": "mL/h", "ml/hr": "mL/h", "ug/kg/min": "mcg/kg/min", "mg/100mL": "mg/100mL", "mg/100 mL": "mg/100mL",
    "mg/dL": "mg/dL", "umol/L": "mcmol/L", "mL/min/1.73m2": "mL/min/1.73m2", "mL/min/{1.73_m2}": "mL/min/1.73m2",
    "1/d": "1/day", "/day": "1/day", "%": "%", "[drp]/min": "drop/min", "mosm/L": "mOsm/L", "mosm/kg": "mOsm/kg_water",
    "mg PE/kg": "mg_PE/kg", "g/m²": "g/m2", "1": "one", "in": "in", "mg*min/mL": "AUC",
}  # fmt: skip


@pytest.mark.parametrize(("text", "name"), SPELLED.items())
def test_a_listed_spelling_is_read(text: str, name: str) -> None:
    assert parse_unit(text, "dose") is unit(name)


def test_every_listed_spelling_leads_to_a_unit_of_the_table() -> None:
    for text, name in ABOVE.items():
        assert parse_unit(text, "dose", of="x") is unit(name)
    for text, name in BELOW.items():
        if name != "mL":
            assert parse_unit(f"mL/{text}", "dose", of="x") is unit(f"mL/{name}")
    for text, name in WHOLE.items():
        assert parse_unit(text, "dose") is unit(name)


REFUSED = [
    "Mg", "MG", "ML", "Ml", "U", "u", "IU", "iU", "iu", "M", "mM", "gr", "cc", "%g", "g%", "MEQ", "MCG/HR", "mU", "MU",
    "mg/mg", "mL/8h", "mg/12h", "[iIU]/mL", "mg/kg/kg", "mg/kg/min/h/day", "mg ", " mg", "mg\n", "mg/", "/", "//", "",
    "mg/ml/", "5mg", "mg/2.5mL", "mg/kg_bw", "kg_bw", "mg\u200b", "ｍg", "unit_x", "million", "mg·mL", "**",
    "9**9**9 mg", "lb", "mg/lb", "\u00b5", "q", "ppm", "mg/h/min", "mL/kcal", "x" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_any_other_spelling_is_refused_by_field_and_says_what_is_expected(text: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_unit(text, "dose unit", of="heparin")
    assert refused.value.field == "dose unit"
    assert refused.value.expected


def test_no_hint_is_itself_an_accepted_spelling() -> None:
    assert not set(HINTS) & (set(ABOVE) | set(WHOLE))


@pytest.mark.parametrize(
    "text", ["units", "unit", "[iU]", "[USP'U]", "units/kg/h", "[iU]/kg", "milliunits", "10*6.[iU]"]
)
def test_international_units_need_their_drug(text: str) -> None:
    with pytest.raises(Fault, match="the drug whose units"):
        parse_unit(text, "dose")
    assert parse_unit(text, "dose", of="heparin").needs_substance


def test_a_weight_field_takes_only_weights() -> None:
    for text, name in BODY_WEIGHT.items():
        assert parse_unit(text, "weight", body_weight=True) is unit(name)
    for text in ("mg", "kg/m2", "Kg", "lbs", "%"):
        with pytest.raises(Fault, match="kg, g or lb"):
            parse_unit(text, "weight", body_weight=True)
    assert unit("lb_bw").factor == mpq("0.45359237")


@pytest.mark.parametrize(
    ("name", "shown", "ucum"),
    [
        ("units/kg/h", "units/kg/h", "[iU]/kg/h"), ("mcg", "mcg", "ug"), ("mg_PE", "mg PE", "mg{PE}"),
        ("kg_bw", "kg", "kg"), ("mg/vial", "mg/vial", "mg/{vial}"), ("AUC", "mg·min/mL", "mg.min/mL"),
        ("one", "", "1"), ("drop/min", "drops/min", "[drp]/min"), ("kg_bw/m/m", "kg/m²", "kg/m/m"),
        ("mcmol/L", "mcmol/L", "umol/L"), ("1/day", "/day", "/d"),
    ],
)  # fmt: skip
def test_units_are_printed_in_full_and_coded_in_ucum(name: str, shown: str, ucum: str) -> None:
    assert unit(name).shown == shown
    assert unit(name).ucum == ucum
