"""Attacks on what addresses, logs and caches keep: no record number or name of a patient stands in any of them."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest

from tests.support.cast import ADEYEMI, CASTELL, HALLORAN, MARLOW, OKONJO
from tests.support.flow import ADA, completed, described_patient, paired, queued_dose
from tests.support.pictures import picture
from tests.support.visiting import find, of_patient, send, token_in

MRN, NAME = ADA["mrn"], ADA["family_name"]
RECORD_WAYS = ("/records/record/patient-", "/records/entry/1/patient-")
SECRET = (MRN, MRN.replace("-", "%2D"), NAME)
ADDRESS = re.compile(r'(?:href|action|src|hx-get|hx-post|formaction|data-[a-z-]+)="(/[^"]*)"')


def tells(address: str) -> bool:
    return any(secret.casefold() in text.casefold() for secret in SECRET for text in (address, unquote(address)))


class Log:
    """What a server's access log would keep of each request: the line of the request and where the answer leads."""

    def __init__(self, app):
        self.lines = []
        self.inner = app.wsgi_app
        app.wsgi_app = self

    def __call__(self, environ, start_response):
        self.lines.append(f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} {environ.get('HTTP_REFERER', '')}")

        def started(status, headers, *more):
            self.lines.extend(value for name, value in headers if name in ("Location", "Refresh", "Link"))
            return start_response(status, headers, *more)

        return self.inner(environ, started)


@pytest.fixture
def log(office):
    return Log(office)


def visited(browser, paths):
    """Every address that these pages lead to, and those that they ask for by themselves."""
    found = set()
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        found |= set(ADDRESS.findall(answer.text))
    return found


def test_no_page_leads_to_an_address_that_names_a_patient(at_desk, cast_store, log):
    number = paired(cast_store)
    patient = {
        way: of_patient(cast_store, way) for way in ("/patients/of", "/patients/change", "/orders/of", "/ward/patient")
    }
    tours = {
        MARLOW: ["/orders", "/patients", "/review", "/queue", "/check", f"/check/{number}", f"/orders/{number[:11]}", "/records",
                 f"/review/{number[:11]}", *patient.values()],
        HALLORAN: ["/ward", f"/ward/dose/{number}", patient["/ward/patient"], patient["/patients/of"]],
        OKONJO: ["/queue", "/lots", "/station", patient["/patients/of"]],
        ADEYEMI: ["/records", "/records/near-misses", "/queue", of_patient(cast_store, "/records/record/patient")],
    }  # fmt: skip
    for who, paths in tours.items():
        browser = at_desk(who)
        leads = visited(browser, paths)
        assert len(leads) > 10
        assert [address for address in leads if tells(address)] == []
    assert [line for line in log.lines if tells(line)] == []


def test_searching_leaves_no_name_or_number_in_the_log(at_desk, cast_store, log):
    described_patient(cast_store, ADA)
    nurse, pharmacist = at_desk(HALLORAN), at_desk(MARLOW)
    for text in (MRN, NAME):
        assert find(nurse, "/ward/find", text).headers["Location"] == of_patient(cast_store, "/ward/patient")
        assert MRN in find(nurse, "/patients/find", text).text
        assert find(nurse, "/orders/find", text).status_code == 200
        assert MRN in find(pharmacist, "/orders/find/patients", text, "/orders/new/intermittent").text
    assert [line for line in log.lines if tells(line)] == []


def test_a_search_of_the_records_goes_on_under_the_patients_address(at_desk, cast_store, log):
    described_patient(cast_store, ADA)
    lead = at_desk(ADEYEMI)
    for text in (MRN, f"patient-{MRN}", MRN.lower()):
        answer = send(lead, "/records/find", "/records", record=text, type="patient")
        assert MRN in lead.get(answer.headers["Location"]).text
    record = of_patient(cast_store, "/records/record/patient")
    assert "patient-" in lead.get(record).text
    entry = lead.get(record.replace("/record/", "/entry/1/"))
    assert entry.status_code == 200
    assert lead.get(record.replace("/record/", "/export/")).headers["Content-Type"] == "application/zip"
    assert [line for line in log.lines if tells(line)] == []


@pytest.mark.parametrize("way", ["/patients/of/", "/patients/change/", "/orders/of/", "/ward/patient/", *RECORD_WAYS])
def test_a_record_number_is_no_address(at_desk, cast_store, way):
    described_patient(cast_store, ADA)
    assert at_desk(MARLOW).get(f"{way}{MRN}").status_code == 404


@pytest.mark.parametrize("address", ["0" * 24, "f" * 24, "0", "%25", "..%2f", "a" * 200, "' or 1=1 --"])
def test_an_address_of_nobody_is_no_page(at_desk, cast_store, address):
    described_patient(cast_store, ADA)
    for way in ("/patients/of/", "/ward/patient/", "/records/record/patient/"):
        assert at_desk(MARLOW).get(way + address).status_code == 404


def test_an_address_is_answered_only_to_who_may_ask_and_tells_others_nothing(at_desk, cast_store, office):
    described_patient(cast_store, ADA)
    real = of_patient(cast_store, "/patients/of")
    stranger = office.test_client()
    answers = [stranger.get(path) for path in (real, f"/patients/of/{'0' * 24}")]
    assert [answer.status_code for answer in answers] == [303, 303]
    administrator_like = at_desk(ADEYEMI)
    assert administrator_like.get(f"/patients/change/{real.rsplit('/', 1)[1]}").status_code == 403


def test_the_address_says_nothing_of_the_number_and_stays(at_desk, cast_store):
    described_patient(cast_store, ADA)
    before = of_patient(cast_store, "")
    described_patient(cast_store, {**ADA, "location": "PEDS 14"})
    assert of_patient(cast_store, "") == before
    assert MRN.rpartition("-")[2] not in before or len(before) == 25


def test_another_kind_of_order_keeps_the_patient_by_no_address(at_desk, cast_store):
    described_patient(cast_store, ADA)
    page = at_desk(CASTELL).get(f"/orders/new/intermittent?patient={of_patient(cast_store, '')[1:]}").text
    assert f'value="{MRN} · {NAME}' in page
    assert f'value="{MRN}' not in at_desk(CASTELL).get(f"/orders/new/intermittent?patient={MRN}").text


def test_nothing_that_shows_a_patient_is_kept_by_the_browser(at_desk, cast_store):
    number = completed(cast_store, queued_dose(cast_store))
    browser = at_desk(MARLOW)
    data = {
        "csrf_token": token_in(browser.get("/queue").text),
        "key": "picture-1",
        "picture": (BytesIO(picture()), "p.jpg"),
    }
    name = browser.post("/pictures", data=data).get_json()["picture"]
    paths = [f"/pictures/{name}.jpg", f"/check/{number}", of_patient(cast_store, "/patients/of"), "/queue", "/orders"]
    for path in paths:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store", path
