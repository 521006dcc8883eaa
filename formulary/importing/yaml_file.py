"""A drug file in YAML, read so that nothing becomes a number, a date or a yes by accident.

Every value is taken as the text that stands there; only the model says where a whole number or true or false is meant. So
`1_000`, `1e3`, `on`, `12:30` and `010` are never a quantity. Anchors, aliases, tags and keys that stand twice are refused.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin

import yaml

from formulary.decoding import hints_of, without_none
from formulary.faults import DataFault
from formulary.model import Drug
from formulary.toml_text import whole_text

LARGEST_DEPTH = 12
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Everything is text to it; in C where the library was built so."""
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})", re.ASCII)
_TWO_WAYS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})
_NOTHING = frozenset({"", "~", "null"})


class _Reading:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[DataFault] = []

    def fault(self, node: Any, path: str, found: str, expected: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(DataFault(f"{self.file}, line {line}", path, found, expected))


def drug_text_from_yaml(text: str, file: str) -> tuple[str | None, list[DataFault]]:
    """The same drug as the text of a TOML data file, or every fault. What the values say is judged by the loader."""
    reading = _Reading(file)
    try:
        node = _composed(text, reading)
        if node is None or reading.faults:
            return None, reading.faults or [DataFault(file, "", "nothing", "a drug")]
        data = _table(node, Drug, "", reading, 0)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark is not None else ""
        return None, [DataFault(f"{file}{line}", "", str(getattr(problem, "problem", None) or problem), "YAML")]
    except RecursionError:
        return None, [DataFault(file, "", "rows inside rows without end", "a drug")]
    return (None, reading.faults) if reading.faults else (whole_text(_in_order(data)), [])


def _composed(text: str, reading: _Reading) -> Any:
    """The one document as nodes; nothing in it is an anchor, an alias or a tag."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        opens = isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent)
        depth += 1 if opens else -1 if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent) else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reading.fault(event, "", "an anchor or alias", "each value written out")
        elif getattr(event, "tag", None):
            reading.fault(event, "", str(event.tag), "a value without a tag")
        if depth > LARGEST_DEPTH or len(reading.faults) > 20:
            reading.fault(event, "", "rows inside rows", f"at most {LARGEST_DEPTH} deep")
            return None
    return None if reading.faults else yaml.compose(text, Loader=_LOADER)


def _table(node: Any, row: type | None, path: str, reading: _Reading, depth: int) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        reading.fault(node, path, _shown(node), "a table of fields")
        return {}
    hints = {} if row is None else hints_of(row)
    found: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        here = f"{path}.{name}" if path else name
        if not name or name in found:
            reading.fault(key, here, name or "a key that is no word", "each field once")
            continue
        hint = hints.get(name) if row is not None and name in {entry.name for entry in fields(row)} else None
        found[name] = _value(value, hint, here, reading, depth + 1)
    return found


def _value(node: Any, hint: Any, path: str, reading: _Reading, depth: int) -> Any:
    if isinstance(node, yaml.MappingNode):
        inner = without_none(hint) if hint is not None else None
        return _table(node, inner if is_dataclass(inner) else None, path, reading, depth)  # type: ignore[arg-type]
    if isinstance(node, yaml.SequenceNode):
        inner = get_args(hint)[0] if get_origin(hint) is tuple else None
        return [_value(one, inner, f"{path}[{place}]", reading, depth) for place, one in enumerate(node.value)]
    return _scalar(node, hint, path, reading)


def _scalar(node: Any, hint: Any, path: str, reading: _Reading) -> Any:
    text, plain = str(node.value), not node.style
    wanted = without_none(hint) if hint is not None else str
    if plain and text.casefold() in _NOTHING:
        reading.fault(node, path, text or "nothing", "a value; a field that is empty is left out")
        return ""
    if wanted is bool:
        if text in ("true", "false"):
            return text == "true"
        reading.fault(node, path, text, "true or false")
        return False
    if wanted is int:
        if plain and _WHOLE.fullmatch(text):
            return int(text)
        reading.fault(node, path, text, "a whole number")
        return 0
    if plain and text.casefold() in _TWO_WAYS:
        reading.fault(node, path, text, "text in quotation marks, or true or false where that is meant")
    return text


def _shown(node: Any) -> str:
    return str(node.value)[:60] if isinstance(node, yaml.ScalarNode) else "a list"


def _in_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """In the order of the model, as the other files are."""
    names = [entry.name for entry in fields(Drug)]
    rest = [name for name in data if name not in names]
    return {name: data[name] for name in (*names, *rest) if name in data}
