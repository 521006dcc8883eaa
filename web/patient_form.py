"""The patient form: what was typed to the description that a record keeps. Nothing is defaulted, nothing old is dropped.

A measure is added to those before it. A weight in pounds or a height in inches is converted, shown, and confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calculations.body_size import bmi
from calculations.days import parse_clock, parse_day
from calculations.dosing import deviation
from calculations.errors import CannotCompute, Fault, Faults
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.patient import MeasureKind, Patient, parse_patient, patient_as_data, says_none
from compounding.planning.situation import birthday
from formulary.model import Formulary
from web.fault_words import in_a_sentence

LABELS = {
    "mrn": "Record number", "family_name": "Family name", "given_name": "Given name", "birth_day": "Born, day",
    "birth_month": "Born, month", "birth_year": "Born, year", "sex": "Sex", "location": "Location",
    "gestational_age_weeks": "Weeks of pregnancy at birth", "weight": "Weight", "weight_kind": "Kind of weight",
    "height": "Height", "sizes_day": "Measured, day", "sizes_time": "Measured, time", "creatinine": "Creatinine",
    "result_name": "Other result", "result": "Its value", "results_day": "Taken, day", "results_time": "Taken, time",
    "allergy_text": "Allergy", "allergy_code": "Coded as", "allergy_reaction": "Reaction", "line_name": "Line",
    "line_kind": "Kind of line", "lumens": "Lumens", "dialysis": "Dialysis", "pregnant": "Pregnant",
    "confirmed": "Please confirm",
}  # fmt: skip
MOST_ROWS = 20
PLAIN = (
    *LABELS, "weight_unit", "height_unit", "creatinine_unit", "result_unit", "allergies_asked",
    *(f"{name}_off_{row}" for name in ("allergy", "line") for row in range(1, MOST_ROWS + 1)),
)  # fmt: skip
"""Every field that the form may send."""
WEIGHT_UNITS = ("kg", "lb", "g")
HEIGHT_UNITS = ("cm", "in")
CREATININE_UNITS = ("mg/dL", "mcmol/L")
RESULT_UNITS = ("mg/dL", "mcmol/L", "mmol/L", "mEq/L", "g/dL", "g/L", "mg/L", "mcg/mL", "%")
MONTHS = tuple((str(number), f"{date(2000, number, 1):%b}") for number in range(1, 13))
DAYS_BACK = 14


class FieldFault(Fault):
    """A fault in the words of the form."""

    def __str__(self) -> str:
        label = LABELS.get(self.field, self.field)
        if self.field == "confirmed":
            return f"{label}: {self.found}"
        return in_a_sentence(label, self.found, self.expected)


@dataclass
class PatientForm:
    """Typed fields under reading."""

    form: Mapping[str, str]
    zone: ZoneInfo
    at: datetime
    faults: list[Fault] = field(default_factory=list)
    confirm: list[str] = field(default_factory=list)
    """Sentences that the person must confirm before anything is kept."""

    def typed(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def refuse(self, name: str, expected: str, found: str = "") -> None:
        self.faults.append(FieldFault(name, found or self.typed(name), expected))

    def quantity(self, name: str, units: tuple[str, ...], body_weight: bool = False) -> Quantity | None:
        """A typed number with a unit of the list. `42.0` is taken, because scales print it so, and shown back."""
        text, chosen = self.typed(name), self.typed(f"{name}_unit")
        if not text:
            return None
        if chosen not in units:
            self.refuse(name, f"a unit of the list: {', '.join(units)}", f"{text} {chosen}".strip())
            return None
        try:
            return Quantity.parse(f"{text} {chosen}", name, trailing_zeros=True, body_weight=body_weight)
        except Fault as fault:
            self.faults.append(FieldFault(name, fault.found, fault.expected))
            return None

    def moment(self, name: str) -> str:
        """Day and time on the site's clock; must lie in the past."""
        day, clock = (f"{name}_day", f"{name}_time")
        try:
            wall = datetime.combine(parse_day(self.typed(day), day), parse_clock(self.typed(clock), clock), self.zone)
        except Fault as fault:
            self.refuse(fault.field, fault.expected, str(fault.found))
            return self.at.isoformat()
        if wall > self.at:
            self.refuse(f"{name}_time", "a time that has passed")
        return wall.isoformat()


