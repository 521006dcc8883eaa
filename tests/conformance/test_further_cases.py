"""Further published cases beside the shared ones: answered right, left out where undetermined, or refused for a unit."""

import json
from typing import Any

import pytest

from tests.conformance.case import CannotAnswer, UnknownUnit
from tests.conformance.checking import is_right
from tests.conformance.files import CASES, HERE, as_case
from tests.conformance.running import answer_case

FURTHER: list[dict[str, Any]] = json.loads((HERE / "further.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("raw", FURTHER, ids=lambda raw: raw["id"])
def test_a_further_published_case_meets_its_rule(raw: dict[str, Any]) -> None:
    case = as_case(raw, raw["topic"], CASES)
    if raw.get("left_out"):
        with pytest.raises(CannotAnswer):
            answer_case(case)
    elif raw.get("refused_unit"):
        with pytest.raises(UnknownUnit):
            answer_case(case)
    else:
        answer = answer_case(case)
        assert is_right(raw, answer), answer
        assert not set(raw.get("not_told", [])) & set(answer)
