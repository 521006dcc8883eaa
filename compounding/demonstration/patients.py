"""The demonstration's patients: invented, and named so that nobody takes them for real."""

from datetime import datetime, timedelta
from typing import Any


def _measure(kind: str, value: str, unit: str, at: datetime) -> dict[str, Any]:
    return {"kind": kind, "amount": {"value": value, "unit": unit}, "at": at.isoformat()}


def _person(
    now: datetime, mrn: str, family: str, given: str, born: str, sex: str, location: str, *, weight: str, height: str = "",
    line: str = "peripheral", allergies: tuple[dict[str, str], ...] = (), creatinine: str = "", **more: Any,
) -> dict[str, Any]:
    this_morning = now - timedelta(hours=5)
    measures = [_measure("actual_weight", weight, "kg", this_morning)]
    if height:
        measures.append(_measure("height", height, "cm", this_morning))
    results = [{"name": "creatinine", "amount": {"value": creatinine, "unit": "mg/dL"}, "at": this_morning.isoformat()}]
    return {
        "mrn": mrn, "family_name": family, "given_name": given, "birth_date": born, "sex": sex, "location": location,
        "measures": measures, "results": results if creatinine else [], "allergies": list(allergies),
        "allergies_asked_at": this_morning.isoformat(), "lines": [{"name": f"{line} line", "kind": line}],
        "demonstration": True, **more,
    }  # fmt: skip


def _with_birth_weight(person: dict[str, Any], weight: str, born: datetime) -> dict[str, Any]:
    """The birth weight beside today's: it stays the dosing weight until it is regained."""
    return person | {"measures": [*person["measures"], _measure("birth_weight", weight, "kg", born)]}


def patients(now: datetime) -> list[dict[str, Any]]:
    """Nine patients as `parse_patient` reads them, measured this morning. Ages follow the date of the demonstration."""
    infant = (now - timedelta(days=340)).date().isoformat()
    newborn = (now - timedelta(days=9)).date().isoformat()
    penicillin = {"text": "penicillin", "code": "penicillins", "reaction": "rash, 2011"}
    return [
        _person(now, "DEMO-4417", "EXAMPLE", "Ada", infant, "female", "Peds 12", weight="9.2", height="74"),
        _person(now, "DEMO-2093", "SPECIMEN", "Tomas", "1965-02-03", "male", "7 West 08", weight="83.2", height="181",
                creatinine="0.9", allergies=(penicillin,)),
        _person(now, "DEMO-3358", "PLACEHOLDER", "Mara", "1984-01-21", "female", "Onc 2", weight="64", height="168",
                line="port", creatinine="0.5", pregnant=False),
        _person(now, "DEMO-1120", "PATTERN", "Iris", "1958-09-30", "female", "ICU 4", weight="70", height="165",
                line="central", creatinine="1.1"),
        _person(now, "DEMO-5206", "FICTION", "Omar", "1990-06-12", "male", "ED 2", weight="78", height="176"),
        _person(now, "DEMO-6671", "DUMMY", "Wen", "1949-11-05", "male", "CCU 3", weight="75", height="170", line="central"),
        _person(now, "DEMO-7740", "MODEL", "Henrik", "1971-03-18", "male", "6 East 21", weight="91", height="185",
                allergies=({"text": "something in a cough syrup", "code": "", "reaction": ""},)),
        _person(now, "DEMO-8812", "TESTER", "Lucia", "1979-12-01", "female", "Onc 6", weight="61", height="162",
                line="central", creatinine="0.8", pregnant=False),
        _with_birth_weight(
            _person(now, "DEMO-9903", "SAMPLE", "Baby Boy", newborn, "male", "NICU 3", weight="1.12", height="38",
                    line="central", gestational_age_weeks="30"), "1.2", now - timedelta(days=9)),
    ]  # fmt: skip
