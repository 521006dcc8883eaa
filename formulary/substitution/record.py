"""The record of one master formulation's switches: begun and ended by a pharmacist with a signature, for a time, with a reason.

An alternative is always something that two pharmacists released: another formulation of the drug, or a product or a solution
that the formulation itself allows. What is in force at a moment follows from the entries and that moment alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from batch_records.types import instant_from
from formulary.model import Formulary
from formulary.model_switch import Alternative, Switch
from formulary.substitution.choices import NOT_A_CHOICE, choices_of

LONGEST = 120
"""Characters of a reason: it stands on every page about the preparation."""
FURTHEST = timedelta(days=366)
MEANINGS = {"begin": "Alternative approved by", "end": "Alternative ended by"}


@dataclass(frozen=True)
class Period:
    """One switch as it was decided."""

    number: int
    switch: Switch
    begins: datetime
    until: datetime
    by: str
    decided: datetime
    ended: datetime | None = None
    ended_by: str = ""
    ended_because: str = ""

    def in_force_at(self, moment: datetime) -> bool:
        """Whether planning uses it at a moment."""
        return self.begins <= moment < self.last

    @property
    def last(self) -> datetime:
        """Until when it holds, as far as is known."""
        return self.until if self.ended is None else min(self.until, self.ended)


@dataclass(frozen=True)
class Substitution:
    """Every switch of one formulation, the oldest first."""

    formulation: str = ""
    drug: str = ""
    periods: tuple[Period, ...] = ()

    def at(self, moment: datetime) -> Period | None:
        """The switch in force at a moment."""
        return next((one for one in self.periods if one.in_force_at(moment)), None)

    def coming(self, moment: datetime) -> tuple[Period, ...]:
        """Those in force or yet to come."""
        return tuple(one for one in self.periods if one.last > moment)


@dataclass(frozen=True)
class Begin:
    """Use an alternative from `begins` (empty: at once) until `until`."""

    formulation: str
    kind: str
    to: str
    begins: str
    until: str
    reason: str
    drug: str = ""
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class End:
    """Back to the usual way now; one that has not begun is called off."""

    number: int
    reason: str
    signature: Mapping[str, str] | None = None


Action = Begin | End


@dataclass(frozen=True)
class Beside:
    """What a decision looks at beyond the record."""

    record: str
    formulary: Formulary
    others: tuple[Substitution, ...]
    """Of the drug's other formulations."""


def record_id(formulation: str) -> str:
    """The id of a formulation's record of switches."""
    return f"substitution-{formulation}"


def _encode(action: Action) -> tuple[str, int, Mapping[str, Any]]:
    told = {name: value for name, value in vars(action).items() if name != "signature"}
    signed = None if action.signature is None else dict(action.signature)
    return "substitution_begun" if isinstance(action, Begin) else "substitution_ended", 1, {**told, "signature": signed}


def apply(state: Substitution, entry: Entry) -> Substitution:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    told = entry.payload
    match (entry.kind, entry.version):
        case ("substitution_begun", 1):
            number = len(state.periods) + 1
            formulation, drug = str(told["formulation"]), str(told["drug"])
            switch = Switch(
                number=number, drug=drug, formulation=formulation, kind=Alternative(told["kind"]), to=str(told["to"]),
                reason=str(told["reason"]),
            )  # fmt: skip
            begins = max(entry.at, instant_from(told["begins"])) if told["begins"] else entry.at
            period = Period(number, switch, begins, instant_from(told["until"]), entry.who, entry.at)
            return Substitution(formulation, drug, (*state.periods, period))
        case ("substitution_ended", 1):
            rows = list(state.periods)
            index = int(told["number"]) - 1
            rows[index] = replace(rows[index], ended=entry.at, ended_by=entry.who, ended_because=str(told["reason"]))
            return replace(state, periods=tuple(rows))
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _authorise(actor: Actor, action: Action) -> Refusal | None:  # noqa: ARG001  the shape every record type shares
    if "pharmacist" in actor.roles:
        return None
    return Refusal("not_allowed", f"{actor.name} may not substitute; an alternative is a pharmacist's decision.", 403)


