"""A contradiction as data: which drug, where in the field's words, what was found, what was expected, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from calculations.printing import show
from calculations.quantity import Quantity
from formulary.differing.subjects import field_words, title_of
from formulary.model import Drug, Formulary


class Check(StrEnum):
    """What is looked for."""

    NAMES = "names"
    LIMITS = "limits"
    CODES = "codes"
    STABILITY = "stability"
    CONCENTRATION = "concentration"
    HANDLING = "handling"
    NUTRITION = "nutrition"


CHECKS = {
    Check.NAMES: "Look-alike names",
    Check.LIMITS: "Limits that are missing",
    Check.CODES: "One code on two things",
    Check.STABILITY: "Stability against the usual time to administration",
    Check.CONCENTRATION: "Concentrations beyond a limit",
    Check.HANDLING: "Light, hood and diluents",
    Check.NUTRITION: "Parenteral nutrition against formulary and limits",
}
"""Heading of each check, in the order of the pages."""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two statements that do not go together."""

    check: Check
    drug: str
    """Id; empty where it is about supplies alone."""
    display: str
    subject: str
    """Which row: `cefTRIAXone minibag, adult`."""
    field: str
    """Which field of it, as the formulary's pages call it."""
    found: str
    expected: str
    mend: str
    others: tuple[str, ...] = ()
    """Ids of other drugs that it is about as well."""

    @property
    def about(self) -> frozenset[str]:
        """Every drug that it is about."""
        return frozenset((self.drug, *self.others))


@dataclass(frozen=True, kw_only=True)
class Unchecked:
    """What could not be held together, and why: never taken for right."""

    check: Check
    drug: str
    display: str
    subject: str
    why: str
    mend: str


@dataclass(frozen=True)
class Checked:
    """Everything that was found, by check and drug."""

    found: tuple[Contradiction, ...]
    unchecked: tuple[Unchecked, ...]

    def of(self, drug: str) -> "Checked":
        """What is about this drug."""
        return Checked(
            tuple(row for row in self.found if drug in row.about),
            tuple(row for row in self.unchecked if row.drug == drug),
        )


def plain(row: Any) -> Mapping[str, Any]:
    """A row of the model as the words of the difference read it: quantities as text, parts as mappings."""
    return {one.name: _plain(getattr(row, one.name)) for one in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, Quantity):
        return show(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type) and hasattr(value, "condition"):
        return plain(value)
    return value


def names_of(formulary: Formulary, drug: Drug) -> dict[str, str]:
    """Ids of solutions, products, formulations and populations with the names that people know them by."""
    populations = (*formulary.site.populations, *drug.populations)
    return {
        **{row.id: row.display for row in formulary.supplies.solutions},
        **{row.id: row.display for row in drug.products},
        **{row.id: row.name for row in drug.formulations},
        **{row.id: row.id.replace("_", " ") for row in populations},
    }


def subject(formulary: Formulary, drug: Drug, row: Any) -> str:
    """A row as a heading, as the difference of two versions calls it."""
    return title_of(type(row), plain(row), names_of(formulary, drug))


def words(row: Any, name: str) -> str:
    """A field as the difference of two versions calls it."""
    return field_words(type(row), name, plain(row))
