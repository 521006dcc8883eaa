"""Formulary pages: every value with its source, drafts marked, upload with all faults at once, release by two."""

from io import BytesIO

import pytest

from formulary.drug_record import Stage
from formulary.loading import DATA
from formulary.repository import drug_record
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, IBARRA, MARLOW, OKONJO
from tests.support.visiting import send, token_in

TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
SECOND = TEXT.replace("\nversion = 1\n", "\nversion = 2\n").replace('high = "2000 mg/day"', 'high = "2500 mg/day"')
PAGE = "/formulary/drug/ceftriaxone/2"
WHY = {"why": "the committee lowered it", "source": "committee, 3 Apr 2026"}


def stage(store, version=2):
    with store.read() as uow:
        row = drug_record(uow, "ceftriaxone").versions.get(version)
    return None if row is None else row.stage


def load(browser, text=SECOND, name="ceftriaxone.toml", key="load-1"):
    token = token_in(browser.get("/formulary/upload").text)
    raw = text if isinstance(text, bytes) else text.encode()
    form = {"csrf_token": token, "key": key, "file": (BytesIO(raw), name), **WHY}
    return browser.post("/formulary/upload", data=form, content_type="multipart/form-data")


def release(browser, member, **more):
    page = browser.get(PAGE).text
    digest = page.split('name="digest" value="')[1].split('"')[0] if 'name="digest"' in page else "0" * 64
    fields = {
        "digest": digest,
        "against": "1",
        "secret": member.pin,
        "read": "yes",
        "without_replay": "no orders",
        **more,
    }
    return send(browser, f"{PAGE}/release", PAGE, **{k: v for k, v in fields.items() if v is not None})


def test_the_list_says_what_is_in_force_and_that_it_is_demonstration_data(at_desk):
    page = at_desk(MARLOW).get("/formulary").text
    assert "cefTRIAXone" in page
    assert "In force" in page
    assert "DRAFT" in page
    assert "vinCRIStine" not in at_desk(MARLOW).get("/formulary?find=ceft").text


def test_a_drugs_page_shows_values_with_unit_source_and_what_the_mark_means(at_desk):
    page = at_desk(OKONJO).get("/formulary/drug/ceftriaxone/1").text
    assert "99999-0101-1" in page
    assert "2,000 mg/day" in page
    assert "product label, from memory, high confidence" in page
    assert "everything else" in page
    assert "No data" in page
    assert "density of the dissolved drug" in page


def test_every_drug_of_the_formulary_has_a_page(at_desk):
    browser = at_desk(MARLOW)
    drugs = sorted(path.stem for path in (DATA / "drugs").glob("*.toml"))
    assert [drug for drug in drugs if browser.get(f"/formulary/drug/{drug}/1").status_code != 200] == []


def test_a_drug_comes_in_as_a_draft_and_the_page_shows_what_it_changes(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    answer = load(browser)
    assert answer.headers["Location"] == PAGE
    page = browser.get(PAGE).text
    assert "DRAFT. No order is planned with this version." in page
    assert "Adult usual maximum daily dose" in page
    assert "2,000 mg/day</span>" in page
    assert "<b>2,500 mg/day</b>" in page
    assert "the committee lowered it" in page
    assert stage(cast_store) is Stage.LOADED
    assert "Draft" in browser.get("/formulary?show=draft").text


def test_two_other_pharmacists_put_it_in_force(at_desk, cast_store):
    load(at_desk(ADEYEMI))
    assert release(at_desk(MARLOW), MARLOW).status_code == 303
    assert stage(cast_store) is Stage.RELEASED_ONCE
    assert release(at_desk(DUARTE), DUARTE).status_code == 303
    assert stage(cast_store) is Stage.IN_FORCE
    assert stage(cast_store, 1) is Stage.REPLACED


def test_the_author_never_releases_and_nobody_twice(at_desk, cast_store):
    author = at_desk(MARLOW)
    load(author)
    assert "Two other pharmacists" in author.get(PAGE).text
    refused = send(
        author,
        f"{PAGE}/release",
        "/formulary",
        digest=digest_of(cast_store),
        against="1",
        secret=MARLOW.pin,
        read="yes",
    )
    assert refused.status_code == 403
    assert "You loaded this version" in refused.text
    first = at_desk(DUARTE)
    assert release(first, DUARTE).status_code == 303
    again = send(
        first, f"{PAGE}/release", "/formulary", digest=digest_of(cast_store), against="1", secret=DUARTE.pin, read="yes"
    )
    assert again.status_code == 403
    assert stage(cast_store) is Stage.RELEASED_ONCE


def digest_of(store):
    with store.read() as uow:
        return drug_record(uow, "ceftriaxone").versions[2].digest


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"digest": "0" * 64}, 409), ({"secret": "9999"}, 403), ({"read": None}, 422), ({"extra": "field"}, 422)],
)
def test_a_release_needs_what_was_read_the_secret_and_the_tick(at_desk, cast_store, changed, code):
    load(at_desk(ADEYEMI))
    assert release(at_desk(MARLOW), MARLOW, **changed).status_code == code
    assert stage(cast_store) is Stage.LOADED


