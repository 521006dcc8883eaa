"""An opened container: which it is, since when it is open, what is left in it, and whether it may be drawn from now."""

import re
from dataclasses import dataclass
from datetime import datetime

from batch_records.acts import Refusal
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.preparing.numbering import check_digit
from compounding.stock.resolving import Resolved, Unknown
from compounding.tracing.stays import Been
from formulary.model import Formulary

FIRST_DILUENT, MIX_DILUENT = 50, 99
"""In the number of a container: the drugs of a dose come first, its diluents from here on."""
AVAILABLE, RESERVED, IN_HAND, EMPTY, SPENT, DISCARDED = "available", "reserved", "in_hand", "empty", "spent", "discarded"
_CODE = re.compile(r"(?:\]d2|\]C1|\]d1)?(?:96)?([0-9]{6}-[0-9]{4}-[0-9]{2,3}-[0-9]{3})\Z")


@dataclass(frozen=True)
class Opened:
    """One opened container. Blank until it is kept."""

    number: str = ""
    product: str = ""
    display: str = ""
    drug: str = ""
    """Empty for a diluent."""
    lot: str = ""
    expires: str = ""
    """Last day of use of the lot, ISO date."""
    patient: str = ""
    """Whose preparation opened it."""
    one_patient: bool = False
    """It may be used for that patient alone."""
    opened_at: datetime | None = None
    """First puncture."""
    reconstituted_at: datetime | None = None
    concentration: Quantity | None = None
    left: Quantity | None = None
    """Amount of drug that is left, of a diluent its volume; None when nobody measured what was taken."""
    usable_until: datetime | None = None
    """It is drawn from before this moment only."""
    limit: str = ""
    """What sets that moment, in words with its source."""
    hood: str = ""
    iso_class: int = 5
    storage: str = ""
    place: str = ""
    state: str = ""
    """available, reserved, in_hand (two persons put it back), empty, spent (nobody knows what is left) or discarded."""
    labels: int = 0
    """Copies of its label that were printed."""
    reserved_for: str = ""
    """Number of the dose that it is staged for."""
    home: str = ""
    """In hand: where it was kept, and where two persons put it back."""
    hand_of: str = ""
    """In hand: number of the dose that it came back from."""
    reason: str = ""
    been: Been = ()
    """Where it was kept, until it was thrown away."""
    draws: tuple[tuple[str, datetime], ...] = ()
    """Number of each dose that was drawn from it, and when."""
    held: str = ""
    """Number of the recall that holds it; why stands in the reason."""

    @property
    def shown_state(self) -> str:
        """`held` while it is held, else how it stands."""
        return "held" if self.held else self.state

    @property
    def is_diluent(self) -> bool:
        """What dissolves and dilutes: it holds no drug."""
        return bool(self.number) and not self.drug

    @property
    def volume_left(self) -> Quantity | None:
        """mL."""
        if self.is_diluent:
            return self.left
        if self.left is None or self.concentration is None:
            return None
        return (self.left / self.concentration).to("mL")


def container_number(dose: str, slot: str) -> str:
    """`260414-0140-01-c` and `drug-2` give `260414-0140-01-02k`: the container's own number with its check digit.

    Diluents count on from 50; that of an intermediate dilution is 99.
    """
    kind, _, place = slot.rpartition("-")
    own = MIX_DILUENT if place == "mix" else int(place) + (FIRST_DILUENT if kind == "diluent" else 0)
    body = f"{dose.rpartition('-')[0]}-{own:02d}"
    return body + check_digit(body.replace("-", ""))


def source_of(number: str) -> str:
    """Number of the dose that opened a container: the container's own number begins with it."""
    body = number.rpartition("-")[0]
    return f"{body}-{check_digit(body.replace('-', ''))}"


def slot_of(number: str) -> str:
    """The slot that a container filled in the dose that opened it."""
    own = int(number.rpartition("-")[2][:-1])
    if own < FIRST_DILUENT:
        return f"drug-{own}"
    return "diluent-mix" if own == MIX_DILUENT else f"diluent-{own - FIRST_DILUENT}"


def is_container_number(text: str) -> bool:
    """Whether a text is the number of an opened container with the right check digit."""
    found = _CODE.match(text)
    return bool(found) and check_digit(text.replace("-", "")[:-1]) == text[-1]


def barcode_of(number: str) -> str:
    """What the label of an opened container says to a scanner: `96` and its number."""
    return f"96{number}"


def number_scanned(code: str) -> str:
    """The number in a scan of an opened container's label, or typed by hand; empty for any other code."""
    found = _CODE.match(code.strip())
    return found.group(1) if found is not None and is_container_number(found.group(1)) else ""


def opened_record(number: str) -> str:
    """The id of an opened container's record."""
    return f"opened-{number}"


def resolved_opened(formulary: Formulary, found: Opened, code: str) -> Resolved | Unknown:
    """The opened container as something under the scanner."""
    if not found.number:
        return Unknown(code, "No opened container has this number.", False)
    item = next((item for item in formulary.items if item.id == found.product), None)
    if item is None:
        return Unknown(code, f"{found.display} is not in the formulary any more.", False)
    return Resolved(item, code, found.lot, found.expires)


def may_be_used(found: Opened, dose: str, patient: str, at: datetime) -> Refusal | None:
    """Whether an opened container may be staged for a dose at this moment, and if not, why."""
    if found.state == DISCARDED:
        return Refusal("opened_gone", f"Container {found.number} was thrown away. It is not used again.")
    if found.held:
        return Refusal("opened_held", f"Container {found.number} is held: {found.reason}")
    if found.state == IN_HAND:
        return Refusal("opened_in_hand", f"Container {found.number} is in hand: two persons put it back first.")
    if found.state == EMPTY:
        return Refusal("opened_gone", f"Container {found.number} is empty. Discard it.")
    if found.state == SPENT or found.left is None:
        return Refusal("opened_gone", f"Nobody measured what is left in container {found.number}. Discard it.")
    if found.reserved_for == dose:
        return Refusal("scanned_already", f"Container {found.number} is scanned for this dose already.")
    if found.reserved_for:
        return Refusal("reserved", f"Container {found.number} is staged for {found.reserved_for}, another dose.")
    if found.usable_until is None or at >= found.usable_until:
        return Refusal(
            "opened_over", f"Container {found.number} is past its time after opening: {found.limit}. Discard it."
        )
    if found.one_patient and found.patient != patient:
        return Refusal(
            "opened_one_patient", f"Container {found.number} was opened for another patient, and is for one only."
        )
    return None


def left_words(found: Opened) -> str:
    """`412 mg in 4.1 mL`."""
    volume = found.volume_left
    if found.is_diluent and volume is not None:
        return show(volume)
    if found.left is None or volume is None:
        return "not known"
    return f"{show(found.left)} in {show(volume)}"
