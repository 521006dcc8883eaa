"""Faults of data files: collected all at once, so that one reading mends one file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataFault:
    """One thing that is wrong in a data file."""

    file: str
    path: str
    """Where in the file: "products[0].reconstitutions[1].displacement"."""
    value: str
    """What stands there, "nothing" when the value is missing."""
    expectation: str
    """What would be right, in words."""

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: found {self.value}, expected {self.expectation}"


class FormularyFaults(Exception):
    """The data cannot be loaded. Carries every fault that was found, never only the first."""

    def __init__(self, faults: list[DataFault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(str(fault) for fault in faults)
        super().__init__(f"{len(faults)} faults in the formulary data\n{lines}")
