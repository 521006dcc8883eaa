"""Every route against every role: who may knock, what a look may change (nothing), and which methods exist."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from batch_records.acting import Done, perform
from batch_records.people import PERSON, ChangeRoles
from batch_records.store import Store
from batch_records.tables import ENTRIES
from compounding.preparing.numbering import dose_number
from tests.support.cast import NOON, NOVAK, OKONJO, act_of
from tests.support.flow import CEFTRIAXONE, TOMAS, completed, paired, queued_dose
from tests.support.stores import PEPPER
from tests.support.visiting import an_app, sign_on_as
from web import permissions
from web.security import HEADERS

OUT, CHECKED = "260414-0140", "260414-0141"
VALUES = {
    "mrn": "DEMO-4417", "product": "vial_ceftriaxone_1_g", "lot": "DEMO-1", "person": OKONJO.person, "hood": "hood-1",
    "drug": "ceftriaxone", "version": 1, "kind": "intermittent", "name": "0" * 64, "code": "KEY-1", "key": "99999",
    "what": "receive", "view": "all", "step": 1, "filename": "css/ui.css",
    "dose": dose_number(OUT, 1), "order": OUT, "record": f"dose-{dose_number(OUT, 1)}", "seq": 1,
}  # fmt: skip
PATIENTS = ("EXAMPLE", "SPECIMEN", "DEMO-4417", "DEMO-2093")
"""Names and numbers of the patients whose doses are on their way: a buyer and an administrator read none of them anywhere."""
NAMED_IN_RECORDS = {"audit.record", "audit.entry", "audit.export"}
"""Asked for the record of a dose, which names its patient."""
RENDERED = {"labels.preview", "station.label", "station.dilution_label"}
"""Laid out by a process of its own, which other tests start; the guard stands before it all the same."""


@pytest.fixture(scope="module")
def world(cast_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Store]]:
    """The application with one dose on its way and one that waits for the check."""
    folder = tmp_path_factory.mktemp("attacked")
    path = folder / "cast.db"
    path.write_bytes(cast_template.read_bytes())
    store = Store.open(f"sqlite:///{path}", PEPPER)
    paired(store)
    waiting = queued_dose(store, {**CEFTRIAXONE, "dose": "1 g", "volume": "50 mL", "patient": "DEMO-2093"}, TOMAS, CHECKED)
    completed(store, waiting)
    app = an_app(store, lambda: NOON, folder)
    app.config["WTF_CSRF_ENABLED"] = False  # so that the role alone decides
    yield app, store
    store.close()


def paths(app: Flask, method: str) -> list[tuple[str, str]]:
    """Endpoint and address of every route of a method, with ids that exist."""
    bound, found = app.url_map.bind("localhost"), []
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()):
            continue
        wanted = rule.arguments
        order = rule.endpoint.startswith(("orders.", "review."))
        numbers = [OUT, CHECKED] if order else [dose_number(OUT, 1), dose_number(CHECKED, 1)]
        for number in numbers if "number" in wanted else [""]:
            values = {name: number if name == "number" else VALUES.get(name, "1") for name in wanted}
            if "what" in wanted and not rule.endpoint.startswith("nurse."):
                values["what"] = "worksheet"
            found.append((rule.endpoint, bound.build(rule.endpoint, values, method=method)))
    return found


def everything(store: Store) -> str:
    """Digest of the whole database."""
    connection = store.engine.raw_connection()
    try:
        return hashlib.sha256("\n".join(connection.driver_connection.iterdump()).encode()).hexdigest()
    finally:
        connection.close()


def with_role(store: Store, role: str, number: int) -> None:
    """T. Okonjo has this role and no other from now on."""
    act = act_of(NOVAK, NOON, key=f"role-{number}-{role}")
    assert isinstance(perform(store, PERSON, OKONJO.person, ChangeRoles(frozenset({role}), "an attack"), act), Done)


def signed_on(app: Flask) -> FlaskClient:
    """A browser with T. Okonjo in it."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = sign_on_as(app.test_client(), OKONJO)
    app.config["WTF_CSRF_ENABLED"] = False
    return client


def test_a_role_that_is_not_in_the_table_is_refused_on_every_route_though_the_button_is_shown(world):
    app, store = world
    client = signed_on(app)
    wrong = []
    for number, role in enumerate(sorted(permissions.EVERYBODY)):
        with_role(store, role, number)
        before = everything(store)
        for method in ("GET", "POST"):
            for endpoint, path in paths(app, method):
                if endpoint in permissions.OPEN or role in permissions.TABLE[endpoint]:
                    continue
                answer = client.open(path, method=method, data={"key": "attack", "secret": OKONJO.pin})
                if answer.status_code != 403:
                    wrong.append((role, method, path, answer.status_code))
        assert everything(store) == before, role
    assert wrong == []


