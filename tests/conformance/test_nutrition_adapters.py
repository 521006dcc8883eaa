"""The rules behind the topics of parenteral nutrition, on cases of our own: what is determined, and what is left out."""

from fractions import Fraction
from typing import Any

import pytest

from tests.conformance.case import CannotAnswer, Case
from tests.conformance.nutrition.names import ion, nutrient, salt
from tests.conformance.running import answer_case, run_topic

HOSPITAL = {
    "dextrose_kcal_per_g": "3.4 (monohydrate)",
    "lipid_20pct_kcal_per_mL": "2 (10 kcal/g)",
    "GIR": "% dextrose monohydrate x 10/11 (anhydrous glucose) where stated",
    "nitrogen": "TrophAmine 10%: 1.55 g N per 10 g AA",
    "calcium_gluconate": "4.6 mEq Ca per g, 20.04 mg Ca per mEq",
}


def _data(text: str) -> Any:
    value, _, unit = text.partition(" ")
    return {"value": value, "unit": unit} if unit and value[0] in "-.0123456789" and "(" not in text else text


def _case(topic: str, wanted: dict[str, str], given: str, convention: dict[str, str] | None = None) -> Case:
    """`given` reads `name=value unit; name=value unit`."""
    inputs = dict(part.split("=", 1) for part in given.split("; "))
    return Case("x", {key: _data(text) for key, text in inputs.items()}, convention, wanted, topic)


def _single(topic: str, unit: str, given: str, convention: dict[str, str] | None = None) -> Fraction:
    found = answer_case(_case(topic, {"unit": unit}, given, convention))
    assert found["unit"] == unit
    return Fraction(found["value"])


def _outputs(topic: str, wanted: str, given: str, convention: dict[str, str] | None = None) -> dict[str, Fraction]:
    """`wanted` reads `name unit, name unit`."""
    asked = dict(part.split(" ", 1) for part in wanted.split(", "))
    found = answer_case(_case(topic, asked, given, convention))
    assert {name: one["unit"] for name, one in found.items()} == {name: asked[name] for name in found}
    return {name: Fraction(one["value"]) for name, one in found.items()}


def _near(found: Fraction, printed: str) -> bool:
    places = len(printed.partition(".")[2])
    return abs(found - Fraction(printed)) <= Fraction(1, 2 * 10**places)


@pytest.mark.parametrize(
    ("unit", "given", "expected"),
    [
        ("mg/kg/min", "dextrose=12 %; rate=10 mL/h; weight=2 kg", "10"),
        ("mg/kg/min", "D10=6 mL/h; weight=2 kg", "5"),
        ("kcal", "D5W=1000 mL", "170"),
        ("g", "trophamine10=300 mL", "30"),
        ("kcal", "clinolipid20=100 mL", "200"),
        ("mg/kg/min", "dextrose=432 g; weight=50 kg; time=12 h", "12"),
        ("g/kg/d", "GIR=5 mg/kg/min", "7.2"),
        ("mL/kg/d", "lipid20=3 g/kg/d", "15"),
        ("mL/h", "lipid20=3 g/kg/d; weight=2 kg; time=20 h", "1.5"),
        ("g/kg/h", "lipid20=2 mL/h; weight=4 kg", "0.1"),
        ("kcal", "lipid10=500 mL", "550"),
        ("kcal", "lipid30=100 mL", "300"),
        ("kcal/d", "propofol=10 mL/h", "264"),
        ("kcal/kg/d", "dextrose=10 g/kg/d; AA=3 g/kg/d; lipid=2 g/kg/d", "66"),
        ("kcal/kg/d", "glucose=10 g/kg/d", "40"),
        ("kcal/mL", "dextrose=10 %", "0.34"),
        ("g", "dextrose=340 kcal", "100"),
        ("mL", "lipid20=500 kcal", "250"),
        ("mL/kg/d", "total_fluid=120 mL/kg/d; lipid=15 mL/kg/d", "105"),
        ("mL/d", "total_fluid=120 mL/kg/d; lipid20=2 g/kg/d; weight=2 kg", "220"),
        ("mEq/kg/h", "K=40 mEq/L; rate=50 mL/h; weight=10 kg", "0.2"),
        ("mL/d", "dose=400 mcg/kg/d; weight=2 kg; zinc=1 mg/mL", "0.8"),
        ("kcal/g", "dextrose=300 g; AA=75 g; lipid=48 g", "125"),
        ("kcal/g", "kcal=1500 kcal; nitrogen=12 g", "125"),
        ("g", "AA=75 g", "12"),
        ("g", "nitrogen=12 g", "75"),
        ("g", "AA10=450 mL", "45"),
        ("%", "D70=500 mL; total=2000 mL", "17.5"),
        ("%", "lipid=50 g; energy=2000 kcal", "25"),
        ("mg/kg/d", "AA=3 g/kg/d; cysteine=40 mg/g", "120"),
        ("unit", "dextrose=300 g; insulin=0.1 unit/g", "30"),
        ("unit", "dextrose=300 g; insulin=one bottle, 1 unit per 10 g", "30"),
        ("mL", "dextrose=210 g; dextrose_stock=70 %", "300"),
        ("mL/h", "volume=1100 mL; time=12 h; taper=1 h", "100"),
        ("mEq/kg/d", "Na=30 mEq/L; volume=120 mL/kg/d", "3.6"),
        ("g/d", "protein=1.5 g/kg/d; weight=70 kg", "105"),
    ],
)
def test_single_figures_follow_from_names_and_units(unit: str, given: str, expected: str) -> None:
    assert _single("tpn_macros", unit, given) == Fraction(expected)


