"""Fixed facts of the demonstration cast, one function for each printed document."""

from typing import Any

from compounding.documents import build
from compounding.documents.shapes import BeyondUse, Component, DrugLine, Due, Maker, PatientLine, Person, Printed, Site
from compounding.documents.sheets import (
    ContainerToTake,
    KeptPicture,
    Measurement,
    QualityCheck,
    RecordedComponent,
    Refused,
    Signature,
    StepToDo,
    WorkedFigure,
)
from compounding.documents.snapshots import barcode_text
from compounding.documents.syringe import drawing
from compounding.stock.opened_state import container_number

SITE = Site("Sufficit Demonstration Hospital", "IV room A", "555-0100")
TOMAS = PatientLine("SPECIMEN, Tomas", "3 Feb 1965", "MRN DEMO-2093", "7 West 08")
ADA = PatientLine("EXAMPLE, Ada", "9 May 2025", "MRN DEMO-4417", "Peds 12")
IRIS = PatientLine("PATTERN, Iris", "30 Sep 1971", "MRN DEMO-2871", "ICU 4")
BABY = PatientLine("SAMPLE, Baby Boy", "9 Apr 2026", "MRN DEMO-5120", "NICU 3")
FIRST = 1
"""The number of a first copy, in its code."""
FIRST_COPY = Printed("14:09", "1", "", "")


def vancomycin(**changes: Any) -> dict[str, Any]:
    """A bag, 4 x 6 in."""
    facts: dict[str, Any] = {
        "number": "260414-0131-6",
        "order_version": "1",
        "container": "single-dose",
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "patient": TOMAS,
        "alerts": [],
        "drugs": [DrugLine("vancomycin", "1,250 mg")],
        "dosage_form": "solution for infusion",
        "diluent": "sodium chloride 0.9 %",
        "diluent_volume": "250 mL",
        "total": "275 mL",
        "concentration": "4.55 mg/mL",
        "route": "IV infusion",
        "rate": "110 mL/h",
        "rate_as_dose": "",
        "duration": "150 min",
        "due": Due("14 Apr 2026", "14:30"),
        "beyond_use": BeyondUse(
            "24 Apr 2026, 13:41",
            "2 to 8 °C",
            "Refrigerate until 24 Apr 2026, 13:41. Once out of the refrigerator, start within 24 h.",
        ),
        "components": [
            Component("vancomycin 1 g, 50 mg/mL", "DEMO-V311", "31 Aug 2027", "19.5 mL"),
            Component("vancomycin 500 mg, 50 mg/mL", "DEMO-V286", "30 Jun 2027", "5.4 mL"),
            Component("sodium chloride 0.9 %", "DEMO-N552", "31 Oct 2026", "250 mL"),
            Component("sterile water, to dissolve", "DEMO-W204", "31 Mar 2028", "20 mL"),
            Component("sterile water, to dissolve", "DEMO-W118", "31 Jan 2028", "10 mL"),
        ],
        "auxiliary": ["VESICANT: watch the vein"],
        "made_by": Maker("T. Okonjo, CPhT", "13:41"),
        "checked_by": [Person("J. Marlow, RPh", "14:09", "")],
        "measured": "Measured 1,245 mg, −0.4 %",
        "printed": FIRST_COPY,
    }
    label = build.dispensing_label(**{**facts, **changes})
    return {**label, "barcode": barcode_text(label["kind"], label["number"], FIRST)}


