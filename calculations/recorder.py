"""The recorder: while it runs, every formula notes how its figure came about. Off by default.

A step keeps everything needed to run the formula again from the record alone (`calculations.formula.recheck`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from calculations.printing import show
from calculations.quantity import Quantity

Given = Quantity | tuple[Quantity, ...]
"""One input of a formula, or a list of like inputs."""


class Step(NamedTuple):
    """The derivation of one figure."""

    id: str
    version: int
    statement: str
    inputs: dict[str, Given]
    """The inputs as they were given, before conversion."""
    exact: Quantity

    @property
    def shown(self) -> str:
        """The figure as printed."""
        return show(self.exact)

    def as_data(self) -> dict[str, Any]:
        """Plain data for records."""
        return {
            "id": self.id,
            "version": self.version,
            "statement": self.statement,
            "inputs": {name: _data(value) for name, value in self.inputs.items()},
            "exact": self.exact.as_data(),
            "shown": self.shown,
        }


@dataclass(slots=True)
class Recording:
    """The steps noted so far, in the order in which they were computed."""

    steps: list[Step] = field(default_factory=list)

    def as_data(self) -> list[dict[str, Any]]:
        """All steps as plain data for records."""
        return [step.as_data() for step in self.steps]


running: ContextVar[Recording | None] = ContextVar("running", default=None)
"""The recording of this thread or task, if one is on."""


@contextmanager
def recording() -> Iterator[Recording]:
    """Note every formula computed inside the `with`. An inner recording takes over from an outer one."""
    noted = Recording()
    token = running.set(noted)
    try:
        yield noted
    finally:
        running.reset(token)


def _data(value: Given) -> Any:
    return value.as_data() if isinstance(value, Quantity) else [each.as_data() for each in value]