def test_a_glucose_rate_takes_the_anhydrous_factor_where_the_convention_says_so() -> None:
    given = "dextrose=11 %; volume=144 mL/kg/d"
    assert _single("tpn_macros", "mg/kg/min", given) == 11
    assert _single("tpn_macros", "mg/kg/min", given, {"anhydrous_factor": "10/11"}) == 10
    assert _single("tpn_macros", "mg/kg/min", given.replace("dextrose", "glucose_anhydrous"), HOSPITAL) == 11
    assert _single("tpn_macros", "g/kg/d", given, {"anhydrous_factor": "10/11"}) == Fraction("14.4")
    assert _single("tpn_macros", "g/kg/d", given) == Fraction("15.84")


@pytest.mark.parametrize(
    ("topic", "unit", "given"),
    [
        ("tpn_macros", "mL", "dextrose=240 g"),  # of which strength
        ("tpn_macros", "kcal", "lipid=250 mL"),
        ("tpn_macros", "mL/d", "lipid=3 g/kg/d; lipid_stock=20 %"),  # of which weight
        ("tpn_macros", "unit", "dextrose=300 g"),
        ("tpn_macros", "kcal/d", "weight=45 kg; height=150 cm"),  # by which equation
        ("tpn_macros", "kcal", "dextrose=200 g; AA=75 g; activity=1.2 1"),  # an input without a rule
        ("osmolarity", "mOsm/L", "Na_acetate=16.4 g/100mL"),  # of which hydrate
        ("osmolarity", "mOsm/L", "NaCl=9 g"),  # in which volume
        ("osmolarity", "mOsm/L", "Ca_gluconate=10 g/100mL"),
        ("osmolarity", "mOsm/kg", "AA=30 g/L; glucose=100 g/L; lipid=20 g/L; Na=30 mmol/L; P=310 mg/L"),
        ("ca_phosphate", "mEq", "CaCl2=1 g"),
        ("ca_phosphate", "mEq/L", "P=30 mmol/L"),  # without a fixed charge
        ("ca_phosphate", "mEq*mEq/L2", "Ca=10 mEq/L; P=15 mmol/L"),
        ("ca_phosphate", "1", "Ca=10 mg/L; P=15 mmol/L"),  # by mass or by amount
        ("trace_elements", "mg/L", "Cu=160 mcg/L"),  # as which salt
        ("trace_elements", "mL/d", "weight=3 kg"),
        ("tpn_products", "mOsm/L", "amino_acids=30 g/L; NaCl=2 g/L"),  # an estimate that nobody named
    ],
)
def test_what_the_inputs_leave_open_is_left_out(topic: str, unit: str, given: str) -> None:
    with pytest.raises(CannotAnswer):
        _single(topic, unit, given)


