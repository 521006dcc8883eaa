"""Every recorded figure computed again from the record alone, with the formula version that it names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from batch_records.store import Store
from batch_records.tables import HEADS
from calculations.errors import CannotCompute, Fault
from calculations.formula import recheck

STEP = frozenset({"id", "version", "statement", "inputs", "exact"})
"""What makes a piece of a payload the derivation of one figure."""


@dataclass
class Recheck:
    """What was computed again, and what came out differently or could not be computed."""

    records: int = 0
    figures: int = 0
    problems: list[str] = field(default_factory=list)


def recorded_steps(payload: Any) -> Iterator[dict[str, Any]]:
    """Every derivation step in a payload, at whatever depth it stands."""
    if isinstance(payload, dict):
        if payload.keys() >= STEP:
            yield payload
            return
        payload = list(payload.values())
    if isinstance(payload, list):
        for part in payload:
            yield from recorded_steps(part)


def recheck_records(store: Store, only: Sequence[str] = ()) -> Recheck:
    """Compute every recorded figure again, of all records or of some. Raises Fault for a record that is not there."""
    done = Recheck()
    with store.read() as uow:
        records = list(uow.session.execute(select(HEADS.c.record).order_by(HEADS.c.record)).scalars())
        for name in only:
            if name not in records:
                raise Fault("record", name, "the id of a record")
        for record in only or records:
            done.records += 1
            for entry in uow.entries(record):
                for step in recorded_steps(entry.payload):
                    done.figures += 1
                    fault = _fault_in(step)
                    if fault:
                        done.problems.append(f"{record} entry {entry.seq}: {fault}")
    return done


def _fault_in(step: dict[str, Any]) -> str:
    try:
        recheck({**step, "version": int(step["version"])})  # a record keeps numbers as text
    except (CannotCompute, Fault, ValueError, TypeError, KeyError) as problem:
        return f"{step['id']} version {step['version']}: {problem}"
    return ""
