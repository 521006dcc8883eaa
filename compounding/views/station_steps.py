"""The rail of a station: every container and every step in order, with a short name and what is known of it."""

import re
from dataclasses import dataclass, replace

from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.nutrition.plan import BAG
from compounding.planning.plan import Component, Step
from compounding.preparing.dose import Dose, Recorded

MOST_ROWS = 8
"""Rows of the rail that fit a station screen. Longer ones fold up what is done and what comes much later."""

_NUMBER_AND_UNIT = re.compile(r"(?<=[0-9]) (?=[a-zA-Z%])")
LONGEST_NAME = 32
"""Letters of a step's name on the rail. A longer sentence stands in full where it is confirmed."""
ROLES = {"base": "Bag", "container": "Empty container", "diluent": "Diluent"}
FORMS = {"powder": "Vial", "ampule": "Ampule", "bottle": "Bottle", "bag": "Bag", "syringe": "Syringe"}


@dataclass(frozen=True)
class RailStep:
    """One row: name, note, and whether it is done."""

    name: str
    note: str
    done: bool
    number: str = ""
    """As shown in the mark: `5`, or `1–3` for a folded row."""
    now: bool = False


def all_steps(dose: Dose, clock: Clock) -> list[RailStep]:
    """Containers in the order of the plan, then steps; the label closes with three rows: mix, scan, send."""
    rows = container_rows(dose)
    for step in dose.drawing.steps:
        if step.kind == "label":
            closed = dose.record_of(step.number) is not None
            rows.append(RailStep(last_hand(dose), "", closed))
            rows.append(RailStep(f"Scan the {container_word(dose)} label", "", closed))
        else:
            row = step_row(step, dose.record_of(step.number), clock)
            rows.append(_with_source(row, step) if dose.planned.nutrition is not None else row)
    rows.append(RailStep("Send to the check", "", dose.completed_at is not None))
    return [replace(row, number=str(number)) for number, row in enumerate(rows, start=1)]


def _with_source(row: RailStep, step: Step) -> RailStep:
    """Of many volumes one needs to know whose they are: the source stands in the name, what is done in the note."""
    if step.kind != "measure" or step.volume is None:
        return row
    verb = "Pump" if step.syringe is None else "Water" if step.purpose == "dilute" else "Draw"
    source = re.sub(r"^(Pump in|Draw up( the)?|Add water to the) ", "", step.title).partition(",")[0]
    name = source.replace(" CONCENTRATE", "").replace(" to dilute it first", "")
    return replace(row, name=together(f"{verb} {show(step.volume)}"), note=row.note or together(name))


def groups(dose: Dose) -> list[list[Component]]:
    """Containers of one kind stand in one row: six vials of the same product are scanned one after the other."""
    found: dict[str, list[Component]] = {}
    for component in dose.drawing.components:
        found.setdefault(f"{component.role} {component.product}", []).append(component)
    return list(found.values())


def container_rows(dose: Dose) -> list[RailStep]:
    """One row for each kind of container, in the order of the plan."""
    rows = []
    for group in groups(dose):
        first = group[0]
        done = sum(component.slot not in dose.open_slots for component in group)
        name = container_name(first)
        if len(group) > 1:
            name = f"{len(group)} {name.lower()}s" if done in (0, len(group)) else f"{name}s, {done} of {len(group)}"
        note = dose.planned.base_display if first.role == "base" else short_display(first)
        rows.append(RailStep(name, together(note), done == len(group)))
    return rows


def row_of(dose: Dose, component: Component) -> int:
    """Number of the row in which a container stands."""
    return next(index for index, group in enumerate(groups(dose), start=1) if component in group)


def together(text: str) -> str:
    """A number never parts from its unit at the end of a line."""
    return _NUMBER_AND_UNIT.sub("\u00a0", text)


def container_name(component: Component) -> str:
    """`Bag`, `Vial`, `Diluent`: what the hand takes."""
    if component.role in ROLES:
        return ROLES[component.role]
    display = component.display.casefold()
    return next((name for word, name in FORMS.items() if word in display), "Vial")


def short_display(component: Component) -> str:
    """The display without the words that the name of the row says already."""
    return without_container(component.display)