def test_a_whole_order_with_lines_and_lipid_in_the_fluid_allowance() -> None:
    found = _outputs(
        "tpn_full_orders",
        "lipid_volume mL/d, pn_volume mL/d, rate mL/h, GIR mg/kg/min, GIR_anhydrous mg/kg/min, amino_acid_concentration %,"
        " total_energy kcal/kg/d, nonprotein_kcal_per_g_nitrogen kcal/g N, uvc_fluid mL/kg/d, uvc_sodium mEq/kg/d",
        "weight=2 kg; total_fluid=147 mL/kg/d; lipid_dose=3 g/kg/d; amino_acid_dose=3.1 g/kg/d; "
        "dextrose_concentration=12 %; uvc_rate=1 mL/h; uvc_fluid=0.9% NaCl (154 mEq Na/L)",
        HOSPITAL,
    )
    # 2 × 147 = 294 less 30 of lipid and 24 of the line leaves 240 mL: 28.8 g of dextrose, 14.4 g/kg
    assert (found["lipid_volume"], found["pn_volume"], found["rate"]) == (30, 240, 10)
    assert found["GIR"] == 10
    assert _near(found["amino_acid_concentration"], "2.583")  # 6.2 g in 240 mL
    assert _near(found["GIR_anhydrous"], "9.09")
    assert found["total_energy"] == Fraction("14.4") * Fraction("3.4") + Fraction("12.4") + 30
    assert _near(found["nonprotein_kcal_per_g_nitrogen"], "164.33")  # 78.96 kcal ÷ 0.4805 g
    assert (found["uvc_fluid"], found["uvc_sodium"]) == (12, Fraction("1.848"))


def test_a_mixing_sheet_from_products_named_with_their_strength() -> None:
    found = _outputs(
        "tpn_full_orders",
        "protein g, dextrose g, lipid g, total_energy kcal, final_lipid %, water mL, lipid_share_of_total %, nitrogen g",
        "AA10=900 mL; D70=400 mL; L20=250 mL; total=2000 mL",
    )
    assert (found["protein"], found["dextrose"], found["lipid"]) == (90, 280, 50)
    assert (found["total_energy"], found["final_lipid"], found["water"]) == (1812, Fraction("2.5"), 450)
    assert found["nitrogen"] == Fraction("14.4")
    assert _near(found["lipid_share_of_total"], "27.594")  # 500 of 1812 kcal


def test_outputs_that_hang_on_what_is_not_given_are_left_out_and_the_others_answered() -> None:
    found = _outputs("tpn_full_orders", "total_energy kcal, final_AA %, water mL", "AA10=500 mL; D50=400 mL")
    assert found == {"total_energy": 880}


def test_the_nutrient_that_fills_up_the_energy() -> None:
    found = _outputs(
        "tpn_full_orders",
        "energy_goal kcal/d, lipid_grams g/d, lipid_volume mL/d, lipid_percent %, total_energy kcal/d",
        "weight=50 kg; energy=1820 kcal/d; protein=1.2 g/kg/d; dextrose=6 g/kg/d; lipid_stock=20 %",
    )
    # 1820 − 240 − 1020 = 560 kcal = 56 g; the total then hangs on how that is rounded
    assert found == {"energy_goal": 1820, "lipid_grams": 56, "lipid_volume": 280}


def test_calcium_and_phosphorus_in_every_way_they_are_asked_for() -> None:
    given = "weight=1.2 kg; Ca_gluconate=1000 mg/kg/d; P=1.15 mmol/kg/d"
    found = _outputs(
        "tpn_full_orders", "calcium mEq/kg/d, calcium mmol/kg/d, Ca_P_molar mmol/mmol, elemental_calcium mg/d", given,
        HOSPITAL,
    )  # fmt: skip
    assert found["calcium"] == Fraction("2.3")  # 4.6 mEq by the convention
    assert found["Ca_P_molar"] == 2
    assert _near(found["elemental_calcium"], "110.6")  # 2.3 × 40.078 × 1.2
    by_label = _outputs("tpn_full_orders", "calcium mEq/kg/d, P_mg mg/kg/d", given)
    assert by_label["calcium"] == Fraction("4.65")
    assert by_label["P_mg"] == Fraction("1.15") * Fraction("30.974")


