"""A patient as the pharmacy knows them: who, how large, how they clear drugs, what they must not get, and where a line lies.

Nothing here is defaulted. A weight that was not measured is absent, and planning turns the absence into a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.reading import Fields


class MeasureKind(StrEnum):
    """What was measured. A neonate's dosing weight stays the birth weight until it is regained, so kinds are kept apart."""

    ACTUAL_WEIGHT = "actual_weight"
    DOSING_WEIGHT = "dosing_weight"
    BIRTH_WEIGHT = "birth_weight"
    HEIGHT = "height"


class LineKind(StrEnum):
    PERIPHERAL = "peripheral"
    CENTRAL = "central"
    PORT = "port"
    UMBILICAL = "umbilical"
    INTRATHECAL = "intrathecal"


@dataclass(frozen=True)
class Measure:
    kind: MeasureKind
    amount: Quantity
    """Body weight in kg_bw (or g_bw), height in cm."""
    at: datetime


@dataclass(frozen=True)
class Result:
    """A laboratory value with the time it was taken, such as creatinine in mg/dL."""

    name: str
    amount: Quantity
    at: datetime


@dataclass(frozen=True)
class Allergy:
    text: str
    code: str = ""
    """An ingredient or a class of the formulary (`penicillins`); empty when the text was never coded."""
    reaction: str = ""


NO_ALLERGY = frozenset(
    {
        "none", "none known", "no known", "nka", "nkda", "nil", "nil known", "no allergies", "no known allergies",
        "no known drug allergies", "no known allergy", "no known drug allergy", "not known to be allergic",
    }
)  # fmt: skip
"""What people write for an answer: it is no allergy, and belongs to `allergies_asked_at`."""


def says_none(text: str) -> bool:
    """Whether the text of an allergy says that there is none."""
    return " ".join(text.casefold().strip(" .()").split()) in NO_ALLERGY


@dataclass(frozen=True)
class Line:
    name: str
    kind: LineKind
    lumens: int = 1


