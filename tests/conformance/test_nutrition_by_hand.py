"""Nutrition worked by hand: osmoles by a molar mass that is given, other strengths of a product, nitrogen balance."""

from fractions import Fraction
from typing import Any

import pytest

from tests.conformance.case import CannotAnswer, Case
from tests.conformance.running import answer_case


def _quantity(text: str) -> Any:
    value, _, unit = text.partition(" ")
    return {"value": value, "unit": unit} if unit else text


def _ask(topic: str, inputs: dict[str, str], wanted: dict[str, str], convention: Any = None) -> Any:
    return answer_case(Case("x", {name: _quantity(text) for name, text in inputs.items()}, convention, wanted, topic))


@pytest.mark.parametrize(
    ("inputs", "unit", "by_hand"),
    [
        # textbook: 3 % × 500 mL = 15 g ÷ 58.5 × 2
        ({"sodium_chloride": "3 %", "volume": "500 mL", "molar_mass": "58.5 g/mol", "particles": "2"}, "mOsm", "512.8"),
        ({"sodium_chloride": "0.9 %", "MW": "58.5"}, "mOsm/L", "307.7"),  # its two ions are known
        ({"magnesium_sulfate": "10 %", "molecular_weight": "120 g/mol", "species": "2"}, "mOsm/L", "1666.7"),
        ({"potassium_chloride": "1.5 g", "volume": "1 L", "MW": "74.5 g/mol", "n": "2"}, "mOsm/L", "40.27"),
        ({"calcium_gluconate": "1 g", "molar_mass": "430"}, "mOsm", "6.98"),  # three ions, whichever hydrate
        ({"mannitol": "25 g", "molar_mass": "182 g/mol"}, "mOsm", "137.36"),
        ({"potassium_chloride": "20 mEq", "molar_mass": "74.5", "particles": "2"}, "mOsm", "40"),
        ({"dextrose": "5 %", "molar_mass": "198 g/mol"}, "mOsm/L", "252.5"),
        ({"dextrose": "5 %", "molar_mass": "180 g/mol", "particles": "1"}, "mOsm/L", "277.8"),
    ],
)
def test_osmoles_by_the_molar_mass_that_is_given(inputs: dict[str, str], unit: str, by_hand: str) -> None:
    assert abs(Fraction(_ask("osmolarity", inputs, {"unit": unit})["value"]) - Fraction(by_hand)) < Fraction("0.05")
    named = _ask("osmolarity", inputs, {"osmolarity" if unit == "mOsm/L" else "mOsm": unit})
    assert [abs(Fraction(one["value"]) - Fraction(by_hand)) < Fraction("0.05") for one in named.values()] == [True]


def test_a_molar_mass_beside_two_substances_is_of_neither() -> None:
    inputs = {"sodium_chloride": "9 g", "potassium_chloride": "1 g", "volume": "1 L", "molar_mass": "58.5 g/mol"}
    for wanted in ({"unit": "mOsm/L"}, {"osmolarity": "mOsm/L"}):
        with pytest.raises(CannotAnswer):
            _ask("osmolarity", inputs, wanted)


@pytest.mark.parametrize(
    ("inputs", "asked", "by_hand"),
    [
        ({"d70_volume": "550 mL"}, "d50_volume", "770"),
        ({"lipid_20pct_volume": "250 mL"}, "lipid_10pct_volume", "500"),
        ({"aa_15pct_volume": "400 mL"}, "aa_10pct_volume", "600"),
        ({"d70_volume": "550 mL"}, "d70_volume", "550"),
        ({"dextrose": "350 g"}, "d70_volume", "500"),
    ],
)
def test_the_volume_of_another_strength_holds_the_same_mass(inputs: dict[str, str], asked: str, by_hand: str) -> None:
    assert Fraction(_ask("tpn_macros", inputs, {asked: "mL"})[asked]["value"]) == Fraction(by_hand)


@pytest.mark.parametrize(
    ("convention", "more", "by_hand"),
    [
        ("nitrogen = protein/6.25; insensible losses 4 g", {}, "0.4"),  # 14.4 − 10 − 4
        ("NB = protein/6.25 - (UUN + 4)", {}, "0.4"),
        (None, {"insensible_losses": "3 g/day"}, "1.4"),
    ],
)
def test_nitrogen_balance_with_the_losses_that_are_told(convention: Any, more: dict[str, str], by_hand: str) -> None:
    inputs = {"protein_intake": "90 g/day", "UUN": "10 g/day", **more}
    found = _ask("tpn_macros", inputs, {"nitrogen_balance": "g/day"}, convention)
    assert Fraction(found["nitrogen_balance"]["value"]) == Fraction(by_hand)


