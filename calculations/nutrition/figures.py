"""Named figures of a bag: what a person sees and a limit is held against. What cannot be given says why."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from calculations.errors import CannotCompute
from calculations.nutrition.order import Basis
from calculations.quantity import Quantity

SINGLE: tuple[str, ...] = (
    "fluid per kg per day", "dextrose energy", "amino acid energy", "lipid energy", "energy", "energy per kg per day",
    "energy share of dextrose", "energy share of amino acids", "energy share of lipid", "nitrogen",
    "nonprotein energy", "nonprotein energy per nitrogen", "glucose infusion rate",
    "glucose infusion rate anhydrous", "lipid rate", "lipid per kg per hour", "potassium per kg per hour",
    "osmolarity", "osmolality", "balance of added salts", "calcium to phosphorus by amount",
    "calcium to phosphorus by mass", "aluminium per kg per day", "amino acids percent", "dextrose percent",
    "lipid percent", "monovalent cations", "divalent cations", "rate", "rate as programmed", "taper rate",
    "expected mass", "lipid expected mass",
)  # fmt: skip
"""Figures that exist once. Beside them every ion, nutrient and drug stands in each basis: `sodium per litre`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    name: str
    value: Quantity
    note: str = ""
    """What a person must know beside it: the convention, that it is an estimate, what is not counted."""
    estimate: bool = False
    complete: bool = True
    """False: a lower bound, because a label does not tell; the note names the products."""


@dataclass(slots=True)
class Figures:
    """Figures by name, and those that cannot be given with the reason."""

    found: dict[str, Figure] = field(default_factory=dict)
    missing: dict[str, CannotCompute] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Quantity:
        """The value; raises the `CannotCompute` for one that could not be given, `KeyError` for one that is not there."""
        if name in self.missing:
            raise self.missing[name]
        return self.found[name].value

    def __contains__(self, name: str) -> bool:
        return name in self.found

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.found.values())

    def add(
        self, name: str, work: Callable[[], Quantity], note: str = "", *, estimate: bool = False, complete: bool = True
    ) -> Quantity | None:
        """Work a figure out and keep it, or keep why it cannot be given."""
        try:
            value = work()
        except CannotCompute as refusal:
            self.missing[name] = refusal
            return None
        self.found[name] = Figure(name, value, note, estimate, complete)
        return value


@lru_cache(maxsize=4096)
def is_figure(name: str, nutrients: frozenset[str]) -> bool:
    """Whether a figure of this name can exist, given the names of all ions, nutrients and drugs of the formulary."""
    if name in SINGLE:
        return True
    return any(name == f"{nutrient} {basis}" for nutrient in nutrients for basis in Basis)