@dataclass(frozen=True)
class Patient:
    mrn: str
    family_name: str
    given_name: str
    birth_date: date
    sex: str
    location: str
    gestational_age_weeks: int | None = None
    """Completed weeks at birth; None when it is not known."""
    measures: tuple[Measure, ...] = ()
    results: tuple[Result, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    allergies_asked_at: datetime | None = None
    """When somebody last asked. None means nobody did: that is a finding, not 'none known'."""
    lines: tuple[Line, ...] = ()
    dialysis: bool | None = None
    pregnant: bool | None = None
    demonstration: bool = False

    @property
    def name(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def latest(self, kind: MeasureKind) -> Measure | None:
        """The newest measure of one kind, or None. Of two at the same moment the one recorded last: it corrects the other."""
        return max((m for m in reversed(self.measures) if m.kind is kind), key=lambda m: m.at, default=None)

    def latest_result(self, name: str) -> Result | None:
        """As `latest`."""
        return max((r for r in reversed(self.results) if r.name == name), key=lambda r: r.at, default=None)

    def age_on(self, day: date) -> timedelta:
        """Age on a calendar day of the site."""
        return day - self.birth_date

    def years_on(self, day: date) -> int:
        """Completed years on a calendar day of the site."""
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def day_on_site(at: datetime, offset_minutes: int) -> date:
    """The site's calendar day at a moment; `offset_minutes` is how far its clock is from UTC then."""
    return (at.astimezone(UTC) + timedelta(minutes=offset_minutes)).date()


_PATIENT_FIELDS = (
    "mrn",
    "family_name",
    "given_name",
    "birth_date",
    "sex",
    "location",
    "gestational_age_weeks",
    "measures",
    "results",
    "allergies",
    "allergies_asked_at",
    "lines",
    "dialysis",
    "pregnant",
    "demonstration",
)


def parse_patient(data: Mapping[str, Any], *, kept: bool = False) -> Patient:
    """Reads a patient from plain data. Raises `Faults` with every field that is missing or wrong."""
    fields = Fields(data, "patient.", kept=kept)
    fields.known(*_PATIENT_FIELDS)
    mrn = fields.text("mrn", longest=40)
    family, given = fields.text("family_name", longest=120), fields.text("given_name", longest=120)
    born = fields.day("birth_date")
    sex = fields.choice("sex", ("female", "male", "unknown"))
    location = fields.text("location", longest=60)
    weeks = fields.whole("gestational_age_weeks", required=False, least=20, most=45)
    measures = tuple(m for row in fields.rows("measures") if (m := _measure(row)))
    results = tuple(r for row in fields.rows("results") if (r := _result(row)))
    allergies = tuple(
        Allergy(row.text("text"), row.text("code", required=False), row.text("reaction", required=False))
        for row in fields.rows("allergies")
    )
    _no_answers(fields, allergies)
    asked = fields.instant("allergies_asked_at", required=False)
    lines = tuple(line for row in fields.rows("lines") if (line := _line(row)))
    dialysis, pregnant = fields.flag("dialysis"), fields.flag("pregnant")
    demonstration = fields.flag("demonstration") is True
    fields.finish()
    assert born is not None  # finish() raised otherwise
    return Patient(
        mrn,
        family,
        given,
        born,
        sex,
        location,
        weeks,
        measures,
        results,
        allergies,
        asked,
        lines,
        dialysis,
        pregnant,
        demonstration,
    )


def _no_answers(fields: Fields, allergies: tuple[Allergy, ...]) -> None:
    """An answer that stands among the allergies is refused; a record keeps what it has."""
    for number, allergy in enumerate(allergies, start=1):
        if says_none(allergy.text) and not allergy.code and not fields.kept:
            expected = "an allergy; that there is none is said by allergies_asked_at"
            fields.note(f"allergies[{number}].text", allergy.text, expected)


def _measure(row: Fields) -> Measure | None:
    kind = row.choice("kind", tuple(MeasureKind))
    height = kind == MeasureKind.HEIGHT
    amount = row.quantity("amount", like="168 cm" if height else "83.2 kg", body_weight=not height)
    at = row.instant("at")
    if not kind or amount is None or at is None:
        return None
    wanted = "cm" if height else "kg_bw"
    if amount.unit.dimension is not Quantity(1, wanted).unit.dimension:
        row.note("amount", amount.unit.shown, "cm for a height, kg for a weight")
        return None
    if amount.number <= 0:
        row.note("amount", show(amount), "more than zero")
        return None
    return Measure(MeasureKind(kind), amount.to(wanted), at)


def _result(row: Fields) -> Result | None:
    name, amount, at = row.text("name"), row.quantity("amount", like="0.9 mg/dL"), row.instant("at")
    return Result(name, amount, at) if name and amount is not None and at is not None else None


def _line(row: Fields) -> Line | None:
    name, kind = row.text("name"), row.choice("kind", tuple(LineKind))
    lumens = row.whole("lumens", required=False, least=1, most=5)
    return Line(name, LineKind(kind), lumens or 1) if name and kind else None


def patient_as_data(patient: Patient) -> dict[str, Any]:
    """The canonical plain form that a record keeps; `parse_patient` reads it back to an equal value."""
    data: dict[str, Any] = {
        "mrn": patient.mrn,
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "location": patient.location,
        "measures": [_kept(m.amount) | {"kind": str(m.kind), "at": m.at.isoformat()} for m in patient.measures],
        "results": [_kept(r.amount) | {"name": r.name, "at": r.at.isoformat()} for r in patient.results],
        "allergies": [{"text": a.text, "code": a.code, "reaction": a.reaction} for a in patient.allergies],
        "lines": [{"name": line.name, "kind": str(line.kind), "lumens": str(line.lumens)} for line in patient.lines],
        "demonstration": patient.demonstration,
    }
    if patient.gestational_age_weeks is not None:
        data["gestational_age_weeks"] = str(patient.gestational_age_weeks)
    if patient.allergies_asked_at is not None:
        data["allergies_asked_at"] = patient.allergies_asked_at.isoformat()
    for name in ("dialysis", "pregnant"):
        if getattr(patient, name) is not None:
            data[name] = getattr(patient, name)
    return data


def _kept(amount: Quantity) -> dict[str, Any]:
    return {"amount": amount.as_data()}
