"""A history of many orders, block by block, on both databases: every order is in exactly one count."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.orders.patient import day_on_site
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.replaying import history
from compounding.replaying.history import NOT_KEPT, TWIN, Period, read_rows
from compounding.replaying.outcome import NO_LIMIT, Change, Level, change_of
from compounding.replaying.projecting import flat_row
from compounding.replaying.replay import NO_FORMULATION, OLD_FORMULATION, UNLIKE, replay
from compounding.replaying.tables import FIGURES, WORDS, LimitFigureRow
from formulary.model import Drug
from tests.support.doses import NOON, demonstration_order, patient_of
from tests.support.flow import formulary

DRUG = "vancomycin"
ORDERS = 40


def flat(index: int) -> dict[str, Any]:
    """Vancomycin 15 mg/kg and a little more with every order, a day apart, three doses each."""
    order = demonstration_order(DRUG)
    order = replace(order, dose=Quantity(15 + index, "mg/kg", "vancomycin"))
    planned = plan_order(Situation(order, patient_of(order.patient), formulary(), NOON, 0))
    assert planned.plan is not None and planned.plan.judged_on is not None, planned.findings
    row = flat_row(planned.plan.judged_on[0], day_on_site(NOON, 0))
    head = {"record": f"order-{index}", "version": 1, "part": 1, "number": f"{index}", "doses": 3, "twin": 0}
    return {**row, **head, "at": NOON + timedelta(days=index)}


def filled(store: Store, rows: list[dict[str, Any]]) -> None:
    with store.write() as uow:
        uow.session.execute(insert(LimitFigureRow), rows)
        uow.commit()


def lower(most: int) -> Drug:
    """Vancomycin with another highest dose for an adult; the usual range is up to 20 mg/kg, the highest 35 mg/kg."""
    drug = formulary().drug(DRUG)
    bound = Quantity(most, "mg/kg", drug.of)
    limits = (replace(row, hard_max=bound) if row.id == "dose_adult_mg_kg" else row for row in drug.limits)
    return replace(drug, version=2, limits=tuple(limits))


def test_every_order_of_the_period_is_counted_once_newest_first(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "AT_ONCE", 7)
    filled(any_store, [flat(index) for index in range(ORDERS)])
    site = formulary().site
    with any_store.read() as uow:
        found = replay(uow.session, formulary().drug(DRUG), lower(25), site)
        some = replay(uow.session, formulary().drug(DRUG), lower(25), site, Period(NOON + timedelta(days=12)))
        none = replay(uow.session, formulary().drug(DRUG), lower(25), site, Period(until=NOON))
    assert (found.judged.orders, found.judged.doses, found.untold) == (ORDERS, 3 * ORDERS, {})
    stopped = found.limits["dose_adult_mg_kg"].changes[Change.STOPS]
    # 26 to 35 mg/kg, and 25, which rounding carries over; what is more was stopped before.
    assert (stopped.orders, stopped.doses) == (11, 33)
    assert stopped.examples[0] == ("order-20", 1, 1)
    assert found.changes[Change.STOPS].orders <= stopped.orders and found.exactly > 0
    assert (found.first, found.last) == (NOON, NOON + timedelta(days=ORDERS - 1))
    assert some.judged.orders == ORDERS - 12
    assert (none.judged.orders, none.first) == (0, None)


def test_what_no_figure_tells_stands_apart_with_its_reason(any_store: Store) -> None:
    rows = [flat(index) for index in range(5)]
    rows[0] |= dict.fromkeys(WORDS, "") | dict.fromkeys(FIGURES) | {"exact": "", "age_days": None, "age_months": None}
    rows[1]["twin"] = 1
    rows[2]["substance"] = "vancomycin base"
    rows[3]["formulation"] = "of_long_ago"
    filled(any_store, rows)
    before = formulary().drug(DRUG)
    with any_store.read() as uow:
        found = replay(uow.session, before, lower(25), formulary().site)
        shown = read_rows(uow.session, {(f"order-{index}", 1, 1) for index in range(5)})
        without = replay(uow.session, before, replace(lower(25), formulations=()), formulary().site)
    assert {why: tally.orders for why, tally in found.untold.items()} == {NOT_KEPT: 1, TWIN: 1, UNLIKE: 1}
    assert {why: tally.orders for why, tally in found.remarks.items()} == {OLD_FORMULATION: 1}
    assert found.judged.orders == 2
    assert sorted(record for record, _, _ in shown) == ["order-2", "order-3", "order-4"]
    assert without.untold[NO_FORMULATION].orders == 2 and without.judged.orders == 1


def test_a_version_without_limits_warns_of_every_order_that_it_no_longer_bounds(any_store: Store) -> None:
    filled(any_store, [flat(index) for index in range(3)])
    drug = formulary().drug(DRUG)
    with any_store.read() as uow:
        opened = replay(uow.session, drug, replace(drug, limits=()), formulary().site)
        first = replay(uow.session, None, drug, formulary().site)
    assert opened.limits[NO_LIMIT].changes[Change.WARNS].orders == 3
    assert first.limits[NO_LIMIT].changes[Change.PASSES].orders == 3


@pytest.mark.parametrize(("before", "after", "change"), [
    (Level.PASS, Level.PASS, None), (Level.NEVER, Level.NEVER, None), (Level.PASS, Level.WARN, Change.WARNS),
    (Level.PASS, Level.STOP, Change.STOPS), (Level.WARN, Level.NEVER, Change.STOPS), (Level.STOP, Level.NEVER, Change.STOPS),
    (Level.STOP, Level.WARN, Change.EASES), (Level.NEVER, Level.STOP, Change.EASES), (Level.NEVER, Level.PASS, Change.PASSES),
    (Level.WARN, Level.PASS, Change.PASSES),
])  # fmt: skip
def test_every_change_of_level_has_its_word(before: Level, after: Level, change: Change | None) -> None:
    assert change_of(before, after) is change
