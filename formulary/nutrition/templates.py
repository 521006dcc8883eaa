"""A starting order as the fields of an order: what the order page begins with."""

from typing import Any

from calculations.quantity import Quantity
from formulary.nutrition.model_rules import Template


def order_data(template: Template, dosing_weight: Quantity) -> dict[str, Any]:
    """The fields of an order for a patient of this dosing weight, every amount in the template's own unit and basis."""
    return {
        "dosing_weight": dosing_weight.as_data(),
        "population": template.population,
        "kind": template.kind,
        "line": template.line.value,
        "lipid_apart": template.lipid_apart,
        "total_fluid": template.total_fluid.as_data(),
        "hours": template.hours.as_data(),
        "lipid_hours": template.lipid_hours.as_data(),
        "anions": template.anions,
        "amounts": [
            {
                "nutrient": row.nutrient,
                "amount": _untagged(row.amount),
                "basis": row.basis,
                **({} if row.stated_as == "element" else {"stated_as": row.stated_as}),
            }
            for row in template.amounts
        ],
    }


def _untagged(quantity: Quantity) -> dict[str, Any]:
    return {key: value for key, value in quantity.as_data().items() if key != "of"}
