"""The account of a dose with a controlled drug: what its vials held, what became of each. Written by the system alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import REFUSED, Entry
from batch_records.store import UnitOfWork
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.controlled.accountability import NOTHING, Tolerance, known, microlitres, total
from compounding.controlled.policy import tolerance_of
from compounding.controlled.tables import VolumeRow, volume_row
from compounding.controlled.vials import KEPT, Accounted, Part, accounted, vials_of
from compounding.planning.draw_up import MIX
from compounding.planning.plan_data import from_data
from compounding.preparing.dose import Dose
from compounding.record_actions import RecordAction, by_kind, by_role, encode, table_of
from compounding.stock.lot import LOT, UseContainer, lot_record
from compounding.stock.opened_state import Opened
from formulary.model import Formulary
from formulary.repository import formulary_in_force

REST = "rest"
"""In place of a slot: what was left of the whole dose after it was started. It left the ledger of volumes when it was drawn."""
WITHIN = "within_tolerance"


@dataclass(frozen=True)
class LedgerVial:
    """A vial as its dose recorded it."""

    slot: str
    product: str
    lot: str
    content: Quantity
    drawn: Quantity | None = None
    opened: str = ""
    location: str = ""
    """Completed: where it was taken from."""
    by: str = ""
    """Who recorded what was drawn last; empty in entries from before this was told: who completed the dose."""
    tolerance: Quantity | None = None
    """Completed: how far its balance may be off, mL. What is off within that leaves the ledger of volumes with it."""


@dataclass(frozen=True)
class RecordVials(RecordAction):
    """The dose was made, or ended: what each vial held and what was drawn. Later ones replace the figures."""

    kind: ClassVar[str] = "controlled_vials_recorded"
    dose: str
    by: str
    vials: tuple[LedgerVial, ...]


@dataclass(frozen=True)
class SettleVial(RecordAction):
    """A part of one vial was wasted before a witness, kept, put back, or is the subject of a case."""

    kind: ClassVar[str] = "controlled_vial_settled"
    slot: str
    how: str
    volume: Quantity
    product: str
    lot: str
    about: str
    by: str
    witness: str = ""
    reason: str = ""
    place: str = ""
    """Where it is kept."""
    location: str = ""
    """Completed: where the vial was taken from."""


_ACTIONS: dict[str, type[RecordAction]] = by_kind(RecordVials, SettleVial)
PERMISSIONS: Mapping[str, frozenset[str]] = dict.fromkeys(_ACTIONS, frozenset({"system"}))


@dataclass(frozen=True)
class Account:
    """What is settled of the vials of one dose."""

    dose: str = ""
    vials: tuple[LedgerVial, ...] = ()
    settled: tuple[Part, ...] = ()
    locations: Mapping[str, str] = field(default_factory=dict)
    remainder: str = ""
    """Number of the waste that tells what was left of the dose once it was started."""


def account_record(dose: str) -> str:
    """The id of the account of a dose."""
    return f"controlled-{dose}"


def _apply(state: Account, entry: Entry) -> Account:
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, RecordVials):
        return replace(
            state, dose=action.dose, vials=action.vials, locations={one.slot: one.location for one in action.vials}
        )
    if isinstance(action, SettleVial):
        remainder = action.about if action.slot == REST else state.remainder
        return replace(state, settled=(*state.settled, Part(action.slot, action.how, action.volume)), remainder=remainder)
    return state


@dataclass(frozen=True)
class AccountContext:
    """Where each vial was taken from, by slot, and how far its balance may be off."""

    places: Mapping[str, str]
    tolerance: Tolerance | None = None


def _gather(uow: UnitOfWork, record: str, state: Account, action: RecordAction, act: Act) -> AccountContext:
    """Where each vial was taken from: the location that its lot's ledger names for this dose, or where it lay opened."""
    if isinstance(action, SettleVial):
        place = action.place if action.slot == REST else state.locations.get(action.slot)
        dose = state.dose or record.removeprefix("controlled-")
        return AccountContext(
            {action.slot: place if place is not None else taken_from(uow, action.product, action.lot, dose)}
        )
    vials = action.vials if isinstance(action, RecordVials) else ()
    dose = action.dose if isinstance(action, RecordVials) else ""
    places = {
        vial.slot: _lay_at(uow, vial.opened) if vial.opened else taken_from(uow, vial.product, vial.lot, dose)
        for vial in vials
    }
    tolerance = tolerance_of(formulary_in_force(uow).site)
    return AccountContext(places, tolerance if isinstance(tolerance, Tolerance) else None)


def taken_from(uow: UnitOfWork, product: str, lot: str, dose: str) -> str:
    """Where the last container of a lot for a dose was taken from; the lot's place when nobody wrote that down."""
    for entry in reversed(uow.entries(lot_record(product, lot))):
        taken = entry.kind == UseContainer.kind and entry.payload["dose"] == dose and int(entry.payload["count"]) > 0
        if taken and entry.payload.get("location"):
            return str(entry.payload["location"])
    return load(uow, LOT, lot_record(product, lot)).place


def _lay_at(uow: UnitOfWork, number: str) -> str:
    from compounding.stock.opened import OPENED
    from compounding.stock.opened_state import opened_record

    return load(uow, OPENED, opened_record(number)).place


def _check(state: Account, action: RecordAction, act: Act, ctx: AccountContext) -> RecordAction | Refusal:
    if isinstance(action, RecordVials):
        return replace(action, vials=tuple(_completed(one, ctx) for one in action.vials))
    if isinstance(action, SettleVial):
        return replace(action, location=ctx.places.get(action.slot, ""))
    return action