def read_patient(
    form: Mapping[str, str], before: Patient | None, formulary: Formulary, zone: ZoneInfo, at: datetime
) -> dict[str, Any]:
    """The whole description in canonical form. Raises Faults, also for what must be confirmed first."""
    read = PatientForm(form, zone, at)
    data: dict[str, Any] = {} if before is None else patient_as_data(before)
    _who(read, data, before)
    _sizes(read, data, before, formulary)
    _results(read, data)
    _allergies_and_lines(read, data)
    for name in ("dialysis", "pregnant"):
        data.pop(name, None)
        if read.typed(name) in ("yes", "no"):
            data[name] = read.typed(name) == "yes"
    sentences = " ".join(read.confirm)
    if sentences and read.typed("confirmed") != sentences:
        read.faults.append(FieldFault("confirmed", sentences, "your confirmation"))
    return _parsed(read, data)


def _parsed(read: PatientForm, data: dict[str, Any]) -> dict[str, Any]:
    own = {fault.field for fault in read.faults}
    try:
        patient = parse_patient(data, kept=True)
    except Faults as several:
        short = [(fault, fault.field.removeprefix("patient.")) for fault in several.faults]
        named = [(fault, "birth_year" if name == "birth_date" else name) for fault, name in short]
        more = [FieldFault(name, fault.found, fault.expected) for fault, name in named if name not in own]
        raise Faults([*read.faults, *more]) from None
    if read.faults:
        raise Faults(read.faults)
    return patient_as_data(patient)


def _who(read: PatientForm, data: dict[str, Any], before: Patient | None) -> None:
    if before is None:
        data["mrn"] = read.typed("mrn")
        if (
            not all(part.isalnum() for part in data["mrn"].replace(".", "-").split("-") if part)
            or not data["mrn"].isascii()
        ):
            read.refuse("mrn", "letters, digits and hyphens")
    for name in ("family_name", "given_name", "sex", "location"):
        data[name] = read.typed(name)
    data.pop("gestational_age_weeks", None)
    if weeks := read.typed("gestational_age_weeks"):
        data["gestational_age_weeks"] = weeks
    year, month, day = (read.typed(f"birth_{part}") for part in ("year", "month", "day"))
    data["birth_date"] = ""
    try:
        born = parse_day(f"{year}-{month:0>2}-{day:0>2}", "birth_year")
        data["birth_date"] = born.isoformat()
        if born > read.at.astimezone(read.zone).date():
            read.refuse("birth_year", "a day that has come", data["birth_date"])
    except Fault:
        read.refuse("birth_year", "day, month and year of birth", f"{day} {month} {year}".strip())


def _sizes(read: PatientForm, data: dict[str, Any], before: Patient | None, formulary: Formulary) -> None:
    weight = read.quantity("weight", WEIGHT_UNITS, body_weight=True)
    height = read.quantity("height", HEIGHT_UNITS)
    if weight is None and height is None:
        data.setdefault("measures", [])
        return
    rows = []
    kind = read.typed("weight_kind")
    if weight is not None:
        if kind not in ("actual_weight", "dosing_weight", "birth_weight"):
            read.refuse("weight_kind", "actual, dosing or birth")
        _weigh(read, weight, height, data, before, formulary)
        rows.append({"kind": kind, "amount": weight.to("kg_bw").as_data()})
    if height is not None:
        rows.append({"kind": "height", "amount": height.to("cm").as_data()})
        if read.typed("height_unit") == "in":
            read.confirm.append(f"{show(height)} is {show(height.to('cm'), 1)}.")
        _inside(read, "height", Quantity(50, "kg_bw"), height)
    at = read.moment("sizes")
    data["measures"] = [*data.get("measures", []), *({**row, "at": at} for row in rows)]


def _inside(read: PatientForm, name: str, weight: Quantity, height: Quantity) -> None:
    """A size outside what the body-size formulas hold for is a slip."""
    try:
        bmi(weight, height)
    except CannotCompute as why:
        read.refuse(name, why.why)


