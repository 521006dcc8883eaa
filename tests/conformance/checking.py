"""Compares an answer with what the source expects.

A figure is right within `tolerance.abs` of the expected value, or when it equals `exact`. A structured fact is right
when every field that is expected is answered and equal; further fields in the answer are not looked at.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any


def is_right(case: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether a printed answer (plain data) is what the published case expects."""
    expected = case["expected"]
    tolerance = case.get("tolerance") or {}
    if "outputs" in expected:
        return all(
            name in answer and _figure(one, answer[name], one.get("tolerance") or tolerance, one.get("exact"))
            for name, one in expected["outputs"].items()
        )
    if set(expected) == {"value", "unit"}:
        return _figure(expected, answer, tolerance, case.get("exact"))
    return all(name in answer and _field(one, answer[name], tolerance) for name, one in expected.items())


def left_out(case: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    """Outputs of a whole order that are expected and not answered: not determined by the inputs, or not known."""
    return [name for name in case["expected"].get("outputs", {}) if name not in answer]


def without(case: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """The same case asking for everything but these outputs."""
    outputs = {name: one for name, one in case["expected"]["outputs"].items() if name not in names}
    return {**case, "expected": {"outputs": outputs}}


def _figure(expected: Mapping[str, Any], got: Any, tolerance: Mapping[str, Any], exact: Any) -> bool:
    """One figure with its unit."""
    if not isinstance(got, Mapping) or got.get("unit") != expected["unit"]:
        return False
    number = Fraction(str(got["value"]))
    if abs(number - Fraction(str(expected["value"]))) <= Fraction(str(tolerance.get("abs", "0"))):
        return True
    return exact is not None and _equals_exact(number, str(exact))


def _equals_exact(number: Fraction, exact: str) -> bool:
    """Equal to the recomputed value, which is written to a finite number of digits."""
    value = Fraction(exact)
    if number == value:
        return True
    digits = len(exact.lstrip("-0.").replace(".", ""))
    return digits >= 10 and abs(number - value) <= abs(value) / 10 ** (digits - 1)


def _field(expected: Any, got: Any, tolerance: Mapping[str, Any]) -> bool:
    """One field of a structured fact: a figure, a number, a flag, text, or a list of such."""
    if isinstance(expected, Mapping):
        if set(expected) == {"value", "unit"}:
            return _figure(expected, got, tolerance, None)
        return isinstance(got, Mapping) and all(
            name in got and _field(one, got[name], tolerance) for name, one in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(got, list)
            and len(got) == len(expected)
            and all(_field(a, b, tolerance) for a, b in zip(expected, got, strict=True))
        )
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int) and isinstance(got, int | str):
        return Fraction(str(got)) == expected
    return bool(expected == got)
