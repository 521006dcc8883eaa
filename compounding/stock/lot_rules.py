"""What may be done to a lot. Expired, stopped or quarantined stock is used by no path; it can be counted, returned and wasted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from batch_records.acts import SYSTEM, Act, Refusal
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.record_actions import RecordAction
from compounding.stock.candidates import distance
from compounding.stock.in_hand import PutBackLot, is_in_hand, refused_to_put_back
from compounding.stock.ledger import Lot
from compounding.stock.location import Location
from compounding.stock.lot_actions import (
    CAUSES,
    MOST_CENTS,
    MOST_CONTAINERS,
    OUT_OF_QUARANTINE,
    AdjustLot,
    FreeLot,
    HoldLot,
    ReceiveLot,
    ReturnLot,
    TransferLot,
    UseContainer,
    WasteLot,
)
from compounding.stock.sending import ArriveLot, SendLot, arrival, goes_to


@dataclass(frozen=True)
class LotContext:
    """What a decision about a lot looks at beyond it."""

    locations: Mapping[str, Location] = field(default_factory=dict)
    """The locations of its balances and those that the action names."""
    taken_from: str = ""
    """For containers that come back: where they go."""
    home: str = ""
    """For those of a controlled drug, which stay in hand first: where they had been taken from."""
    why: str = ""
    """For containers that are used: why this lot."""
    schedule: str = ""
    """`CII` to `CV` where one person asks for what takes two with a controlled drug; empty otherwise."""

    def name_of(self, place: str) -> str:
        """A place as it was described, whatever spaces were typed around it."""
        return self.location(place).name or place.strip()

    def location(self, name: str) -> Location:
        """A location by its name; blank when nobody described it."""
        return self.locations.get(name, Location())


def check(state: Lot, action: RecordAction, act: Act, ctx: LotContext) -> RecordAction | Refusal:
    """The gate of every lot."""
    if isinstance(action, UseContainer):
        return _use(state, action, act, ctx)
    if isinstance(action, PutBackLot):
        return refused_to_put_back(state.in_hand, action) or action
    if ctx.schedule and isinstance(action, BY_TWO):
        return _by_two(state, action, ctx.schedule)
    if isinstance(action, ReceiveLot):
        return _receive(state, action, ctx) or _in_its_spelling(state, action, ctx.name_of(action.place))
    named = isinstance(action, HoldLot) and action.product and action.lot.strip()
    if not state.product and not named:
        return Refusal("lot_unknown", "This lot was never received.", 422)
    if isinstance(action, HoldLot) and action.state not in ("held", "recalled"):
        return Refusal("state_wrong", f"A lot is held or recalled; found '{action.state}'.", 422)
    if isinstance(action, FreeLot) and state.recall and act.actor is not SYSTEM:
        return Refusal("in_recall", f"Recall {state.recall} holds this lot: it is cleared there, by two persons.")
    if isinstance(action, AdjustLot) and (action.count < 0 or (action.count > MOST_CONTAINERS and act.actor is not SYSTEM)):
        return Refusal("count_wrong", f"A count is zero to {MOST_CONTAINERS:,}.", 422)
    if isinstance(action, AdjustLot) and not action.location and state.on_the_way:
        text = "Some of it is on the way. Say first that it arrived, or count one location under Counts."
        return Refusal("lot_on_the_way", text)
    if isinstance(action, AdjustLot | HoldLot | FreeLot | WasteLot | ReturnLot) and not action.reason.strip():
        return Refusal("reason_missing", "Say why.", 422)
    if isinstance(action, TransferLot):
        return _transfer(state, action, act, ctx) or replace(action, target=ctx.name_of(action.target))
    if isinstance(action, SendLot):
        moved = TransferLot(action.count, action.source, action.target, action.reason)
        return _transfer(state, moved, act, ctx) or replace(action, target=ctx.name_of(action.target))
    if isinstance(action, ArriveLot):
        return arrival(action, state.on_the_way.get(action.target, 0)) or action
    if isinstance(action, WasteLot) and action.cause not in CAUSES:
        return Refusal("cause_wrong", f"The cause is one of: {', '.join(CAUSES.values())}.", 422)
    if isinstance(action, ReturnLot) and not action.supplier.strip():
        return Refusal("supplier_missing", "Say to whom it is returned.", 422)
    if isinstance(action, ReturnLot) and is_in_hand(action.location):
        return _IN_HAND
    if isinstance(action, WasteLot | ReturnLot):
        return _enough(state, action.count, action.location) or action
    return action


BY_TWO = WasteLot | AdjustLot | TransferLot | SendLot | ReturnLot | ReceiveLot
"""What one person never does alone with a lot of a controlled drug; a receipt only where the house asks for two."""
_WHERE = {
    WasteLot: "it is wasted before a witness",
    AdjustLot: "its count is put right by closing a discrepancy",
    TransferLot: "it is put somewhere else by two persons",
    SendLot: "it is put somewhere else by two persons",
    ReturnLot: "it is returned by two persons",
    ReceiveLot: "it is received by two persons",
}


def _by_two(state: Lot, action: RecordAction, schedule: str) -> Refusal:
    """A controlled lot is never received, moved, returned, wasted or put right by one person."""
    which = f"Lot {state.lot or getattr(action, 'lot', '')} is {schedule}"
    return Refusal("controlled", f"{which}: {_WHERE[type(action)]}, under Controlled drugs.", 403)


def _in_its_spelling(state: Lot, action: ReceiveLot, place: str) -> ReceiveLot:
    """A lot keeps the spelling that it was first recorded with; another one is told and kept with the receipt."""
    typed = action.lot.strip()
    lot = state.lot or typed
    return replace(action, lot=lot, place=place, spelled="" if typed == lot else typed)


def _receive(state: Lot, action: ReceiveLot, ctx: LotContext) -> Refusal | None:
    if not action.lot.strip() or not 1 <= action.count <= MOST_CONTAINERS:
        text = f"A lot needs its number, and one to {MOST_CONTAINERS:,} containers."
        return Refusal("lot_incomplete", text, 422)
    if action.price is not None and not 0 <= action.price <= MOST_CENTS:
        return Refusal("price_wrong", "A price is zero or more, and below ten million.", 422)
    try:
        parse_day(action.expires, "expires")
    except Fault as fault:
        return Refusal("expiry_wrong", f"The last day of use is {fault.expected}; found '{action.expires}'.", 422)
    if state.expires and state.expires != action.expires:
        return Refusal(
            "expiry_differs", f"This lot was recorded with {state.expires}; now {action.expires}. Look again.", 422
        )
    return _IN_HAND if is_in_hand(action.place.strip()) else _closed(ctx.location(action.place))


_IN_HAND = Refusal(
    "in_hand", "It is in hand, out of a preparation: two persons put it back first, or it is wasted before a witness."
)


def _closed(location: Location) -> Refusal | None:
    """A place that nobody described may be used; one that was closed may not."""
    if location.name and not location.active:
        return Refusal("location_closed", f"{location.name} is not in use any more. Choose another location.", 422)
    return None


def _enough(state: Lot, count: int, location: str) -> Refusal | None:
    """No more leaves a location than lies there."""
    there = max(state.at(location), 0)
    if count < 1:
        return Refusal("count_wrong", "At least one container.", 422)
    if count > there:
        said = f"There are {there} of lot {state.lot} at {location or 'this place'}, not {count}."
        return Refusal("not_enough_there", f"{said} Count it first.")
    return None


def _transfer(state: Lot, action: TransferLot, act: Act, ctx: LotContext) -> Refusal | None:
    source, target = ctx.location(action.source), ctx.location(action.target)
    if not target.name or target.name == action.source:
        return Refusal("target_wrong", "Choose another location that it goes to.", 422)
    if is_in_hand(action.source):
        return _IN_HAND
    if refused := _closed(target) or _enough(state, action.count, action.source):
        return refused
    if target.quarantined:
        return None
    if (why := unfit(state, act)) is not None:
        return Refusal("only_to_quarantine", f"{why.text} It goes to quarantine, and nowhere else.")
    if source.quarantined and act.actor is not SYSTEM and not act.actor.roles & OUT_OF_QUARANTINE:
        return Refusal("not_allowed", "A pharmacist or the lead takes stock out of quarantine.", 403)
    if source.quarantined and not action.reason.strip():
        return Refusal("reason_missing", "Say why it may leave quarantine.", 422)
    return None


def unfit(state: Lot, act: Act, expires: str = "") -> Refusal | None:
    """Why nothing of this lot may be used now: stopped, or past its last day on the site's calendar."""
    if state.state in ("held", "recalled"):
        return Refusal(f"lot_{state.state}", f"Lot {state.lot} is {state.state}: {state.reason}.")
    last = state.expires or expires
    if expired_on(last, act.at + timedelta(minutes=act.offset_minutes)):
        return Refusal("container_expired", f"Lot {state.lot} expired on {last}.")
    return None


