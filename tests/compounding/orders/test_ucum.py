"""UCUM codes, letter for letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from calculations.units import parse_unit, unit
from compounding.orders.ucum import is_ucum


@pytest.mark.parametrize(
    "code",
    ["ug", "mg", "mL", "ml", "L", "meq", "mosm/L", "[iU]/kg", "[USP'U]", "[drp]/min", "10*6.[iU]", "mg/(12.h)", "/h",
     "1", "{dose}", "mg{total}", "ug/kg/min", "mmol/(8.h.kg)", "%", "m2", "s-1", "10*-3", "g/{creat}", "U", "U/L",
     "Cel"],
)  # fmt: skip
def test_a_ucum_code_is_known(code: str) -> None:
    assert is_ucum(code)


@pytest.mark.parametrize(
    "code",
    ["", " ", "mEq", "iU", "IU", "[iIU]/mL", "mL/8h", "mg/12h", "mcg", "ml/hr", "cc", "ea", "TAB", "drop", "mg/", "(mg",
     "mg)", "mg mL", "µg", "mg/{", "mg}", "m-", "mgg", "MgPE/ML", "//h", "mg..mL", "m" * 61, "(" * 50, "mg\n"],
)  # fmt: skip
def test_anything_else_is_not(code: str) -> None:
    assert not is_ucum(code)


@pytest.mark.parametrize(
    "name", ["mg/mL", "mcg/kg/min", "units/kg/h", "mEq/L", "mL/h", "drop/min", "mOsm/L", "million_units"]
)
def test_every_code_that_the_engine_writes_is_ucum(name: str) -> None:
    assert is_ucum(unit(name).ucum)


def test_a_code_may_be_ucum_and_still_be_refused_for_an_order() -> None:
    assert is_ucum("Mg/ML")  # megagrams per megalitre: the same concentration, but nobody means it
    with pytest.raises(Fault):
        parse_unit("Mg/ML", "strength")


@given(st.text(max_size=80) | st.text("mgL/.()[]{}10*-iUeq", max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    assert is_ucum(text) in (True, False)
