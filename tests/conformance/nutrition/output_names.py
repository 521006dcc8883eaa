"""Other names of the figures that are asked for; a name that says nothing we know stays as it is."""

import re

_SAME = {
    "total_energy": ("kcal_total", "total_kcal_per_day", "caloric_total", "total_caloric_intake", "total_energy_per_day",
                     "total_calories_per_day", "calories_total", "total_caloric_provision", "energy_total_kcal"),
    "energy_per_kg": ("kcal_per_kg_per_day", "kcal_kg", "kcal_per_kg_day", "kcal_kg_d", "kcal_kg_day",
                      "energy_per_kg_per_day", "calories_per_kg_per_day", "total_kcal_per_kg_per_day"),
    "pn_volume": ("tpn_volume", "volume_pn", "remaining_volume", "pn_volume_ml", "volume_for_pn", "volume_left_for_pn"),
    "total_volume": ("volume_total", "final_volume", "total_bag", "total_volume_ml"),
    "rate": ("infusion_rate", "tpn_rate", "rate_ml_h", "rate_ml_per_h", "pn_infusion_rate", "flow_rate", "rate_pn"),
    "nitrogen": ("n", "grams_nitrogen", "nitrogen_grams", "g_nitrogen", "nitrogen_content", "g_n", "n_grams"),
    "gir": ("gir_mg_kg_min", "dextrose_infusion_rate", "glucose_rate", "gur", "glucose_delivery_rate", "cir"),
    "gir_anhydrous": ("gir_corrected", "gir_10_11", "anhydrous_gir", "glucose_infusion_rate_anhydrous", "corrected_gir"),
    "full_rate": ("plateau_rate", "goal_rate", "full_infusion_rate", "rate_full", "main_rate"),
    "taper_rate": ("half_rate", "ramp_rate", "first_hour_rate", "last_hour_rate", "taper_up_down_rate", "rate_taper"),
    "water": ("water_ml", "sterile_water_ml", "qs_volume", "water_for_injection", "sterile_water_for_injection"),
    "npc_n": ("kcal_per_g_n", "npcn", "npc_n_ratio", "calorie_to_nitrogen_ratio", "kcal_n_ratio", "kcal_to_n"),
    "energy_goal": ("goal_energy", "energy_target", "goal_kcal", "target_energy", "target_kcal", "energy_requirement"),
    "insulin": ("units_insulin", "regular_insulin", "insulin_total"),
    "element_mass": ("elemental_mass", "element_mg", "elemental", "element_mcg", "elemental_mg", "elemental_mcg", "mass_element"),
    "element_amount": ("elemental_amount", "element_moles", "elemental_mmol", "elemental_umol", "amount_element"),
}  # fmt: skip
_CANONICAL = {alias: name for name, aliases in _SAME.items() for alias in aliases}
_SUBJECT = (
    r"(?P<x>amino_acids?|aa\d*|protein|dextrose\d*|glucose|carbohydrates?|carbs?|cho|lipids?\d*|fat|ile\d*|d\d+w?|"
    r"(?:trophamine|travasol|clinisol|prosol|intralipid|smoflipid)\d*)"
)
_PATTERNS = tuple(
    (re.compile(pattern.replace("X", _SUBJECT)), turned)
    for pattern, turned in (
        (r"(?:grams?|g|mass)_(?:of_)?X", "{x}"),
        (r"total_X(?:_g|_grams)?", "{x}"),
        (r"(?:kcals?|energy|calories)_(?:from_|of_)?X", "{x}_energy"),
        (r"(?:volume|vol|ml)_(?:of_)?X", "{x}_volume"),
        (r"X_(?:stock_volume|product_volume|volume_ml|stock_ml)", "{x}_volume"),
        (r"rate_(?:of_)?X", "{x}_rate"),
        (r"X_(?:pump_rate|rate_ml_h|flow_rate)", "{x}_rate"),
        (r"percent_(?:of_)?(?:kcals?_|calories_|energy_)?(?:from_|as_)?X", "{x}_percent"),
        (r"X_(?:required|requirement)", "{x}_needed"),
        (r"(?:required|needed)_X", "{x}_needed"),
        (r"anhydrous_X", "{x}_anhydrous"),
        (r"X_anhydrous_(?:g|grams)", "{x}_anhydrous"),
        (r"final_X_(?:percent|pct|concentration|conc)", "final_{x}"),
        (r"X_(?:percent_final|final_percent|final_concentration|final_conc|pct_final)", "final_{x}"),
    )
)
_OSMOLARITY = re.compile(
    r"(?:total|estimated|pn|tpn|solution|final|calculated|approximate)_osmolarity|osmolarity_(?:total|estimated|mosm_l|final|pn)"
)
_PER_NITROGEN = re.compile(
    r"(?:non_?protein|np)_?(?:kcals?|calories?|energy|c|e)?(?:_to|_per)?_?(?:g_|gram_)?(?:of_)?n(?:itrogen)?(?:_ratio)?"
)


def canonical(name: str) -> str:
    """The name by which the rules know a figure; itself where it is known so or not at all."""
    key = re.sub(r"[-\s:/]+", "_", name.strip().lower())
    if key in _CANONICAL:
        return _CANONICAL[key]
    if _OSMOLARITY.fullmatch(key):
        return "osmolarity"
    if _PER_NITROGEN.fullmatch(key):
        return "npc_n"
    for pattern, turned in _PATTERNS:
        found = pattern.fullmatch(key)
        if found is not None:
            return turned.format(x=found["x"])
    return name