def _completed(vial: LedgerVial, ctx: AccountContext) -> LedgerVial:
    tolerance = None if ctx.tolerance is None else ctx.tolerance.of(vial.content)
    return replace(vial, location=ctx.places.get(vial.slot, ""), tolerance=tolerance)


def written_off(state: Account, slot: str) -> int:
    """What a vial's balance is off by within its tolerance, in microlitres: with that the vial leaves the ledger of volumes.

    Zero where it is off by more, and for an opened container, whose rest stays in its own record.
    """
    vial = next((one for one in state.vials if one.slot == slot), None)
    if vial is None or vial.tolerance is None or vial.drawn is None or vial.opened or slot == MIX:
        return 0
    parts = [part.volume for part in state.settled if part.slot == slot]
    if abs((vial.content - vial.drawn - total(parts)).number) > vial.tolerance.to("mL").number:
        return 0
    return microlitres(vial.content) - microlitres(vial.drawn) - sum(microlitres(part) for part in parts)


def _volume_rows(before: Account, after: Account, entry: Entry) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """Each entry's moves of volume. An intermediate dilution holds what was drawn already: it moves nothing here."""
    action = from_data(_ACTIONS[entry.kind], entry.payload)
    moves: list[tuple[LedgerVial | SettleVial, str, str, int]] = []
    if isinstance(action, RecordVials):
        earlier = {one.slot: one for one in before.vials}
        for vial in action.vials:
            was = earlier.get(vial.slot)
            drawn, told = known(vial.drawn), NOTHING if was is None else known(was.drawn)
            if was is None and not vial.opened:
                moves.append((vial, vial.location, "opened", microlitres(vial.content)))
            moves.append((vial, vial.location, "drawn", microlitres(told - drawn)))
            moves.append((vial, vial.location, WITHIN, written_off(before, vial.slot) - written_off(after, vial.slot)))
    elif isinstance(action, SettleVial) and action.slot != REST:
        moves.append((action, action.location, action.how, -microlitres(action.volume)))
        if action.how == KEPT:
            moves.append((action, action.place, action.how, microlitres(action.volume)))
        moves.append((action, action.location, WITHIN, written_off(before, action.slot) - written_off(after, action.slot)))
    about = action.dose if isinstance(action, RecordVials) else str(getattr(action, "about", ""))
    rows = [
        volume_row(
            entry, part, product=one.product, lot=one.lot, location=place, kind=kind, microlitres=volume, about=about,
            person=one.by or getattr(action, "by", ""), witness=getattr(action, "witness", ""),
            reason=getattr(action, "reason", ""),
        )
        for part, (one, place, kind, volume) in enumerate(moves, start=1)
        if volume and one.slot != MIX
    ]  # fmt: skip
    return {table_of(VolumeRow): rows}


ACCOUNT: RecordType[Account, RecordAction, AccountContext] = RecordType(
    name="controlled",
    blank=Account,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    entry_tables=(table_of(VolumeRow),),
    entry_rows=_volume_rows,
)


def kept_part(dose: str, slot: str, kept: Opened, by: str) -> Consequence:
    """The rest of a vial that is kept as an opened container, for the account of the dose that opened it."""
    action = SettleVial(
        slot, KEPT, known(kept.volume_left), kept.product, kept.lot, kept.number, by, place=kept.place
    )
    return ACCOUNT, account_record(dose), action


def settled_of(uow: UnitOfWork, dose: str, slot: str) -> bool:
    """Whether anything is settled of a vial of a dose."""
    return any(part.slot == slot for part in load(uow, ACCOUNT, account_record(dose)).settled)


def account_of(uow: UnitOfWork, dose: Dose, formulary: Formulary) -> tuple[Accounted, ...] | Refusal:
    """Every controlled vial of a dose with its balance now; a refusal where the site set no tolerance."""
    vials = vials_of(dose, formulary)
    if not vials:
        return ()
    tolerance = tolerance_of(formulary.site)
    if not isinstance(tolerance, Tolerance):
        return tolerance
    settled = load(uow, ACCOUNT, account_record(dose.number)).settled
    return accounted(dose, vials, settled, tolerance)


def left_by_records(uow: UnitOfWork, found: Opened) -> Quantity | None:
    """What should be left in an opened container, mL. Where its own record lost count (a dose that was stopped took from it),
    by what it held before and what the account of that dose says was drawn: nobody's word alone makes it less."""
    from compounding.stock.opened import OPENED
    from compounding.stock.opened_state import SPENT, opened_record

    if found.volume_left is not None or found.state != SPENT:
        return found.volume_left
    entries = [one for one in uow.entries(opened_record(found.number)) if one.kind != REFUSED]
    state, held = Opened(), NOTHING
    for entry in entries:
        state, before = OPENED.apply(state, entry), state
        if state.state == SPENT and before.volume_left is not None:
            vials = load(uow, ACCOUNT, account_record(str(entry.payload["dose"]))).vials
            drawn = total(known(one.drawn) for one in vials if one.opened == found.number)
            held = max(before.volume_left - drawn, NOTHING)
    return held


def unaccounted(uow: UnitOfWork, dose: Dose, formulary: Formulary) -> tuple[str, ...]:
    """What stands between a dose with a controlled drug and its release, in words; empty where every vial is accounted for."""
    found = account_of(uow, dose, formulary)
    if isinstance(found, Refusal):
        return (found.text,)
    return tuple(open_words(one) for one in found if not one.found.closed)


def open_words(one: Accounted) -> str:
    """Which vial is open, and by how much."""
    name = f"{one.vial.display}, lot {one.vial.lot}"
    if not one.found.measured:
        return f"{name}: what was drawn was not measured."
    if one.found.rest.number < 0:
        return f"{name}: {show(one.found.overfill)} more came out than it holds by its label."
    return f"{name}: {show(one.found.rest)} are left and neither kept nor wasted."
