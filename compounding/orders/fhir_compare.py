"""Where the text of a received order and its fields disagree, and what stands in the text alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from calculations.quantity import Quantity
from compounding.orders.fhir_dosage import Dosage
from compounding.orders.fhir_fields import Medication, SentQuantity
from compounding.orders.fhir_figures import Figures, figures
from compounding.orders.fhir_text import SaidInText, read_text


@dataclass(frozen=True)
class Remark:
    """One thing that a pharmacist must see: `code` for programs, the path of the field, the sentence."""

    code: str
    path: str
    text: str


DISAGREEMENTS = frozenset(
    {
        "dose_differs",
        "rate_differs",
        "time_differs",
        "interval_differs",
        "limit_differs",
        "run_time_differs",
        "duration_differs",
    }
)


def compare(
    dosages: tuple[Dosage, ...], medication: Medication, supplied: SentQuantity | None, of: str
) -> tuple[Remark, ...]:
    """Every remark on an order's instructions."""
    remarks: list[Remark] = []
    for dosage in dosages:
        said = read_text(dosage.text, of)
        derived = figures(dosage, said, medication, supplied)
        remarks += [Remark("unit_doubtful", one.path, doubt) for one in dosage.quantities for doubt in one.doubts]
        remarks += _differences(dosage, said, derived)
        remarks += _bag_differences(dosage, said, derived)
        remarks += _only_in_text(dosage, said, derived)
        remarks += _absent(dosage, derived)
    numbers = [one.sequence for one in dosages if one.sequence is not None]
    if len(set(numbers)) < len(numbers):
        remarks.append(
            Remark("sequence_repeats", "dosageInstruction", "two instructions carry the same sequence number")
        )
    return tuple(remarks)


def _differences(dosage: Dosage, said: SaidInText, derived: Figures) -> Iterator[Remark]:
    """Dose, rate, time of infusion, interval and duration: text against field."""
    pairs = [
        ("dose", "dose_differs", said.dose, said.dose_max, _of(dosage.dose)),
        ("highest dose", "dose_differs", said.dose_max, None, _of(dosage.dose_max)),
        ("rate", "rate_differs", said.rate, None, _of(dosage.rate)),
        ("dose rate", "rate_differs", said.dose, said.dose_max, _of(dosage.rate)),
        ("time of infusion", "time_differs", said.infuse_over, said.infuse_over_max, dosage.infuse_over),
        ("interval", "interval_differs", said.every, None, _interval(dosage)),
        ("longest interval", "interval_differs", said.every_max, None, dosage.timing.period_max),
        ("times a day", "interval_differs", _a_day(said), None, derived.times_a_day_most),
        ("limit per day", "limit_differs", said.limit_per_day, None, _limit(dosage, "period")),
        ("limit per dose", "limit_differs", said.limit_per_dose, None, _limit(dosage, "administration")),
        ("duration", "duration_differs", said.lasts, None, derived.lasts if derived.lasts_is_structured else None),
    ]
    for what, code, words, highest, field in pairs:
        if words is not None and field is not None and _unlike(words, highest, field):
            yield Remark(code, dosage.path, f"{what}: the text says {words}, the field {field}")
    per_dose = _limit(dosage, "administration")
    if said.limit_per_day is not None and per_dose is not None and _limit(dosage, "period") is None:
        yield Remark(
            "limit_differs",
            dosage.path,
            f"limit: the text says {said.limit_per_day} a day, the field {per_dose} per administration",
        )


def _bag_differences(dosage: Dosage, said: SaidInText, derived: Figures) -> Iterator[Remark]:
    """Volume ÷ rate against the time of infusion that is stated."""
    stated = dosage.infuse_over if dosage.infuse_over is not None else said.infuse_over
    if stated is None and derived.run_time is not None and said.lasts is not None and not derived.lasts_is_structured:
        stated = said.lasts if said.lasts < Quantity(1, "day") else None
    if stated is None:
        stated = dosage.timing.duration
    if stated is None or derived.run_time is None or _to_the_hundredth(derived.run_time, stated):
        return
    if said.infuse_over_max is not None and stated <= derived.run_time <= said.infuse_over_max:
        return
    yield Remark("run_time_differs", dosage.path, f"{derived.volume} at {derived.bag_rate} is not {stated}")


def _only_in_text(dosage: Dosage, said: SaidInText, derived: Figures) -> Iterator[Remark]:
    """What a program that reads fields alone would miss."""
    if said.lasts is not None and not dosage.timing.is_limited and dosage.timing.duration is None:
        yield Remark("duration_in_text", dosage.path, f"only the text says that it goes on for {said.lasts}")
    if said.limit_per_day is not None and _limit(dosage, "period") is None:
        yield Remark("limit_in_text", dosage.path, f"only the text limits it to {said.limit_per_day} a day")
    if said.infuse_over is not None and dosage.infuse_over is None and dosage.rate is None:
        yield Remark("time_in_text", dosage.path, f"only the text says to give it over {said.infuse_over}")
    if said.volume is not None and derived.volume is said.volume:
        yield Remark("volume_in_text", dosage.path, f"only the text says {said.volume}")
    if said.says_intravenous and not dosage.route.codes:
        yield Remark("text_says_intravenous", dosage.path, "only the text says that it is given intravenously")


def _absent(dosage: Dosage, derived: Figures) -> Iterator[Remark]:
    """What a preparation needs and the message does not hold: a pharmacist sets it."""
    timing = dosage.timing
    if not (timing.start or timing.events):
        yield Remark("no_start", dosage.path, "no field says when it starts")
    if timing.period is None and timing.count is None and derived.dose_rate is None:
        yield Remark("no_interval", dosage.path, "no field says how often it is given")
    if derived.volume is None:
        yield Remark("no_volume", dosage.path, "nothing says in which volume it is given")
    if derived.run_time is None and dosage.infuse_over is None and dosage.rate is None:
        yield Remark("no_rate", dosage.path, "no field says how fast it is given")
    if dosage.dose is not None and dosage.dose.quantity is None:
        yield Remark(
            "dose_unread", dosage.dose.path, f"the dose {dosage.dose.shown} is in a unit that is not known here"
        )


def _of(sent: SentQuantity | None) -> Quantity | None:
    return sent.quantity if sent is not None else None


def _interval(dosage: Dosage) -> Quantity | None:
    """The interval between administrations that the fields give."""
    timing = dosage.timing
    return timing.period / timing.frequency if timing.period is not None and timing.frequency else None


def _to_the_hundredth(exact: Quantity, stated: Quantity) -> bool:
    """Whether a stated time is the exact one, written to two decimals or better."""
    return bool(abs(exact.amount_in(stated.unit) - stated.number) * 200 <= 1)


def _a_day(said: SaidInText) -> Quantity | None:
    return Quantity(said.times_a_day, "1/day") if said.times_a_day is not None else None


def _limit(dosage: Dosage, kind: str) -> Quantity | None:
    """A limit of the fields; one per period in the amount per day."""
    found = next((one.quantity for name, one in dosage.limits if name == kind), None)
    return found * Quantity(1, "day") if found is not None and kind == "period" else found


def _unlike(words: Quantity, highest: Quantity | None, field: Quantity) -> bool:
    """Whether the field lies outside what the text says; another basis (mg against mg/kg) is left to planning."""
    if words.unit.dimension is not field.unit.dimension:
        return False
    least, most = words.to(field.unit).number, (words if highest is None else highest).to(field.unit).number
    return bool(field.number < least or field.number > most)
