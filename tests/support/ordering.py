"""Orders through the form: the fields of one vancomycin order, and what became of it."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from batch_records.acting import load
from batch_records.store import Store
from compounding.orders.order import Order
from compounding.preparing.numbering import order_record
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from compounding.reviewing.tables import OrderRow
from tests.support.visiting import send

MARA: dict[str, Any] = {
    "mrn": "DEMO-3358", "family_name": "PLACEHOLDER", "given_name": "Mara", "birth_date": "1984-01-21", "sex": "female",
    "location": "Onc 2", "allergies_asked_at": "2026-04-14T06:00:00+00:00", "lines": [{"name": "port", "kind": "port"}],
    "measures": [
        {"kind": "actual_weight", "amount": {"value": "64", "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"},
        {"kind": "height", "amount": {"value": "168", "unit": "cm"}, "at": "2026-04-14T06:00:00-04:00"},
    ],
}  # fmt: skip
WHEN = {"start_day": "2026-04-14", "start_time": "18:00"}
VANCOMYCIN = WHEN | {
    "patient": "DEMO-2093 · SPECIMEN, Tomas", "drug": "vancomycin", "dose": "15", "dose_unit": "mg/kg", "line": "peripheral",
    "diluent": "sodium_chloride_0_9", "volume": "250", "infuse_over": "150", "infuse_over_unit": "min", "repeat": "every",
    "every": "12", "purpose": "maintenance", "priority": "routine", "indication": "pneumonia",
}  # fmt: skip


def state(store: Store, number: str) -> OrderRecord:
    """The order as it stands."""
    with store.read() as uow:
        return load(uow, ORDER, order_record(number))


def order_of(store: Store, number: str) -> Order:
    """Its newest version."""
    order = state(store, number).current.order
    assert order is not None
    return order


def numbers(store: Store) -> list[str]:
    """Of all orders."""
    with store.read() as uow:
        return list(uow.session.execute(select(OrderRow.number)).scalars())


def place(browser: FlaskClient, kind: str = "intermittent", **fields: str) -> TestResponse:
    """Send the form of a new order."""
    return send(browser, f"/orders/new/{kind}", f"/orders/new/{kind}", **fields)


def placed(store: Store, browser: FlaskClient, kind: str = "intermittent", **fields: str) -> Order:
    """A new order that was taken."""
    answer = place(browser, kind, **fields)
    assert answer.status_code == 303, re.findall(r'href="#[^"]*">([^<]*)', answer.text)
    number = re.search(r"/orders/([0-9-]+)\?placed", answer.headers["Location"])[1]
    return order_of(store, number)
