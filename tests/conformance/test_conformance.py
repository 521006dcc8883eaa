"""Every published case is right, or refused for its unit, or stands in disputed.json with our working."""

import pytest

from tests.conformance.files import published, topics
from tests.conformance.running import adapter_of, disputed, run_topic

# Units that the engine does not have, on purpose: no order is written in them.
REFUSED_UNITS = {"ucum-lhc-temp-1": "Cel"}

CASES = [(topic, raw["id"]) for topic in topics() if adapter_of(topic) for raw in published(topic)]


@pytest.mark.parametrize(("topic", "case_id"), CASES)
def test_a_published_case_is_answered_right_or_listed_as_disputed(topic: str, case_id: str) -> None:
    raw = next(one for one in published(topic) if one["id"] == case_id)
    (outcome,) = run_topic(topic, [raw])
    if case_id in disputed():
        assert outcome.outcome != "right", f"{case_id} is right now: take it out of disputed.json"
    elif case_id in REFUSED_UNITS:
        assert outcome.outcome == "refused unit"
        assert REFUSED_UNITS[case_id] in outcome.reason
    else:
        assert outcome.outcome == "right", f"{outcome.reason or outcome.answer}"


def test_a_disputed_case_exists_and_carries_our_working() -> None:
    known = {raw["id"] for topic in topics() for raw in published(topic)}
    for case_id, entry in disputed().items():
        assert case_id in known
        assert entry["held"] in {"wrong", "undetermined"}
        assert len(entry["working"]) > 40
