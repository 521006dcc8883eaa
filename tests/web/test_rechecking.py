"""Recorded figures are computed again and must give the same fraction."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from batch_records.acts import SYSTEM, Act
from batch_records.store import Store
from calculations.body_size import bmi
from calculations.errors import Fault
from calculations.formula import recording
from calculations.quantity import Quantity
from compounding.planning.plan_data import as_data
from tests.support.stores import PEPPER
from web.cli import sufficit
from web.rechecking import recheck_records, recorded_steps


@pytest.fixture
def steps() -> list[dict]:
    """One derivation, as a plan keeps it."""
    with recording() as work:
        bmi(weight=Quantity("70", "kg_bw"), height=Quantity("170", "cm"))
    return as_data(work.as_data())


def write(store: Store, clock, record: str, steps: list[dict]) -> None:
    """A record whose one entry holds these derivations, deep inside."""
    with store.write() as uow:
        act = Act(SYSTEM, "test", clock(), record)
        uow.append(record, "planned", 1, {"plan": {"work": steps, "note": "x"}}, act, 0, record_type="test")
        uow.commit()


def test_a_recorded_figure_gives_the_same_fraction_again(store: Store, clock, steps):
    write(store, clock, "plan-1", steps)
    done = recheck_records(store)
    assert (done.records, done.figures, done.problems) == (1, 1, [])


def test_a_figure_that_was_written_wrong_is_named(store: Store, clock, steps):
    steps[0]["exact"]["value"] = "24"
    write(store, clock, "plan-1", steps)
    (problem,) = recheck_records(store).problems
    assert problem.startswith("plan-1 entry 1: body.bmi version 1")


def test_a_figure_of_an_unknown_formula_is_a_problem_and_not_passed_over(store: Store, clock, steps):
    steps[0]["id"] = "nobody.knows"
    write(store, clock, "plan-1", steps)
    assert len(recheck_records(store).problems) == 1


def test_only_the_named_records_are_looked_at(store: Store, clock, steps):
    write(store, clock, "plan-1", steps)
    write(store, clock, "plan-2", [*steps, *steps])
    assert recheck_records(store, ["plan-2"]).figures == 2


def test_a_record_that_is_not_there_is_said(store: Store):
    with pytest.raises(Fault, match="plan-9"):
        recheck_records(store, ["plan-9"])


def test_steps_are_found_at_any_depth(steps):
    assert list(recorded_steps([{"a": [{"b": steps}]}, "text", None])) == steps


@pytest.mark.parametrize("wrong", [False, True])
def test_the_command_counts_and_its_exit_code_tells(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path, clock, steps, wrong: bool
):
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("SUFFICIT_DATABASE", sqlite_url)
    if wrong:
        steps[0]["exact"]["value"] = "1"
    store = Store.open(sqlite_url, PEPPER)
    write(store, clock, "plan-1", steps)
    store.close()
    result = CliRunner().invoke(sufficit, ["recheck"], catch_exceptions=False)
    assert result.exit_code == int(wrong)
    assert f"1 records, 1 figures computed again, {int(wrong)} problems." in result.output
