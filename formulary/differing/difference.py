"""The difference between two versions, value by value, in the words of the field, with the source of each side.

"Adult IV, maximum single dose: 2,000 mg → 1,500 mg". Pure: two texts in, changes out. Rows are the same by their id, so a new
row moves none; what came or went as a whole is one change that says all of it.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, get_args, get_origin

from formulary.decoding import hints_of, without_none
from formulary.differing.alarms import alarm_of, alarm_of_gone
from formulary.differing.guards import alarm_of_added
from formulary.differing.subjects import (
    WORDS,
    Names,
    field_words,
    group_of,
    joint_of,
    key_of,
    subject_of,
    subject_with,
    unit_of,
)
from formulary.differing.values import Plain, source_words_of, value_words
from formulary.model import Source

UNTOLD = frozenset({"version", "digest", "status"})
"""Fields of a whole version that change with every version, or that nobody writes."""
OWN_SOURCE = {
    "density": "density_source", "concentration_low": "concentration_source", "concentration_high": "concentration_source",
    "volume_tolerance": "tolerance_source", "gravimetric_tolerance": "tolerance_source", "overfill": "overfill_source",
    "true_concentration_limit": "tolerance_source", "physical_description": "description_source",
    "capacity": "capacity_source", "energy": "energy_source", "osmolarity": "osmolarity_source",
    "aluminium": "aluminium_source", "prime": "prime_source", "longest": "longest_source", "filter": "filter_source",
    "soft_step": "step_source", "hard_step": "step_source", "total_fluid": "total_fluid_source",
    "allergy_classes": "allergy_source", "excipients": "excipient_source", "lines": "lines_source", "light": "light_source",
}  # fmt: skip
"""Fields that name a source of their own beside the row's."""
_PLAIN = frozenset({"any", "adult", "child", "neonate"})
"""Populations that everybody knows by their id."""
NOTHING = "not stated"
ABOUT = "About"
"""Heading of what stands in no table."""


@dataclass(frozen=True)
class Change:
    """One value that differs, or one row that came or went."""

    section: str
    """Heading it belongs under: "Limits"."""
    subject: str
    """What it is about: "Adult IV", "cefTRIAXone 1 g vial, powder"; empty for the drug itself."""
    field: str
    """Which value: "maximum single dose"; empty when a whole row came or went."""
    before: str
    """Empty: it was not there."""
    after: str
    """Empty: it is gone."""
    source_before: str
    source_after: str
    path: str
    """Where in the data file, for who looks there."""
    joint: str = ", "
    """Between subject and field in a phrase."""
    alarm: str = ""
    """Why to look twice: a limit that is gone or raised, another unit, ten times as much. Empty for most changes."""

    @property
    def kind(self) -> str:
        """ "added", "gone" or "changed"."""
        if self.field:
            return "changed"
        return "added" if self.after else "gone"

    @property
    def what(self) -> str:
        """Subject and field in one phrase."""
        return self.joint.join(part for part in (self.subject, self.field) if part)

    @property
    def words(self) -> str:
        """The change as one sentence."""
        if self.kind == "added":
            return f"{self.section}, added: {self.subject}"
        if self.kind == "gone":
            return f"{self.section}, gone: {self.subject}"
        return f"{self.what}: {self.before or NOTHING} → {self.after or NOTHING}"


@dataclass(frozen=True)
class _Sides:
    """Both versions' sources and names while rows are compared."""

    before: Plain
    after: Plain
    names: Names


