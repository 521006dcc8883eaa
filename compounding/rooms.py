"""Hoods: one capability (beyond-use category) and one hazardous flag each. Both gate the start of a preparation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.tables import HoodRow


@dataclass(frozen=True)
class Hood:
    name: str = ""
    room: str = ""
    category: str = ""
    """Highest beyond-use category that may be made here now: 1, 2 or 3."""
    hazardous: bool = False
    in_service: bool = False
    reason: str = ""


@dataclass(frozen=True)
class DescribeHood(RecordAction):
    kind: ClassVar[str] = "hood_described"
    name: str
    room: str
    category: str
    hazardous: bool
    in_service: bool
    reason: str = ""


def hood_record(hood: str) -> str:
    """The id of a hood's record."""
    return f"hood-{hood}"


def _apply(state: Hood, entry: Entry) -> Hood:
    action = from_data(DescribeHood, entry.payload)
    return Hood(action.name, action.room, action.category, action.hazardous, action.in_service, action.reason)


def _authorise(actor: Actor, action: DescribeHood) -> Refusal | None:
    return not_allowed(actor, action.kind, {"hood_described": frozenset({"lead", "administrator"})})


def _check(state: Hood, action: DescribeHood, act: Act, context: None) -> DescribeHood | Refusal:
    if not action.name.strip():
        return Refusal("name_missing", "A hood needs a name.", 422)
    if action.category not in ("1", "2", "3"):
        return Refusal("category_wrong", f"Category is 1, 2 or 3; found '{action.category}'.", 422)
    if state.name and not action.reason.strip():
        return Refusal("reason_missing", "Say why the hood changes.", 422)
    return action


def _rows(record: str, state: Hood) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {
        "record": record,
        "name": state.name,
        "room": state.room,
        "category": state.category,
        "hazardous": state.hazardous,
        "in_service": state.in_service,
    }
    return {cast(Table, HoodRow.__table__): [row]}


HOOD: RecordType[Hood, DescribeHood, None] = RecordType(
    name="hood",
    blank=Hood,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    encode=encode,
    projection_tables=(cast(Table, HoodRow.__table__),),
    projection_rows=_rows,
)


def hood_refusal(hood: Hood, category: str, hazardous: bool) -> Refusal | None:
    """Whether a hood is good enough for what is to be made in it."""
    if not hood.name:
        return Refusal("hood_unknown", "This station is not a hood. Go to a hood to start.", 409)
    if not hood.in_service:
        return Refusal("hood_out_of_service", f"{hood.name} is out of service: {hood.reason}", 409)
    if hazardous and not hood.hazardous:
        return Refusal("hood_not_hazardous", f"{hood.name} is not for hazardous drugs. Use one that is.", 409)
    if hood.category < category:
        return Refusal(
            "hood_category", f"{hood.name} allows category {hood.category}; this preparation needs {category}.", 409
        )
    return None
