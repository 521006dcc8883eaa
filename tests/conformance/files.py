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
    """The part of a case that an adapter may see; `root` is where paths inside its inputs start."""
    return Case(str(raw["id"]), raw["inputs"], raw.get("convention"), raw.get("wanted"), topic, root)


def read_cases(path: Path) -> list[Case]:
    """All cases of a file, each with its topic where the file says one (topic key, else the file's name).

    Raises:
        ValueError: the file holds nothing that looks like a case.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
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
        if "id" in data and isinstance(data.get("inputs"), dict):
            yield data, topic
            return
        for key, item in data.items():
            if not isinstance(item, list | dict):
                continue
            if isinstance(item, dict) and isinstance(item.get("inputs"), dict) and "id" not in item:
                item = {"id": key, **item}
            yield from _walk(item, key if key in topics() else topic)
