"""The words for every field of the house's rules, beyond-use table and supplies, and of the nutrition set."""

from collections.abc import Mapping

from formulary.house.loading import HouseRules
from formulary.model import (
    AssignedByScan,
    BeyondUseRow,
    BeyondUseRules,
    ClosedSystemDevice,
    DiluentVial,
    EmptyBag,
    Filter,
    OpenedContainerRow,
    SiteValue,
    Solution,
    SolutionBag,
    SourceContainer,
    StorageRange,
    Supplies,
    Syringe,
)
from formulary.nutrition.model_products import Constituent, NonNutrient, NonNutrients, NutritionProduct, ProductFamily
from formulary.nutrition.model_profile import (
    CheckPolicy,
    CurveBinding,
    DayChange,
    HangTime,
    KeptApart,
    MixingStep,
    NutritionLabel,
    NutritionProfile,
    Osmoles,
    Overfill,
    Screening,
    SiteChoice,
    Stocked,
    Storing,
)
from formulary.nutrition.model_rules import (
    Curve,
    CurvePoint,
    Curves,
    LimitRow,
    LimitTable,
    Template,
    TemplateAmount,
    Templates,
    Watched,
)

_SOURCE = {"source": "source"}
_ITEM = {"id": "short name", "display": "name", "codes": "codes", **_SOURCE}
_FOR = {"populations": "for", **_SOURCE}
_BAND = {"weight_from": "weight from", "weight_below": "weight below", "line": "line", **_SOURCE}

HOUSE_WORDS: Mapping[type, Mapping[str, str]] = {
    HouseRules: {
        "version": "number of the version", "values": "Values of the house", "populations": "Groups of patients",
        "digest": "digest", "assigned_by_scan": "Finished units assigned by scan",
    },
    AssignedByScan: {"formulation": "formulation", "roles": "by whom", "text": "under which conditions", **_SOURCE},
    SiteValue: {"name": "short name", "value": "value", "text": "what it does", **_SOURCE},
    BeyondUseRules: {
        "id": "short name", "title": "title", "version": "number of the version", "rows": "Beyond-use times",
        "opened": "Opened containers", "ranges": "Temperatures of the house", "digest": "digest",
    },
    BeyondUseRow: {
        "category": "category", "process": "process", "sterility_test": "sterility test", "components": "components",
        "storage": "storage", "limit": "beyond-use time", **_SOURCE,
    },
    OpenedContainerRow: {
        "container_type": "container", "iso5": "opened in ISO class 5", "limit": "may be drawn from for",
        "one_preparation": "rest discarded after one preparation", "text": "in words", **_SOURCE,
    },
    StorageRange: {
        "storage": "storage", "celsius_low": "lowest temperature (°C)", "celsius_high": "highest temperature (°C)",
        **_SOURCE,
    },
    Supplies: {
        "version": "number of the version", "solutions": "Solutions", "bags": "Bags of solution",
        "diluent_vials": "Diluent vials",
        "empty_bags": "Empty bags", "syringes": "Syringes", "devices": "Closed-system devices", "filters": "Filters",
        "source_containers": "Containers for nutrition", "digest": "digest",
    },
    Solution: {
        "id": "short name", "display": "name", "synonyms": "also called", "contains": "contains",
        "osmolarity": "osmolarity",
        "density": "density", "density_source": "source of the density", "preservative": "preservative", **_SOURCE,
    },
    SolutionBag: {
        **_ITEM, "solution": "solution", "label_volume": "label volume", "overfill": "overfill",
        "overfill_source": "source of the overfill", "capacity": "all it can hold",
        "capacity_source": "source of the capacity",
        "material": "wall", "storage": "storage",
    },
    DiluentVial: {**_ITEM, "solution": "solution", "volume": "volume", "container_type": "container", "storage": "storage"},
    EmptyBag: {**_ITEM, "capacity": "all it can hold", "material": "wall"},
    Syringe: {
        **_ITEM, "capacity": "capacity", "graduation": "smallest line",
        "smallest_measurable": "smallest volume measured",
        "material": "wall",
    },
    ClosedSystemDevice: {**_ITEM, "kind": "part", "hold_up": "volume that stays in it"},
    Filter: {**_ITEM, "pore": "pore", "use": "used for", "hold_up": "volume that stays in it"},
    SourceContainer: {**_ITEM, "volume": "volume", "container_type": "container", "storage": "storage"},
}  # fmt: skip

