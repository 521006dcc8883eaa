"""Who may compound today: one expiry date for each person and skill. A skill without a date was never passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.planning.plan_data import as_data, from_data
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
    ended: Mapping[str, str] = field(default_factory=dict)
    """Skill -> why it was ended before its last day; until it is passed again."""

    def passed(self, at: datetime) -> tuple[str, ...]:
        """Skills that the person may work with on the day of `at`."""
        return tuple(skill for skill, until in self.valid_until.items() if date.fromisoformat(until) >= at.date())


@dataclass(frozen=True)
class Qualify(RecordAction):
    kind: ClassVar[str] = "qualified"
    person: str
    skill: str
    valid_until: str
    evidence: str


@dataclass(frozen=True)
class EndQualification(RecordAction):
    """A failed media fill, fingertips that grew: the person prepares nothing from now on, until they passed again."""

    kind: ClassVar[str] = "qualification_ended"
    person: str
    reason: str
    recall: str = ""
    """Number of the recall that looks back at what they made."""
    signature: Mapping[str, Any] | None = None
    """Completed."""


MEANING = "Qualification ended by"
_ACTIONS = {action.kind: action for action in (Qualify, EndQualification)}
_LEAD = frozenset({"lead"})


def qualification_record(person: str) -> str:
    """The id of a person's qualifications."""
    return f"qualification-{person}"


def _apply(state: Qualification, entry: Entry) -> Qualification:
    action: Any = from_data(_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, EndQualification):
        on_site = entry.at + timedelta(minutes=entry.offset_minutes)
        last = (on_site.date() - timedelta(days=1)).isoformat()
        skills = state.passed(on_site)
        until = {**state.valid_until, **dict.fromkeys(skills, last)}
        return replace(state, valid_until=until, ended={**state.ended, **dict.fromkeys(skills, action.reason)})
    ended = {skill: why for skill, why in state.ended.items() if skill != action.skill}
    until = {**state.valid_until, action.skill: action.valid_until}
    return replace(state, person=action.person, valid_until=until, ended=ended)


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    return not_allowed(actor, action.kind, dict.fromkeys(_ACTIONS, _LEAD))


def _gather(uow: UnitOfWork, record: str, state: Qualification, action: RecordAction, act: Act) -> str:
    return record


def _check(state: Qualification, action: RecordAction, act: Act, record: str) -> RecordAction | Refusal:
    return _ended(state, action, act, record) if isinstance(action, EndQualification) else _passed(action, act)


def _ended(state: Qualification, action: EndQualification, act: Act, record: str) -> EndQualification | Refusal:
    if record != qualification_record(action.person) or not state.passed(act.at + timedelta(minutes=act.offset_minutes)):
        return Refusal("not_qualified", "This person is not qualified for anything now: there is nothing to end.")
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why it ends.", 422)
    signature = sign(act, MEANING, record, as_data(replace(action, signature=None)))
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _passed(action: Any, act: Act) -> Any:
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


QUALIFICATION: RecordType[Qualification, RecordAction, str] = RecordType(
    name="qualification",
    blank=Qualification,
    apply=_apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=encode,
    signed_kinds=frozenset({EndQualification.kind}),
    projection_tables=(cast(Table, QualificationRow.__table__),),
    projection_rows=_rows,
)


def qualification_refusal(state: Qualification, name: str, hazardous: bool, at: datetime) -> Refusal | None:
    """Whether a person may prepare at this moment, and if not, what is missing."""
    for skill in (ASEPTIC, HAZARDOUS) if hazardous else (ASEPTIC,):
        until = state.valid_until.get(skill)
        if until is None:
            return Refusal("not_qualified", f"{name} is not qualified: {skill} was never passed.", 403)
        if why := state.ended.get(skill):
            return Refusal("qualification_ended", f"{name} is not qualified: {skill} was ended: {why}.", 403)
        if date.fromisoformat(until) < at.date():
            return Refusal("qualification_over", f"{name} is not qualified: {skill} ended on {until}.", 403)
    return None
