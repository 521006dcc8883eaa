"""A waste of a controlled drug as its entries tell it: offered by one person, witnessed by another, or taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.plan_data import as_data
from compounding.record_actions import RecordAction, by_kind

VIAL, DOSE_ITSELF, CONTAINER, STOCK, REMAINDER = "vial", "dose", "opened", "stock", "remainder"
SUBJECTS: Mapping[str, str] = {
    VIAL: "the rest of a vial",
    DOSE_ITSELF: "a whole preparation",
    CONTAINER: "an opened container",
    STOCK: "unopened containers out of stock",
    REMAINDER: "what is left of a preparation that was started",
}
OFFERED, WITNESSED, TAKEN_BACK = "offered", "witnessed", "taken_back"
STREAMS: Mapping[str, str] = {
    "controlled": "controlled drug waste",
    "sharps": "sharps",
    "hazardous": "hazardous drug waste",
    "destroyer": "handed to the reverse distributor",
    "back": "back to stock, unopened",
}
BACK = "back"
WASTED_BY, SEEN_BY = "Wasted by", "Waste seen and witnessed by"


@dataclass(frozen=True)
class OfferWaste(RecordAction):
    """One person shows what they waste. The amount is worked out; what is really there is told beside it."""

    kind: ClassVar[str] = "controlled_waste_offered"
    number: str
    subject: str
    stream: str
    dose: str = ""
    slot: str = ""
    container: str = ""
    product: str = ""
    lot: str = ""
    location: str = ""
    count: int = 0
    """Containers out of stock."""
    cause: str = ""
    """Why stock is wasted."""
    volume: Quantity | None = None
    """mL that are really there."""
    reason: str = ""
    """Needed where that differs from what was worked out, and for stock."""
    given: Quantity | None = None
    """mL that the patient was given, of a preparation that was started."""
    display: str = ""
    """Completed, as all that follow."""
    schedule: str = ""
    computed: Quantity | None = None
    """Withdrawn or held, minus used: what should be there, mL. None where no record tells it."""
    amount: Quantity | None = None
    """The drug in what is wasted."""
    difference: Quantity | None = None
    """What is missing (above zero) or too much, where it is beyond the tolerance."""
    within: Quantity | None = None
    """Of an opened container: the difference within the tolerance, with which its volume leaves the ledger."""
    arithmetic: str = ""
    involved: tuple[str, ...] = ()
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class WitnessWaste(RecordAction):
    """Another person, at the same station, saw it and signs with their own secret."""

    kind: ClassVar[str] = "controlled_waste_witnessed"
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class TakeBackWaste(RecordAction):
    """Nothing was wasted: it was offered by mistake, or no witness came."""

    kind: ClassVar[str] = "controlled_waste_taken_back"
    reason: str


ACTIONS: dict[str, type[RecordAction]] = by_kind(OfferWaste, WitnessWaste, TakeBackWaste)
PERMISSIONS: Mapping[str, frozenset[str]] = {
    "controlled_waste_offered": frozenset({"technician", "pharmacist", "lead", "buyer", "nurse"}),
    "controlled_waste_witnessed": frozenset({"technician", "pharmacist", "nurse", "lead"}),
    "controlled_waste_taken_back": frozenset({"technician", "pharmacist", "lead", "buyer", "nurse"}),
}
WASTED_BY_ROLE: Mapping[str, frozenset[str]] = {
    VIAL: frozenset({"technician", "pharmacist"}),
    DOSE_ITSELF: frozenset({"technician", "pharmacist", "lead"}),
    CONTAINER: frozenset({"technician", "pharmacist"}),
    STOCK: frozenset({"technician", "pharmacist", "buyer"}),
    REMAINDER: frozenset({"nurse", "technician", "pharmacist"}),
}
"""Who may waste what; who may witness it stands above and is never the same person."""


@dataclass(frozen=True)
class ControlledWaste:
    """Blank until it is offered."""

    offered: OfferWaste | None = None
    status: str = ""
    person: str = ""
    offered_at: datetime | None = None
    station: str = ""
    witness: str = ""
    witnessed_at: datetime | None = None
    reason: str = ""
    """Why it was taken back."""

    @property
    def told(self) -> OfferWaste:
        """What is wasted. Raises ValueError for a waste that was never offered."""
        if self.offered is None:
            raise ValueError("a waste that was never offered has nothing to tell")
        return self.offered


def waste_record(number: str) -> str:
    """The id of a waste's record."""
    return f"controlled_waste-{number}"


def content_of(told: OfferWaste, person: str) -> Any:
    """What both persons sign: drug, amount, what it belongs to, and who wastes it."""
    plain = as_data(told)
    return {name: value for name, value in plain.items() if name != "signature"} | {"wasted_by": person}


def said(told: OfferWaste) -> str:
    """How much, in words: `4.4 mL (220 mcg)`, `2 containers`."""
    if told.subject == STOCK:
        return f"{told.count} container{'' if told.count == 1 else 's'}"
    volume = "an unmeasured volume" if told.volume is None else show(told.volume)
    return f"{volume} ({show(told.amount, 2)})" if told.amount is not None else volume
