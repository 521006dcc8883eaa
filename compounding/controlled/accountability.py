"""What became of each vial of a controlled drug: content = drawn + wasted + left. Pure and exact; volumes in mL.

The content is what the label says. A vial often holds a little more: that overfill belongs to the hospital's stock as well, so
what is drawn or wasted beyond the label is told and never hidden in another figure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add

from calculations.printing import show
from calculations.quantity import Quantity

NOTHING = Quantity(0, "mL")


@dataclass(frozen=True)
class Tolerance:
    """How far a balance may be off: the smaller of a volume and a share of the content."""

    volume: Quantity
    share: Quantity

    def of(self, content: Quantity) -> Quantity:
        """The tolerance of a container with that content, mL."""
        smaller: Quantity = min(self.volume.to("mL"), (content * self.share.amount_in("one")).to("mL"))
        return smaller


@dataclass(frozen=True)
class Vial:
    """One container of a controlled drug and everything that is recorded of it."""

    content: Quantity
    """By its label, or what was left in it when it was taken as an opened container."""
    drawn: Quantity | None
    """None where something was taken out that nobody measured."""
    wasted: Quantity = NOTHING
    """Before a witness who signed."""
    left: Quantity = NOTHING
    """Kept as an opened container, or put back unopened."""
    in_case: Quantity = NOTHING
    """The difference that a discrepancy case is about: above zero what is missing, below zero what is too much."""

    def __post_init__(self) -> None:
        parts = (self.content, self.wasted, self.left, *(() if self.drawn is None else (self.drawn,)))
        if any(part.number < 0 for part in parts):
            raise ValueError("a volume in a vial is never below zero")


@dataclass(frozen=True)
class Balance:
    """Whether a vial is accounted for, and what is not."""

    rest: Quantity
    """content − drawn − wasted − left − difference in a case. Below zero: more came out than the label says."""
    tolerance: Quantity
    measured: bool
    """Everything that was taken out was measured."""

    @property
    def closed(self) -> bool:
        """Nothing is unaccounted for beyond the tolerance."""
        return self.measured and bool(abs(self.rest.number) <= self.tolerance.number)

    @property
    def overfill(self) -> Quantity:
        """What came out beyond the label; zero where nothing did."""
        return -self.rest if self.rest.number < 0 else NOTHING

    @property
    def to_waste(self) -> Quantity:
        """What should still be in the vial: the amount to waste as it is worked out. Never below zero."""
        return max(self.rest, NOTHING)


def balance(vial: Vial, tolerance: Tolerance) -> Balance:
    """The balance of a vial. What was drawn without a measure counts as nothing, and leaves the balance open."""
    drawn = NOTHING if vial.drawn is None else vial.drawn
    rest = vial.content - drawn - vial.wasted - vial.left - vial.in_case
    settled = vial.drawn is not None or (vial.in_case.number != 0 or vial.wasted.number > 0)
    return Balance(rest.to("mL"), tolerance.of(vial.content), settled)


@dataclass(frozen=True)
class Weighed:
    """A volume that is wasted, beside what it should be."""

    volume: Quantity
    computed: Quantity
    tolerance: Quantity

    @property
    def difference(self) -> Quantity:
        """Above zero: less was there than should be. Below zero: more was."""
        return self.computed - self.volume

    @property
    def differs(self) -> bool:
        """Off by more than the tolerance: a reason is needed, and a case is opened for it."""
        return bool(abs(self.difference.number) > self.tolerance.number)


def known(volume: Quantity | None) -> Quantity:
    """The volume; nothing where there is none."""
    return NOTHING if volume is None else volume


def total(volumes: Iterable[Quantity]) -> Quantity:
    """The sum of volumes, mL; nothing for none."""
    return reduce(add, volumes, NOTHING)


def microlitres(volume: Quantity) -> int:
    """The volume in whole microlitres, half away from zero: for tables that sum, never for a decision."""
    exact = volume.amount_in("mL") * 1000
    whole = int((2 * abs(exact) + 1) // 2)
    return whole if exact >= 0 else -whole


def in_words(vial: Vial, found: Balance) -> str:
    """The arithmetic of one vial in words: `20 mL − 15.6 mL drawn − 4.4 mL wasted = 0 mL`."""
    drawn = "something drawn that nobody measured" if vial.drawn is None else f"{show(vial.drawn)} drawn"
    parts = [show(vial.content), drawn]
    parts += [f"{show(vial.wasted)} wasted"] if vial.wasted.number else []
    parts += [f"{show(vial.left)} kept or put back"] if vial.left.number else []
    if vial.in_case.number:
        parts.append(f"{_signed(vial.in_case)} in a discrepancy case")
    return f"{' − '.join(parts)} = {_signed(found.rest)}"


def _signed(volume: Quantity) -> str:
    return f"−{show(-volume)}" if volume.number < 0 else show(volume)
