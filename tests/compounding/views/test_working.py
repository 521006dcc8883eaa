"""The working in plain words: numbers in the formula, nothing of a second drug left out, nothing taken for a word."""

from compounding.views.strip import unbroken
from compounding.views.working import main_figures, working


def step(id_, statement, result, **inputs):
    def quantity(text):
        value, _, unit = text.partition(" ")
        return {"value": value, "unit": unit}

    shown = result.replace("46/5", "9.2")
    given = {name: quantity(text) if isinstance(text, str) else [quantity(one) for one in text] for name, text in inputs.items()}
    return {"id": id_, "version": 1, "statement": statement, "inputs": given, "exact": quantity(result), "shown": shown}


DOSE = step("dose.per_weight", "dose = dose per weight × weight", "460 mg", dose_per_weight="50 mg/kg", weight="46/5 kg_bw")
OTHER = step("dose.per_weight", "dose = dose per weight × weight", "92 mg", dose_per_weight="10 mg/kg", weight="46/5 kg_bw")
SUM = step("bag.sum", "volume = sum of the volumes", "5 mL", volumes=["2 mL", "3 mL"])
ODD = step("x.y", "area = √(height in cm × mass)", "2 m2", height="170 cm", weight="70 kg_bw")


def test_the_numbers_stand_in_the_formula():
    [one] = working([DOSE])
    assert (one.sum, one.result, one.formula) == ("50 mg/kg × 9.2 kg", "460 mg", "dose.per_weight 1")
    assert one.rule == "dose = dose per weight × weight"


def test_a_list_of_inputs_is_added_up():
    assert working([SUM])[0].sum == "2 mL + 3 mL"


def test_a_statement_that_does_not_name_its_inputs_shows_them_beside_their_names():
    assert working([ODD])[0].sum == "height 170 cm, weight 70 kg"


def test_each_drug_keeps_its_figures_and_a_repeated_step_stands_once():
    assert [one.result for one in main_figures([DOSE, OTHER, DOSE])] == ["460 mg", "92 mg"]


def test_a_rounding_is_a_main_figure_only_where_it_changed_the_dose():
    same = step("dose.rounded", "rounded dose = dose to the nearest step", "460 mg", dose="460 mg", step="10 mg")
    other = step("dose.rounded", "rounded dose = dose to the nearest step", "1250 mg", dose="1248 mg", step="50 mg")
    assert [one.result for one in main_figures([same, other])] == ["1250 mg"]


def test_no_number_parts_from_its_unit():
    assert unbroken("in sodium chloride 0.9 % 250 mL") == "in sodium chloride 0.9\u00a0% 250\u00a0mL"
    assert unbroken("fosphenytoin 1,400 mg PE") == "fosphenytoin 1,400\u00a0mg PE"