@pytest.mark.parametrize(
    ("unit", "given", "expected"),
    [
        ("mmol/mmol", "Ca=26 mEq/L; P=10 mmol/L", "1.3"),
        ("1", "Ca=13 mmol/L; P=10 mmol/L", "1.3"),
        ("mg/mg", "Ca=51 mg/kg/d; P=30 mg/kg/d", "1.7"),
        ("mmol2/L2", "Ca=10 mEq/L; P=15 mmol/L", "75"),
        ("mEq*mmol/L2", "Ca=10 mEq/L; P=15 mmol/L", "150"),
        ("(mmol/L)^2", "Ca=30 mEq; P=15 mmol; volume=1.5 L", "100"),
        ("mEq", "Ca_gluconate=2 g", "9.3"),
        ("mEq", "Ca=40.078 mg", "2"),
        ("mL", "P=30 mmol; concentration=3 mmol/mL", "10"),
    ],
)
def test_calcium_and_phosphate_as_ratio_product_and_amount(unit: str, given: str, expected: str) -> None:
    assert _single("ca_phosphate", unit, given) == Fraction(expected)


@pytest.mark.parametrize(
    ("unit", "given", "printed"),
    [
        ("mOsm/L", "NaCl=0.6 g/100mL; KCl=0.03 g/100mL; CaCl2_2H2O=0.02 g/100mL; Na_lactate=0.31 g/100mL", "273"),
        ("mOsm/L", "NaHCO3=8.4 g/100mL", "2000"),
        ("mOsm/mL", "NaCl=4 mEq/mL", "8.0"),
        ("mOsm/mL", "Na_acetate=2 mEq/mL", "4.0"),  # by charge the hydrate does not matter
        ("mOsm/L", "mannitol=20 g/100mL", "1098"),
        ("mOsm/L", "dextrose=10 %", "505"),
        ("mOsm/L", "glucose=50 g/L", "278"),
        ("mOsm/L", "NaCl=9 g; volume=500 mL", "616"),
        ("mOsm/L", "Ca_gluconate=-10 mmol/L; Cl=5 mmol/L", "-25"),
        ("mOsm/L", "strength=0.9 %; molar_mass=58.5 g/mol; particles=2 1", "307.7"),
        ("mOsm/L", "AA=4.25 %; dextrose=20 %; lipid=3 %", "1446.3"),
        ("mOsm/L", "AA10=500 mL; D70=350 mL; total=2000 mL; electrolytes=150 mEq/L", "1012.5"),
        ("mOsm/L", "AA=30 g/L; dextrose=100 g/L; Na=40 mEq/L; K=20 mEq/L; Ca=10 mEq/L; Mg=5 mEq/L", "939"),
        ("mOsm/kg", "AA=30 g/L; glucose=100 g/L; Na=30 mmol/L; P=310 mg/L", "1012"),
    ],
)
def test_osmolarity_by_particles_and_by_factors(unit: str, given: str, printed: str) -> None:
    assert _near(_single("osmolarity", unit, given), printed)


@pytest.mark.parametrize(
    ("salt_name", "mass", "amount"),
    [
        ("ZnSO4.7H2O", "22.74", "347.8"), ("MnSO4.H2O", "32.51", "591.7"), ("KI", "76.45", "602.4"),
        ("NaF", "45.25", "2381.6"), ("Na2SeO3.5H2O", "30.02", "380.2"), ("H2SeO3", "61.23", "775.3"),
        ("CrK(SO4)2.12H2O", "10.41", "200.2"), ("(NH4)6Mo7O24.4H2O", "54.34", "566.4"),
        ("Zn_gluconate_3H2O", "12.83", "196.2"), ("zinc_sulfate_heptahydrate", "22.74", "347.8"),
    ],
)  # fmt: skip
def test_the_element_of_any_trace_element_salt(salt_name: str, mass: str, amount: str) -> None:
    found = _outputs("trace_elements", "element_mass mcg/mL, element_amount nmol/mL", f"{salt_name}=100 mcg/mL")
    assert _near(found["element_mass"], mass)
    assert _near(found["element_amount"], amount)


