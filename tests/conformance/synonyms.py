"""Other words for the inputs that the adapters know by one name. A word is renamed only where it means one thing."""

from collections.abc import Mapping
from typing import Any

_EVERYWHERE = {
    "wt": "weight", "dosing_weight": "weight", "actual_weight": "weight", "total_body_weight": "weight",
    "birth_weight": "weight", "current_weight": "weight", "body_wt": "weight",
    "stature": "height", "serum_cr": "scr", "sr_cr": "scr", "k_factor": "k", "over": "time",
    "body_surface_area": "bsa", "decimal_places": "places",
}  # fmt: skip
_BY_TOPIC = {
    "peer_iv_orders": {
        "pump_rate": "rate", "infusion_rate": "rate", "flow_rate": "rate", "duration": "time", "infusion_time": "time",
        "bag_volume": "volume", "total_volume": "volume", "syringe_volume": "volume",
    },
    "reconstitution": {
        "dose_in_vial": "drug", "active": "drug", "drug_amount": "drug", "powder": "drug", "vial_strength": "drug",
        "swfi": "diluent", "sterile_water": "diluent", "water": "diluent", "saline": "diluent",
        "withdraw": "take", "draw": "take", "drawn": "take", "aliquot": "take", "plus": "add",
        "volume_given": "dose_volume", "injected": "dose_volume", "withdrawable_volume": "available_volume",
        "conc": "concentration", "strength": "concentration", "stock_concentration": "concentration",
        "goal": "target", "desired_concentration": "target", "mass": "drug",
        "water_added": "diluent", "diluent_added": "diluent", "added_diluent": "diluent", "vial_content": "drug",
        "vial_amount": "drug", "drug_per_vial": "drug", "displacement_value": "displacement",
        "powder_displacement": "displacement", "label_volume": "total", "label_diluent": "diluent",
        "order": "dose", "ordered_dose": "dose", "prescribed": "dose", "dosage": "dose", "prescribed_dose": "dose",
    },
    "dilution_alligation": {
        "conc": "concentration", "goal": "want", "desired_strength": "want", "desired_concentration": "want",
        "on_hand": "have", "bag_volume": "volume", "bag": "volume", "fluid_volume": "volume",
        "target_concentration": "want", "target_strength": "want", "wanted_strength": "want", "strength_wanted": "want",
        "required_strength": "want", "required_concentration": "want", "wanted_concentration": "want",
        "initial_concentration": "c1", "initial_strength": "c1", "initial_volume": "v1", "starting_volume": "v1",
        "stock_conc": "stock", "strength_low": "lo", "low_strength": "lo", "lower_strength": "lo", "strength_lo": "lo",
        "strength_high": "hi", "high_strength": "hi", "higher_strength": "hi", "strength_hi": "hi",
        "quantity_wanted": "quantity", "volume_wanted": "volume", "wanted_volume": "volume",
    },
    "percent_ratio_strength": {
        "density": "sg", "bag_volume": "volume", "total_volume": "volume", "fluid_volume": "volume",
        "diluent_volume": "diluent", "conc": "concentration",
    },
}  # fmt: skip


def in_known_words(inputs: Mapping[str, Any], topic: str) -> Mapping[str, Any]:
    """The inputs under the names that the adapter of a topic knows; small letters, and no name given away twice."""
    words = {**_EVERYWHERE, **_BY_TOPIC.get(topic, {})}
    found: dict[str, Any] = {}
    for name, data in inputs.items():
        low = name.strip().lower().replace(" ", "_").replace("-", "_")
        known = words.get(low, low)
        taken = known in found or (known != name and known in inputs)
        found[name if taken else known] = data
    return found
