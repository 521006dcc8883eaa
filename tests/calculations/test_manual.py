"""The examples in the docstrings are true."""

import doctest
import importlib

import pytest

MODULES = ["units", "quantity", "rounding", "printing", "formula", "substances"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_manual_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"calculations.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
