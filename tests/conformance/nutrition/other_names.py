"""Other names of the inputs that the rules know by one: a name is changed only where it means one thing."""

import re
from collections.abc import Mapping
from typing import Any

_SAME = {
    "weight": ("dosing_weight", "wt", "birth_weight", "birthweight", "actual_weight", "actual_body_weight", "current_weight",
               "dry_weight", "total_body_weight", "dose_weight", "weight_dosing"),
    "rate": ("infusion_rate", "pump_rate", "pn_rate", "tpn_rate", "flow_rate", "hourly_rate", "rate_pn", "rate_of_infusion"),
    "time": ("over", "infusion_duration", "run_time", "infuse_over"),
    "taper_up": ("ramp_up", "taper_on", "taper_up_time", "ramp_up_time", "taper_start"),
    "taper_down": ("ramp_down", "taper_off", "taper_down_time", "ramp_down_time", "taper_end"),
    "taper": ("taper_time", "ramp", "taper_each", "taper_hours"),
    "electrolytes": ("lytes", "total_electrolytes", "electrolyte", "electrolytes_total"),
    "total_fluid": ("total_fluid_intake", "tfi", "tfg", "total_fluid_goal", "fluid_goal", "total_fluid_volume"),
    "insulin": ("insulin_dose", "regular_insulin"),
    "molar_mass": ("mw", "molecular_weight", "fw", "formula_weight"),
    "volume": ("volume_total", "vol", "final_vol", "total_vol", "bag_vol", "tpn_volume", "pn_vol"),
    "energy": ("energy_need", "energy_needs", "kcal_goal", "calorie_goal", "total_calories_goal", "energy_target"),
    "nonprotein_energy": ("nonprotein_kcals", "non_protein_kcals", "npc_kcal"),
}  # fmt: skip
_CANONICAL = {alias: name for name, aliases in _SAME.items() for alias in aliases}
_JOINED = re.compile(
    r"(Na|K|Ca|Mg|Zn|Cu|Mn)(Acetate|Gluconate|Gluc|Phosphate|Phos|Chloride|Sulfate|Sulphate|Lactate|Bicarbonate|Glycerophosphate)"
    r"(?=_|\\.|$)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<=_)gluc(?=_|$)")
_LIPID = re.compile(r"lipid|fat|ile|ivfe|smof|intralipid", re.IGNORECASE)
_CAPITALS = {
    "weight",
    "volume",
    "rate",
    "time",
    "total",
    "energy",
    "electrolytes",
    "total_fluid",
    "insulin",
    "height",
    "age",
    "sex",
}


def in_one_name(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs under the names that the rules know; where two would be called the same, both keep their own."""
    wished = {name: _wished(name) for name in inputs}
    lipid = any(_LIPID.match(name) for name in inputs)
    wished.update({name: "lipid_hours" if lipid else "time" for name in inputs if name.lower() == "hang_time"})
    taken = list(wished.values())
    return {(wished[name] if taken.count(wished[name]) == 1 else name): data for name, data in inputs.items()}


def _wished(name: str) -> str:
    low = name.strip().lower().replace(" ", "_").replace("-", "_")
    if low in _CANONICAL or low in _CAPITALS:
        return _CANONICAL.get(low, low)
    joined = _JOINED.match(name)
    if joined is not None:
        name = f"{joined[1]}_{joined[2].lower()}{name[joined.end() :]}"
    return _SHORT.sub("gluconate", name)
