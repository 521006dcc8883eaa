"""The counting itself: containers, comparison, printing and the answer command."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.case import CannotAnswer, Case, Value, decimal_text
from tests.conformance.checking import is_right
from tests.conformance.files import read_cases, topics
from tests.conformance.running import answer_case, as_data

ISSUE_TOPICS = {
    "body_weight", "bsa", "renal_function", "dose_by_weight", "infusion_rate", "dilution_alligation", "reconstitution",
    "percent_ratio_strength", "mg_mmol_meq", "syringe_rounding", "peer_iv_orders", "unit_arithmetic",
    "ucum_conversions", "gs1_barcodes", "ndc", "fhir_orders",
}  # fmt: skip


def test_all_topics_stand_as_data() -> None:
    assert set(topics()) >= ISSUE_TOPICS


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 8), "0.125"), (Fraction(-5, 2), "-2.5"), (Fraction(1200), "1200"), (Fraction(0), "0"),
        (Fraction(1, 3), "0.3333333333333333"), (Fraction(200000, 3), "66666.66666666667"),
        (Fraction(1, 3000), "0.0003333333333333333"), (Fraction(1, 10**9), "0.000000001"),
    ],
)  # fmt: skip
def test_a_value_prints_as_a_decimal_string_exact_where_finite(number: Fraction, text: str) -> None:
    assert decimal_text(number) == text


def test_a_float_is_never_an_answer() -> None:
    with pytest.raises(TypeError):
        Value.of(0.1, "mL")
    with pytest.raises(TypeError):
        as_data({"volume": 0.1})


def _case(expected: object, **more: object) -> dict[str, object]:
    return {"id": "x", "expected": expected, **more}


def test_a_figure_passes_within_the_tolerance_and_not_beyond() -> None:
    case = _case({"value": "96", "unit": "mg"}, tolerance={"abs": "0.5"}, exact="96.023148")
    assert is_right(case, {"value": "96.5", "unit": "mg"})
    assert not is_right(case, {"value": "96.51", "unit": "mg"})
    assert not is_right(case, {"value": "96", "unit": "g"})


def test_a_figure_passes_when_it_equals_the_recomputed_value() -> None:
    case = _case({"value": "0.00033", "unit": "mol/L"}, tolerance={"abs": "0"}, exact="0.000333333333333")
    assert is_right(case, {"value": "0.0003333333333333", "unit": "mol/L"})
    assert not is_right(case, {"value": "0.00033333", "unit": "mol/L"})


def test_a_structured_fact_needs_every_expected_field() -> None:
    case = _case({"code": "mEq", "valid_ucum": False, "rate": {"value": "2", "unit": "mL/h"}, "min": 4})
    whole = {"code": "mEq", "valid_ucum": False, "rate": {"value": "2.0", "unit": "mL/h"}, "min": 4, "more": 1}
    assert is_right(case, whole)
    for name in ("code", "valid_ucum", "rate", "min"):
        assert not is_right(case, {key: one for key, one in whole.items() if key != name})
    assert not is_right(case, {**whole, "valid_ucum": 0})


def test_every_output_of_a_whole_order_is_compared_with_its_own_tolerance() -> None:
    case = _case(
        {
            "outputs": {
                "rate": {"value": "1", "unit": "mL/h", "tolerance": {"abs": "0.1"}},
                "dose": {"value": "2", "unit": "mg"},
            }
        }
    )
    assert is_right(case, {"rate": {"value": "1.1", "unit": "mL/h"}, "dose": {"value": "2", "unit": "mg"}})
    assert not is_right(case, {"rate": {"value": "1.1", "unit": "mL/h"}, "dose": {"value": "2.1", "unit": "mg"}})
    assert not is_right(case, {"rate": {"value": "1.1", "unit": "mL/h"}})


ONE = {"id": "a", "inputs": {"ndc": "0574-4072-05"}}


@pytest.mark.parametrize(
    ("name", "data", "topic"),
    [
        ("x.json", {"topic": "ndc", "cases": [ONE]}, "ndc"),
        ("x.json", [{"topic": "ndc", "cases": [ONE]}], "ndc"),
        ("x.json", {"cases": [{**ONE, "topic": "ndc"}]}, "ndc"),
        ("x.json", {"ndc": [ONE]}, "ndc"),
        ("x.json", {"ndc": {"a": {"inputs": ONE["inputs"]}}}, "ndc"),
        ("ndc.json", [ONE], "ndc"),
        ("x.json", [ONE], None),
        ("x.json", ONE, None),
    ],
)
def test_cases_are_found_in_whichever_container_they_come(
    tmp_path: Path, name: str, data: object, topic: str | None
) -> None:
    (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
    (case,) = read_cases(tmp_path / name)
    assert (case.id, case.topic) == ("a", topic)


def test_a_file_without_cases_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    assert main(["answer", str(tmp_path / "empty.json")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "empty.json" in err


def test_the_answer_command_prints_answers_only_and_says_on_stderr_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [ONE, {"id": "b", "inputs": {"ndc": "no code"}}, {"id": "c", "inputs": {"nothing known": 1}}]
    (tmp_path / "x.json").write_text(json.dumps(cases), encoding="utf-8")
    assert main(["answer", str(tmp_path / "x.json")]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["a"]["ndc11"] == "00574407205"
    assert "c: not answered" in err
    assert "c" not in json.loads(out)


def test_a_topic_without_an_adapter_is_not_answered() -> None:
    with pytest.raises(CannotAnswer):
        answer_case(Case("x", {"ndc": "0574-4072-05"}, topic="astrology"))


@pytest.mark.parametrize("content", [b"", b"[[", b"\xff\xfe\x00", b"[" * 100_000 + b"]" * 100_000, b"5", b"[]"])
def test_a_file_that_is_no_file_of_cases_is_named_and_nothing_is_printed(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.json").write_bytes(content)
    assert main(["answer", str(tmp_path / "odd.json")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "odd.json" in err


def test_odd_cases_are_left_out_by_name_and_the_others_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    height = {"value": 180.0, "unit": "cm"}
    cases = [
        {"id": "numbers", "inputs": {"weight": {"value": 80, "unit": "kg"}, "height": height}, "wanted": {"unit": "m2"}},
        {"id": "null", "inputs": {"weight": None, "height": height}, "wanted": {"unit": "m2"}},
        {"id": "nested", "inputs": {"weight": {"value": height, "unit": "kg"}, "height": height}, "wanted": "m2"},
        {"id": "unit", "inputs": {"weight": {"value": "80", "unit": ["kg"]}, "height": height}, "wanted": {"unit": "m2"}},
        {"id": "list", "inputs": [height], "wanted": {"unit": "m2"}},
        {"id": "huge", "inputs": {"weight": {"value": "1e999999999", "unit": "kg"}}, "wanted": {"unit": "m2"}},
        {"inputs": {"height": height}},
        {"id": "twice", "inputs": {"bsa": {"value": "2", "unit": "m2"}, "dose": {"value": "5", "unit": "mg/m2"}},
         "wanted": {"unit": "mg"}},
        {"id": "twice", "inputs": {"bsa": {"value": "1", "unit": "m2"}, "dose": {"value": "5", "unit": "mg/m2"}},
         "wanted": {"unit": "mg"}},
    ]  # fmt: skip
    (tmp_path / "bsa.json").write_text("\ufeff" + json.dumps(cases), encoding="utf-8")
    assert main(["answer", str(tmp_path / "bsa.json")]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"numbers": {"value": "2", "unit": "m2"}}
    assert "Traceback" not in err
    assert all(f"{one}: " in err for one in ("null", "nested", "unit", "list", "huge", "twice"))
    assert "without an id" in err
