"""A bag with everything that the house adds, for a patient with a long name, still has its label."""

from compounding.documents.stock import BAG
from compounding.preparing.numbering import dose_number
from tests.support.flow import accepted_order, placed_order
from tests.support.nutrition_flow import BABY, preterm_order, released_nutrition

NUMBER = "260414-0401"
SINGLE = {
    "zinc": "400 mcg/kg/day", "selenium": "2 mcg/kg/day", "copper": "20 mcg/kg/day", "cysteine": "40 mg/kg/day",
    "levocarnitine": "10 mg/kg/day",
}  # fmt: skip
LONG = {"family_name": "PLACEHOLDER-WORTHINGTON-FITZGERALD", "given_name": "Maximiliana Alexandrina"}


def test_the_label_of_a_bag_with_fourteen_additives_and_a_long_name_fits_its_stock(cast_store, printer):
    order = preterm_order(trace_elements="")
    order["nutrition"]["amounts"] += [
        {"nutrient": name, "amount": amount, "basis": "per kg per day"} for name, amount in SINGLE.items()
    ]
    placed_order(cast_store, order, BABY | LONG, NUMBER)
    accepted_order(cast_store, NUMBER)
    dose = released_nutrition(cast_store, dose_number(NUMBER, 1))
    assert dose.label is not None
    assert len(dose.label["rows"]) == 15
    assert printer.render(dose.label["kind"], dose.label, BAG).pdf.startswith(b"%PDF")