def test_a_lead_or_a_technician_does_not_release(at_desk, cast_store):
    load(at_desk(ADEYEMI))
    for member in (ADEYEMI, OKONJO):
        refused = send(
            at_desk(member), f"{PAGE}/release", "/formulary", digest="x", against="1", secret=member.pin, read="yes"
        )
        assert refused.status_code == 403
    assert stage(cast_store) is Stage.LOADED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('high = "2500 mg/day"', 'high = "5000 mg/day"'), "limits[0]"),
        (('content = "500 mg"', 'content = "500 mL"'), "content"),
        (('unit = "mg/day"', 'unit = "mg/kg/day"'), "limits[0]"),
        (('source = "label_high"\n\n[[limits]]', 'source = "nowhere"\n\n[[limits]]'), "nowhere"),
        (('gtin = "00399999010115"', 'gtin = "00399999010214"'), "00399999010214"),
        (('displacement = "0.2 mL"', 'displacement = "0.7 mL"'), "displacement"),
    ],
)
def test_a_file_with_a_fault_loads_nothing_and_names_place_value_and_expectation(at_desk, cast_store, change, words):
    assert change[0] in SECOND
    answer = load(at_desk(ADEYEMI), SECOND.replace(*change))
    assert answer.status_code == 422
    assert "Nothing was loaded" in answer.text
    assert words in answer.text
    assert stage(cast_store) is None


def test_all_faults_of_a_file_stand_there_at_once(at_desk):
    broken = SECOND.replace('displacement = "0.2 mL"', 'displacement = "y"')
    broken = broken.replace('displacement = "0.4 mL"', 'displacement = "x"')
    answer = load(at_desk(ADEYEMI), broken)
    assert "products[0]" in answer.text
    assert "products[1]" in answer.text


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b"not = [toml", b"", b"a" * 500_000, b"x = 1\0"])
def test_what_is_no_data_file_is_refused_in_words(at_desk, cast_store, raw):
    answer = load(at_desk(ADEYEMI), raw)
    assert answer.status_code == 422
    assert "Traceback" not in answer.text
    assert stage(cast_store) is None


def test_an_old_version_is_not_loaded_again(at_desk):
    answer = load(at_desk(ADEYEMI), TEXT)
    assert answer.status_code == 409
    assert "is not new" in answer.text


def test_the_same_file_sent_twice_loads_once(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    assert [load(browser).status_code for _ in range(2)] == [303, 303]
    assert stage(cast_store) is Stage.LOADED


def test_a_withdrawn_version_says_why_and_is_out_of_force(at_desk, cast_store):
    browser = at_desk(IBARRA)
    page = "/formulary/drug/ceftriaxone/1"
    assert send(browser, f"{page}/withdraw", page, reason=" ").status_code == 422
    assert stage(cast_store, 1) is Stage.IN_FORCE
    assert send(browser, f"{page}/withdraw", page, reason="limit was wrong").status_code == 303
    assert stage(cast_store, 1) is Stage.WITHDRAWN
    assert "limit was wrong" in browser.get(page).text


@pytest.mark.parametrize("path", ["/formulary/upload", PAGE])
def test_unknown_versions_and_wrong_roles_are_refused(at_desk, path):
    assert at_desk(HALLORAN).get(path).status_code == (403 if path.endswith("upload") else 404)


@pytest.mark.parametrize("way", ["release", "withdraw"])
def test_nothing_is_decided_by_a_get(at_desk, way):
    assert at_desk(MARLOW).get(f"/formulary/drug/ceftriaxone/1/{way}").status_code == 405
