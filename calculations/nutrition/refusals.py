"""How the engine of parenteral nutrition says no: each refusal names the ion, the nutrient or the limit, and by how much."""

from typing import Any

from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity


class Infeasible(CannotCompute):
    """An ion that the products cannot give as ordered. `code` is `over_supplied` or `under_supplied`."""

    def __init__(self, code: str, ion: str, amount: Quantity, why: str, next_step: str) -> None:
        word = "more" if code == "over_supplied" else "less"
        super().__init__(code, f"{ion}: {show(amount)} {word} than can be", why, next_step)
        self.ion = ion
        """The ion (or trace element) that does not come out."""
        self.amount = amount
        """By how much, for the day; always above zero."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, self.ion, self.amount, self.why, self.next_step)


class NoSource(CannotCompute):
    """No product, or not exactly one, among those handed in brings what is ordered."""

    def __init__(self, nutrient: str, why: str, next_step: str) -> None:
        super().__init__("no_source", nutrient, why, next_step)
        self.nutrient = nutrient

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.nutrient, self.why, self.next_step)


class UnknownConstituent(CannotCompute):
    """A total over a product whose label does not tell this constituent."""

    def __init__(self, constituent: str, product: str) -> None:
        super().__init__(
            "unknown_constituent", constituent, f"the label of {product} does not tell it; it is not taken as zero.",
            "Enter the figure with its source, or use another product.",
        )  # fmt: skip
        self.constituent = constituent
        self.product = product

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.constituent, self.product)


class TooMuchVolume(CannotCompute):
    """The sources take more than the volume limit of the bag: no water is left, and less than none is never given."""

    def __init__(
        self, excess: Quantity, volume: Quantity, raise_by: Quantity | None = None, ways: tuple[str, ...] = ()
    ) -> None:
        why = f"the sources take {show(excess)} more than the volume limit of {show(volume)}."
        super().__init__("volume_limit", "water to fill up", why, " ".join(ways))
        self.excess = excess
        """mL above the bag's volume."""
        self.volume = volume
        self.raise_by = raise_by
        """mL by which a larger bag would hold it, amounts ordered per litre counted in; None: no volume would."""
        self.ways = ways
        """What would make it fit, one sentence each."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.excess, self.volume, self.raise_by, self.ways)
