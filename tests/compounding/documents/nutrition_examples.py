"""Fixed facts of a preterm's nutrition: the bag and the first lipid syringe, and an adult's bag with a long list."""

from typing import Any

from compounding.documents import build
from compounding.documents.nutrition_labels import NutrientLine
from compounding.documents.nutrition_sheet import MixStepToDo, OrderedRow
from compounding.documents.shapes import BeyondUse, Due, Maker, PatientLine, Person
from compounding.documents.sheets import ContainerToTake
from compounding.documents.snapshots import barcode_text
from tests.compounding.documents.examples import BABY, FIRST, FIRST_COPY, SITE

ROWS = [
    NutrientLine("amino acids (TrophAmine 10 %)", "4.2 g", "3.5 g", ""),
    NutrientLine("dextrose", "17.28 g", "14.4 g", ""),
    NutrientLine("sodium chloride", "3.6 mEq", "3 mEq", "sodium"),
    NutrientLine("potassium chloride", "0.64 mEq", "0.53 mEq", "potassium"),
    NutrientLine("potassium phosphates", "1.2 mmol", "1 mmol", "phosphate; potassium 1.47 mEq/kg"),
    NutrientLine("calcium gluconate", "2.98 mEq", "2.48 mEq", "calcium"),
    NutrientLine("magnesium sulfate", "0.36 mEq", "0.3 mEq", "magnesium"),
    NutrientLine("trace elements (Multrys)", "0.5 mL", "", ""),
    NutrientLine("vitamins, pediatric", "3.25 mL", "", ""),
    NutrientLine("heparin", "72 units", "60 units", "0.5 units/mL"),
]