@pytest.mark.parametrize("convention", [None, "nitrogen = protein/6.25", "UUN + 20 % for non-urea losses"])
def test_the_other_losses_of_nitrogen_are_never_supposed(convention: Any) -> None:
    with pytest.raises(CannotAnswer, match="losses"):
        _ask("tpn_macros", {"protein": "90 g/day", "UUN": "10 g/day"}, {"nitrogen_balance": "g/day"}, convention)


@pytest.mark.parametrize(
    ("inputs", "asked", "unit", "by_hand"),
    [
        # 70 g ÷ 0.2 g/mL ÷ 12 h
        (
            {"lipid": "1 g/kg/d", "weight": "70 kg", "lipid_stock": "20 %", "hang_time": "12 h"},
            "lipid_rate", "mL/h", "29.167",
        ),
        # 8 × 3 × 1.44 = 34.56 g in 240 mL
        ({"GIR": "8 mg/kg/min", "weight": "3 kg", "rate": "10 mL/h"}, "dextrose_percent", "%", "14.4"),
        # 6 × 2 × 60 ÷ 100 mg/mL
        ({"GIR": "6 mg/kg/min", "weight": "2 kg", "dextrose": "10 %"}, "rate", "mL/h", "7.2"),
        ({"GIR": "6 mg/kg/min", "dextrose": "10 %"}, "rate", "mL/kg/h", "3.6"),
    ],
)  # fmt: skip
def test_a_rate_and_a_percent_by_hand(inputs: dict[str, str], asked: str, unit: str, by_hand: str) -> None:
    found = Fraction(_ask("tpn_full_orders", inputs, {asked: unit})[asked]["value"])
    assert abs(found - Fraction(by_hand)) < Fraction("0.001")


def test_what_a_percent_is_of_is_never_supposed() -> None:
    inputs = {"AA": "60 g", "dextrose": "180 g", "lipid": "40 g", "volume": "1500 mL"}
    with pytest.raises(CannotAnswer, match="percent"):
        _ask("tpn_full_orders", inputs, {"dextrose_percent": "%"})
    found = _ask("tpn_full_orders", inputs, {"final_dextrose": "%", "dextrose_percent_of_kcal": "%"})
    assert found["final_dextrose"]["value"] == "12"
    assert abs(Fraction(found["dextrose_percent_of_kcal"]["value"]) - Fraction("48.88")) < Fraction(
        "0.01"
    )  # 612 ÷ 1252


@pytest.mark.parametrize("asked", [{"lipid_rate": "mL/h"}, {"GIR": "mg/kg/min"}])
def test_a_time_of_which_it_is_not_known_what_runs_so_long(asked: dict[str, str]) -> None:
    inputs = {"lipid20": "2 g/kg/d", "dextrose": "10 g/kg/d", "weight": "10 kg", "break_for_bath": "2 h"}
    with pytest.raises(CannotAnswer, match="time"):
        _ask("tpn_full_orders", inputs, asked)


def test_a_share_of_the_energy_beside_the_strengths_of_the_stocks() -> None:
    inputs = {
        "energy": "2000 kcal", "protein": "20 %", "dextrose": "50 %", "lipid": "30 %",
        "AA_stock": "10 %", "dextrose_stock": "70 %", "lipid_stock": "20 %",
    }  # fmt: skip
    wanted = {"lipid": "g", "lipid_volume": "mL", "protein": "g", "AA_volume": "mL", "dextrose_volume": "mL"}
    found = {name: Fraction(one["value"]) for name, one in _ask("tpn_full_orders", inputs, wanted).items()}
    dextrose = found.pop("dextrose_volume")
    assert found == {"lipid": 60, "lipid_volume": 300, "protein": 100, "AA_volume": 1000}
    assert abs(dextrose - Fraction("420.17")) < Fraction("0.01")  # 1000 ÷ 3.4 ÷ 0.7


def test_a_ratio_to_nitrogen_asked_for_as_a_bare_number() -> None:
    inputs = {"dextrose": "150 g", "protein": "80 g", "lipid": "50 g"}
    assert _ask("tpn_macros", inputs, {"npc_n": "1"})["npc_n"] == {"value": "78.90625", "unit": "1"}  # 1010 ÷ 12.8
