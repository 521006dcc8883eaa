"""The one thing to do now at the station, and how a container is asked for: which lot to take, from where, and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from calculations.quantity import Quantity
from compounding.planning.plan import Component
from compounding.preparing.dose import Dose
from compounding.views.places import Place
from compounding.views.station_nutrition import LONG_TRAY
from compounding.views.station_steps import container_name, short_display, together


@dataclass(frozen=True)
class Syringe:
    """What the syringe picture is drawn from."""

    capacity: Quantity
    line: Quantity
    volume: Quantity


@dataclass(frozen=True)
class Focus:
    """The one thing to do now."""

    kind: str
    """scan, start, measure, weigh, confirm, check, mix, label, wait, take_over or closed."""
    count: str
    heading: str
    number: str = ""
    """The biggest thing on the screen."""
    unit: str = ""
    facts: tuple[tuple[str, str, str], ...] = ()
    """Short lines beside it as (before, bold, after)."""
    quiet: str = ""
    """How the figure came about."""
    say: tuple[str, ...] = ()
    """What to do, in sentences."""
    syringe: Syringe | None = None
    step: int = 0
    can_weigh: bool = False
    expected_mass: str = ""
    pumped: bool = False
    """The compounder measures it: no syringe."""
    takes_file: bool = False
    """It is the first pumped step: the compounder's file stands for all of them."""
    paralytic: str = ""
    """Name of a paralyzing drug, which is confirmed at every step."""
    read_aloud: str = ""
    """What is read aloud off the container before this draw."""


def scan_focus(dose: Dose, count: str, places: Mapping[str, Place]) -> Focus:
    """The first container that is still to be scanned: which one to take, from where, and why."""
    component = dose.drawing.component(dose.open_slots[0])
    return Focus(
        "scan", count, f"Scan the {container_name(component).lower()}", together(short_display(component)),
        facts=_where(component, places), say=_other_containers(dose, places),
    )  # fmt: skip


def _where(component: Component, places: Mapping[str, Place]) -> tuple[tuple[str, str, str], ...]:
    place = places.get(component.product)
    rest = component.display.partition(", ")[2].strip()
    lines = [("", rest, "")] if rest else []
    if place is not None:
        lines.append(("from ", place.words, f", {place.named}") if place.words else ("", place.named, ""))
        lines.append(("this one: ", place.why, ""))
    return tuple(lines)


def _other_containers(dose: Dose, places: Mapping[str, Place]) -> tuple[str, ...]:
    names: Counter[str] = Counter()
    for slot in dose.open_slots[1:]:
        component = dose.drawing.component(slot)
        place = places.get(component.product)
        names[together(short_display(component)) + ("" if place is None else f" ({place.named})")] += 1
    if len(names) >= LONG_TRAY:
        return (f"Then {len(dose.open_slots) - 1} more, in any order. Lay them out in the order of mixing:",)
    told = [name if count == 1 else f"{count} more {name}" for name, count in names.items()]
    return (f"Then, in any order: {'; '.join(told)}.",) if told else ()
