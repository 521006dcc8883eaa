"""Where stock lies: store rooms, the anteroom, hoods, satellites, and quarantine, from which nothing is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy import Table, func, select

from batch_records.acting import RecordType
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchUnitRow
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.in_hand import is_in_hand
from compounding.stock.sending import goes_to
from compounding.stock.tables import BalanceRow, LocationRow

QUARANTINE, MIXED = "quarantine", "mixed"
KINDS: Mapping[str, str] = {
    "store_room": "store room",
    "anteroom": "anteroom",
    "hood": "hood",
    "satellite": "satellite",
    QUARANTINE: "quarantine",
}
"""What a location may be, in the words of the page."""
STORAGES: Mapping[str, str] = {
    "crt": "controlled room temperature",
    "fridge": "refrigerator",
    "freezer": "freezer",
    MIXED: "more than one kind of storage",
}
KEPT = ("quarantine", "available", "held", "sample", "retained")
"""States of finished units that lie somewhere and may be given, or are evidence."""
LONGEST = 60


@dataclass(frozen=True)
class Location:
    """One location. Blank until it is described: a place that somebody typed."""

    name: str = ""
    kind: str = ""
    storage: str = ""
    active: bool = False
    station: str = ""
    """The station that works from it, such as the hood it stands at; may be empty."""

    @property
    def quarantined(self) -> bool:
        """Nothing is used from here."""
        return self.kind == QUARANTINE


@dataclass(frozen=True)
class DescribeLocation(RecordAction):
    kind: ClassVar[str] = "location_described"
    name: str
    location_kind: str
    storage: str
    active: bool
    station: str = ""
    reason: str = ""


PERMISSIONS: Mapping[str, frozenset[str]] = {"location_described": frozenset({"lead", "pharmacist", "administrator"})}


def location_record(location: str) -> str:
    """The id of a location's record. A location is known by its name, as a lot's place always was."""
    return f"location-{location.strip()}"


def _apply(state: Location, entry: Entry) -> Location:
    action = from_data(DescribeLocation, entry.payload)
    return Location(action.name, action.location_kind, action.storage, bool(action.active), action.station)


@dataclass(frozen=True)
class LyingThere:
    """What a change of a location looks at."""

    lots: int = 0
    units: Mapping[str, int] = field(default_factory=dict)
    """Finished units by the storage that their time was worked out for."""


def _gather(uow: UnitOfWork, record: str, state: Location, action: DescribeLocation, act: Act) -> LyingThere:
    if not state.name:
        return LyingThere()
    lots = select(func.count()).select_from(BalanceRow).where(BalanceRow.location == state.name, BalanceRow.count > 0)
    unit = BatchUnitRow
    kept = select(unit.storage, func.count()).where(unit.location == state.name, unit.dose == "", unit.state.in_(KEPT))
    units = {str(storage): int(count) for storage, count in uow.session.execute(kept.group_by(unit.storage))}
    return LyingThere(int(uow.session.execute(lots).scalar_one()), units)


def _check(state: Location, action: DescribeLocation, act: Act, there: LyingThere) -> DescribeLocation | Refusal:
    name = action.name.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        return Refusal("name_missing", f"A location needs a name of at most {LONGEST} characters.", 422)
    if goes_to(name):
        return Refusal("name_taken", "What is on the way to a location is listed under this name. Choose another one.", 422)
    if is_in_hand(name):
        return Refusal("name_taken", "What is in hand at a station is listed under this name. Choose another one.", 422)
    if state.name and state.name != name:
        return Refusal("name_fixed", f"{state.name} keeps its name: what was moved is recorded under it.", 422)
    if action.location_kind not in KINDS:
        return Refusal("kind_wrong", f"A location is one of: {', '.join(KINDS.values())}.", 422)
    if action.storage not in STORAGES:
        return Refusal("storage_wrong", f"Storage is one of: {', '.join(STORAGES.values())}.", 422)
    if state.name and not action.reason.strip():
        return Refusal("reason_missing", "Say why the location changes.", 422)
    return _changed(state, action, there) or replace(action, name=name)


def _changed(state: Location, action: DescribeLocation, there: LyingThere) -> Refusal | None:
    """Nothing leaves quarantine, and no finished unit is kept in another way, because a location is described anew."""
    lots, units = there.lots, sum(there.units.values())
    if state.quarantined and action.location_kind != QUARANTINE and (lots or units):
        lie = [f"{lots} {'lot' if lots == 1 else 'lots'}"] if lots else []
        lie += [f"{units} finished {'unit' if units == 1 else 'units'}"] if units else []
        text = f"{' and '.join(lie)} lie there in quarantine: each is moved out, with a reason, first."
        return Refusal("quarantine_full", text)
    other = sum(count for storage, count in there.units.items() if storage != action.storage)
    if state.name and action.storage not in (state.storage, MIXED) and other:
        lying = "unit lies" if other == 1 else "units lie"
        return Refusal("units_kept_otherwise", f"{other} finished {lying} there, kept as before: move them first, under Batches.")
    return None


def _rows(record: str, state: Location) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "name": state.name,
        "kind": state.kind,
        "storage": state.storage,
        "active": state.active,
        "station": state.station,
    }
    return {table_of(LocationRow): [row]}


LOCATION: RecordType[Location, DescribeLocation, LyingThere] = RecordType(
    name="location",
    blank=Location,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    projection_tables=(table_of(LocationRow),),
    projection_rows=_rows,
)
