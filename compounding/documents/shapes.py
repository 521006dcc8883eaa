"""The parts that printed documents share. Every text is a shown string: numbers were rounded and given units before."""

from dataclasses import dataclass, field
from typing import Any

MAY_BE_EMPTY: dict[str, Any] = {"may_be_empty": True}


def maybe() -> Any:
    """A text that may be empty: the line then does not print. Never defaulted: whoever builds the page says so."""
    return field(metadata=MAY_BE_EMPTY)


@dataclass(frozen=True)
class Site:
    """Who made it and whom to call."""

    name: str
    room: str
    phone: str


@dataclass(frozen=True)
class PatientLine:
    """The patient with two identifiers: the birth date and the record number."""

    name: str
    """``SPECIMEN, Tomas``."""
    born: str
    """``3 Feb 1965``: the month in letters."""
    identifier: str
    """``MRN DEMO-2093``: with its kind in front."""
    location: str


@dataclass(frozen=True)
class DrugLine:
    """An active ingredient: tall-man name and ordered amount with unit."""

    name: str
    amount: str


@dataclass(frozen=True)
class Due:
    """When the dose is due."""

    date: str
    time: str


@dataclass(frozen=True)
class BeyondUse:
    """Until when a dose may be started, and where it is kept until then."""

    at: str
    """``24 Apr 2026, 13:41``."""
    keep: str
    """``2 to 8 °C``."""
    storage: str
    """The storage path in words: ``Refrigerate until …; once out, start within … h``."""


@dataclass(frozen=True)
class Component:
    """A container used, as it is named on a label."""

    name: str
    lot: str
    expires: str
    amount: str
    """What was used of it, with unit."""


@dataclass(frozen=True)
class Person:
    """Who did something, with credentials, and when. ``how`` is ``alone`` for a check made without seeing the first."""

    name: str
    at: str
    how: str = maybe()


@dataclass(frozen=True)
class Maker:
    """Who prepared it, with credentials, and when the work began: ``T. Okonjo, CPhT``, ``13:41``."""

    name: str
    at: str


@dataclass(frozen=True)
class Printed:
    """Which copy this is. ``reprint`` is the number of the reprint and asks for a reason; both are empty otherwise."""

    at: str
    copy: str
    reprint: str = maybe()
    reason: str = maybe()