def ceftriaxone(**changes: Any) -> dict[str, Any]:
    """A minibag, 4 x 3 in."""
    facts: dict[str, Any] = {
        "number": "260414-0140-8",
        "patient": ADA,
        "drugs": [DrugLine("cefTRIAXone", "460 mg")],
        "diluent_volume": "25 mL",
        "total": "29.6 mL",
        "concentration": "15.5 mg/mL",
        "rate": "59.2 mL/h",
        "duration": "30 min",
        "beyond_use": BeyondUse("16 Apr 2026, 14:00", "20 to 25 °C", "Room temperature until 16 Apr 2026, 14:00."),
        "components": [
            Component("cefTRIAXone 500 mg, 100 mg/mL", "DEMO-T442", "30 Sep 2027", "4.6 mL"),
            Component("sodium chloride 0.9 %", "DEMO-N410", "31 Oct 2026", "25 mL"),
            Component("sterile water, to dissolve", "DEMO-W118", "31 Jan 2028", "4.8 mL"),
        ],
        "auxiliary": ["NO CALCIUM in the line"],
        "made_by": Maker("T. Okonjo, CPhT", "14:00"),
        "checked_by": [Person("J. Marlow, RPh", "14:19", "")],
        "measured": "",
        "printed": Printed("14:19", "1", "", ""),
    }
    return vancomycin(**{**facts, **changes})


def insulin(**changes: Any) -> dict[str, Any]:
    """A syringe, 4 x 2 in with a fold, checked by two."""
    facts: dict[str, Any] = {
        "number": "260414-0142-2",
        "patient": IRIS,
        "alerts": ["HIGH ALERT"],
        "drugs": [DrugLine("insulin REGULAR", "50 units")],
        "diluent_volume": "49.5 mL",
        "total": "50 mL",
        "concentration": "1 unit/mL",
        "rate": "2 mL/h",
        "rate_as_dose": "2 units/h",
        "duration": "",
        "beyond_use": BeyondUse("15 Apr 2026, 14:20", "20 to 25 °C", "Room temperature until 15 Apr 2026, 14:20."),
        "components": [
            Component("insulin REGULAR 100 units/mL", "DEMO-I017", "31 Jul 2026", "0.5 mL"),
            Component("sodium chloride 0.9 %", "DEMO-N410", "31 Oct 2026", "49.5 mL"),
        ],
        "auxiliary": [],
        "made_by": Maker("T. Okonjo, CPhT", "14:20"),
        "checked_by": [Person("J. Marlow, RPh", "14:38", ""), Person("K. Duarte, RPh", "14:41", "alone")],
        "printed": Printed("14:41", "1", "", ""),
    }
    return ceftriaxone(**{**facts, **changes})


def in_process(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": "260414-0131-6",
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "patient": TOMAS,
        "drugs": [DrugLine("vancomycin", "1,250 mg")],
        "diluent": "sodium chloride 0.9 %",
        "diluent_volume": "250 mL",
        "route": "IV infusion",
        "due": Due("14 Apr 2026", "14:30"),
        "started_by": Maker("T. Okonjo, CPhT", "13:41"),
        "hood": "hood 1",
        "warnings": ["VESICANT: watch the vein"],
        "printed": Printed("13:41", "1", "", ""),
    }
    return build.in_process_label(**{**facts, **changes})


def intermediate(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": "260414-0155-4-A",
        "preparation": "260414-0155-4",
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "patient": BABY,
        "drug": "gentamicin",
        "concentration": "2 mg/mL",
        "total": "10 mL",
        "diluent": "sodium chloride 0.9 %",
        "diluent_volume": "8 mL",
        "components": [
            Component("gentamicin 10 mg/mL", "DEMO-G120", "31 May 2027", "2 mL"),
            Component("sodium chloride 0.9 %", "DEMO-N410", "31 Oct 2026", "8 mL"),
        ],
        "made_by": Maker("L. Amari, CPhT", "13:05"),
        "use_until": "14 Apr 2026, 14:05",
        "warnings": ["PRESERVATIVE-FREE, NEONATE"],
        "printed": Printed("13:05", "1", "", ""),
    }
    return build.intermediate_label(**{**facts, **changes})


