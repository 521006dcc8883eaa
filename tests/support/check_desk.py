"""The check desk in tests: the application with one warm printer, and doses that two pharmacists check."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from batch_records.store import Store
from compounding.documents.printing import Printer
from tests.support.cast import MARLOW, Member
from tests.support.flow import completed, content_digest, queued_dose
from tests.support.office import At
from tests.support.printing import printer
from tests.support.visiting import send, sign_on_as

__all__ = ["INSULIN", "at_check", "at_station", "passed", "printer", "two_checks"]

INSULIN: dict[str, Any] = {
    "order_type": "continuous", "patient": "DEMO-4041", "drug": "insulin_regular", "route": "IV infusion", "line": "peripheral",
    "diluent": "NS", "volume": "50 mL", "dose_rate": {"value": "2", "unit": "units/h", "of": "insulin_regular"},
    "start": "2026-04-14T15:00:00-04:00", "frequency": {}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
"""A high-alert infusion: two pharmacists check it, each alone."""
IRIS: dict[str, Any] = {
    "mrn": "DEMO-4041", "family_name": "PATTERN", "given_name": "Iris", "birth_date": "1958-07-20", "sex": "female",
    "location": "ICU 4", "allergies_asked_at": "2026-04-14T06:00:00+00:00",
    "lines": [{"name": "right arm", "kind": "peripheral"}],
    "measures": [{"kind": "actual_weight", "amount": {"value": "70", "unit": "kg"}, "at": "2026-04-14T06:00:00-04:00"}],
}  # fmt: skip


@pytest.fixture
def at_check(office: Flask, printer: Printer, at_desk: At) -> At:
    """Signs somebody on at the check desk, where labels are printed."""
    office.extensions["sufficit"].extras.update({"printer": printer, "printer of drafts": printer})
    return at_desk


@pytest.fixture
def at_station(office: Flask, printer: Printer) -> Any:
    """Signs somebody on at a station of the caller's choice."""
    office.extensions["sufficit"].extras["printer"] = printer
    return lambda member, station: sign_on_as(office.test_client(), member, station)


def passed(browser: FlaskClient, store: Store, number: str, member: Member = MARLOW, **fields: Any) -> TestResponse:
    """Press Pass on the check page of a dose."""
    given = {"content_digest": content_digest(store, number), "secret": member.password, **fields}
    return send(browser, f"/check/{number}/pass", f"/check/{number}", **given)


def two_checks(store: Store) -> str:
    """A completed dose that two pharmacists check."""
    return completed(store, queued_dose(store, INSULIN, IRIS, "260414-0163"))
