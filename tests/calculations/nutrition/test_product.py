"""A product declares all that it brings, or says what its label does not tell."""

from typing import Any

import pytest

from calculations.errors import Faults
from calculations.nutrition.product import Role, SourceProduct, per_ml
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import CALCIUM_GLUCONATE, WATER, ions


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"ions": {"phosphate": Quantity(3, "mEq/mL", of="phosphate")}}, "phosphate"),
        ({"ions": {"sodium": Quantity(4, "mEq/mL", of="potassium")}}, "sodium"),
        ({"ions": {"sodium": Quantity(4, "mg/mL", of="sodium")}}, "sodium"),
        ({"ions": {"iron": Quantity(4, "mEq/mL", of="iron")}}, "iron"),
        ({"ions": ions(potassium="4.4", phosphate="3")}, "phosphate charge"),
        ({"nutrients": {"dextrose": Quantity("0.7", "g/mL", of="dextrose")}}, "dextrose form"),
        ({"nutrients": {"zinc": Quantity(1, "mg", of="zinc")}}, "zinc"),
        ({"aluminium": Quantity(1, "mcg/mL")}, None),
        ({"aluminium": Quantity(1, "mg")}, "aluminium"),
        ({"density": Quantity(1, "mg")}, "density"),
        ({"not_for": ("neonate",)}, "not for"),
    ],
)
def test_a_label_figure_that_cannot_be_is_named(fields: dict[str, Any], names: str | None) -> None:
    def made() -> SourceProduct:
        return SourceProduct(id="x", display="x", role=Role.SALT, **fields)

    if names is None:
        assert made().aluminium == Quantity(1000, "mcg/L")
        return
    with pytest.raises(Faults) as caught:
        made()
    assert f"x: {names}" in {fault.field for fault in caught.value.faults}


def test_a_concentrate_can_never_stand_as_the_water() -> None:
    with pytest.raises(Faults, match="sterile water with nothing in it"):
        SourceProduct(id="x", display="sodium chloride 23.4 %", role=Role.WATER, ions=ions(sodium="4", chloride="4"))
    assert WATER.brings("sodium") is None


def test_milliequivalents_follow_from_millimoles_by_the_charge() -> None:
    assert per_ml("calcium", Quantity("0.23", "mmol/mL", of="calcium")) == Quantity("0.46", "mEq/mL", of="calcium")
    assert per_ml("phosphate", Quantity(3, "mmol/mL", of="phosphate")) == Quantity(3, "mmol/mL", of="phosphate")


def test_what_a_label_does_not_tell_is_not_told_as_none() -> None:
    silent = SourceProduct(id="x", display="x", role=Role.AMINO_ACIDS, unknown=("chloride", "aluminium"))
    assert not silent.tells("chloride")
    assert not silent.tells("aluminium")
    assert CALCIUM_GLUCONATE.tells("chloride")