def difference(row: type, before: str, after: str, names: Names | None = None) -> tuple[Change, ...]:
    """Everything that two texts of this kind of file do not share. An empty text has nothing in it. Raises ValueError (TOML)."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    known = {**own_names(old), **own_names(new), **(names or {})}
    sides = _Sides(old.get("sources", {}), new.get("sources", {}), known)
    found: list[Change] = []
    for name, hint in _fields(row):
        if name in UNTOLD:
            continue
        heading = WORDS[row][name]
        inner = _row_type(hint)
        if inner is not None and get_origin(hint) is tuple:
            found += _rows(inner, old.get(name, ()), new.get(name, ()), heading, "", name, sides)
        elif inner is not None:
            found += _one(inner, old.get(name, {}), new.get(name, {}), heading, "", name, sides)
        elif old.get(name) != new.get(name):
            found += [_changed(row, name, hint, old, new, ABOUT, "", name, sides)]
    return (*found, *_sources_changed(sides))


def _sources_changed(sides: _Sides) -> Iterator[Change]:
    """Sources that are worded anew, came or went: each once, not at every row that rests on it."""
    for name in (*sides.after, *(name for name in sides.before if name not in sides.after)):
        before, after = source_words_of(sides.before, name), source_words_of(sides.after, name)
        if name in sides.before and name in sides.after and before != after:
            yield Change("Sources", f"source {name}", "text", before, after, "", "", f"sources.{name}")
        elif name not in sides.before:
            yield Change("Sources", f"source {name}", "", "", after, "", "", f"sources.{name}")
        elif name not in sides.after:
            yield Change("Sources", f"source {name}", "", before, "", "", "", f"sources.{name}")


def own_names(data: Plain) -> dict[str, str]:
    """Ids of this file with the names that people know them by."""
    rows = [
        one
        for name in ("products", "formulations", "solutions")
        for one in data.get(name, ())
        if isinstance(one, Mapping)
    ]
    return {str(one["id"]): str(one.get("display") or one.get("name")) for one in rows if "id" in one}


def _fields(row: type) -> Iterator[tuple[str, Any]]:
    hints = hints_of(row)
    for entry in fields(row):
        yield entry.name, hints[entry.name]


def _row_type(hint: Any) -> type | None:
    """The dataclass of a field that holds one row or a list of rows; None for a plain value or a source."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else without_none(hint)
    return inner if isinstance(inner, type) and is_dataclass(inner) and inner is not Source and inner in WORDS else None


def _rows(row: type, old: Any, new: Any, section: str, subject: str, path: str, sides: _Sides) -> Iterator[Change]:
    """Rows that came, went or changed, in the order of the newer version; what is gone last."""
    before, after = _keyed(row, old), _keyed(row, new)
    called = {**_names_of(row, before, sides.names), **_names_of(row, after, sides.names)}
    for key, one in (*after.items(), *((key, one) for key, one in before.items() if key not in after)):
        told = f"{subject}: {called[key]}" if subject else called[key]
        here = f"{path}.{key}"
        if key not in before:
            yield _whole(row, None, one, section, told, here, sides)
        elif key not in after:
            yield _whole(row, one, None, section, told, here, sides)
        else:
            yield from _one(row, before[key], one, section, told, here, sides)
    yield from _order(section, subject, before, after, called, path)


def _order(
    section: str,
    subject: str,
    before: Mapping[str, Plain],
    after: Mapping[str, Plain],
    called: Mapping[str, str],
    path: str,
) -> Iterator[Change]:
    """Rows that both have, in another order: the first that fits is taken, and steps are done as they stand."""
    old, new = [key for key in before if key in after], [key for key in after if key in before]
    if old != new:
        told = [", ".join(called[key] for key in keys) for keys in (old, new)]
        yield Change(section, subject, "order", told[0], told[1], "", "", path)


def _keyed(row: type, rows: Any) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    for one in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        if isinstance(one, Mapping):
            key = key_of(row, one)
            found[key if key not in found else f"{key} #{len(found)}"] = one
    return found


def _names_of(row: type, rows: Mapping[str, Plain], names: Names) -> dict[str, str]:
    """What each row is called; rows that would be called alike also by what tells them apart."""
    called = {key: subject_of(row, one, names) for key, one in rows.items()}
    for detail in (unit_of, lambda _row, _raw, key: f" ({key})"):
        alike = [group_of(row, rows[key], name) for key, name in called.items()]
        called = {
            key: name + detail(row, rows[key], key) if alike.count(group_of(row, rows[key], name)) > 1 else name
            for key, name in called.items()
        }
    return called


def _one(row: type, old: Any, new: Any, section: str, subject: str, path: str, sides: _Sides) -> Iterator[Change]:
    """What differs inside one row."""
    if old == new:
        return
    old, new = (one if isinstance(one, Mapping) else {} for one in (old, new))
    for name, hint in _fields(row):
        inner, here = _row_type(hint), f"{path}.{name}"
        if inner is not None and get_origin(hint) is tuple:
            own = _joined(subject, WORDS[row][name])
            yield from _rows(inner, old.get(name, ()), new.get(name, ()), section, own, here, sides)
        elif inner is not None and name in old and name in new:
            yield from _one(
                inner, old[name], new[name], section, _joined(subject, field_words(row, name, new)), here, sides
            )
        elif inner is not None and (name in old or name in new):
            own = _joined(subject, field_words(row, name, new or old))
            yield _whole(inner, old.get(name), new.get(name), section, own, here, sides)
        elif without_none(hint) is Source:
            yield from _source_changed(row, name, old, new, section, subject, here, sides)
        elif old.get(name) != new.get(name):
            yield _changed(row, name, hint, old, new, section, subject, here, sides)


