"""What a check found, as data. A finding informs or stops; a figure that cannot be computed raises instead."""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity


class Grade(StrEnum):
    """How much a finding weighs."""

    INFO = "info"
    """Shown; nobody has to act."""
    SOFT = "soft"
    """Passed by one pharmacist with a reason."""
    HARD = "hard"
    """Passed by two pharmacists and a named prescriber's confirmation."""
    ABSOLUTE = "absolute"
    """No path and no setting passes it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check."""

    code: str
    """Fixed short name of the rule."""
    grade: Grade
    title: str
    """The finding in one sentence."""
    figure: Quantity | None = None
    """What was computed."""
    limit: Quantity | None = None
    """What it was held against."""
    margin: Quantity | None = None
    """How far the figure lies inside (positive) or outside (negative) the limit."""
    source: str = ""
    """Where the limit comes from."""
    mend: str = ""
    """How to put it right."""

    def as_data(self) -> dict[str, object]:
        """Plain data for records and pages; what is not given is left out."""
        data: dict[str, object] = {"code": self.code, "grade": self.grade.value, "title": self.title}
        for name in ("figure", "limit", "margin"):
            value: Quantity | None = getattr(self, name)
            if value is not None:
                data[name] = value.as_data()
        for name in ("source", "mend"):
            if text := getattr(self, name):
                data[name] = text
        return data
