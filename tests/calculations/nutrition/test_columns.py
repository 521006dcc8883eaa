"""Many orders at once: the same formulas on columns, agreeing with exact, and refusing as they do."""

from typing import Any

import numpy
import pytest

from calculations.column import Column
from calculations.concentration import _volume_of_dose
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.formula import above, formula, recheck, recording
from calculations.nutrition.bases import for_weight, per_litre
from calculations.nutrition.columns import BLOCK, Cell, Sheet
from calculations.nutrition.volumes import sum_of_volumes
from calculations.quantity import Quantity

UNITS = {"sodium": "mEq/kg/day", "weight": "kg_bw", "bag": "mL"}
CELLS = {
    "amount": Cell(for_weight, {"ordered": "sodium", "weight": "weight"}),
    "volume": Cell(_volume_of_dose, {"dose": "amount", "concentration": Quantity(4, "mEq/mL")}),
    "both": Cell(sum_of_volumes, {"volumes": ("volume", "bag", Quantity(1, "L"))}),
    "strength": Cell(per_litre, {"amount": "amount", "volume": "bag"}),
}
ROWS = 2 * BLOCK + 7


def columns(**changed: Any) -> dict[str, Column]:
    dice = numpy.random.default_rng(7)
    given = {
        "sodium": dice.uniform(1, 5, ROWS),
        "weight": dice.uniform(0.5, 90, ROWS),
        "bag": dice.uniform(50, 3000, ROWS),
    }
    return {name: Column(changed.get(name, array.round(3)), UNITS[name]) for name, array in given.items()}


def test_every_row_agrees_with_the_exact_figures() -> None:
    sheet, given = Sheet(UNITS, CELLS), columns()
    found = sheet.run(given)
    for row in range(0, ROWS, 97):
        for name, quantity in sheet.exact_row(given, row).items():
            assert found[name].unit is quantity.unit
            assert found[name].array[row] == pytest.approx(float(quantity.number), rel=1e-12)


def test_one_order_is_worked_out_exactly_and_leaves_its_derivation() -> None:
    order = {"sodium": Quantity(3, "mEq/kg/day"), "weight": Quantity(1200, "g_bw"), "bag": Quantity("0.144", "L")}
    with recording() as noted:
        found = Sheet(UNITS, CELLS).work(order)
    assert (str(found["volume"]), str(found["both"]), str(found["strength"])) == ("0.9 mL", "1,144.9 mL", "25 mEq/L")
    assert [step.id for step in noted.steps] == [cell.formula.id for cell in CELLS.values()]
    for step in noted.as_data():
        assert recheck(step).as_data() == step["exact"]
    assert found["amount"] == for_weight(ordered=order["sodium"], weight=order["weight"])


def test_columns_in_other_units_are_converted_and_other_dimensions_refused() -> None:
    sheet = Sheet(UNITS, CELLS)
    given = columns()
    in_litres = {**given, "bag": Column(given["bag"].array / 1000, "L")}
    assert sheet.run(in_litres)["strength"].array == pytest.approx(sheet.run(given)["strength"].array)
    with pytest.raises(UnitMismatch):
        sheet.run({**given, "bag": Column(given["bag"].array, "mg")})
    with pytest.raises(UnitMismatch):
        Sheet({**UNITS, "weight": "mg"}, CELLS)
    with pytest.raises(UnitMismatch):
        sheet.work({"sodium": Quantity(3, "mEq/day"), "weight": Quantity(1, "kg_bw"), "bag": Quantity(1, "L")})


@pytest.mark.parametrize(("name", "bad"), [("weight", 0.0), ("weight", -1.0), ("sodium", -0.001), ("bag", 0.0)])
def test_a_row_that_a_formula_does_not_allow_is_named(name: str, bad: float) -> None:
    array = columns()[name].array.copy()
    array[BLOCK + 3] = bad
    with pytest.raises(OutOfRange, match=f"row {BLOCK + 3}"):
        Sheet(UNITS, CELLS).run(columns(**{name: array}))
    one = {"sodium": Quantity(3, "mEq/kg/day"), "weight": Quantity(1, "kg_bw"), "bag": Quantity(1, "L")}
    wrong = {**one, name: Quantity(str(bad), UNITS[name])}
    with pytest.raises(CannotCompute):
        Sheet(UNITS, CELLS).work(wrong)


def test_a_row_at_a_ranges_end_that_is_allowed_stays() -> None:
    array = columns()["sodium"].array.copy()
    array[5] = 0.0
    assert Sheet(UNITS, CELLS).run(columns(sodium=array))["amount"].array[5] == 0.0


def test_rows_near_a_tie_are_worked_out_exactly() -> None:
    from calculations.arithmetic import Number, round_to

    @formula(
        id="test.nutrition.rounded", version=1, statement="rounded", source="Test", inputs={"volume": "mL"},
        constants={"step": "0.1 mL"}, valid={"volume": above(0)}, gives="mL",
    )  # fmt: skip
    def rounded(volume: Number, step: Number) -> Number:
        return round_to(volume, step)

    sheet = Sheet({"bag": "mL"}, {"shown": Cell(rounded, {"volume": "bag"})})
    ties = Column(numpy.array([0.15, 0.25, 0.35, 2.675, 1.05]), "mL")
    assert sheet.run({"bag": ties})["shown"].array.tolist() == [0.2, 0.3, 0.4, 2.7, 1.1]


def test_a_cell_that_gives_a_formula_other_inputs_is_refused() -> None:
    with pytest.raises(TypeError, match="takes"):
        Sheet(UNITS, {"amount": Cell(for_weight, {"ordered": "sodium"})})
