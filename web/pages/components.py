"""Every macro on one page, with invented data: for looking at, and for the browser tests."""

from types import SimpleNamespace

from flask import Blueprint, render_template

from calculations.findings import Finding, Grade
from calculations.quantity import Quantity

blueprint = Blueprint("components", __name__, url_prefix="/components")

FINDINGS = {
    "hard": Finding(
        "carboplatin.auc_max 2", Grade.HARD, "Dose is over the maximum for AUC 6", Quantity(1040, "mg"), Quantity(900, "mg"),
        Quantity(-140, "mg"), "an illustration", "ask for 900 mg, or let two pharmacists and the prescriber stand by it.",
    ),
    "soft": Finding(
        "carboplatin.creatinine_floor 1", Grade.SOFT, "Creatinine is low, clearance may be too high",
        Quantity("0.5", "mg/mL"), Quantity("0.7", "mg/mL"), Quantity("-0.2", "mg/mL"), "an illustration",
    ),
    "info": Finding("weight.age 1", Grade.INFO, "Weight is 2 days old"),
    "absolute": Finding("vinca.syringe 1", Grade.ABSOLUTE, "vinCRIStine never in a syringe: order it in a bag"),
}  # fmt: skip

STEPS = [
    SimpleNamespace(name=name, note=note)
    for name, note in (
        ("Bag", "sodium chloride 0.9 %"), ("Vial", "cefTRIAXone 500 mg"), ("Diluent", "sterile water 10 mL"),
        ("Water in, shaken", "4.8 mL, picture 14:04"), ("Draw up 4.6 mL", ""), ("Inject into the bag", ""),
        ("Scan the bag label", ""), ("Send to the check", ""),
    )
]  # fmt: skip

WORKING = [
    {"name": "Dose", "formula": "dose.per_weight 3", "sum": "15 mg/kg × 83.2 kg = 1,248 mg", "result": "1,250 mg",
     "rule": "rounded to 50 mg, +0.2 %"},
    {"name": "Draw up", "formula": "volume.from_dose 1", "sum": "1,250 mg ÷ 50 mg/mL", "result": "25 mL"},
]  # fmt: skip

VIEWS = ("all", "station", "stop", "desk", "phone")


@blueprint.get("/<any(all, station, stop, desk, phone):view>")
def page(view: str) -> str:
    """One of the views: everything, or one of the layouts filled as in use."""
    return render_template(f"components/{view}.html", findings=FINDINGS, steps=STEPS, working=WORKING)
