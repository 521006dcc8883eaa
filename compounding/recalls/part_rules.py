"""What must hold for an outcome and for a clearing. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from batch_records.acts import Act, Refusal
from compounding.recalls.actions import ConfirmClearing, RecordOutcome
from compounding.recalls.holding import Standing
from compounding.recalls.tasks import APART, CLEARABLE, DOSE, GIVEN, KEPT, WAYS, Task

Tasks = Mapping[str, Task]


@dataclass(frozen=True)
class Other:
    """Another recall, as what it takes over from this one says it."""

    number: str
    why: str
    lot_state: str


@dataclass(frozen=True)
class PartContext:
    """What a decision about a part looks at beyond it."""

    record: str = ""
    open: bool = False
    """The recall is open."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    others: Mapping[str, "Other"] = field(default_factory=dict)
    """Things that another open recall has not settled, with that recall."""


def check_outcome(tasks: Tasks, action: RecordOutcome, ctx: PartContext) -> RecordOutcome | Refusal:
    """An outcome is said of things that it fits, and that are destroyed of what is destroyed."""
    if action.way not in WAYS:
        return Refusal("outcome_unknown", "Choose what was done.", 422)
    if not action.items:
        return Refusal("nothing_chosen", "Choose at least one.", 422)
    for item in action.items:
        if refused := _outcome_refused(tasks.get(item), item, action.way, ctx):
            return refused
    return action


def _outcome_refused(task: Task | None, item: str, way: str, ctx: PartContext) -> Refusal | None:
    name = called(item)
    if task is None:
        return Refusal("task_unknown", f"{name} is not listed here.", 404)
    if task.cleared or way in task.done:
        return Refusal("said_already", f"{name}: that was recorded already.")
    given = task.category == GIVEN or "found_used" in task.done
    fits = {
        "prescriber_told": given,
        "patient_told": given,
        "taken_apart": task.category == APART,
        "retrieved": task.category != GIVEN,
        "found_used": not given,
    }
    if task.what not in WAYS[way].things or not fits.get(way, True):
        return Refusal("outcome_wrong", f"{name}: “{WAYS[way].text}” does not fit it.", 422)
    if way in ("destroyed", "sent_back") and not ctx.standings[item].gone:
        return Refusal("not_gone", f"{name} is not gone yet: record its waste or its return first, then say so here.")
    return None


def clearable(tasks: Tasks, items: Sequence[str]) -> tuple[str, ...] | Refusal:
    """The things that may be cleared: those that are named, or all that can be."""
    open_ones = {
        item for item, task in tasks.items() if not task.cleared and task.category in CLEARABLE and not _over(task)
    }
    if not items:
        wanted = tuple(item for item in tasks if item in open_ones)
        return wanted or Refusal("nothing_to_clear", "Nothing here can be cleared any more.")
    wrong = next((item for item in items if item not in open_ones), None)
    if wrong is not None:
        return Refusal("not_clearable", f"{called(wrong)} cannot be cleared: it is settled, or was stopped half made.")
    return tuple(items)


def _over(task: Task) -> bool:
    return bool(task.done & {"destroyed", "sent_back"}) or task.settled


def check_confirm(tasks: Tasks, action: ConfirmClearing, act: Act, ctx: PartContext) -> ConfirmClearing | Refusal:
    """Another person than the one who asked, without a hand in it; what is still held elsewhere is not let go."""
    asked = tuple(item for item, task in tasks.items() if task.asked_by and not task.cleared)
    items = action.items or asked
    if not items:
        return Refusal("nothing_asked", "Nobody asked for anything to be cleared.")
    for item in items:
        if item not in asked:
            return Refusal("not_asked", f"{called(item)}: nobody asked for it to be cleared.")
        if tasks[item].asked_by == act.actor.person:
            return Refusal("same_person", "You asked for it. Another person, a pharmacist, confirms it.", 403)
        if act.actor.person in ctx.standings[item].hands:
            return Refusal("own_work", f"{called(item)}: you had a hand in it. Somebody else confirms it.", 403)
    freed = tuple(item for item in items if item not in ctx.others and _lets_go(tasks[item], ctx.standings[item]))
    return replace(action, items=items, freed=freed)


def _lets_go(task: Task, now: Standing) -> bool:
    """A recall holds it now, and it was finished when it was stopped."""
    return bool(now.recall) and (task.what != DOSE or task.category == KEPT)


def called(item: str) -> str:
    """A thing as people call it: the number on its label."""
    kind, _, name = item.partition("-")
    return f"Lot {name.partition('-')[2] or name}" if kind == "lot" else name
