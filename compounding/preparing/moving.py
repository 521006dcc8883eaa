"""From one hood to another while a preparation is being made: said with its reason, at the hood that it goes to."""

from dataclasses import replace

from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from compounding.preparing.actions import MoveHood
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose


def another_hood(dose: Dose, action: MoveHood, act: Act, ctx: DoseContext) -> Refusal | None:
    if act.station == dose.hood:
        return Refusal("same_hood", "It is made at this hood already.")
    return None


def completed(dose: Dose, action: MoveHood, act: Act, ctx: DoseContext) -> MoveHood:
    return replace(action, to=act.station)


def read(dose: Dose, action: MoveHood, entry: Entry) -> Dose:
    """The dose after the move."""
    return replace(dose, hood=action.to, place=action.to, hoods=(*dose.hoods, (action.to, entry.at)))
