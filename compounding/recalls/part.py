"""A part of a recall: a portion of what it touched, held together, with what was done about each thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from sqlalchemy import Table, select

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.planning.plan_data import as_data, from_data
from compounding.recalls.actions import (
    PART_ACTIONS,
    PERMISSIONS,
    AskClearing,
    ConfirmClearing,
    Listed,
    ListThings,
    RecordOutcome,
    Touched,
)
from compounding.recalls.holding import as_listed, hold, let_go, standing
from compounding.recalls.numbering import recall_record
from compounding.recalls.part_rules import Other, PartContext, check_confirm, check_outcome, clearable
from compounding.recalls.tables import RecallTaskRow
from compounding.recalls.tasks import DOSE, WAYS, Outcome, Task
from compounding.record_actions import RecordAction, encode, not_allowed


@dataclass(frozen=True)
class Part:
    """Blank until its things are listed."""

    recall: str = ""
    """Number of the recall."""
    why: str = ""
    tasks: Mapping[str, Task] = field(default_factory=dict)
    """Id of a thing's record -> what is to be done about it."""


def _apply(state: Part, entry: Entry) -> Part:
    action: Any = from_data(PART_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, ListThings):
        tasks = {one.item: Task(one.item, one.what, one.category, bool(one.held)) for one in action.listed}
        return Part(action.recall, action.why, tasks)
    if isinstance(action, RecordOutcome):
        said = Outcome(action.way, entry.who, entry.at, action.note)
        gone = action.way in ("destroyed", "sent_back")
        return _each(state, action.items, lambda task: _said(task, said, gone))
    if isinstance(action, AskClearing):
        return _each(state, action.items, lambda task: replace(task, asked_by=entry.who, why=action.reason))
    return _each(state, action.items, lambda task: replace(task, cleared=True, held=False))


def _said(task: Task, said: Outcome, gone: bool) -> Task:
    return replace(task, outcomes=(*task.outcomes, said), held=task.held and not gone)


def _each(state: Part, items: Sequence[str], change: Any) -> Part:
    return replace(state, tasks={**state.tasks, **{item: change(state.tasks[item]) for item in items}})


def _authorise(actor: Actor, action: RecordAction) -> Refusal | None:
    refused = not_allowed(actor, action.kind, PERMISSIONS)
    if refused is None and isinstance(action, RecordOutcome) and action.way in WAYS:
        way = WAYS[action.way]
        if not actor.roles & way.roles:
            who = " or ".join(sorted(way.roles))
            return Refusal("not_allowed", f"{actor.name} may not say “{way.text}”; it is for a {who}.", 403)
    return refused


def _gather(uow: UnitOfWork, record: str, state: Part, action: Any, act: Act) -> PartContext:
    from compounding.recalls.record import RECALL

    number = action.recall if isinstance(action, ListThings) else state.recall
    recall = load(uow, RECALL, recall_record(number)) if number else None
    ctx = PartContext(record, recall is not None and recall.status == "open")
    if isinstance(action, ListThings):
        return replace(ctx, standings={one.item: standing(uow, one) for one in action.touched})
    named = action.items or tuple(state.tasks)
    items = [item for item in named if item in state.tasks]
    found = {item: standing(uow, Touched(item, state.tasks[item].what)) for item in items}
    held = _in_others(uow, number, items) if isinstance(action, ConfirmClearing) else {}
    return replace(ctx, standings=found, others=held)


def _in_others(uow: UnitOfWork, number: str, items: Sequence[str]) -> dict[str, Other]:
    """What of these another recall lists and has not settled, or touches and has not listed yet. The tables find them; their
    entries decide."""
    from compounding.recalls.looking import recall_reaching
    from compounding.recalls.record import RECALL

    wanted = select(RecallTaskRow.record, RecallTaskRow.item).order_by(RecallTaskRow.record.desc())
    rows = uow.session.execute(wanted.where(RecallTaskRow.item.in_(items), RecallTaskRow.recall != number)).all()
    parts = {part: load(uow, PART, part) for part in {part for part, _ in rows}}
    numbers = {item: parts[part].recall for part, item in rows if not parts[part].tasks[item].settled}
    numbers |= {item: reached for item in items if item not in numbers and (reached := recall_reaching(uow, item))}
    recalls = {one: load(uow, RECALL, recall_record(one)) for one in set(numbers.values())}
    return {item: Other(one, recalls[one].reason, recalls[one].lot_state) for item, one in numbers.items()}


