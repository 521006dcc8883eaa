"""New rows as they were typed in the form of `formulary.new_rows`, read into plain data of the file."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, get_origin

from calculations.errors import Fault
from calculations.number import parse_number
from calculations.quantity import Quantity
from formulary.decoding import MAY_BE_EMPTY, hints_of, is_optional, without_none
from formulary.differing.difference import OWN_SOURCE
from formulary.differing.values import Plain
from formulary.form_fields import NEW_SOURCE, OUT, UNIT
from formulary.model import Source
from formulary.new_rows import BY_LINE, ONE_UNIT, fields_of, numbers_in, row_in
from formulary.row_choices import known_unit

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,4})", re.ASCII)


@dataclass
class NewRows:
    """Reads new rows, and notes what cannot be read and which field each value came from."""

    typed: Mapping[str, str]
    own_source: str
    """Name of the entry that the source of this change gets."""
    faults: list[Fault]
    places: dict[str, str]
    """Place in the data -> name in the form, of rows and of rows inside them: `limits.4` -> `limits.new1`."""

    def row(self, row: type, name: str, place: str) -> dict[str, Any] | None:
        """The row as it was typed; None where nothing was, or where it is to be left out again."""
        if self.typed.get(f"{name}.{OUT}") == "yes" or self._blank(name):
            return None
        self.places[place] = name
        return self._row(row, name, place, self.typed.get(f"{name}.source", "").strip())

    def _blank(self, name: str) -> bool:
        """Nothing but a chosen unit, or the source of the change, which stand there from the beginning."""
        return all(
            value.strip() in ("", NEW_SOURCE) or one.endswith(f".{UNIT}")
            for one, value in self.typed.items()
            if one.startswith(f"{name}.")
        )

    def _row(self, row: type, name: str, place: str, source: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry, hint in fields_of(row):
            here, inner = f"{name}.{entry}", row_in(hint)
            if inner is None:
                value = self._value(row, entry, hint, here)
            elif get_origin(hint) is tuple:
                value = self._rows(inner, here, f"{place}.{entry}", source)
            else:
                given = not self._blank(here) or not is_optional(hint)
                value = self._row(inner, here, f"{place}.{entry}", source) if given else None
            if value is not None and value != []:
                found[entry] = value
        return self._with_sources(row, found, source)

    def _rows(self, row: type, name: str, place: str, source: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number in numbers_in(name, self.typed):
            here = f"{name}.{number}"
            if not self._blank(here):
                self.places[f"{place}.{len(found)}"] = here
                found.append(self._row(row, here, f"{place}.{len(found)}", source))
        return found

    def _with_sources(self, row: type, found: dict[str, Any], source: str) -> dict[str, Any]:
        """A source that was left empty is the row's own, where the row needs one or states what it is the source of."""
        stated = {OWN_SOURCE[name] for name in found if name in OWN_SOURCE}
        for entry, hint in fields_of(row):
            if without_none(hint) is not Source:
                continue
            told = found.get(entry, "") or (source if not is_optional(hint) or entry in stated else "")
            if told:
                found[entry] = self.own_source if told == NEW_SOURCE else told
        return found

    def _value(self, row: type, entry: str, hint: Any, name: str) -> Any:
        text, plain = self.typed.get(name, "").strip(), without_none(hint)
        if plain is bool:
            return text == "yes"
        if not text:
            return "" if (row.__name__, entry) in MAY_BE_EMPTY else None
        try:
            if plain is Quantity:
                return self._quantity(row, entry, name, text)
            if plain is int:
                return _whole(name, text)
        except Fault as fault:
            self.faults.append(fault)
            return None
        if get_origin(hint) is tuple:
            return [one.strip() for one in (text.splitlines() if entry in BY_LINE else text.split(",")) if one.strip()]
        return text

    def _quantity(self, row: type, entry: str, name: str, text: str) -> str | None:
        shared = row in ONE_UNIT and entry not in ("weight_from", "weight_below")
        measure = self.typed.get(f"{name.rpartition('.')[0]}.unit" if shared else f"{name}.{UNIT}", "")
        parse_number(text, name)
        if shared and not measure:
            return None  # the unit of the row is missing, and its own fault says so
        if known_unit(measure) is None:
            raise Fault(name, measure or "no unit", "the unit beside the number")
        return f"{Decimal(text) / 100:f} one" if measure == "one" else f"{text} {measure}"


def _whole(name: str, text: str) -> int:
    if _WHOLE.fullmatch(text) is None:
        raise Fault(name, text, "a whole number")
    return int(text)


def with_id(row: type, raw: dict[str, Any], others: Sequence[Plain]) -> dict[str, Any]:
    """A new row with an id, where its kind has one: as it was typed, else made from what the row says. So the rows inside it."""
    if "id" not in hints_of(row):
        return raw
    own = str(raw.get("id") or _made_id(raw, {str(one.get("id")) for one in others}))
    found = {"id": own, **raw}
    for entry, hint in fields_of(row):
        inner, value = row_in(hint), found.get(entry)
        if inner is None or "id" not in hints_of(inner) or value is None:
            continue
        if isinstance(value, list):
            found[entry] = [{"id": f"{own}_{number}", **one} for number, one in enumerate(value, start=1)]
        else:
            found[entry] = {"id": f"{own}_{entry}", **value}
    return found


def _made_id(raw: Plain, taken: Collection[str]) -> str:
    words = [raw.get(name) for name in ("display", "name", "title", "figure", "kind", "state", "population", "unit")]
    made = re.sub(r"[^a-z0-9]+", "_", " ".join(str(word) for word in words if word).lower()).strip("_")[:60] or "row"
    return next(name for name in (made, *(f"{made}_{number}" for number in range(2, 1_000))) if name not in taken)