def _weigh(
    read: PatientForm,
    weight: Quantity,
    height: Quantity | None,
    data: Mapping[str, Any],
    before: Patient | None,
    formulary: Formulary,
) -> None:
    _inside(read, "weight", weight, Quantity(100, "cm"))
    unit = read.typed("weight_unit")
    if height is not None and read.typed("height") == read.typed("weight"):
        read.refuse("weight", "a weight; the height has the same number")
    young = formulary.site.population("neonate").age_below
    born = date.fromisoformat(data["birth_date"]) if data["birth_date"] else None
    if unit == "g" and born is not None and young is not None and read.at.astimezone(read.zone).date() >= birthday(born, young):
        read.refuse("weight", "kg: grams are for newborns", f"{read.typed('weight')} g")
    if unit != "kg":
        read.confirm.append(f"{show(weight)} is {show(weight.to('kg_bw'), 3)}.")
    kind = read.typed("weight_kind")
    last = before.latest(MeasureKind(kind)) if before is not None and kind in tuple(MeasureKind) else None
    if last is not None and weight.number > 0:
        change = abs(deviation(weight.to("kg_bw"), last.amount))
        if change > formulary.site.value("weight_change_limit"):
            read.confirm.append(f"The weight goes from {show(last.amount)} to {show(weight.to('kg_bw'), 3)}.")


def _results(read: PatientForm, data: dict[str, Any]) -> None:
    rows = []
    if (creatinine := read.quantity("creatinine", CREATININE_UNITS)) is not None:
        rows.append({"name": "creatinine", "amount": creatinine.as_data()})
    if (other := read.quantity("result", RESULT_UNITS)) is not None:
        if not read.typed("result_name"):
            read.refuse("result_name", "what was measured")
        rows.append({"name": read.typed("result_name").lower(), "amount": other.as_data()})
    at = read.moment("results") if rows else ""
    data["results"] = [*data.get("results", []), *({**row, "at": at} for row in rows)]


def _allergies_and_lines(read: PatientForm, data: dict[str, Any]) -> None:
    for name, plural in (("allergy", "allergies"), ("line", "lines")):
        kept = data.get(plural, [])
        data[plural] = [row for number, row in enumerate(kept, start=1) if not read.typed(f"{name}_off_{number}")]
    if says_none(read.typed("allergy_text")) and not read.typed("allergy_code"):
        read.refuse("allergy_text", "an allergy; that there is none is said by the tick: asked about allergies now")
    elif read.typed("allergy_text") or read.typed("allergy_code"):
        text = read.typed("allergy_text") or read.typed("allergy_code").replace("_", " ")
        row = {"text": text, "code": read.typed("allergy_code"), "reaction": read.typed("allergy_reaction")}
        data["allergies"] = [*data["allergies"], row]
    if read.typed("allergies_asked"):
        data["allergies_asked_at"] = read.at.isoformat()
    if read.typed("line_name") or read.typed("line_kind"):
        kind = read.typed("line_kind")
        if not kind:
            read.refuse("line_kind", "peripheral, central, port, umbilical or intrathecal")
        row = {"name": read.typed("line_name") or kind, "kind": kind, "lumens": read.typed("lumens")}
        data["lines"] = [*data["lines"], row]


def values_of(patient: Patient) -> dict[str, str]:
    """The fields of the form for a patient that stands; measures and results start empty."""
    born = patient.birth_date
    weeks = patient.gestational_age_weeks
    return {
        "mrn": patient.mrn, "family_name": patient.family_name, "given_name": patient.given_name, "sex": patient.sex,
        "location": patient.location, "birth_day": str(born.day), "birth_month": str(born.month), "birth_year": str(born.year),
        "gestational_age_weeks": "" if weeks is None else str(weeks),
        "dialysis": _yes_no(patient.dialysis), "pregnant": _yes_no(patient.pregnant),
    }  # fmt: skip


def _yes_no(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def past_days(at: datetime, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Today and the days before it, written out."""
    today = at.astimezone(zone).date()
    days = [today - timedelta(days=number) for number in range(DAYS_BACK)]
    near = {today: "today, ", today - timedelta(days=1): "yesterday, "}
    return [(day.isoformat(), f"{near.get(day, '')}{day:%a} {day.day} {day:%b %Y}") for day in days]


def allergy_codes(formulary: Formulary) -> list[tuple[str, str]]:
    """What an allergy can be coded as: classes and excipients of the formulary, then its ingredients."""
    classes = {code for drug in formulary.drugs for code in (*drug.allergy_classes, *drug.excipient_classes)}
    if formulary.nutrition is not None:
        classes |= {code for product in formulary.nutrition.products for code in product.allergy_classes}
    single = {code for drug in formulary.drugs for code in drug.ingredients} - classes
    return [(code, code.replace("_", " ")) for code in (*sorted(classes), *sorted(single))]