FIGURES = [
    WorkedFigure(
        "Dose", "dose per weight × weight = 50 mg/kg × 9.2 kg", "460 mg", "dose.per_weight 3", "50 to 75 mg/kg"
    ),
    WorkedFigure("Strength, dissolved", "label: 500 mg + 4.8 mL gives 5 mL", "100 mg/mL", "recon.label 2", ""),
    WorkedFigure("Volume to draw up", "dose ÷ strength = 460 mg ÷ 100 mg/mL", "4.6 mL", "volume.from_dose 1", ""),
    WorkedFigure(
        "Syringe", "4.6 mL is 46 % of 10 mL and 23 lines of 0.2 mL", "exact", "syringe.choose 2", "20 to 80 % full"
    ),
    WorkedFigure(
        "Strength in the bag",
        "460 mg ÷ (25 mL + 4.6 mL), drug volume added",
        "15.5 mg/mL",
        "bag.add 2",
        "10 to 40 mg/mL",
    ),
    WorkedFigure("Rate", "29.6 mL ÷ 30 min × 60 min/h", "59.2 mL/h", "rate.volume 1", ""),
    WorkedFigure("Left in the vial", "5 mL − 4.6 mL", "0.4 mL", "vial.rest 1", "discard"),
]


def opened(**changes: Any) -> dict[str, Any]:
    """What is left of a vial, on a folded label."""
    facts: dict[str, Any] = {
        "number": container_number("260414-0140-01-5", "drug-2"),
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "product": "cefTRIAXone 1 g vial, powder",
        "concentration": "100 mg/mL",
        "left": "540 mg in 5.4 mL",
        "dissolved": "14 Apr 2026, 13:04",
        "use_before": "15 Apr 2026, 01:03",
        "limit": "12 h after the first puncture in ISO class 5 air",
        "opened_at": "14 Apr 2026, 13:03",
        "opened_by": "T. Okonjo, CPhT",
        "kept_by": "T. Okonjo, CPhT",
        "hood": "Hood 1",
        "iso_class": "5",
        "storage": "Room temperature",
        "place": "hood 1 shelf",
        "lot": "LOT-1",
        "expires": "31 Oct 2027",
        "warnings": ["FOR ONE PATIENT ONLY, MRN DEMO-4417"],
        "printed": FIRST_COPY,
    }
    return build.opened_label(**{**facts, **changes})


def worksheet(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": "260414-0140-8",
        "demonstration": True,
        "draft": True,
        "status": "",
        "order_version": "1",
        "formulary_version": "12",
        "site": SITE,
        "patient": ADA,
        "patient_facts": "11 months, 9.2 kg (13 Apr 2026)",
        "allergies": "none known",
        "drugs": [DrugLine("cefTRIAXone", "460 mg")],
        "diluent": "sodium chloride 0.9 %",
        "diluent_volume": "25 mL",
        "total": "29.6 mL",
        "route": "IV infusion",
        "rate": "59.2 mL/h",
        "duration": "30 min",
        "due": Due("14 Apr 2026", "14:30"),
        "order_text": "ceftriaxone 50 mg/kg IV once daily",
        "prescriber": "Dr. R. Castell, 14 Apr 2026, 13:20",
        "reviewed": "K. Duarte, RPh, 13:44: no findings",
        "cautions": ["No calcium fluids in the same line."],
        "containers": [
            ContainerToTake("sodium chloride 0.9 % 25 mL bag", "99999-0104-1", "1", "", "", ""),
            ContainerToTake("cefTRIAXone 500 mg vial, powder", "99999-0101-1", "1", "", "", "ceFAZolin"),
            ContainerToTake("sterile water for injection 10 mL vial", "99999-0103-1", "1", "", "", ""),
        ],
        "supplies": "10 mL syringe, two. Needles. Alcohol wipes. Return tray for anything that is refused.",
        "figures": FIGURES,
        "steps": [
            StepToDo("In-process label on the bag. Wipe vial tops and port.", ""),
            StepToDo("Draw up 4.8 mL sterile water.", "mL"),
            StepToDo("Into the cefTRIAXone vial. Shake until clear.", ""),
            StepToDo("Draw up 4.6 mL cefTRIAXone.", "mL"),
            StepToDo("Inject into the bag. Mix. Look: clear, pale yellow, no particles.", ""),
            StepToDo("Scan the in-process label of the bag.", ""),
        ],
        "syringes": [drawing(capacity_ml="10", line_ml="0.2", volume_ml="4.6", shown="4.6 mL")],
        "tolerance": "Outside ±5 %: measure again or reject.",
        "in_process_check": "not required for this formulation",
        "beyond_use": "start + the shorter of 96 h (category 2) and 48 h (stability), at 20 to 25 °C: start + 48 h",
        "printed": Printed("14 Apr 2026, 13:52", "1", "", ""),
    }
    return build.worksheet(**{**facts, **changes})