def test_where_the_topic_names_hydrates_a_formula_without_water_has_none() -> None:
    found = _outputs("trace_elements", "element_mass mcg/mL", "CuSO4=151 mcg/mL")
    assert _near(found["element_mass"], "60.1")
    fluid = _outputs("iv_fluid_labels", "Ca mmol/L", "CaCl2=1.1098 g/L")
    assert _near(fluid["Ca"], "10.0")


def test_a_salt_in_words_or_in_another_topic_must_say_its_water() -> None:
    for topic, name in (
        ("trace_elements", "zinc_sulfate"),
        ("tpn_full_orders", "CaCl2"),
        ("tpn_products", "Na_acetate"),
    ):
        with pytest.raises(CannotAnswer, match="hydrate"):
            _outputs(
                topic, "element_mass mcg/mL" if topic == "trace_elements" else "Cl mmol, acetate mmol", f"{name}=1 g"
            )


def test_a_balanced_fluid_with_an_acid_that_its_hydroxide_neutralises() -> None:
    found = _outputs(
        "iv_fluid_labels",
        "Na mmol/L, K mmol/L, Mg_mEq mEq/L, Cl mmol/L, malate mmol/L, osmolarity mOsm/L",
        "NaCl=6.8 g/L; KCl=0.3 g/L; MgCl2_6H2O=0.2 g/L; CaCl2_2H2O=0.37 g/L; Na_acetate_3H2O=3.27 g/L; "
        "malic_acid=0.67 g/L; NaOH=0.2 g/L",
    )
    assert _near(found["Na"], "145")
    assert _near(found["Mg_mEq"], "2.0")
    assert _near(found["malate"], "5.0")
    assert _near(found["osmolarity"], "309")


def test_ions_from_every_kind_of_name() -> None:
    found = _outputs(
        "tpn_products",
        "Na mmol, K mmol, phosphate mmol, acetate mmol, Cl mmol, lysine g, glucose g",
        "Na2HPO4_12H2O=3.581 g; KH2PO4=1.361 g; sodium_acetate_trihydrate=1.361 g; lysine_acetate=2.063 g; "
        "arginine_HCl=2.107 g; glucose_monohydrate=55 g",
    )
    expected = {"Na": "30.0", "K": "10.0", "phosphate": "20.0", "acetate": "20.0", "Cl": "10.0", "lysine": "1.46"}
    assert {name: _near(found[name], printed) for name, printed in expected.items()} == dict.fromkeys(expected, True)
    assert _near(found["glucose"], "50.0")


def test_a_figure_that_is_named_is_never_taken_for_another_of_the_same_unit() -> None:
    given = "dextrose=300 g; AA=75 g; lipid=48 g"
    inputs = {name: _data(text) for name, text in (part.split("=") for part in given.split("; "))}
    asked = {name: {"name": name, "unit": "kcal"} for name in ("total_energy", "nonprotein_energy", "basal_energy")}
    found = {name: Case("x", inputs, None, one, "tpn_macros") for name, one in asked.items()}
    assert answer_case(found["total_energy"])["value"] == "1800"
    assert answer_case(found["nonprotein_energy"])["value"] == "1500"
    with pytest.raises(CannotAnswer):
        answer_case(found["basal_energy"])


def test_names_are_read_as_they_are_written() -> None:
    assert ion("Mg") == "magnesium"
    assert ion("mg") is None
    assert salt("AA10") is None
    assert nutrient("D") is None
    assert nutrient("drug") is None
    named = nutrient("D12.5")
    assert named is not None
    assert named.strength == Fraction("12.5")


def test_outputs_left_out_are_counted_as_not_answered_and_not_as_wrong() -> None:
    raw = {
        "id": "x",
        "inputs": {"AA10": {"value": "500", "unit": "mL"}},
        "wanted": {"protein": "g", "final_AA": "%"},
        "expected": {"outputs": {"protein": {"value": "50", "unit": "g"}, "final_AA": {"value": "5", "unit": "%"}}},
    }
    (outcome,) = run_topic("tpn_full_orders", [raw])
    assert outcome.outcome == "not answered"
    assert "final_AA" in outcome.reason
    wrong = {**raw, "expected": {"outputs": {**raw["expected"]["outputs"], "protein": {"value": "60", "unit": "g"}}}}
    (outcome,) = run_topic("tpn_full_orders", [wrong])
    assert outcome.outcome == "wrong"
