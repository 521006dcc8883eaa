"""Reads one plain mapping (a form or a JSON file) field by field and collects every fault, so that a person sees all at once."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from calculations.days import DAY, parse_day, parse_instant
from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.quantity import Quantity

Value = TypeVar("Value")

LONGEST_TEXT = 500
LONGEST_WHOLE = 9
"""Digits of a whole number; Python itself refuses to read thousands of them."""


class Fields:
    """One mapping under reading. A missing or wrong field is noted, never guessed; `finish` raises all of them."""

    def __init__(
        self, data: Mapping[str, Any], prefix: str = "", faults: list[Fault] | None = None, kept: bool = False
    ) -> None:
        """`kept` reads canonical data of a record, whose numbers are exact fractions; a person's text is read strictly."""
        self.data = data
        self.prefix = prefix
        self.kept = kept
        self.faults: list[Fault] = [] if faults is None else faults

    def name(self, field: str) -> str:
        return f"{self.prefix}{field}"

    def note(self, field: str, found: object, expected: str) -> None:
        self.faults.append(Fault(self.name(field), str(found), expected))

    def attempt(self, read: Callable[[], Value]) -> Value | None:
        """Runs a parser of the pure core and notes its faults."""
        try:
            return read()
        except Fault as fault:
            self.faults.append(fault)
        except Faults as several:
            self.faults.extend(several.faults)
        return None

    def known(self, *fields: str) -> None:
        """Refuses a field that nobody reads: a misspelt field would otherwise be lost in silence."""
        for field in self.data:
            if field not in fields:
                self.note(field, "this field", f"one of: {', '.join(sorted(fields))}")

    def text(self, field: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> str:
        value = self.data.get(field)
        if value is None or value == "":
            if required:
                self.note(field, "nothing", "a text")
            return ""
        if not isinstance(value, str):
            self.note(field, value, "a text")
            return ""
        if len(value) > longest:
            self.note(field, f"{len(value)} characters", f"at most {longest} characters")
            return ""
        return value.strip()

    def choice(self, field: str, allowed: tuple[str, ...], *, required: bool = True, otherwise: str = "") -> str:
        value = self.text(field, required=required)
        if not value:
            return otherwise
        if value not in allowed:
            self.note(field, value, f"one of: {', '.join(allowed)}")
            return otherwise
        return value

    def flag(self, field: str) -> bool | None:
        """Yes, no or not known. Not known is a state of its own, never 'no'."""
        value = self.data.get(field)
        if value is None or value == "":
            return None
        if value in (True, "yes", "true"):
            return True
        if value in (False, "no", "false"):
            return False
        self.note(field, value, "yes or no, or left out when it is not known")
        return None

    def whole(self, field: str, *, required: bool = True, least: int = 0, most: int = 999) -> int | None:
        value = self.data.get(field)
        if value is None or value == "":
            if required:
                self.note(field, "nothing", f"a whole number from {least} to {most}")
            return None
        text = str(value)
        plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_WHOLE and not isinstance(value, bool)
        if not plain or not least <= int(text) <= most:
            self.note(field, value, f"a whole number from {least} to {most}")
            return None
        return int(text)

    def quantity(
        self, field: str, *, required: bool = True, like: str = "", body_weight: bool = False
    ) -> Quantity | None:
        """A quantity as `{"value": "15", "unit": "mg/kg", "of": "..."}` or as the text `15 mg/kg`.

        `of` names the substance; international units are refused without it. `body_weight` reads kg as a person's weight.
        """
        value = self.data.get(field)
        expected = f"a number with its unit{', like ' + like if like else ''}"
        if isinstance(value, Mapping) and not value.get("value"):
            value = None
        if value is None or value == "":
            if required:
                self.note(field, "nothing", expected)
            return None
        if isinstance(value, str):
            return self.attempt(lambda: Quantity.parse(value, self.name(field), body_weight=body_weight))
        if not isinstance(value, Mapping):
            self.note(field, value, expected)
            return None
        if self.kept:
            return Quantity.from_data(value)
        unknown = set(value) - {"value", "unit", "of"}
        texts = isinstance(value.get("value"), str) and isinstance(value.get("unit"), str)
        if unknown or not texts or not isinstance(value.get("of"), str | None):
            self.note(field, dict(value), 'value and unit as texts, like {"value": "15", "unit": "mg/kg"}')
            return None
        text, of = f"{value['value']} {value['unit']}", value.get("of") or None
        return self.attempt(lambda: Quantity.parse(text, self.name(field), of, body_weight=body_weight))

    def percent(self, field: str) -> Quantity | None:
        """A plain percentage of something, 0 to 100, kept as a share (unit `one`)."""
        value = self.data.get(field)
        if value is None or value == "":
            return None
        if self.kept:
            return Quantity.from_data(value)
        number = self.attempt(lambda: parse_number(str(value), self.name(field)))
        if number is None:
            return None
        if not 0 <= number <= 100:
            self.note(field, value, "a percentage from 0 to 100")
            return None
        return Quantity(number / 100, "one")

    def instant(self, field: str, *, required: bool = True) -> datetime | None:
        """A moment with its offset from UTC: a local time without one is refused, because clocks change."""
        value = self.data.get(field)
        if value is None or value == "":
            if required:
                self.note(field, "nothing", "a moment like 2026-04-14T14:30:00-04:00")
            return None
        moment = value if isinstance(value, datetime) else None
        if isinstance(value, str):
            try:
                moment = parse_instant(value, field)
            except Fault:
                moment = None
        if moment is None or moment.tzinfo is None:
            self.note(field, value, "a moment with its offset from UTC, like 2026-04-14T14:30:00-04:00")
            return None
        return moment

    def day(self, field: str, *, required: bool = True) -> date | None:
        value = self.data.get(field)
        if value is None or value == "":
            if required:
                self.note(field, "nothing", DAY)
            return None
        try:
            return parse_day(str(value), field)
        except Fault as fault:
            self.note(field, value, fault.expected)
            return None

    def rows(self, field: str) -> list["Fields"]:
        """The rows of a list of mappings, each read with its own place in the name of a fault."""
        value = self.data.get(field) or []
        if not isinstance(value, list | tuple):
            self.note(field, value, "a list")
            return []
        rows = []
        for number, row in enumerate(value, start=1):
            if isinstance(row, Mapping):
                rows.append(Fields(row, f"{self.name(field)}[{number}].", self.faults, self.kept))
            else:
                self.note(f"{field}[{number}]", row, "a set of fields")
        return rows

    def part(self, field: str) -> "Fields | None":
        """A nested set of fields, or nothing."""
        value = self.data.get(field)
        if value is None or value == "":
            return None
        if not isinstance(value, Mapping):
            self.note(field, value, "a set of fields")
            return None
        return Fields(value, f"{self.name(field)}.", self.faults, self.kept)

    def finish(self) -> None:
        if self.faults:
            raise Faults(self.faults)
