"""Reads files of cases, in whichever container they come."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.conformance.case import Case

HERE = Path(__file__).parent
CASES = HERE / "cases"


def topics() -> list[str]:
    """The topics whose cases stand in this directory, in alphabetical order."""
    return sorted(path.stem for path in CASES.glob("*.json"))


@lru_cache(maxsize=64)
def published(topic: str) -> tuple[dict[str, Any], ...]:
    """The published cases of one topic with everything they carry, sources and expectations included."""
    data = json.loads((CASES / f"{topic}.json").read_text(encoding="utf-8"))
    return tuple(data["cases"])


def as_case(raw: Mapping[str, Any], topic: str | None, root: Path) -> Case:
    """The part of a case that an adapter may see; `root` is where paths inside its inputs start.

    What is null is not given; a unit that is no text becomes one, and is then refused as any unknown unit.
    """
    given = raw["inputs"] if isinstance(raw["inputs"], dict) else {}
    inputs = {str(name): _input(data) for name, data in given.items() if data is not None}
    return Case(str(raw.get("id", "")), inputs, raw.get("convention"), _wanted(raw.get("wanted")), topic, root)


def _input(data: Any) -> Any:
    if isinstance(data, dict) and "value" in data and not isinstance(data.get("unit", ""), str):
        return {**data, "unit": "" if data["unit"] is None else str(data["unit"])}
    return data


def _wanted(wanted: Any) -> dict[str, str] | None:
    """Output name to unit; a bare text is the unit of the single figure."""
    if isinstance(wanted, str):
        return {"unit": wanted}
    if not isinstance(wanted, dict):
        return None
    return {str(name): str(unit) for name, unit in wanted.items() if unit is not None} or None


def read_cases(path: Path) -> list[Case]:
    """All cases of a file, each with its topic where the file says one (topic key, else the file's name).

    Raises:
        ValueError: the file is no JSON, or holds nothing that looks like a case.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as found:  # also what is not UTF-8
        raise ValueError(f"{path.name}: no JSON in UTF-8: {found}") from None
    except RecursionError:
        raise ValueError(f"{path.name}: nested too deeply for a file of cases") from None
    named = path.stem if path.stem in topics() else None
    cases = [as_case(raw, topic, path.resolve().parent) for raw, topic in _walk(data, named)]
    if not cases:
        raise ValueError(f"{path.name}: no case found; expected {{topic, cases: [{{id, inputs, convention, wanted}}]}}")
    return cases


def _walk(data: Any, topic: str | None) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Every case in nested lists and objects; a `topic` key, or a key that names a topic, holds for what is inside."""
    if isinstance(data, list):
        for item in data:
            yield from _walk(item, topic)
    elif isinstance(data, dict):
        topic = data["topic"] if isinstance(data.get("topic"), str) else topic
        if "inputs" in data:
            yield data, topic
            return
        for key, item in data.items():
            if not isinstance(item, list | dict):
                continue
            if isinstance(item, dict) and "inputs" in item and "id" not in item:
                item = {"id": key, **item}
            yield from _walk(item, key if key in topics() else topic)
