"""What every answer carries, what every request must bring, and what a request may not hold."""

import pytest

from tests.support.visiting import SECRET, an_app, send, sign_on_okonjo, token_in

PATHS = ("/sign-on", "/", "/nowhere", "STATIC", "/health/ready", "/components/all", "/lock")


def address(client, path):
    """The path itself, or that of a style sheet of this version."""
    return f"{client.application.static_url_path}/css/ui.css" if path == "STATIC" else path


@pytest.fixture
def tls_app(staff, clock, tmp_path):
    """The same application behind a certificate."""
    files = [tmp_path / "cert.pem", tmp_path / "key.pem"]
    for file in files:
        file.write_text("a certificate")
    return an_app(staff.store, clock, tmp_path, tls_certificate=files[0], tls_key=files[1])


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers(client, path):
    with client.get(address(client, path)) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Server" not in headers or "Werkzeug" not in headers["Server"]


def test_pages_are_not_kept_by_the_browser(okonjo):
    assert okonjo.get("/this-station").headers["Cache-Control"] == "no-store"


def test_files_of_one_version_are_kept_by_the_browser_under_their_own_address(client):
    with client.get(address(client, "STATIC")) as response:
        assert response.cache_control.max_age >= 86_400
    assert client.get("/static/css/ui.css").status_code == 404


def test_strict_transport_only_where_there_is_tls(client, tls_app):
    assert "Strict-Transport-Security" not in client.get("/sign-on").headers
    header = tls_app.test_client().get("/sign-on", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert int(header.split("max-age=")[1].split(";")[0]) >= 31_536_000


def test_cookies_are_bound_to_host_and_tls(tls_app):
    client = tls_app.test_client()
    page = client.get("/sign-on", base_url="https://localhost").text
    fields = {"way": "badge", "badge": "B-000-1", "pin": "4821", "station": "hood-1", "next": "/", "key": "k"}
    response = client.post(
        "/sign-on", base_url="https://localhost", headers={"Referer": "https://localhost/sign-on"},
        data={"csrf_token": token_in(page), **fields},
    )  # fmt: skip
    assert response.status_code == 303
    cookies = response.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} == {"__Host-sufficit", "__Host-station"}
    for cookie in cookies:
        for part in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


def test_a_form_without_its_token_is_400_and_does_nothing(okonjo):
    assert okonjo.post("/lock", data={"key": "k", "next": "/"}).status_code == 400
    assert okonjo.get("/this-station").status_code == 200


def test_a_token_of_another_session_is_400(app, okonjo):
    foreign = token_in(app.test_client().get("/sign-on").text)
    assert okonjo.post("/lock", data={"csrf_token": foreign, "key": "k", "next": "/"}).status_code == 400


def test_the_token_may_come_in_the_header_that_every_page_declares(okonjo):
    page = okonjo.get("/this-station").text
    token = token_in(page)
    assert (
        f"hx-headers:inherited='{{&#34;X-CSRFToken&#34;: &#34;{token}&#34;}}'" in page
        or f'"X-CSRFToken": "{token}"' in page
    )
    with okonjo.post("/lock", data={"key": "k", "next": "/"}, headers={"X-CSRFToken": token}) as answer:
        assert answer.status_code == 303


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/sign-on", "/", "/this-station", "/health/ready"])
def test_a_method_that_is_not_ours_is_405(okonjo, method, path):
    token = token_in(okonjo.get("/this-station").text)
    assert okonjo.open(path, method=method, headers={"X-CSRFToken": token}).status_code == 405


def test_what_only_changes_cannot_be_fetched(okonjo):
    assert [okonjo.get(path).status_code for path in ("/lock", "/sign-off")] == [405, 405]


def test_a_field_that_the_form_does_not_have_is_refused(okonjo):
    answer = send(okonjo, "/this-station", page="/this-station", station="hood-2", roles="administrator")
    assert answer.status_code == 422
    assert "Roles: a field that this form does not have." in answer.text
    assert okonjo.get("/this-station").status_code == 200


def test_a_field_that_is_sent_twice_is_refused(okonjo):
    token = token_in(okonjo.get("/this-station").text)
    body = {"csrf_token": token, "key": "k", "station": ["hood-2", "hood-3"]}
    assert okonjo.post("/this-station", data=body).status_code == 422


def test_a_body_that_is_too_large_is_413(okonjo):
    token = token_in(okonjo.get("/this-station").text)
    body, kind = b"x" * (13 * 1024 * 1024), "multipart/form-data; boundary=x"
    answer = okonjo.post("/this-station", data=body, content_type=kind, headers={"X-CSRFToken": token})
    assert answer.status_code == 413


def test_too_many_parts_are_413(okonjo):
    token = token_in(okonjo.get("/this-station").text)
    parts = {f"f{number}": "x" for number in range(500)}
    answer = okonjo.post(
        "/this-station", data=parts, headers={"X-CSRFToken": token}, content_type="multipart/form-data"
    )
    assert answer.status_code == 413


def test_reading_never_writes(app, okonjo, staff):
    def everything():
        connection = staff.store.engine.raw_connection()
        try:
            return list(connection.driver_connection.iterdump())
        finally:
            connection.close()

    before = everything()
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and not rule.arguments:
            okonjo.get(rule.rule)
    assert everything() == before


def test_names_with_markup_are_shown_as_text(okonjo):
    page = okonjo.get("/sign-on?next=/%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page


def test_the_secret_of_the_server_stands_on_no_page(client):
    for path in PATHS:
        with client.get(address(client, path)) as response:
            assert SECRET not in response.text


def test_signing_on_gives_another_session_cookie(client):
    client.get("/sign-on")
    before = client.get_cookie("sufficit").value
    sign_on_okonjo(client)
    assert client.get_cookie("sufficit").value != before