def record(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "number": "260414-0140-8",
        "demonstration": True,
        "draft": True,
        "site": SITE,
        "patient": ADA,
        "name": "cefTRIAXone in sodium chloride 0.9 %",
        "strength": "460 mg in 29.6 mL (15.5 mg/mL)",
        "dosage_form": "solution for infusion",
        "drugs": [DrugLine("cefTRIAXone", "460 mg")],
        "route": "IV infusion",
        "prepared": "14 Apr 2026, 14:00 to 14:12, hood 1",
        "order": "Order 260414-17, version 1, dose 1, Dr. R. Castell",
        "outcome": "Released 14 Apr 2026, 14:19",
        "prepared_by": ["T. Okonjo, CPhT"],
        "verified_by": ["J. Marlow, RPh"],
        "components": [
            RecordedComponent(
                "cefTRIAXone 500 mg vial", "99999-0101-1", "Demo Pharma", "DEMO-T442", "30 Sep 2027",
                "100 mg/mL dissolved", "4.6 mL", "scanned, T. Okonjo, 14:01",
            ),
            RecordedComponent(
                "sodium chloride 0.9 % bag", "99999-0104-1", "Demo Fluids", "DEMO-N410", "31 Oct 2026",
                "9 mg/mL", "25 mL", "scanned, T. Okonjo, 14:01",
            ),
        ],
        "total_quantity": "29.6 mL",
        "yield_made": "1 minibag of 29.6 mL",
        "beyond_use": BeyondUse("16 Apr 2026, 14:00", "20 to 25 °C", "Room temperature until 16 Apr 2026, 14:00."),
        "beyond_use_reason": "Limited by stability, 48 h; USP <797> category 2 would allow 96 h.",
        "quality": [QualityCheck("inspection", "clear, pale yellow, no particle", "passed", "J. Marlow, RPh", "14:18")],
        "formulation": "cefTRIAXone minibag, master formulation DEMO-CEF-MB, version 3",
        "figures": FIGURES,
        "measurements": [
            Measurement("sterile water into the vial", "4.8 mL", "4.8 mL", "none", "typed, T. Okonjo, 14:04"),
            Measurement("cefTRIAXone from the vial", "4.6 mL", "4.6 mL", "none", "typed, T. Okonjo, 14:07"),
        ],
        "signatures": [
            Signature("T. Okonjo, CPhT", "14 Apr 2026, 14:12", "made as recorded", "ab" * 32),
            Signature("J. Marlow, RPh", "14 Apr 2026, 14:19", "checked and passed", "cd" * 32),
        ],
        "pictures": [KeptPicture("syringe at 4.6 mL", "14:07", "0f" * 32)],
        "refusals": [
            Refused("14:01", "T. Okonjo, CPhT", "scan of a container", "ceFAZolin 1 g read, cefTRIAXone 500 mg needed")
        ],
        "head": "9f" * 32,
        "printed": Printed("14 Apr 2026, 14:30", "1", "", ""),
    }  # fmt: skip
    return build.compounding_record(**{**facts, **changes})
