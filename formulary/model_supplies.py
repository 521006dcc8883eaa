"""What a hood needs besides drugs: solutions, bags, diluent vials, syringes, devices, filters."""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity
from formulary.model_common import ContainerType, Material, Source, Storage
from formulary.model_drug import Codes


@dataclass(frozen=True, kw_only=True)
class Solution:
    """A fluid by its composition, whatever container it comes in."""

    id: str
    """"sodium_chloride_0_9", "dextrose_5", "sterile_water"."""
    display: str
    """"sodium chloride 0.9 %"."""
    synonyms: tuple[str, ...]
    """What orders call it: "NS", "0.9 % NaCl", "normal saline"."""
    contains: tuple[str, ...]
    """Tags that compatibilities name: "calcium", "dextrose", "chloride"."""
    osmolarity: Quantity | None
    """mOsm/L."""
    density: Quantity | None
    """g/mL, or None: additions of it cannot be weighed."""
    density_source: Source | None
    preservative: str | None
    """"benzyl alcohol" for bacteriostatic water; None = none."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class SolutionBag:
    """A bag of base solution. Overfill is by maker and size: site data."""

    id: str
    display: str
    codes: Codes
    solution: str
    label_volume: Quantity
    overfill: Quantity | None
    """None = not known: the true concentration then cannot be worked out, and that is a finding."""
    overfill_source: Source | None
    capacity: Quantity | None
    """All that the bag can hold, label volume, overfill and additives together, by its maker.

    None = not known: a finding says so, and no additive of more than the label volume passes without two pharmacists.
    """
    capacity_source: Source | None
    material: Material
    storage: Storage
    source: Source


@dataclass(frozen=True, kw_only=True)
class DiluentVial:
    """Sterile water, bacteriostatic water or saline for dissolving and diluting."""

    id: str
    display: str
    codes: Codes
    solution: str
    volume: Quantity
    container_type: ContainerType
    storage: Storage
    source: Source


@dataclass(frozen=True, kw_only=True)
class EmptyBag:
    """A sterile empty bag for EXACT volumes."""

    id: str
    display: str
    codes: Codes
    capacity: Quantity
    """All that it can hold; a larger final volume takes a larger bag, or is refused."""
    material: Material
    source: Source


@dataclass(frozen=True, kw_only=True)
class Syringe:
    """A syringe size as the house buys it."""

    id: str
    display: str
    codes: Codes
    capacity: Quantity
    graduation: Quantity
    """Smallest line."""
    smallest_measurable: Quantity
    """Site data; a smaller volume must be diluted first."""
    material: Material
    source: Source


class DeviceKind(StrEnum):
    """Parts of a closed system, by where they sit."""

    VIAL_ADAPTOR = "vial_adaptor"
    SYRINGE_ADAPTOR = "syringe_adaptor"
    BAG_SPIKE = "bag_spike"


@dataclass(frozen=True, kw_only=True)
class ClosedSystemDevice:
    """A closed-system transfer device for hazardous drugs."""

    id: str
    display: str
    codes: Codes
    kind: DeviceKind
    hold_up: Quantity | None
    """Volume that stays in the device."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter for making or for giving."""

    id: str
    display: str
    codes: Codes
    pore: str
    """"5 micron", "0.22 micron"."""
    use: str
    """"preparation" or "infusion"."""
    hold_up: Quantity | None
    source: Source


@dataclass(frozen=True, kw_only=True)
class SourceContainer:
    """A bulk bag, bottle or vial that only parenteral nutrition is made from: never a diluent, never a base of its own.

    What is in it stands in the nutrition product that names this container among its `items`.
    """

    id: str
    display: str
    codes: Codes
    volume: Quantity
    container_type: ContainerType
    storage: Storage
    source: Source


@dataclass(frozen=True, kw_only=True)
class Supplies:
    """All supplies of the house in one version."""

    version: int
    solutions: tuple[Solution, ...]
    bags: tuple[SolutionBag, ...]
    diluent_vials: tuple[DiluentVial, ...]
    empty_bags: tuple[EmptyBag, ...]
    syringes: tuple[Syringe, ...]
    devices: tuple[ClosedSystemDevice, ...]
    filters: tuple[Filter, ...]
    source_containers: tuple[SourceContainer, ...]
    digest: str
