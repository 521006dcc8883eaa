"""Puts cases to the adapters and counts the outcomes."""

import importlib
import importlib.util
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from calculations.errors import CannotCompute, Fault
from tests.conformance.case import Adapter, Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.checking import is_right, left_out, without
from tests.conformance.conventions import applied
from tests.conformance.files import CASES, HERE, as_case, published, topics
from tests.conformance.rounded import rounded, without_rounding
from tests.conformance.synonyms import in_known_words
from tests.conformance.wording import in_plain_form

OUTCOMES = ("right", "wrong", "not answered", "refused unit")
DISPUTED = HERE / "disputed.json"
ONE_FIGURE = {
    "body_weight", "bsa", "renal_function", "dose_by_weight", "infusion_rate", "dilution_alligation", "reconstitution",
    "percent_ratio_strength", "mg_mmol_meq", "syringe_rounding", "unit_arithmetic",
}  # fmt: skip
"""Topics whose adapters answer one figure at a time; the others answer whole orders."""
_NOT_THE_FIGURE = {"error", "deviation", "overdose", "underdose"}
"""In a wanted name: not the figure itself is asked for, but how far one is from another."""
_CONTAINERS = {"vials", "ampules", "ampuls", "bags", "bottles", "syringes", "containers"}
NAMES_SUBSTANCES = {"mg_mmol_meq"}
"""Topics whose inputs are named by salts and ions, letter for letter."""


@dataclass(frozen=True)
class Outcome:
    """What became of one case: the outcome, the printed answer if there is one, and why not if there is none."""

    id: str
    outcome: str
    answer: Any = None
    reason: str = ""


def adapter_of(topic: str) -> Adapter | None:
    """The adapter of a topic, or None where none is written."""
    name = f"tests.conformance.adapters.{topic}"
    if not topic.isidentifier() or importlib.util.find_spec(name) is None:
        return None
    found: Adapter = importlib.import_module(name).answer
    return found


def answer_case(case: Case) -> Any:
    """The printed answer (plain data) to one case; without a topic every adapter whose inputs fit is asked.

    Raises:
        CannotAnswer: no adapter fits, the inputs do not determine an answer, or adapters disagree.
        UnknownUnit: a unit is outside the vocabulary.
    """
    candidates = [case.topic] if case.topic else _topics_that_fit(case)
    answers: list[Any] = []
    refusal: Exception = CannotAnswer(f"no adapter for topic {case.topic!r} with inputs {sorted(case.inputs)}")
    for topic in candidates:
        adapter = adapter_of(topic)
        if adapter is None:
            continue
        try:
            printed = as_data(ask(adapter, replace(case, topic=topic), topic))
        except (CannotAnswer, UnknownUnit) as found:
            refusal = found
            continue
        if printed not in answers:
            answers.append(printed)
    if len(answers) > 1:
        raise CannotAnswer(f"the topic is not given and several fit with different answers: {', '.join(candidates)}")
    if not answers:
        raise refusal
    return answers[0]


def ask(adapter: Adapter, case: Case, topic: str) -> Answer:
    """An adapter's answer; several figures are asked for one by one where the adapter answers single ones.

    Raises:
        CannotAnswer: nothing of what is asked for is determined.
        UnknownUnit: a unit is outside the vocabulary.
    """
    if topic in ONE_FIGURE and _NOT_THE_FIGURE & set((case.wanted or {}).get("name", "").lower().split("_")):
        raise CannotAnswer("an error or a deviation is asked for, and no rule says of what from what")
    if not case.outputs or topic not in ONE_FIGURE:
        return _asked_once(adapter, case)
    found: dict[str, Any] = {}
    refusal: Exception = CannotAnswer("nothing is asked for")
    for name, unit in case.outputs.items():
        if _NOT_THE_FIGURE & set(name.lower().split("_")):
            continue
        try:
            alone = replace(case, inputs=_end_of_range(case, name), wanted={"name": name, "unit": unit})
            found[name] = _asked_once(adapter, alone)
        except (CannotAnswer, UnknownUnit) as one:
            refusal = one
    if not found:
        raise refusal
    return found


