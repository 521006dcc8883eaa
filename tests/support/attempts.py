"""Trying one thing on a dose at the gate: what must be let through, and the code and words of what must be refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

from batch_records.acts import Refusal
from compounding.preparing.dose import Dose
from tests.support.dose_histories import MAKER, main_line
from tests.support.doses import NOON, attempt


def refusal(dose: Dose, action: Any, who: Any = MAKER, at: datetime = NOON, **other: Any) -> Refusal:
    """The refusal of something that must be refused."""
    answer = attempt(dose, action, who, at, **other)
    assert isinstance(answer, Refusal), f"{action.kind} was let through"
    return answer


def code(*args: Any, **other: Any) -> str:
    """The code of its refusal."""
    return refusal(*args, **other).code


def passed(dose: Dose, action: Any, who: Any = MAKER, at: datetime = NOON, **other: Any) -> Dose:
    """The dose after something that must be let through."""
    answer = attempt(dose, action, who, at, **other)
    assert isinstance(answer, Dose), answer
    return answer


def at_state(plan: str, name: str) -> Dose:
    """The dose of a plan just after the last action of this name on its main line."""
    return [h.dose for h in main_line(plan) if h.names[-1] == name][-1]


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Every call in a thread of its own, all begun together; their answers in order."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]
