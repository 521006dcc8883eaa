"""A switch to a released alternative that is in force: what planning has to know of it."""

from dataclasses import dataclass
from enum import StrEnum


class Alternative(StrEnum):
    """What takes the place of the usual way."""

    FORMULATION = "formulation"
    """Another master formulation of the same drug for the same kind of order."""
    PRODUCT = "product"
    """One product that the formulation allows, in place of the one that it would take first."""
    DILUENT = "diluent"
    """One solution that the formulation allows, in place of the others."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """In force for one master formulation at the moment that a formulary is of."""

    number: int
    """Of the formulation's record of substitutions."""
    drug: str
    formulation: str
    """Id of the usual one."""
    kind: Alternative
    to: str
    """Id of the formulation, the product or the solution."""
    reason: str