def test_a_look_at_every_page_with_every_role_writes_nothing_and_never_fails(world):
    app, store = world
    client = signed_on(app)
    seen = 0
    for number, role in enumerate(sorted(permissions.EVERYBODY)):
        with_role(store, role, 100 + number)
        before = everything(store)
        for endpoint, path in paths(app, "GET"):
            if endpoint in RENDERED or path.endswith(".pdf"):
                continue
            if endpoint not in permissions.OPEN and role not in permissions.TABLE[endpoint]:
                continue
            with client.get(path) as answer:
                hidden = role == permissions.ADMINISTRATOR and endpoint in NAMED_IN_RECORDS
                expected = (403,) if hidden else (200, 302, 303, 404, 409, 422)
                assert answer.status_code in expected, (role, path, answer.status_code)
                if role in {permissions.BUYER, permissions.ADMINISTRATOR} and endpoint not in permissions.OPEN:
                    shown = [name for name in PATIENTS if name.encode() in answer.data]
                    assert shown == [], (role, path, shown)
                assert {name for name, value in HEADERS.items() if answer.headers.get(name) != value} == set(), path
                assert "Cache-Control" in answer.headers
                seen += answer.status_code == 200
        assert everything(store) == before, role
    assert seen > 150


def test_every_post_without_a_sign_on_is_401_and_every_page_leads_to_the_sign_on(world):
    app, store = world
    client, before = app.test_client(), everything(store)
    for endpoint, path in paths(app, "POST"):
        if endpoint not in permissions.OPEN:
            assert client.post(path, data={"key": "attack"}).status_code == 401, path
    for endpoint, path in paths(app, "GET"):
        if endpoint not in permissions.OPEN:
            answer = client.get(path)
            assert (answer.status_code, answer.headers["Location"][:14]) == (303, "/sign-on?next="), path
    assert everything(store) == before


def test_every_method_that_a_route_does_not_have_is_405(world):
    app, store = world
    client, before = signed_on(app), everything(store)
    known = {path: set() for method in ("GET", "POST") for _, path in paths(app, method)}
    for method in ("GET", "POST"):
        for _, path in paths(app, method):
            known[path].add(method)
    for path, methods in known.items():
        if path.startswith("/static"):
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - methods:
            answer = client.open(path, method=method)
            allowed = (403, 404, 405) if method == "GET" else (405,)  # another page may begin with the same words
            assert answer.status_code in allowed, (method, path, answer.status_code)
    assert everything(store) == before


def test_every_post_without_the_token_of_its_page_is_refused_and_writes_nothing(world):
    app, store = world
    client = signed_on(app)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        before = everything(store)
        for _, path in paths(app, "POST"):
            assert client.post(path, data={"key": "attack"}).status_code == 400, path
        assert everything(store) == before
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_field_that_no_form_has_is_refused_on_every_form_and_nothing_is_done(world):
    app, store = world
    client = signed_on(app)
    extra = {"key": "attack", "person": "person-marlow", "roles": "administrator", "signature": "{}", "label": "{}"}
    for number, role in enumerate(("pharmacist", "nurse", "administrator", "lead", "prescriber")):
        with_role(store, role, 200 + number)
        before = _done(store)
        for endpoint, path in paths(app, "POST"):
            if endpoint in permissions.OPEN | LOOKS or role not in permissions.TABLE[endpoint]:
                continue
            assert client.post(path, data=extra).status_code in (400, 403, 404, 409, 415, 422), (role, path)
        assert _done(store) == before, role


LOOKS = {
    "orders.entry.look", "orders.entry.choices", "orders.entry.new_as", "orders.entry.answer_as", "sign_on.lock",
    "orders.find", "orders.entry.find_drugs", "orders.entry.find_patients", "orders.patients.find", "nurse.find",
    "audit.find", "nutrition.preview", "nutrition.worked", "formulary_curves.look",
}  # fmt: skip
"""What only works something out, searches (sent, so that no name stands in an address) or locks one's own session; they take
no action."""


def _done(store: Store) -> int:
    """How many entries are not refusals."""
    with store.read() as uow:
        done = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.kind != "refused")
        return int(uow.session.execute(done).scalar_one())
