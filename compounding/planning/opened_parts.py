"""Opened containers as sources of a drug: what is left is used first, and what is dissolved is not dissolved again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.planning.products import DrugSource


@dataclass(frozen=True)
class PartContainer:
    """An opened container that was scanned for the dose."""

    number: str
    product: str
    left: Quantity
    """Amount of drug."""
    concentration: Quantity
    """As it is now; of a powder after it was dissolved."""


def opened_sources(parts: Sequence[PartContainer], new_ones: Mapping[str, DrugSource]) -> dict[str, DrugSource]:
    """The parts that belong to this drug, by their numbers; `new_ones` are the unopened products it may be drawn from.

    Raises CannotCompute for a part that is not as the plan would dissolve it: unlike concentrations never meet.
    """
    found: dict[str, DrugSource] = {}
    for part in parts:
        source = new_ones.get(part.product)
        if source is None:
            continue
        if source.concentration != part.concentration:
            raise CannotCompute(
                "part_differs",
                f"opened container {part.number}",
                "it was dissolved to another concentration than this preparation is planned with.",
                "Use a new container.",
            )
        found[part.number] = replace(source, reconstitution=None, opened=part.number, left=part.left)
    return found