def check(state: Substitution, action: Action, act: Act, beside: Beside) -> Action | Refusal:
    """The only gate."""
    if not action.reason.strip() or len(action.reason) > LONGEST:
        return Refusal("reason_missing", f"Say why, in at most {LONGEST} characters.", 422)
    if isinstance(action, End):
        return _checked_end(state, action, act, beside)
    refused = _choice_refusal(action, beside) or _time_refusal(state, action, act) or _chain(action, act.at, beside)
    if refused is not None:
        return refused
    drug = beside.formulary.formulation(action.formulation).drug
    content = {name: value for name, value in vars(action).items() if name not in ("signature", "drug")}
    signature = sign(act, MEANINGS["begin"], beside.record, content)
    if isinstance(signature, Refusal):
        return signature
    return replace(action, drug=drug, signature=signature.as_data())


def _choice_refusal(action: Begin, beside: Beside) -> Refusal | None:
    if beside.record != record_id(action.formulation):
        return Refusal("wrong_record", "This switch belongs to another formulation.", 422)
    try:
        row = beside.formulary.formulation(action.formulation)
    except KeyError:
        return Refusal("formulation_unknown", "This formulation is not in force.", 422)
    offered = {(one.kind.value, one.to) for one in choices_of(beside.formulary, row)}
    return None if (action.kind, action.to) in offered else Refusal("not_a_choice", NOT_A_CHOICE, 422)


def _window(action: Begin, now: datetime) -> tuple[datetime, datetime] | None:
    try:
        return (instant_from(action.begins) if action.begins else now), instant_from(action.until)
    except ValueError:
        return None


def _time_refusal(state: Substitution, action: Begin, act: Act) -> Refusal | None:
    now = act.at
    window = _window(action, now)
    if window is None:
        return Refusal("time_wrong", "Say until when the alternative is used.", 422)
    begins, until = window
    if action.begins and begins < now:
        return Refusal("time_wrong", "It cannot begin in the past.", 422)
    if not max(now, begins) < until <= now + FURTHEST:
        return Refusal("time_wrong", "It ends after it begins, and within a year.", 422)
    other = next((one for one in state.coming(now) if one.begins < until and begins < one.last), None)
    if other is None:
        return None
    there = other.last + timedelta(minutes=act.offset_minutes)
    words = f"{there.day} {there:%b %Y, %H:%M}"
    return Refusal("switched_already", f"An alternative is decided already, until {words}. End that one first.", 409)


def _chain(action: Begin, now: datetime, beside: Beside) -> Refusal | None:
    """No alternative of an alternative: each way is one step from how it is usually made."""
    if action.kind == Alternative.FORMULATION:
        gone = next((one for one in beside.others if one.formulation == action.to and one.coming(now)), None)
        if gone is not None:
            return Refusal("alternative_switched", "This alternative is itself switched to another one.", 409)
    used = [
        period
        for other in beside.others
        for period in other.coming(now)
        if period.switch.kind is Alternative.FORMULATION and period.switch.to == action.formulation
    ]
    if used:
        return Refusal("is_an_alternative", "This formulation is itself in use as an alternative of another one.", 409)
    return None


def _checked_end(state: Substitution, action: End, act: Act, beside: Beside) -> Action | Refusal:
    period = next((one for one in state.periods if one.number == action.number), None)
    if period is None:
        return Refusal("switch_unknown", "There is no such switch.", 422)
    if period.last <= act.at:
        return Refusal("switch_over", "This alternative has ended already.", 409)
    content = {"formulation": state.formulation, "number": action.number, "reason": action.reason}
    signature = sign(act, MEANINGS["end"], beside.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _gather(uow: UnitOfWork, record: str, state: Substitution, action: Action, act: Act) -> Beside:  # noqa: ARG001  as above
    from formulary.repository import formulary_in_force

    formulary = formulary_in_force(uow)
    wanted = action.formulation if isinstance(action, Begin) else state.formulation
    found = [drug for drug in formulary.drugs if any(row.id == wanted for row in drug.formulations)]
    ids = [row.id for drug in found for row in drug.formulations if row.id != wanted]
    return Beside(record, formulary, tuple(load(uow, SUBSTITUTION, record_id(one)) for one in ids))


SUBSTITUTION: RecordType[Substitution, Action, Beside] = RecordType(
    name="substitution",
    signed_kinds=frozenset({"substitution_begun", "substitution_ended"}),
    blank=Substitution,
    apply=apply,
    authorise=_authorise,
    check=check,
    encode=_encode,
    gather=_gather,
)
"""The switches of one master formulation. The record's id is `record_id`."""
