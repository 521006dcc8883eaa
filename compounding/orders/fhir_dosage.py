"""Dosage instructions of a FHIR order: dose, rate, timing, limits, each as sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from calculations.errors import Fault, Faults
from calculations.quantity import Quantity
from compounding.orders.fhir_fields import Coded, SentQuantity, coded, sent_quantity, sent_ratio

_TIMES = {"s": "s", "min": "min", "h": "h", "d": "day", "wk": "week"}


@dataclass(frozen=True)
class Timing:
    """When: `frequency` times in every `period`. Months and years are not intervals of fixed length and stay unread."""

    frequency: int | None = None
    frequency_max: int | None = None
    period: Quantity | None = None
    period_max: Quantity | None = None
    count: int | None = None
    duration: Quantity | None = None
    """How long one administration lasts."""
    bounds: Quantity | None = None
    """How long the order lasts, where that is stated as a duration."""
    start: str = ""
    end: str = ""
    events: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    times_of_day: tuple[str, ...] = ()
    days_of_week: tuple[str, ...] = ()
    code: str = ""

    @property
    def is_limited(self) -> bool:
        """Whether a field says when the order ends."""
        return self.count is not None or self.bounds is not None or self.end != ""


@dataclass(frozen=True)
class Dosage:
    """One dosage instruction."""

    path: str
    text: str
    sequence: int | None
    timing: Timing
    route: Coded
    method: Coded
    as_needed: bool
    dose: SentQuantity | None = None
    dose_max: SentQuantity | None = None
    """The upper end, where the dose is a range."""
    rate: SentQuantity | None = None
    rate_max: SentQuantity | None = None
    infuse_over: Quantity | None = None
    """The time of one infusion, where the rate field holds a time."""
    infuse_over_max: Quantity | None = None
    limits: tuple[tuple[str, SentQuantity], ...] = ()
    """`administration`, `period` or `lifetime` with the most that is allowed."""

    @property
    def quantities(self) -> tuple[SentQuantity, ...]:
        """Every quantity of the instruction."""
        own = (self.dose, self.dose_max, self.rate, self.rate_max)
        return tuple(one for one in own if one) + tuple(limit for _, limit in self.limits)


def read_dosages(resource: Mapping[str, Any], of: str) -> tuple[Dosage, ...]:
    """The instructions of a request or dispense, or the one dosage of an administration."""
    if resource["resourceType"] == "MedicationAdministration":
        data = resource.get("dosage")
        return (_administered(data, of),) if isinstance(data, Mapping) else ()
    listed = resource.get("dosageInstruction", ())
    return tuple(_instructed(one, f"dosageInstruction[{place}]", of) for place, one in enumerate(listed))


def _instructed(data: Mapping[str, Any], path: str, of: str) -> Dosage:
    """A Dosage element. Where dose and rate are listed more than once, the first with an amount counts."""
    listed = [one for one in data.get("doseAndRate", ()) if set(one) - {"type"}]
    place = data["doseAndRate"].index(listed[0]) if listed else 0
    dose_and_rate, here = (listed[0], f"{path}.doseAndRate[{place}]") if listed else ({}, path)
    dose, dose_max = _one_or_range(dose_and_rate, "dose", here, of)
    rate, rate_max = _one_or_range(dose_and_rate, "rate", here, of)
    limits = [
        ("period", sent_ratio(data.get("maxDosePerPeriod"), f"{path}.maxDosePerPeriod", of)),
        ("administration", sent_quantity(data.get("maxDosePerAdministration"), f"{path}.maxDosePerAdministration", of)),
        ("lifetime", sent_quantity(data.get("maxDosePerLifetime"), f"{path}.maxDosePerLifetime", of)),
    ]
    return _dosage(
        data, path, dose, dose_max, rate, rate_max,
        timing=_timing(data.get("timing")),
        limits=tuple((kind, limit) for kind, limit in limits if limit),
    )  # fmt: skip


def _administered(data: Mapping[str, Any], of: str) -> Dosage:
    """The dosage element of an administration."""
    rate, _ = _one_or_range(data, "rate", "dosage", of)
    return _dosage(data, "dosage", sent_quantity(data.get("dose"), "dosage.dose", of), None, rate, None)


def _dosage(
    data: Mapping[str, Any],
    path: str,
    dose: SentQuantity | None,
    dose_max: SentQuantity | None,
    rate: SentQuantity | None,
    rate_max: SentQuantity | None,
    timing: Timing | None = None,
    limits: tuple[tuple[str, SentQuantity], ...] = (),
) -> Dosage:
    """Put an instruction together; a rate field that holds a time is the time of the infusion."""
    over, over_max = _time_of(rate), _time_of(rate_max)
    return Dosage(
        path=path,
        text=str(data.get("text", "")).strip(),
        sequence=data.get("sequence"),
        timing=timing or Timing(),
        route=coded(data.get("route")),
        method=coded(data.get("method")),
        as_needed=bool(data.get("asNeededBoolean") or data.get("asNeededCodeableConcept")),
        dose=dose,
        dose_max=dose_max,
        rate=None if over is not None else rate,
        rate_max=None if over_max is not None else rate_max,
        infuse_over=over,
        infuse_over_max=over_max,
        limits=limits,
    )


def _one_or_range(
    data: Mapping[str, Any], kind: str, path: str, of: str
) -> tuple[SentQuantity | None, SentQuantity | None]:
    """`doseQuantity`, `doseRange`, `rateQuantity`, `rateRatio` or `rateRange`, as lower and upper end."""
    span = data.get(f"{kind}Range")
    if isinstance(span, Mapping):
        return (
            sent_quantity(span.get("low"), f"{path}.{kind}Range.low", of),
            sent_quantity(span.get("high"), f"{path}.{kind}Range.high", of),
        )
    if f"{kind}Ratio" in data:
        return sent_ratio(data[f"{kind}Ratio"], f"{path}.{kind}Ratio", of), None
    return sent_quantity(data.get(f"{kind}Quantity"), f"{path}.{kind}Quantity", of), None


def _time_of(rate: SentQuantity | None) -> Quantity | None:
    """The time that a rate field holds, or None where it holds a rate."""
    if rate is None or rate.quantity is None:
        return None
    return rate.quantity if rate.quantity.unit.dimension is Quantity(1, "min").unit.dimension else None


def _whole(repeat: Mapping[str, Any], name: str) -> int | None:
    """A count as it was sent. The library that checks the shape takes true for 1, and text for a number. Raises Faults."""
    value = repeat.get(name)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise Faults([Fault(f"timing.repeat.{name}", str(value), "a whole number")])


def _timing(data: Any) -> Timing:
    if not isinstance(data, Mapping):
        return Timing()
    repeat = data.get("repeat", {})
    bounds = repeat.get("boundsPeriod", {})
    limit = repeat.get("boundsDuration", {})
    codes = coded(data.get("code"))
    return Timing(
        frequency=_whole(repeat, "frequency"),
        frequency_max=_whole(repeat, "frequencyMax"),
        period=_duration(repeat.get("period"), repeat.get("periodUnit")),
        period_max=_duration(repeat.get("periodMax"), repeat.get("periodUnit")),
        count=_whole(repeat, "count"),
        duration=_duration(repeat.get("duration"), repeat.get("durationUnit")),
        bounds=_duration(limit.get("value"), limit.get("code") or limit.get("unit")),
        start=str(bounds.get("start", "")),
        end=str(bounds.get("end", "")),
        events=tuple(str(one) for one in data.get("event", ())),
        when=tuple(str(one) for one in repeat.get("when", ())),
        times_of_day=tuple(str(one) for one in repeat.get("timeOfDay", ())),
        days_of_week=tuple(str(one) for one in repeat.get("dayOfWeek", ())),
        code=codes.codes[0][1] if codes.codes else "",
    )


def _duration(value: Any, code: Any) -> Quantity | None:
    return Quantity(Decimal(str(value)), _TIMES[code]) if value is not None and code in _TIMES else None
