"""Who may compound today: one expiry date for each person and skill. A skill without a date was never passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, encode, not_allowed
from compounding.tables import QualificationRow

ASEPTIC = "aseptic compounding"
HAZARDOUS = "hazardous drugs"
SKILLS = (ASEPTIC, HAZARDOUS)


@dataclass(frozen=True)
class Qualification:
    person: str = ""
    valid_until: Mapping[str, str] = field(default_factory=dict)
    """Skill -> last day, ISO date."""


@dataclass(frozen=True)
class Qualify(RecordAction):
    kind: ClassVar[str] = "qualified"
    person: str
    skill: str
    valid_until: str
    evidence: str


def qualification_record(person: str) -> str:
    """The id of a person's qualifications."""
    return f"qualification-{person}"


def _apply(state: Qualification, entry: Entry) -> Qualification:
    action = from_data(Qualify, entry.payload)
    return replace(state, person=action.person, valid_until={**state.valid_until, action.skill: action.valid_until})


def _authorise(actor: Actor, action: Qualify) -> Refusal | None:
    return not_allowed(actor, action.kind, {"qualified": frozenset({"lead"})})


def _check(state: Qualification, action: Qualify, act: Act, context: None) -> Qualify | Refusal:
    if action.person == act.actor.person:
        return Refusal("own_qualification", "Nobody qualifies themselves.", 403)
    if action.skill not in SKILLS:
        return Refusal("skill_unknown", f"Skills are: {', '.join(SKILLS)}.", 422)
    try:
        parse_day(action.valid_until, "valid_until")
    except Fault as fault:
        return Refusal("date_wrong", f"Valid until is {fault.expected}; found '{action.valid_until}'.", 422)
    return action


def _rows(record: str, state: Qualification) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    rows = [
        {"record": record, "skill": skill, "person": state.person, "valid_until": until}
        for skill, until in sorted(state.valid_until.items())
    ]
    return {cast(Table, QualificationRow.__table__): rows}


QUALIFICATION: RecordType[Qualification, Qualify, None] = RecordType(
    name="qualification",
    blank=Qualification,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    encode=encode,
    projection_tables=(cast(Table, QualificationRow.__table__),),
    projection_rows=_rows,
)


def qualification_refusal(state: Qualification, name: str, hazardous: bool, at: datetime) -> Refusal | None:
    """Whether a person may prepare at this moment, and if not, what is missing."""
    for skill in (ASEPTIC, HAZARDOUS) if hazardous else (ASEPTIC,):
        until = state.valid_until.get(skill)
        if until is None:
            return Refusal("not_qualified", f"{name} is not qualified: {skill} was never passed.", 403)
        if date.fromisoformat(until) < at.date():
            return Refusal("qualification_over", f"{name} is not qualified: {skill} ended on {until}.", 403)
    return None