def _label(facts: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    label = build.nutrition_label(**{**facts, **changes})
    return {**label, "barcode": barcode_text(label["kind"], label["number"], FIRST)}


def bag(**changes: Any) -> dict[str, Any]:
    """A 2-in-1 bag for a preterm, 4 x 6 in."""
    facts: dict[str, Any] = {
        "number": "260414-0128-6",
        "order_version": "1",
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "patient": BABY,
        "weight": "dosing weight 1.2 kg, 9 Apr",
        "title": "PARENTERAL NUTRITION, 2-in-1",
        "line": "CENTRAL LINE ONLY",
        "rate": "6 mL/h",
        "hours": "24 h",
        "infuse": "144 mL",
        "holds": "180 mL",
        "volumes": "36 mL overfill for the line. Hang by 14 Apr 2026, 20:00, for 24 h at most. Lipid apart.",
        "tapers": [],
        "rows_title": "What the patient gets",
        "rows": ROWS,
        "sums": [
            "All sources, mEq/kg/day: sodium 3, potassium 2, calcium 2.48, magnesium 0.3, chloride 3.53, acetate 3.4.",
            "Phosphate 1 mmol/kg/day. GIR 10 mg/kg/min. 63 kcal/kg/day without lipid. Dextrose 12 %, amino acids 2.92 %.",
        ],
        "osmolarity": "973 mOsm/L",
        "filter": "1.2 micron",
        "due": Due("14 Apr 2026", "20:00"),
        "beyond_use": BeyondUse(
            "15 Apr 2026, 20:00", "2 to 8 °C, dark", "Refrigerate until hung; once out, infuse within 24 h."
        ),
        "auxiliary": ["PROTECT FROM LIGHT"],
        "goes_with": "260414-0128-7",
        "made_by": Maker("L. Amari, CPhT", "16:40"),
        "checked_by": [Person("K. Duarte, RPh", "17:25", ""), Person("J. Marlow, RPh", "17:31", "alone")],
        "measured": "Weighed 186.2 g, −0.4 %",
        "printed": FIRST_COPY,
    }
    return _label(facts, changes)


def lipid(**changes: Any) -> dict[str, Any]:
    """The first of two lipid syringes."""
    facts = {
        "number": "260414-0128-7",
        "title": "LIPID, SYRINGE 1 OF 2",
        "line": "CENTRAL OR PERIPHERAL LINE",
        "rate": "0.63 mL/h",
        "hours": "12 h",
        "infuse": "7.5 mL",
        "holds": "8.5 mL",
        "volumes": "1 mL overfill for the line. Hang by 14 Apr 2026, 20:00, for 12 h at most.",
        "rows_title": "Both syringes together",
        "rows": [
            NutrientLine("lipid (SMOFlipid 20 %)", "3 g", "2.5 g", ""),
            NutrientLine("volume", "15 mL", "12.5 mL", ""),
        ],
        "sums": ["Energy 25 kcal/kg/day."],
        "osmolarity": "",
        "auxiliary": ["DISCARD 12 H AFTER THE START"],
        "goes_with": "260414-0128-6",
        "measured": "",
    }
    return bag(**{**facts, **changes})


def adult(**changes: Any) -> dict[str, Any]:
    """A cyclic 3-in-1 for an adult: the longest list that the label must hold."""
    more = [
        NutrientLine("lipid (Intralipid 20 %)", "50 g", "", ""),
        NutrientLine("sodium acetate", "40 mEq", "", "sodium"),
        NutrientLine("insulin regular", "20 units", "", ""),
        NutrientLine("famotidine", "40 mg", "", ""),
    ]
    facts = {
        "number": "260414-0140-1",
        "patient": PatientLine("PLACEHOLDER, Mara", "11 Jul 1978", "MRN DEMO-3302", "5 East 11"),
        "weight": "dosing weight 62 kg, 12 Apr",
        "title": "PARENTERAL NUTRITION, 3-in-1",
        "rate": "163.6 mL/h",
        "hours": "12 h",
        "infuse": "1,800 mL",
        "holds": "1,900 mL",
        "volumes": "100 mL overfill for the line. Hang by 14 Apr 2026, 20:00, for 12 h at most. Lipid in the bag.",
        "tapers": ["First 1 h at 81.8 mL/h, then 10 h at 163.6 mL/h, last 1 h at 81.8 mL/h"],
        "rows": [*ROWS, *more],
        "goes_with": "",
    }
    return bag(**{**facts, **changes})


def worksheet(**changes: Any) -> dict[str, Any]:
    """The bag's worksheet: a pumped step, a rinse, a dilution's step by syringe, the balance."""
    facts: dict[str, Any] = {
        "number": "260414-0128-6",
        "order_version": "1",
        "demonstration": True,
        "draft": True,
        "status": "",
        "profile": "Demonstration nutrition, version 1",
        "site": SITE,
        "patient": BABY,
        "weight": "dosing weight 1.2 kg, birth weight, 9 Apr",
        "allergies": "none known",
        "title": "Parenteral nutrition, 2-in-1 bag",
        "line": "CENTRAL LINE ONLY",
        "infuse": "144 mL",
        "holds": "187.2 mL",
        "volumes": "43.2 mL overfill for the line",
        "run": "6 mL/h over 24 h",
        "due": Due("14 Apr 2026", "20:00"),
        "prescriber": "Dr. R. Castell",
        "reviewed": "reviewed J. Marlow, RPh, 13:00",
        "goes_with": "lipid 260414-0128-7",
        "rows": [OrderedRow("Amino acids", "3.5 g/kg/day", "4.2 g/day", "TrophAmine 10 %: 42 mL")],
        "containers": [
            ContainerToTake("TrophAmine 10 %, 500 mL", "99999-2060-1", "1", "DEMO-1", "31 Oct 2026", "Travasol")
        ],
        "supplies": "1 mL syringe × 2",
        "steps": [
            MixStepToDo("1", "Pump in TrophAmine 10 %", "pump", "54.6 mL", "54.6 mL", "mL", "from the 500 mL bottle"),
            MixStepToDo("2", "Mix: invert the bag until it is even, and look at it.", "", "", "", "", ""),
            MixStepToDo("3", "Draw up Multrys", "1 mL, by 0.01 mL", "0.65 mL", "55.3 mL", "mL", ""),
            MixStepToDo("4", "Weigh the filled container", "balance", "57.1 g", "", "g", ""),
        ],
        "tolerance": "Outside ±5 %: measure again or reject.",
        "calcium_phosphate": "62 % under the curve at the worst moment (FICTIONAL curve)",
        "beyond_use": "start + the shortest of: aseptic, sterile parts: 240 h; vitamins: 24 h",
        "printed": FIRST_COPY,
    }
    return build.nutrition_worksheet(**{**facts, **changes})