def _use(state: Lot, action: UseContainer, act: Act, ctx: LotContext) -> UseContainer | Refusal:
    if action.count < 0:
        return replace(action, location=action.location or ctx.taken_from, home="" if action.location else ctx.home)
    if (why := unfit(state, act, action.expires)) is not None:
        return why
    source = source_for(state, ctx, act.station)
    return source if isinstance(source, Refusal) else replace(action, location=source, why=ctx.why)


def source_for(state: Lot, ctx: LotContext, station: str) -> str | Refusal:
    """The location that a container is taken from: that of the station, else the nearest; never quarantine.

    Where the ledger knows of none, it is taken from the last place all the same: it is in somebody's hand, and the
    count is off.
    """
    with_stock = [place for place, count in state.balances.items() if count > 0]
    lying = [place for place in with_stock if not (goes_to(place) or is_in_hand(place))]
    usable = [place for place in lying if not ctx.location(place).quarantined]
    if usable:
        return min(usable, key=lambda place: (_distance(ctx.location(place), station), place))
    if with_stock and all(goes_to(place) for place in with_stock):
        return Refusal("lot_on_the_way", f"All there is of lot {state.lot} is on the way. Say first that it arrived.")
    if with_stock and not lying:
        return Refusal("lot_in_hand", f"All there is of lot {state.lot} is in hand: two persons put it back first.")
    if with_stock or ctx.location(state.place).quarantined:
        return Refusal("lot_quarantined", f"All there is of lot {state.lot} lies in quarantine. Nothing of it is used.")
    return state.place


def _distance(location: Location, station: str) -> int:
    return distance(location.kind, location.station, station)


def expired_on(expires: str, at: datetime) -> bool:
    """Whether the last day of use lies before the day of `at`."""
    return bool(expires) and date.fromisoformat(expires) < at.date()
