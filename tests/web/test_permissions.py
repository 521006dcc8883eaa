"""Deny by default: what has no row is not served, and who has no role is refused, on every route."""

import pytest
from flask import Blueprint

import web.app
import web.pages
from tests.support.visiting import an_app
from web import permissions


def rules(app):
    """Every route with the values its address needs."""
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, "1")
        if rule.endpoint == "components.page":
            values = {"view": "all"}
        yield rule, values


def guarded(app):
    """Routes that need somebody."""
    return [(rule, values) for rule, values in rules(app) if rule.endpoint not in permissions.OPEN]


def test_every_endpoint_is_open_or_has_a_row(app):
    assert permissions.endpoints_without_row(rule.endpoint for rule, _ in rules(app)) == []


def test_every_row_belongs_to_an_endpoint(app):
    served = {rule.endpoint for rule, _ in rules(app)}
    assert {*permissions.TABLE, *permissions.OPEN} - served == set()


def test_every_row_names_known_roles_and_at_least_one():
    assert all(roles and roles <= permissions.EVERYBODY for roles in permissions.TABLE.values())


def test_an_endpoint_without_a_row_stops_the_start(staff, clock, tmp_path, monkeypatch):
    page = Blueprint("forgotten", __name__)
    page.get("/forgotten")(lambda: "")
    real = web.app.import_module

    def with_a_forgotten_page(name):
        module = real(name)
        return type("Module", (), {"blueprint": page}) if name == "web.pages.home" else module

    monkeypatch.setattr(web.app, "import_module", with_a_forgotten_page)
    with pytest.raises(web.app.UnguardedPage, match=r"forgotten\.<lambda>"):
        an_app(staff.store, clock, tmp_path)


def test_nobody_reaches_anything_without_signing_on(app, client):
    app.config["WTF_CSRF_ENABLED"] = False
    for rule, values in guarded(app):
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in rule.methods & {"GET", "POST"}:
            response = client.open(path, method=method)
            if method == "GET":
                assert response.status_code == 303, (rule.endpoint, response.status_code)
                assert response.headers["Location"].startswith("/sign-on?next=")
            else:
                assert response.status_code == 401, rule.endpoint


def test_a_role_that_no_row_names_is_refused_on_every_route(app, okonjo, monkeypatch):
    app.config["WTF_CSRF_ENABLED"] = False
    monkeypatch.setattr(permissions, "TABLE", {name: frozenset({"nurse"}) for name in permissions.TABLE})
    for rule, values in guarded(app):
        path = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in rule.methods & {"GET", "POST"}:
            assert okonjo.open(path, method=method).status_code == 403, rule.endpoint


def test_the_component_page_exists_only_where_the_data_are_invented(staff, clock, tmp_path):
    served = an_app(staff.store, clock, tmp_path, demonstration=False)
    assert "components.page" not in served.view_functions
    page = served.test_client().get("/sign-on").text
    assert 'class="demo"' not in page


def test_the_list_of_pages_names_each_once():
    names = web.pages.PAGES + web.pages.DEMONSTRATION_PAGES
    assert len(names) == len(set(names))
