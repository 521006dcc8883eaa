"""A paralyzing drug is read aloud off its container before every draw, and the record keeps what was read."""

from typing import Any

from batch_records.acts import Act, Refusal
from compounding.planning.plan import Step
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose

DRAWN = frozenset({"draw", "intermediate"})
"""What a volume of a paralyzing drug is measured for; water into its vial is none of it."""


def words_to_read(dose: Dose, number: int) -> str:
    """What is read aloud before this step; empty where nothing is.

    In the formulary's own words: the product that was scanned, or the step itself for an intermediate dilution.
    """
    step = next((one for one in dose.drawing.steps if one.number == number), None)
    if step is None or "paralytic" not in dose.planned.flags or step.purpose not in DRAWN:
        return ""
    return _on_the_container(dose, step) or step.title


def _on_the_container(dose: Dose, step: Step) -> str:
    drugs = {component.slot for component in dose.drawing.components if component.role == "drug"}
    return next((scan.display for scan in dose.scans if scan.slot == step.take and scan.slot in drugs), "")


def read_aloud(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """The person who measures confirms exactly these words. Another text, or one that nothing asks for, is no confirmation."""
    words = words_to_read(dose, action.step)
    if action.confirmed == words:
        return None
    if not words:
        return Refusal("nothing_to_read", "Nothing is read aloud at this step.", 422)
    return Refusal(
        "not_read_aloud",
        f"{dose.planned.display} paralyzes. Read the container aloud and confirm it: {words}.",
        422,
    )
