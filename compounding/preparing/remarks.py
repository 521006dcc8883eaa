"""What people say about a dose while it is made and checked: remarks of the maker, questions of the pharmacist, answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from batch_records.acts import Act, Refusal
from compounding.preparing.context import DoseContext
from compounding.record_actions import RecordAction

LONGEST = 500


@dataclass(frozen=True)
class Say(RecordAction):
    """A sentence for whoever has the dose next. A question asks the others; it decides nothing."""

    kind: ClassVar[str] = "say"
    text: str
    question: bool = False


@dataclass(frozen=True)
class Saying:
    """A sentence as the entries tell it."""

    by: str
    at: datetime
    text: str
    question: bool


def said_something(dose: Any, action: Say, act: Act, ctx: DoseContext) -> Refusal | None:
    """Not empty, and short enough to be read."""
    text = action.text.strip()
    if not text or len(text) > LONGEST:
        return Refusal("text_needed", f"Write what you want to say, at most {LONGEST} characters.", 422)
    return None
