"""Every page about every dose, order and patient of the demonstration opens for the people who work with it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import Store
from compounding.demonstration.cast import DEMONSTRATION_PASSWORD
from compounding.orders.tables import PatientRow
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.tables import DoseRow
from compounding.reviewing.tables import OrderRow
from tests.support.demonstrating import AFTERNOON
from tests.support.stores import PEPPER
from tests.support.visiting import an_app, send


@pytest.fixture(scope="module")
def hospital(demonstration_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application over the demonstration, a minute after it was loaded."""
    folder = tmp_path_factory.mktemp("demonstration")
    path = folder / "demonstration.db"
    shutil.copyfile(demonstration_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    yield an_app(store, lambda: AFTERNOON + timedelta(minutes=1), folder)
    store.close()


def signed_on(hospital: Flask, name: str, station: str) -> FlaskClient:
    client = hospital.test_client()
    fields = {"way": "password", "name": name, "password": DEMONSTRATION_PASSWORD, "station": station, "next": "/"}
    assert send(client, "/sign-on", **fields).status_code == 303
    return client


def column(hospital: Flask, wanted: object) -> list[str]:
    with hospital.extensions["sufficit"].store.read() as uow:
        return list(uow.session.execute(select(wanted)).scalars())


def opened(client: FlaskClient, paths: list[str]) -> dict[str, int]:
    """What did not simply open: neither shown nor sent on to the page where it stands now."""
    answers = {path: client.get(path).status_code for path in paths}
    return {path: status for path, status in answers.items() if status not in (200, 302, 303)}


def test_the_technician_opens_the_station_for_every_dose_that_is_to_be_made(hospital: Flask) -> None:
    wanted = select(DoseRow.number).where(DoseRow.status.in_(["queued", "staged", "in_prep"]))
    with hospital.extensions["sufficit"].store.read() as uow:
        numbers = list(uow.session.execute(wanted).scalars())
    client = signed_on(hospital, "l.amari", "hood-2")
    assert len(numbers) > 10
    assert opened(client, ["/station", "/queue", "/lots", *(f"/station/{number}" for number in numbers)]) == {}


def test_the_pharmacist_opens_every_dose_order_and_patient(hospital: Flask) -> None:
    client = signed_on(hospital, "s.ibarra", "desk-1")
    doses = column(hospital, DoseRow.number)
    orders = column(hospital, OrderRow.number)
    paths = ["/queue", "/check", "/review", "/orders", "/patients", "/labels", "/formulary", "/records", "/lots"]
    paths += [f"/check/{number}" for number in doses]
    paths += [f"/orders/{number}" for number in orders] + [f"/review/{number}" for number in orders]
    paths += [f"/patients/of/{address}" for address in column(hospital, PatientRow.address)]
    assert opened(client, paths) == {}


def test_the_nurse_opens_every_patient_and_dose(hospital: Flask) -> None:
    client = signed_on(hospital, "n.halloran", "ward-7w")
    paths = [f"/ward/patient/{address}" for address in column(hospital, PatientRow.address)]
    paths += [f"/ward/dose/{number}" for number in column(hospital, DoseRow.number)]
    assert opened(client, ["/ward", *paths]) == {}


@pytest.mark.parametrize(
    ("name", "station", "paths"),
    [
        ("b.adeyemi", "desk-2", ["/formulary", "/records", "/rooms", "/lots", "/queue"]),
        ("r.castell", "desk-2", ["/orders", "/orders/new/intermittent", "/orders/new/chemotherapy", "/formulary"]),
        ("m.reyes", "store-1", ["/lots", "/lots/receive"]),
        ("a.novak", "desk-2", ["/people", "/rooms", "/people/sessions"]),
    ],
)
def test_the_others_open_what_is_theirs(hospital: Flask, name: str, station: str, paths: list[str]) -> None:
    assert opened(signed_on(hospital, name, station), paths) == {}


def test_the_label_to_press_is_the_copy_that_counts(hospital: Flask) -> None:
    wanted = select(DoseRow.number).where(DoseRow.status.in_(["dispensed", "delivered"]))
    with hospital.extensions["sufficit"].store.read() as uow:
        numbers = list(uow.session.execute(wanted).scalars())
        issues = {number: load(uow, DOSE, dose_record(number)).label_issue for number in numbers}
    nurse = signed_on(hospital, "n.halloran", "ward-7w")
    assert numbers and all(issues.values())
    for number, issue in issues.items():
        assert f'"91{number}C{issue}"' in nurse.get(f"/demonstration/codes?at=/ward/dose/{number}").text
        assert f'"91{number}C{issue}"' in nurse.get("/demonstration/codes?at=/ward").text
