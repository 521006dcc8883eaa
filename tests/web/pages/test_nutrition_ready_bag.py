"""A ready-made bag on the order page: begun, typed with its additives, looked at, placed."""

import re
from typing import Any

from batch_records.store import Store
from calculations.quantity import Quantity
from tests.support.cast import CASTELL
from tests.support.flow import described_patient
from tests.support.ordering import order_of
from tests.support.six_orders import six_orders
from tests.support.visiting import of_patient, send


def test_a_ready_made_bag_is_begun_typed_looked_at_and_placed_on_the_page(at_desk: Any, cast_store: Store):
    adult = six_orders()["adult_peripheral"].patient
    described_patient(cast_store, adult)
    browser, path = at_desk(CASTELL), of_patient(cast_store, "/nutrition/new", adult["mrn"])
    assert "Ready-made bag, Nutriflex Lipid peri" in browser.get(path).text
    page = browser.get(f"{path}?from=ready_bag adult&weight=actual_weight").text
    named = dict(re.findall(r'name="(row_\d+)" value="([^"]*)"', page))
    rows = {said.split("|")[0]: name.replace("row_", "amount_") for name, said in named.items()}
    assert next(iter(rows)) == "ready_bag" and {"sodium", "vitamins", "heparin"} <= set(rows)
    assert not {"amino_acids", "dextrose", "lipid"} & set(rows)
    assert re.search(rf'name="{rows["ready_bag"]}"[^>]*value=""', page)
    typed = named | {
        "dosing_weight": "70", "population": "adult", "bag": "3-in-1", "line": "peripheral", "hours": "24",
        "anions": "balanced", "start_day": "2026-04-14", "start_time": "20:00", rows["ready_bag"]: "1000",
        rows["vitamins"]: "10",
    }  # fmt: skip
    look = send(browser, "/nutrition/look", path, patient=adult["mrn"], **typed).text
    assert "Nutriflex Lipid peri: 1,000 mL" in look and "kcal/kg/day" in look
    assert send(browser, path, path, **typed).status_code == 303
    order = order_of(cast_store, "260414-0001").nutrition
    assert order is not None
    assert [row.nutrient for row in order.amounts] == ["ready_bag", "vitamins"]
    assert order.row("ready_bag").amount == Quantity(1000, "mL/day", of="ready_bag")  # type: ignore[union-attr]
