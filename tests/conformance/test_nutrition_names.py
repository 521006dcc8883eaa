"""The same case in other words: names of inputs and figures, spellings of units, conventions; and what stays left out."""

from typing import Any

import pytest

from tests.conformance.case import CannotAnswer, Case
from tests.conformance.running import answer_case

ORDER = {
    "weight": "9 kg", "volume": "500 mL", "time": "12 h", "lipid20": "1.8 g/kg/d", "amino_acids": "1.5 g/kg/d",
    "dextrose": "8 %", "Ca_gluconate": "220 mg/kg/d", "P": "0.1 mmol/kg/d", "Na": "7.8 mEq/kg/d",
}  # fmt: skip


def _quantity(text: str) -> Any:
    value, _, unit = text.partition(" ")
    return {"value": value, "unit": unit} if unit and value[0].isdigit() and " of " not in text else text


def _ask(inputs: dict[str, str], wanted: dict[str, str], convention: Any = None, topic: str = "tpn_full_orders") -> Any:
    return answer_case(Case("x", {name: _quantity(text) for name, text in inputs.items()}, convention, wanted, topic))


@pytest.mark.parametrize(
    ("known", "other"),
    [
        ("weight", "dosing_weight"), ("weight", "wt"), ("weight", "birth_weight"), ("volume", "PN_volume"),
        ("time", "over"), ("time", "infusion_time"), ("lipid20", "ILE20"), ("lipid20", "smoflipid"),
        ("amino_acids", "AA"), ("dextrose", "dextrose_concentration"), ("Ca_gluconate", "CaGluconate"),
        ("P", "phos"), ("Na", "sodium"),
    ],
)  # fmt: skip
def test_an_input_is_known_by_its_other_names(known: str, other: str) -> None:
    wanted = {"GIR": "mg/kg/min", "lipid_rate": "mL/h", "Na": "mEq/L", "calcium": "mEq/L", "final_AA": "%", "P": "mmol"}
    renamed = {(other if name == known else name): text for name, text in ORDER.items()}
    assert _ask(renamed, wanted) == _ask(ORDER, wanted)


@pytest.mark.parametrize(
    ("known", "others", "unit"),
    [
        ("total_energy", ("total_kcal", "kcal_total", "calories"), "kcal/d"),
        ("dextrose_energy", ("kcal_from_dextrose", "kcal_dextrose", "carbohydrate_kcal"), "kcal/d"),
        ("GIR", ("glucose_infusion_rate", "gur", "GIR_mg_kg_min"), "mg/kg/min"),
        ("GIR_anhydrous", ("GIR_corrected", "anhydrous_GIR"), "mg/kg/min"),
        ("final_AA", ("AA_final_percent", "final_amino_acids", "AA_concentration"), "%"),
        ("lipid_rate", ("rate_lipid", "fat_rate", "ILE_infusion_rate"), "mL/h"),
        ("osmolarity", ("total_osmolarity", "estimated_osmolarity"), "mOsm/L"),
        ("npc_n", ("NPC:N", "nonprotein_kcal_per_g_nitrogen", "kcal_per_g_N"), "kcal/g N"),
        ("rate", ("infusion_rate", "TPN_rate", "rate_mL_h"), "mL/h"),
    ],
)
def test_a_figure_is_known_by_its_other_names(known: str, others: tuple[str, ...], unit: str) -> None:
    inputs = {name: text for name, text in ORDER.items() if name not in ("Ca_gluconate", "P")}
    told = _ask(inputs, {known: unit})[known]
    assert {name: _ask(inputs, {name: unit})[name] for name in others} == dict.fromkeys(others, told)


@pytest.mark.parametrize(
    ("written", "unit"),
    [("g/kg/24 h", "g/kg/d"), ("gm/kg/day", "g/kg/d"), ("g/kg per day", "g/kg/d"), ("grams/kg/d", "g/kg/d")],
)
def test_a_day_is_a_day_however_it_is_written(written: str, unit: str) -> None:
    inputs = {"lipid20": f"3 {unit}", "weight": "2 kg", "time": "20 h"}
    assert _ask({**inputs, "lipid20": f"3 {written}"}, {"lipid_rate": "mL/h"}) == _ask(inputs, {"lipid_rate": "mL/h"})


@pytest.mark.parametrize(
    ("convention", "kcal"),
    [
        (None, "840"), ({"fat_kcal_per_g": "9"}, "810"), ({"energy_factors": {"carbohydrate": "4", "fat": "9"}}, "870"),
        ("lipid 20% = 2 kcal/mL, dextrose 3.4 kcal/g", "840"), ("4 kcal/g dextrose and 9 kcal/g fat", "870"),
        ({"protein": "not counted"}, "640"),
    ],
)  # fmt: skip
def test_a_convention_tells_kcal_in_its_own_way(convention: Any, kcal: str) -> None:
    given = {"dextrose": "100 g", "AA": "50 g", "lipid": "30 g"}
    assert _ask(given, {"unit": "kcal"}, convention, "tpn_macros")["value"] == kcal


@pytest.mark.parametrize(
    ("inputs", "wanted", "topic"),
    [
        ({"KCl": "10 mL", "total": "1 L"}, {"K": "mEq/L"}, "tpn_full_orders"),  # of which strength
        ({"K_phosphate": "15 mmol"}, {"K": "mEq"}, "tpn_full_orders"),  # of which product
        ({"volume": "2 L", "taper": "1 h"}, {"full_rate": "mL/h"}, "tpn_full_orders"),  # over which time
        (
            {"volume": "2 L", "time": "12 h", "pause": "1 h"},
            {"rate": "mL/h"},
            "tpn_full_orders",
        ),  # a time without a rule
        ({"AA": "5 %", "dextrose": "10 %", "salts": "60 mEq/L"}, {"osmolarity": "mOsm/L"}, "tpn_full_orders"),
        ({"AA10": "6 g", "volume": "240 mL", "overfill": "40 mL"}, {"AA_volume": "mL"}, "tpn_full_orders"),
        ({"Ca_gluconate": "400 mg", "P": "0.4 mmol"}, {"unit": "mg/mg"}, "ca_phosphate"),
        (
            {"D70": "3530 mOsm/L", "D70_volume": "150 mL", "AA_volume": "300 mL", "total": "1 L"},
            {"unit": "mOsm/L"},
            "osmolarity",
        ),
        ({"dextrose": "-3 g"}, {"unit": "kcal"}, "tpn_macros"),
        ({"weight": "70 kg", "height": "170 cm", "age": "50 a", "sex": "male"}, {"unit": "kcal/d"}, "tpn_macros"),
    ],
)
def test_what_is_not_told_stays_left_out(inputs: dict[str, str], wanted: dict[str, str], topic: str) -> None:
    with pytest.raises(CannotAnswer):
        _ask(inputs, wanted, topic=topic)
