"""What a formula is valid for: the range of each input, in the input's declared unit, ends included unless `above`."""

from dataclasses import dataclass

from gmpy2 import mpq

from calculations.number import Exactable, exact
from calculations.printing import show_number
from calculations.units import Unit


@dataclass(frozen=True, slots=True)
class Range:
    """Valid numbers of one input."""

    low: mpq | None = None
    high: mpq | None = None
    low_open: bool = False
    """Whether `low` itself is not valid."""

    def holds(self, number: mpq) -> bool:
        """Whether an exact number lies in the range."""
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return self.high is None or bool(number <= self.high)

    def words(self, measure: Unit) -> str:
        """The range in words, such as `0.3 to 300 kg`."""
        shown = f" {measure.shown}" if measure.shown else ""
        if self.low is not None and self.high is not None:
            above = "above " if self.low_open else ""
            return f"{above}{show_number(self.low)} to {show_number(self.high)}{shown}"
        if self.low is not None:
            return f"{'above' if self.low_open else 'at least'} {show_number(self.low)}{shown}"
        if self.high is not None:
            return f"at most {show_number(self.high)}{shown}"
        return "any number"

    def as_data(self) -> dict[str, str | bool | None]:
        """Plain data, for the hash of the declaration."""
        ends = {name: None if end is None else str(end) for name, end in (("low", self.low), ("high", self.high))}
        return {**ends, "low_open": self.low_open}


def between(low: Exactable, high: Exactable) -> Range:
    """From `low` to `high`, both included."""
    return Range(exact(low), exact(high))


def above(low: Exactable, at_most: Exactable | None = None) -> Range:
    """Greater than `low`, and with `at_most` no more than that."""
    return Range(exact(low), None if at_most is None else exact(at_most), low_open=True)


def at_least(low: Exactable) -> Range:
    """`low` or more."""
    return Range(exact(low))


def any_number() -> Range:
    """No bound, negative numbers included. Without a declared range an input must be at least zero."""
    return Range()


NOT_NEGATIVE = Range(mpq(0))
