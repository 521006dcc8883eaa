"""The demonstration's orders: every kind that the pharmacy makes, due around the time at which the demonstration starts."""

from datetime import datetime, timedelta
from typing import Any


def _order(now: datetime, minutes: int, order_type: str, patient: str, drug: str, **more: Any) -> dict[str, Any]:
    start = now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    given = {
        "order_type": order_type, "patient": patient, "drug": drug, "route": "IV infusion", "line": "peripheral",
        "start": start.isoformat(), "prescriber": "Dr. R. Castell", "source": "json", **more,
    }  # fmt: skip
    if order_type != "continuous":
        given.setdefault("frequency", {"once": True})
    return given


def _every(number: str) -> dict[str, Any]:
    return {"every": {"value": number, "unit": "h"}}


def _of(value: str, unit: str, of: str) -> dict[str, str]:
    return {"value": value, "unit": unit, "of": of}


def orders(now: datetime) -> dict[str, dict[str, Any]]:
    """Orders by a short name, as `Order.parse` reads them."""
    insulin, potassium = "insulin regular", "potassium"
    return {
        "ceftriaxone": _order(now, 30, "intermittent", "DEMO-4417", "ceftriaxone", dose="50 mg/kg", diluent="NS",
                              volume="25 mL", frequency=_every("24")),
        "vancomycin": _order(now, 30, "intermittent", "DEMO-2093", "vancomycin", dose="15 mg/kg", diluent="NS",
                             volume="250 mL", infuse_over="150 min", frequency=_every("12")),
        "meropenem": _order(now, 120, "intermittent", "DEMO-2093", "meropenem", dose="1 g", diluent="NS",
                            volume="50 mL", frequency=_every("8")),
        "piperacillin": _order(now, -6, "intermittent", "DEMO-7740", "piperacillin_tazobactam",
                               dose=_of("4.5", "g", "piperacillin-tazobactam"), diluent="NS", volume="100 mL",
                               frequency=_every("6")),
        "norepinephrine": _order(now, 10, "continuous", "DEMO-1120", "norepinephrine", line="central", priority="stat",
                                 dose_rate="0.1 mcg/kg/min", concentration="16 mcg/mL", purpose="titration",
                                 diluent="D5W"),
        "insulin": _order(now, 60, "continuous", "DEMO-1120", "insulin_regular", line="central",
                          dose_rate=_of("4", "units/h", insulin), concentration=_of("1", "units/mL", insulin)),
        "fosphenytoin": _order(now, 15, "intermittent", "DEMO-5206", "fosphenytoin", priority="stat", purpose="load",
                               dose="18 mg PE/kg", diluent="NS", volume="100 mL",
                               infuse_over="15 min"),
        "pantoprazole": _order(now, 45, "push", "DEMO-5206", "pantoprazole", route="IV push", dose="40 mg"),
        "amiodarone": _order(now, 60, "continuous", "DEMO-6671", "amiodarone", line="central", dose_rate="1 mg/min",
                             concentration="1.8 mg/mL", diluent="D5W"),
        "potassium": _order(now, 90, "large_volume", "DEMO-7740", "potassium_chloride",
                            dose=_of("20", "mEq", potassium), diluent="NS", volume="1000 mL", rate="100 mL/h",
                            additives=[{"drug": "magnesium_sulfate", "dose": "2 g"}]),
        "carboplatin": _order(now, 150, "chemotherapy", "DEMO-3358", "carboplatin", line="central", dose="6 mg*min/mL",
                              prescriber="Dr. P. Lindqvist", diluent="D5W", volume="250 mL", infuse_over="60 min",
                              chemotherapy={"regimen": "carboplatin AUC 6", "cycle": "1", "day": "1"}),
        "vincristine": _order(now, 120, "chemotherapy", "DEMO-8812", "vincristine", line="central", dose="1.4 mg/m2",
                              prescriber="Dr. P. Lindqvist", diluent="NS", volume="50 mL", infuse_over="10 min",
                              chemotherapy={"regimen": "R-CHOP", "cycle": "2", "day": "1"}),
        "gentamicin": _order(now, 75, "microdose", "DEMO-9903", "gentamicin", line="central", dose="5 mg/kg",
                             frequency=_every("48")),
        "caffeine": _order(now, 180, "microdose", "DEMO-9903", "caffeine_citrate", line="central", purpose="maintenance",
                           dose=_of("5", "mg/kg", "caffeine citrate"), frequency=_every("24")),
    }  # fmt: skip