def before_comma(display: str) -> str:
    """The name in a display: what stands before the first comma. The comma of `1,000 mL` is none."""
    return display.split(", ")[0].replace(" for injection", "")


def without_container(display: str) -> str:
    """`sterile water 10 mL`: short enough for the bar."""
    text = before_comma(display)
    for word in (" bag", " vial", " ampule", " bottle"):
        text = text.removesuffix(word)
    return text


def step_row(step: Step, record: Recorded | None, clock: Clock) -> RailStep:
    note = "" if record is None else record_note(record, clock)
    return RailStep(together(step_name(step)), together(note), record is not None)


def step_name(step: Step) -> str:
    """A few words for the rail."""
    if step.kind == "measure" and step.volume is not None:
        volume = show(step.volume)
        words = {
            "reconstitute": f"Dissolve, {volume}",
            "draw": f"Draw up {volume}",
            "withdraw": f"Take out {volume}",
            "dilute": f"Add {volume}",
            "intermediate": f"Dilute, {volume}",
        }
        return words.get(step.purpose, f"Measure {volume}")
    if step.kind == "scan":
        return "Label the dilution, scan it"
    if step.kind == "check":
        return "A pharmacist looks"
    if step.purpose == "discard":
        return "Discard the dilution"
    if step.kind == "weigh":
        return "Weigh the container"
    if step.purpose == "inspect":
        return "Mix, look against light"
    if step.purpose == "rinse":
        return step.title.partition(":")[0]
    if len(step.title) <= LONGEST_NAME:
        return step.title
    return f"Confirm {step.purpose.replace('_', ' ')}"


def record_note(record: Recorded, clock: Clock) -> str:
    """`4.8 mL, picture 14:04`."""
    taken = "picture " if record.picture else ""
    if record.how == "not measured":
        return f"not measured, {taken}{clock.time(record.at)}"
    if record.mass is not None and record.volume is None:
        return f"{show(record.mass)}, {taken}{clock.time(record.at)}"
    if record.how == "confirmed" or record.volume is None:
        return f"done {clock.time(record.at)}"
    how = {"weighed": ", weighed", "read from picture": ", read by a pharmacist"}.get(record.how, "")
    return f"{show(record.volume)}{how}, {taken}{clock.time(record.at)}"


def container_word(dose: Dose) -> str:
    """`bag` or `syringe`: what the patient gets; `container` for the lipid beside a nutrition bag."""
    if dose.planned.nutrition is not None:
        return "bag" if dose.planned.nutrition.container == BAG else "container"
    return "syringe" if dose.planned.container_class == "syringe" else "bag"


def last_hand(dose: Dose) -> str:
    """What is done before the label is scanned."""
    if dose.planned.nutrition is not None:
        return "Close the bag" if container_word(dose) == "bag" else "Cap the container"
    if not dose.drawing.measures:
        return f"Look at the {container_word(dose)}"
    return "Cap the syringe" if container_word(dose) == "syringe" else "Inject into the bag"


def with_focus(rows: list[RailStep], now: int) -> list[RailStep]:
    """Marks row `now` (from 1; past the end: none) and folds a long rail so that the row in focus is always on it."""
    marked = [replace(row, now=index == now) for index, row in enumerate(rows, start=1)]
    if len(marked) <= MOST_ROWS:
        return marked
    first = max(0, min(now - 4, len(marked) - (MOST_ROWS - 1)))
    before, rest = marked[:first], marked[first:]
    room = MOST_ROWS - (1 if before else 0)
    if len(rest) > room:
        rest, after = rest[: room - 1], rest[room - 1 :]
        rest.append(_folded(after, "more to do"))
    if not before:
        return rest
    open_ones = [row for row in before if not row.done]
    words = "done" if not open_ones else f"of which {len(open_ones)} open"
    return [_folded(before, words), *rest]


def _folded(rows: list[RailStep], words: str) -> RailStep:
    count = "1 step" if len(rows) == 1 else f"{len(rows)} steps"
    number = rows[0].number if len(rows) == 1 else f"{rows[0].number}–{rows[-1].number}"
    return RailStep(f"{count} {words}", "", all(row.done for row in rows), number)