def _asked_once(adapter: Adapter, case: Case) -> Answer:
    if case.topic in ONE_FIGURE or case.topic == "peer_iv_orders":
        case = replace(case, inputs=in_plain_form(case.inputs))
    if case.topic in ONE_FIGURE - NAMES_SUBSTANCES or case.topic == "peer_iv_orders":
        case = replace(case, inputs=in_known_words(case.inputs, case.topic or ""))
    try:
        unit, case = (case.wanted or {}).get("unit"), applied(case)
        case, how = without_rounding(case) if case.topic in ONE_FIGURE - {"syringe_rounding"} else (case, None)
        found = adapter(case)
        if isinstance(found, Value) and found.number.denominator != 1 and _is_count_of_containers(case):
            raise CannotAnswer("no whole number of containers, and nothing says whether a part of one counts")
        if how is not None and isinstance(found, Value):
            found = Value.of(rounded(how, found.number, found.unit), found.unit)
        return Value(found.number, unit) if isinstance(found, Value) and unit is not None else found
    except (CannotCompute, Fault) as refused:
        raise CannotAnswer(str(refused)) from None
    except ZeroDivisionError:
        raise CannotAnswer("it divides by zero") from None
    except RecursionError:  # a volume told by a share of that very volume, and the like
        raise CannotAnswer("the inputs are told by each other in a circle") from None


def _is_count_of_containers(case: Case) -> bool:
    return bool(_CONTAINERS & set((case.wanted or {}).get("name", "").lower().split("_")))


def _end_of_range(case: Case, name: str) -> Mapping[str, Any]:
    """The inputs without those of the other end of a range, where `low` or `high` is asked for."""
    ends = ({"low", "min", "minimum", "lowest"}, {"high", "max", "maximum", "highest"})
    for own, other in (ends, ends[::-1]):
        if own & set(name.split("_")):
            kept = {key: one for key, one in case.inputs.items() if not other & set(key.split("_"))}
            return kept if any(own & set(key.split("_")) for key in kept) else case.inputs
    return case.inputs


def as_data(answer: Any) -> Any:
    """Plain JSON data of an answer."""
    if isinstance(answer, Value):
        return answer.as_data()
    if isinstance(answer, Mapping):
        return {str(name): as_data(one) for name, one in answer.items()}
    if isinstance(answer, list | tuple):
        return [as_data(one) for one in answer]
    if answer is None or isinstance(answer, str | int | bool):
        return answer
    raise TypeError(f"an adapter answered with {type(answer).__name__}, which has no printed form")


def _topics_that_fit(case: Case) -> list[str]:
    """Topics that know a published case with exactly these input names and the same kind of wanted answer."""
    keys = set(case.inputs)
    return [
        topic
        for topic in topics()
        if any(set(raw["inputs"]) == keys and bool(raw.get("wanted")) == bool(case.wanted) for raw in published(topic))
    ]


def run_topic(topic: str, raw_cases: Iterable[Mapping[str, Any]] | None = None) -> list[Outcome]:
    """The outcome of every case of a topic (the published ones unless others are handed in)."""
    outcomes = []
    for raw in published(topic) if raw_cases is None else raw_cases:
        try:
            printed = answer_case(as_case(raw, topic, CASES))
        except CannotAnswer as found:
            outcomes.append(Outcome(raw["id"], "not answered", reason=str(found)))
            continue
        except UnknownUnit as found:
            outcomes.append(Outcome(raw["id"], "refused unit", reason=str(found)))
            continue
        except Exception as found:  # one adapter's defect must not hide the figures of the others
            outcomes.append(Outcome(raw["id"], "wrong", reason=f"failed with {type(found).__name__}: {found}"))
            continue
        missing = left_out(raw, printed)
        if missing and is_right(without(raw, missing), printed):
            reason = f"left out as not determined: {', '.join(missing)}; the others are right"
            outcomes.append(Outcome(raw["id"], "not answered", printed, reason))
            continue
        outcomes.append(Outcome(raw["id"], "right" if is_right(raw, printed) else "wrong", printed))
    return outcomes


def count(outcomes: Iterable[Outcome]) -> Counter[str]:
    """How many cases ended in each outcome."""
    return Counter(one.outcome for one in outcomes)


def disputed() -> dict[str, dict[str, str]]:
    """Cases that we hold to be wrong or undetermined, by id, each with `held` (wrong, undetermined) and our working."""
    found: dict[str, dict[str, str]] = json.loads(DISPUTED.read_text(encoding="utf-8"))
    return found


def message_path(case: Case, name: str) -> Path:
    """Where a message file named in a case's inputs stands: beside the case's file or above it, else among our copies.

    Raises:
        CannotAnswer: there is no such file.
    """
    roots = [case.root, *case.root.parents] if case.root else []
    for root in [*roots, HERE]:
        if (root / name).is_file():
            return root / name
    raise CannotAnswer(f"the message {name} is not at hand")
