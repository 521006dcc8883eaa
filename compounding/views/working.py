"""The working of a plan in plain words: each recorded formula with its numbers put in, its id and version."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from calculations.printing import show, show_number
from calculations.quantity import Quantity

NAMES = {
    "dose.per_weight": "Dose by weight",
    "dose.per_weight_and_day": "Dose in a day, by weight",
    "dose.per_surface": "Dose by body surface",
    "dose.per_surface_and_day": "Dose in a day, by body surface",
    "dose.calvert": "Dose from target AUC",
    "dose.capped": "Dose, capped",
    "dose.rounded": "Dose, rounded",
    "dose.reduced": "Dose, reduced",
    "check.deviation.amount": "Changed by rounding",
    "check.deviation.concentration": "True against labelled concentration",
    "volume.from_dose": "Draw up",
    "bag.sum": "Drug volume added",
    "bag.true_add": "True volume in the bag",
    "bag.true_replace": "True volume in the bag",
    "bag.declared_add": "Labelled volume in the bag",
    "bag.remove_with_overfill": "Take out of the bag",
    "concentration.of_amount": "Concentration",
    "rate.volume": "Rate",
    "rate.from_dose_rate": "Rate",
    "rate.from_dose_rate_per_weight": "Rate",
    "rate.run_time": "Running time",
    "recon.final_volume": "Dissolved volume",
}
"""What a figure is called on a page; another formula is called by what its statement works out."""


@dataclass(frozen=True)
class Worked:
    """One figure as the page shows it; the field names are those of the macro `working_steps`."""

    name: str
    formula: str
    """Id and version: ``dose.per_weight 1``."""
    sum: str
    """The formula with its numbers: ``50 mg/kg × 9.2 kg``."""
    result: str
    rule: str = ""
    """The statement, in words."""


def worked(step: Mapping[str, Any]) -> Worked:
    """One recorded step as shown."""
    statement = str(step["statement"])
    left, _, right = statement.partition(" = ")
    inputs = {name: _given(value) for name, value in step["inputs"].items()}
    exact = Quantity.from_data(step["exact"])
    share = step["id"].startswith("check.deviation")
    result = f"{_signed(exact)} %" if share else str(step["shown"])
    name = NAMES.get(str(step["id"]), left[:1].upper() + left[1:])
    return Worked(name, f"{step['id']} {step['version']}", _with_numbers(right, inputs), result, statement)


def working(steps: Iterable[Mapping[str, Any]]) -> tuple[Worked, ...]:
    """The whole working, in the order in which it was computed; a step that was computed again stands once."""
    return tuple(dict.fromkeys(worked(step) for step in steps))


BESIDE = ("check.", "bag.sum", "bag.true", "dose.as_", "rate.as_")
"""Figures that only check or serve another one: shown with the whole working, not among the main ones."""


def main_figures(steps: Sequence[Mapping[str, Any]]) -> tuple[Worked, ...]:
    """The figures that make the preparation: of every drug, without the checks; a rounding only where it changed the dose."""
    true_ones = [step["inputs"]["found"] for step in steps if step["id"] == "check.deviation.concentration"]
    found: dict[Worked, None] = {}
    for step in steps:
        unchanged = step["id"] == "dose.rounded" and step["exact"] == step["inputs"]["dose"]
        true_one = step["id"] == "concentration.of_amount" and step["exact"] in true_ones
        if not (step["id"].startswith(BESIDE) or unchanged or true_one):
            found[replace(worked(step), rule="")] = None
    return tuple(found)


def _signed(share: Quantity) -> str:
    percent = share.amount_in("one") * 100
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{show_number(abs(percent), 1)}"


def _given(value: Any) -> str:
    if isinstance(value, Mapping):
        return show(Quantity.from_data(value))
    return " + ".join(show(Quantity.from_data(part)) for part in value)


def _with_numbers(right: str, inputs: Mapping[str, str]) -> str:
    """Numbers in place of words where the statement names every input; otherwise the inputs beside their names."""
    if not inputs:
        return right
    words = {word: name for name in inputs for word in (f"sum of the {name}", name.replace("_", " "))}
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = re.findall(rf"(?<!\w)(?:{longest_first})(?!\w)", right)
    if {words[word] for word in found} != set(inputs):
        return ", ".join(f"{name.replace('_', ' ')} {shown}" for name, shown in inputs.items())
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", lambda match: inputs[words[match[0]]], right)