def _joined(subject: str, words: str) -> str:
    return f"{subject}, {words}" if subject else words


def _source_changed(
    row: type, name: str, old: Plain, new: Plain, section: str, subject: str, path: str, sides: _Sides
) -> Iterator[Change]:
    if old.get(name) != new.get(name):
        before, after = source_words_of(sides.before, old.get(name)), source_words_of(sides.after, new.get(name))
        if before == after:
            before, after = f"{old.get(name)}: {before}", f"{new.get(name)}: {after}"
        yield Change(section, subject_with(row, name, subject, new), WORDS[row][name], before, after, "", "", path)


def _changed(
    row: type, name: str, hint: Any, old: Plain, new: Plain, section: str, subject: str, path: str, sides: _Sides
) -> Change:
    own = OWN_SOURCE.get(name, "source")
    told = [
        source_words_of(sources, raw.get(own) or raw.get("source"))
        for raw, sources in ((old, sides.before), (new, sides.after))
    ]
    before, after = (value_words(hint, raw.get(name), sides.names) for raw in (old, new))
    if before == after:  # the same to a reader, such as a text that gained a space: show what stands there
        before, after = (repr(raw.get(name)) for raw in (old, new))
    words, subject = field_words(row, name, new or old), subject_with(row, name, subject, new or old)
    alarm = alarm_of(row, name, hint, old, new)
    return Change(section, subject, words, before, after, told[0], told[1], path, joint_of(row, name), alarm)


def _whole(row: type, old: Any, new: Any, section: str, subject: str, path: str, sides: _Sides) -> Change:
    """A row that came or went, with all that it says."""
    raw, sources = (new, sides.after) if old is None else (old, sides.before)
    told = summary(row, raw, sides.names)
    source, subject = source_words_of(sources, raw.get("source")), subject_with(row, "", subject, raw)
    if old is None:
        return Change(section, subject, "", "", told, "", source, path, alarm=alarm_of_added(row, raw))
    return Change(section, subject, "", told, "", source, "", path, alarm=alarm_of_gone(row, raw))


def summary(row: type, raw: Plain, names: Names, without: frozenset[str] = frozenset()) -> str:
    """All values of a row in one line; `without`: fields that stand beside it already."""
    parts = []
    for name, hint in _fields(row):
        if name not in raw or without_none(hint) is Source or name in ("id", "drug") or name in without:
            continue
        inner, value = _row_type(hint), raw[name]
        if inner is None:
            told = value_words(hint, value, names)
        elif isinstance(value, Mapping):
            told = f"({summary(inner, value, names)})"
        else:
            told = "; ".join(f"({summary(inner, one, names)})" for one in value)
        if told:
            parts.append(f"{WORDS[row][name]}: {told}")
    return "; ".join(parts) or "nothing"


_IN_THE_SUBJECT = frozenset({"name", "display"})


@dataclass(frozen=True)
class Told:
    """A row of a file with all that it says."""

    subject: str
    words: str
    source: str


def contents(row: type, text: str, names: Names | None = None) -> list[tuple[str, list[Told]]]:
    """All rows of a file of this kind under their headings, in words. Raises ValueError (TOML)."""
    data = tomllib.loads(text)
    known, sources = {**own_names(data), **(names or {})}, data.get("sources", {})
    found = []
    for name, hint in _fields(row):
        inner = _row_type(hint)
        if inner is not None and get_origin(hint) is tuple and data.get(name):
            told = [
                Told(
                    subject_with(inner, "", subject_of(inner, one, known), one),
                    summary(inner, one, known, _IN_THE_SUBJECT),
                    source_words_of(sources, one.get("source")),
                )
                for one in data[name]
            ]
            found.append((WORDS[row][name], told))
    return found


def alarming(changes: Sequence[Change]) -> list[Change]:
    """The changes to look at twice."""
    return [change for change in changes if change.alarm]


def by_section(changes: Sequence[Change]) -> list[tuple[str, list[Change]]]:
    """The changes under their headings, in the order in which these first come."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.section, []).append(change)
    return list(found.items())