def open_recall_of(uow: UnitOfWork, item: str) -> str:
    """Number of a recall that lists this record and has not settled it; empty when there is none."""
    wanted = select(RecallTaskRow.record).where(RecallTaskRow.item == item, RecallTaskRow.settled == 0)
    parts = [load(uow, PART, part) for part in uow.session.execute(wanted.order_by(RecallTaskRow.record)).scalars()]
    return next((part.recall for part in parts if not part.tasks[item].settled), "")


def _check(state: Part, action: Any, act: Act, ctx: PartContext) -> Any:
    if not ctx.open:
        return Refusal("recall_closed", "This recall is closed, or there is none of this number.")
    if isinstance(action, ListThings):
        if state.recall:
            return Refusal("part_listed", "This part of the recall is listed already.")
        listed = tuple(as_listed(one, ctx.standings[one.item], action.lot_state) for one in action.touched)
        return replace(action, listed=listed)
    if not state.recall:
        return Refusal("part_unknown", "There is no such part of a recall.", 404)
    if isinstance(action, RecordOutcome):
        return check_outcome(state.tasks, action, ctx)
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why.", 422)
    if isinstance(action, AskClearing):
        items = clearable(state.tasks, action.items)
        return items if isinstance(items, Refusal) else _signed(replace(action, items=items), act, ctx)
    checked = check_confirm(state.tasks, action, act, ctx)
    return checked if isinstance(checked, Refusal) else _signed(checked, act, ctx)


MEANINGS = {AskClearing.kind: "Clearing asked for by", ConfirmClearing.kind: "Cleared by"}


def _signed(action: Any, act: Act, ctx: PartContext) -> Any:
    content = as_data(replace(action, signature=None))
    signature = sign(act, MEANINGS[action.kind], ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _consequences(before: Part, after: Part, entry: Entry, ctx: PartContext) -> Sequence[Consequence]:
    action = from_data(PART_ACTIONS[entry.kind], entry.payload)
    if isinstance(action, ListThings):
        return [hold(one, action.recall, action.why, action.lot_state) for one in action.listed if one.held]
    if isinstance(action, ConfirmClearing):
        tasks, now = before.tasks, ctx.standings
        free = [let_go(item, tasks[item].what, before.recall, action.reason, now[item]) for item in action.freed]
        kept = [item for item in action.items if item in ctx.others and now[item].recall == before.recall]
        return [*free, *(_handed_on(tasks[item], ctx) for item in kept if tasks[item].what != DOSE)]
    return ()


def _handed_on(task: Task, ctx: PartContext) -> Consequence:
    """What another recall has not settled stays held, from now on in that one's name."""
    other, serials = ctx.others[task.item], ctx.standings[task.item].held_serials
    held = Listed(task.item, task.what, task.category, 1, serials=serials)
    return hold(held, other.number, other.why, other.lot_state)


def _rows(record: str, state: Part) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    return {cast(Table, RecallTaskRow.__table__): [_row(record, state, task) for task in state.tasks.values()]}


def _row(record: str, state: Part, task: Task) -> dict[str, Any]:
    last = task.outcomes[-1] if task.outcomes else None
    said = [WAYS[outcome.way].text for outcome in task.outcomes]
    said += ["Cleared"] if task.cleared else []
    return {
        "record": record,
        "item": task.item,
        "recall": state.recall,
        "what": task.what,
        "category": task.category,
        "held": int(task.held),
        "settled": int(task.settled),
        "asked": int(bool(task.asked_by) and not task.settled),
        "said": "; ".join(said),
        "last_by": "" if last is None else last.by,
        "last_at": None if last is None else last.at,
    }


PART: RecordType[Part, Any, PartContext] = RecordType(
    name="recall_part",
    blank=Part,
    apply=_apply,
    authorise=_authorise,
    check=_check,
    encode=encode,
    gather=_gather,
    consequences=_consequences,
    signed_kinds=frozenset(MEANINGS),
    projection_tables=(cast(Table, RecallTaskRow.__table__),),
    projection_rows=_rows,
)
