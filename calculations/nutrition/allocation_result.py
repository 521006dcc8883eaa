"""What an allocation gives: a volume of each source, and each step in words."""

from dataclasses import dataclass

from calculations.nutrition.product import SourceProduct
from calculations.printing import show
from calculations.quantity import Quantity

_WORDS: dict[str, str] = {
    "amount": "{product}: {ordered} of {ion} ordered for the day, taken from {volume}.",
    "volume": "{product}: {volume} ordered for the day.",
    "subtract": "{ion}: {ordered} ordered less {brought} that the fixed sources bring leaves {rest}.",
    "salt": "{product} takes {volume} for {amount} of {ion}.",
    "with_phosphate": "{product} takes {volume} for {amount} of phosphate and brings {cation_amount} of {ion} with it; "
    "{rest} of {ion} is still open.",
    "anions": "{rest} of sodium and potassium is open and takes {chloride} of chloride and {acetate} of acetate ({choice}).",
    "nothing_open": "Sodium and potassium leave nothing open for chloride or acetate to go with.",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the allocation."""

    code: str
    ion: str
    """The ion or nutrient that the step is about."""
    figures: tuple[tuple[str, Quantity | str], ...]

    @property
    def words(self) -> str:
        """The step as one sentence for a pharmacist."""
        shown = {name: show(value) if isinstance(value, Quantity) else value for name, value in self.figures}
        return _WORDS[self.code].format(ion=self.ion.replace("_", " "), **shown)


@dataclass(frozen=True, slots=True)
class Taken:
    """A volume of one product for the day, as infused."""

    product: SourceProduct
    volume: Quantity
    """mL."""
    added_salt: bool = False
    """Whether it is a salt that the allocation or the order adds, and so part of the balance of added salts."""
    apart: bool = False
    """Whether it is given beside the bag (lipid in its own container)."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """What the day's bag takes of each source, water not counted."""

    taken: tuple[Taken, ...]
    steps: tuple[Step, ...]

    @property
    def in_bag(self) -> tuple[Taken, ...]:
        """What goes into the bag."""
        return tuple(one for one in self.taken if not one.apart)

    @property
    def apart(self) -> tuple[Taken, ...]:
        """What is given beside it."""
        return tuple(one for one in self.taken if one.apart)
