"""What the hospital itself decides: tolerances, syringe rules, label stock, time windows, beyond-use rule set."""

from dataclasses import dataclass

from calculations.quantity import Quantity
from formulary.model_common import ContainerClass, ContainerType, Population, Source, StorageCondition


@dataclass(frozen=True, kw_only=True)
class SiteValue:
    """One number the hospital sets. Code asks for it by name and fails when it is missing."""

    name: str
    value: Quantity
    text: str
    """What it does, in one sentence."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class AssignedByScan:
    """The house's policy for finished units of one formulation: who may make one a dose by its scan, without a pharmacist."""

    formulation: str
    """Id of the master formulation that the units are made by."""
    roles: tuple[str, ...]
    """"technician", "nurse", or both."""
    text: str
    """Under which conditions, in one sentence."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class LabelStock:
    """Label size by container class."""

    container: ContainerClass
    width: Quantity
    height: Quantity
    """Inches (`in`)."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class BeyondUseRow:
    """One cell of the category table: the sterility ceiling, counted from the start of preparation."""

    category: str
    process: str
    """"aseptic", "terminal" or "any"."""
    sterility_test: str
    """"yes" (done and passed), "no", or "any"."""
    components: str
    """"sterile_only", "nonsterile", or "any"."""
    storage: StorageCondition
    limit: Quantity
    """Hours."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class OpenedContainerRow:
    """How long an opened container may still be drawn from. It gates the draw and is never a beyond-use candidate."""

    container_type: ContainerType
    iso5: bool
    """Opened in ISO class 5 air or cleaner."""
    limit: Quantity | None
    """None with `one_preparation`: the rest is discarded when the preparation ends."""
    one_preparation: bool
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class StorageRange:
    """Temperature range that a storage place of the house is kept in (whole °C)."""

    storage: StorageCondition
    celsius_low: int
    celsius_high: int
    source: Source


@dataclass(frozen=True, kw_only=True)
class BeyondUseRules:
    """A replaceable rule set. A category, process and storage without a row is refused, never guessed."""

    id: str
    """"usp797_2023"."""
    title: str
    version: int
    rows: tuple[BeyondUseRow, ...]
    opened: tuple[OpenedContainerRow, ...]
    ranges: tuple[StorageRange, ...]
    digest: str


@dataclass(frozen=True, kw_only=True)
class SiteProfile:
    """The hospital's own settings in one version."""

    id: str
    version: int
    name: str
    phone: str
    """Printed on every label: whom to call."""
    demonstration: bool
    """True: every screen and print carries the demonstration banner."""
    values: tuple[SiteValue, ...]
    populations: tuple[Population, ...]
    """"any", "adult", "child", "neonate": used by every drug unless it brings its own band."""
    label_stock: tuple[LabelStock, ...]
    beyond_use: BeyondUseRules
    digest: str
    assigned_by_scan: tuple[AssignedByScan, ...] = ()
    """Nobody but a pharmacist assigns a unit of a formulation that is not named here."""

    def value(self, name: str) -> Quantity:
        """The site's number of that name. Raises KeyError with the name when the hospital has not set it."""
        return self.row(name).value

    def row(self, name: str) -> SiteValue:
        """The same with its source. Raises KeyError as `value`."""
        for row in self.values:
            if row.name == name:
                return row
        raise KeyError(f"the site profile {self.id} has no value {name!r}")

    def population(self, name: str) -> Population:
        """The site's population of that id. Raises KeyError when there is none."""
        for row in self.populations:
            if row.id == name:
                return row
        raise KeyError(f"the site profile {self.id} has no population {name!r}")