NUTRITION_WORDS: Mapping[type, Mapping[str, str]] = {
    NutritionProfile: {
        "id": "short name", "version": "number of the version", "status": "status", "name": "name",
        "demonstration": "demonstration", "populations": "serves", "stocked": "Stocked",
        "values": "Values of the house",
        "choices": "Choices of the house", "overfill": "Overfill and prime", "hanging": "Hang times and filters",
        "labels": "Labels", "mixing": "Order of mixing", "apart": "Kept apart", "storing": "Storage",
        "osmoles": "Osmoles",
        "curves": "Curves relied on", "checks": "Checks", "changes": "From day to day",
        "screening": "Screening rules",
    },
    SiteChoice: {"name": "short name", "choice": "choice", "text": "what it does", **_SOURCE},
    Stocked: {**_FOR, "purpose": "purpose", "products": "products"},
    Overfill: {
        **_FOR, "kinds": "kinds of bag", "share": "overfill, share", "volume": "overfill, volume", "prime": "prime",
        "prime_inside": "prime taken from the overfill", "prime_source": "source of the prime",
    },
    HangTime: {
        "kind": "kind of bag", "longest": "hangs at most", "longest_source": "source of the time", "filter": "filter",
        "light": "cover against light", "light_source": "source of the cover",
        "filter_source": "source of the filter",
    },
    NutritionLabel: {"kind": "kind of label", "width": "width", "height": "height", **_SOURCE},
    MixingStep: {"takes": "takes", "device": "with", "keeps": "keeps", "text": "in words", **_SOURCE},
    KeptApart: {"first": "first", "second": "second", "text": "in words", **_SOURCE},
    Storing: {
        **_FOR, "storage_celsius": "stored at (°C)", "storage_hours": "stored for", "hang_celsius": "hangs at (°C)",
    },
    Osmoles: {"name": "of", "osmoles": "osmoles", "text": "in words", **_SOURCE},
    CurveBinding: {"curve": "curve", **_FOR},
    CheckPolicy: {**_FOR, "pharmacists": "pharmacists", "text": "in words"},
    DayChange: {
        **_FOR, "nutrient": "nutrient", "soft": "soft ratio", "hard": "hard ratio", "soft_step": "soft step",
        "hard_step": "hard step", "step_source": "source of the step",
    },
    Screening: {
        "id": "short name", **_FOR, "way": "worked out as", "threshold": "threshold",
        "amino_acids_from": "amino acids from",
        "text": "in words",
    },
    ProductFamily: {"products": "Products"},
    NutritionProduct: {
        "id": "short name", "display": "name", "role": "group", "salt": "salt", "items": "containers", "ions": "ions",
        "nutrients": "nutrients", "dextrose_form": "form of dextrose", "energy": "energy",
        "energy_source": "source of the energy",
        "osmolarity": "osmolarity", "osmolarity_source": "source of the osmolarity", "density": "density",
        "density_source": "source of the density", "aluminium": "aluminium",
        "aluminium_source": "source of the aluminium",
        "scaled": "enlarged by the overfill", "organic_phosphate": "organic phosphate", "not_for": "label excludes",
        "allergy_classes": "allergy classes", "allergy_source": "source of the allergy classes", "lines": "only in lines",
        "lines_source": "source of the lines",
        "unknown": "not known", "note": "note", **_SOURCE,
    },
    Constituent: {"name": "name", "per_ml": "per mL", **_SOURCE},
    NonNutrients: {"drugs": "Drugs"},
    NonNutrient: {
        **_FOR, "nutrient": "name in orders", "display": "name", "products": "products", "kinds": "kinds of bag",
        "units": "units", "figures": "figures with limits", "conditions": "conditions",
    },
    LimitTable: {"limits": "Limits"},
    LimitRow: {
        **_BAND, "id": "short name", "figure": "figure", "unit": "unit", "populations": "for whom",
        "kinds": "kinds of bag",
        "usual_low": "usual minimum", "usual_high": "usual maximum", "soft_low": "soft minimum",
        "soft_high": "soft maximum",
        "hard_low": "hard minimum", "hard_high": "hard maximum", "absolute": "absolute: no path beyond",
        "condition": "condition",
    },
    Templates: {"templates": "Starting orders"},
    Template: {
        **_BAND, "id": "short name", "title": "title", "population": "for whom", "kind": "kind of bag",
        "lipid_apart": "lipid apart", "total_fluid": "fluid", "total_fluid_source": "source of the fluid",
        "hours": "runs over",
        "lipid_hours": "lipid runs over", "anions": "anions", "amounts": "amounts",
    },
    TemplateAmount: {
        "nutrient": "nutrient", "amount": "amount", "basis": "basis", "stated_as": "stated as", **_SOURCE,
    },
    Curves: {"curves": "Curves"},
    Curve: {
        "id": "short name", "title": "title", "fictional": "fictional", "amino_acids": "amino acids",
        "amino_acids_from": "amino acids from", "amino_acids_to": "amino acids up to",
        "dextrose_from": "dextrose from",
        "dextrose_to": "dextrose up to", "cysteine": "with cysteine", "lipid": "with lipid",
        "calcium_salt": "calcium product",
        "phosphate_salts": "phosphate products", "watched": "watched for", "points": "points", **_SOURCE,
    },
    Watched: {"celsius": "temperature (°C)", "hours": "hours"},
    CurvePoint: {"calcium": "calcium", "phosphate": "phosphate"},
}  # fmt: skip
