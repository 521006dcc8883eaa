"""Which fields of the rows that a data file has the form offers: values that change often. Everything else is changed in the
text, or by a new row: the form of that has every field."""

from collections.abc import Mapping

from formulary.model import (
    AssignedByScan,
    BeyondUseRow,
    ClosedSystemDevice,
    Compatibility,
    DiluentVial,
    EmptyBag,
    Filter,
    Flags,
    Limit,
    MasterFormulation,
    Note,
    OpenedContainerRow,
    Population,
    Product,
    SiteValue,
    Solution,
    SolutionBag,
    SourceContainer,
    Stability,
    StandardConcentration,
    Syringe,
)
from formulary.nutrition.model_products import NutritionProduct
from formulary.nutrition.model_rules import BOUNDS, LimitRow

EDITED: Mapping[type, tuple[str, ...]] = {
    Limit: ("low", "high", "hard_max", "absolute", "condition", "note", "source"),
    StandardConcentration: ("concentration", "pump_unit", "source"),
    Stability: ("limit", "concentration_low", "concentration_high", "note", "source"),
    Product: (
        "display", "codes.ndc", "codes.ndc_format", "codes.gtin", "content", "volume", "concentration", "density",
        "density_source", "excipients", "excipient_source", "in_use_limit", "ready_to_use", "source",
    ),
    MasterFormulation: (
        "volume_tolerance", "gravimetric_tolerance", "true_concentration_limit", "tolerance_source", "concentration_low",
        "concentration_high", "concentration_source", "rounding.step", "rounding.max_deviation", "infusion.default_time",
        "infusion.shortest_time", "infusion.longest_time", "pictures_required", "in_process_check", "second_check", "source",
    ),
    Flags: (
        "high_alert", "hazardous", "niosh", "vesicant", "vesicant_list", "paralytic", "light_in_vial",
        "light_after_preparation", "refrigerate", "controlled_schedule", "second_check", "in_process_check", "look_alikes",
        "source",
    ),
    Population: ("text", "age_from", "age_below", "weight_from", "weight_below", "source"),
    Compatibility: ("other_display", "verdict", "text", "source"),
    Note: ("text", "source"),
    SiteValue: ("value", "source"),
    AssignedByScan: ("text", "source"),
    BeyondUseRow: ("limit", "source"),
    OpenedContainerRow: ("limit", "text", "source"),
    Solution: ("density", "density_source", "osmolarity", "source"),
    SolutionBag: ("overfill", "overfill_source", "capacity", "capacity_source", "source"),
    DiluentVial: ("volume", "source"),
    SourceContainer: ("volume", "source"),
    EmptyBag: ("capacity", "source"),
    Syringe: ("graduation", "smallest_measurable", "source"),
    ClosedSystemDevice: ("hold_up", "source"),
    Filter: ("hold_up", "source"),
    LimitRow: (*BOUNDS, "absolute", "condition", "source"),
    NutritionProduct: (
        "display", "energy", "energy_source", "osmolarity", "osmolarity_source", "density", "density_source", "aluminium",
        "aluminium_source", "note", "source",
    ),
}  # fmt: skip
"""Fields of each row that the form offers; a point leads into a part of the row."""

UNITS = {
    "density": "g/mL", "in_use_limit": "h", "limit": "h", "volume": "mL", "overfill": "mL", "capacity": "mL", "hold_up": "mL",
    "default_time": "min", "shortest_time": "min", "longest_time": "min", "osmolarity": "mOsm/L",
    "weight_from": "kg_bw", "weight_below": "kg_bw", "energy": "kcal/mL", "aluminium": "mcg/L",
}  # fmt: skip
"""Unit of a quantity that the file does not state yet; one without a row here is added in the text."""
