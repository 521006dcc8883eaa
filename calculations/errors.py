"""The ways in which a calculation says no.

`Fault` is bad input: it names the field, what was found and what was expected. `CannotCompute` is a calculation that
must not give a number: it says what could not be computed, why, and what to do next. Nothing in this package falls
back to a default instead of raising one of these.
"""

from collections.abc import Iterable

_LONGEST_SHOWN = 60


class Fault(Exception):
    """One faulty input, usable as an exception and as data."""

    def __init__(self, field: str, found: object, expected: str) -> None:
        super().__init__(field, found, expected)
        self.field = field
        """Which input, in the words of the page or the file path."""
        self.found = found
        """What stood there."""
        self.expected = expected
        """What would have been accepted."""

    def __str__(self) -> str:
        return f"{self.field}: found {_short(self.found)}, expected {self.expected}."

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and self.args == other.args

    def __hash__(self) -> int:
        return hash((self.field, str(self.found), self.expected))

    def as_data(self) -> dict[str, str]:
        """The fault as plain strings."""
        return {"field": self.field, "found": _short(self.found), "expected": self.expected}


class Faults(Exception):
    """Several faults found in one go, so that a person mends them all at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return " ".join(str(fault) for fault in self.faults)


class CannotCompute(Exception):
    """A figure that cannot be given: `code` for programs, the rest in words for people."""

    def __init__(self, code: str, what: str, why: str, next_step: str = "") -> None:
        super().__init__(code, what, why, next_step)
        self.code = code
        """A fixed short name, for example `out_of_range`."""
        self.what = what
        """The figure or act that was asked for."""
        self.why = why
        """The reason, in words."""
        self.next_step = next_step
        """What a person can do now; may be empty."""

    def __str__(self) -> str:
        ending = f" {self.next_step}" if self.next_step else ""
        return f"{self.what}: {self.why}{ending}"

    def as_data(self) -> dict[str, str]:
        """The refusal as plain strings."""
        return {"code": self.code, "what": self.what, "why": self.why, "next_step": self.next_step}


class UnitMismatch(CannotCompute):
    """Quantities that do not belong together: other dimension, other substance, or not the declared unit."""

    def __init__(self, what: str, why: str, next_step: str = "") -> None:
        super().__init__("unit_mismatch", what, why, next_step)

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.what, self.why, self.next_step)


class OutOfRange(CannotCompute):
    """An input lies outside what a formula is valid for; `why` says what is valid."""

    def __init__(self, what: str, why: str, next_step: str = "") -> None:
        super().__init__("out_of_range", what, why, next_step)

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.what, self.why, self.next_step)


def _short(found: object) -> str:
    """What was found, quoted, and cut when it is long: a fault must stay readable whatever was sent."""
    text = found if isinstance(found, str) else str(found)
    if not text:
        return "nothing"
    cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return ascii(cut) if not cut.isprintable() else f"'{cut}'"
