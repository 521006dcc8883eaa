"""Pages of the nutrition set: every figure with its source, several files at once with all faults, two releases."""

from io import BytesIO

import pytest

from formulary.drug_record import Stage
from formulary.nutrition.loading import texts_of
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.repository import nutrition_record
from formulary.nutrition.views import set_difference
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, IBARRA, MARLOW, OKONJO
from tests.support.visiting import fields_in, send, token_in

TEXTS = texts_of()
LIPID = TEXTS["products/lipid.toml"].replace('energy = "3 kcal/mL"', 'energy = "2.9 kcal/mL"')
HOME, PAGE = "/formulary/nutrition", "/formulary/nutrition/2"
FILE = "/formulary/nutrition/1/file/limits.toml"
WHY = {"why": "the guideline changed", "source": "guideline of 2026"}
SEEN = {"seen": "1", **WHY}


def row(store, version=2):
    with store.read() as uow:
        return nutrition_record(uow).versions.get(version)


def stage(store, version=2):
    found = row(store, version)
    return None if found is None else found.stage


def load(browser, files=None, base="1", number="2", key="load-1"):
    files = {"lipid.toml": LIPID} if files is None else files
    sent = [(BytesIO(text if isinstance(text, bytes) else text.encode()), name) for name, text in files.items()]
    token = token_in(browser.get(f"{HOME}/upload").text)
    form = {"csrf_token": token, "key": key, "base": base, "number": number, "files": sent, **WHY}
    return browser.post(f"{HOME}/upload", data=form, content_type="multipart/form-data")


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


def test_the_set_in_force_is_listed_marked_and_reached_from_the_formulary(at_desk):
    browser = at_desk(MARLOW)
    assert f'href="{HOME}"' in browser.get("/formulary").text
    page = browser.get(HOME).text
    assert "Version 1" in page
    assert "In force" in page
    assert "DRAFT" in page


def test_a_version_shows_every_product_figure_source_and_what_is_not_known(at_desk):
    page = at_desk(OKONJO).get(f"{HOME}/1").text
    assert "Demonstration data" in page
    assert "DRAFT: as its author marked the files" in page
    for words in (
        "Intralipid 30 %", "3 kcal/mL", "density, aluminium", "number read in the named text",  # products
        "absolute: no path", "Glucose infusion rate",  # limits
        "soft above 2 mg/kg/min", "counts", "Overfill", "Where bags wait",  # profile
        "DRAFT", "Kept apart by a rinse", "units/kg/day",  # templates, mixing, drugs
        "FICTIONAL curve for the demonstration hospital", "44 mmol/L", "30 h at 37 °C",  # curves
    ):  # fmt: skip
        assert words in page, words


def test_what_is_worked_out_shows_its_working(at_desk):
    page = at_desk(OKONJO).get(f"{HOME}/1").text
    assert "mEq of cation for each mmol of phosphate: (" in page
    assert "a point of the source" in page
    assert '<svg class="pic curve__plot"' in page


def test_one_file_is_sent_and_the_others_come_from_the_version_before(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    assert load(browser).headers["Location"] == PAGE
    assert stage(cast_store) is Stage.LOADED
    assert row(cast_store).texts["products/lipid.toml"] == LIPID
    page = browser.get(PAGE).text
    assert "DRAFT. No order is planned with this version." in page
    assert "Intralipid 30 %, energy" in page
    assert "3 kcal/mL</span>" in page
    assert "<b>2.9 kcal/mL</b>" in page
    assert ": 1 change." in page
    assert "the guideline changed" in page


def test_the_whole_set_is_sent_with_the_number_that_stands_in_it(at_desk, cast_store):
    files = {name.rpartition("/")[2]: text for name, text in TEXTS.items()}
    files["profile.toml"] = files["profile.toml"].replace("\nversion = 1\n", "\nversion = 5\n")
    assert load(at_desk(MARLOW), files, base="none").headers["Location"] == f"{HOME}/5"
    assert stage(cast_store, 5) is Stage.LOADED


def test_all_faults_of_all_files_stand_there_at_once(at_desk, cast_store):
    limits = TEXTS["limits.toml"].replace('hard_high = "300 mEq/L"', 'hard_high = "300 mmol/L"')
    lipid = LIPID.replace('density = "0.99 g/mL"', 'density = "99 g/mL"')
    answer = load(at_desk(ADEYEMI), {"limits.toml": limits, "lipid.toml": lipid, "notes.txt": "x = 1"})
    assert answer.status_code == 422
    assert "Nothing was loaded" in answer.text
    for words in ("limits.toml", ".hard_high", "products/lipid.toml", ".density", "products/notes.txt"):
        assert words in answer.text
    assert stage(cast_store) is None


@pytest.mark.parametrize(
    ("files", "base"),
    [
        ({}, "1"), ({"lipid.toml": b"\xff\xfe"}, "1"), ({"lipid.toml": b"a" * 300_000}, "1"), ({"lipid.toml": LIPID}, ""),
        ({"lipid.toml": LIPID}, "77"), ({"lipid.toml": LIPID}, "none"), ({"lipid.toml": LIPID, "a/lipid.toml": LIPID}, "1"),
    ],
)  # fmt: skip
def test_what_is_no_set_is_refused_in_words(at_desk, cast_store, files, base):
    answer = load(at_desk(ADEYEMI), files, base)
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert stage(cast_store) is None


def test_the_same_files_sent_twice_load_once(at_desk, cast_store):
    browser = at_desk(ADEYEMI)
    assert [load(browser).status_code for _ in range(2)] == [303, 303]
    assert row(cast_store, 3) is None


def test_a_number_that_was_used_meanwhile_is_refused(at_desk):
    load(at_desk(ADEYEMI))
    answer = load(at_desk(MARLOW), key="load-2")
    assert answer.status_code == 409
    assert "is not new" in answer.text


def test_a_file_is_changed_as_text_into_a_new_version(at_desk, cast_store):
    browser = at_desk(MARLOW)
    page = browser.get(FILE).text
    assert "Limits and usual ranges of parenteral nutrition" in page
    text = TEXTS["limits.toml"].replace('hard_high = "30 %"', 'hard_high = "29 %"').replace("\n", "\r\n")
    answer = send(browser, FILE, FILE, text=text, **SEEN)
    assert answer.headers["Location"] == PAGE
    assert 'hard_high = "29 %"' in row(cast_store).texts["limits.toml"]
    assert "\r" not in row(cast_store).texts["limits.toml"]
    assert "\nversion = 2\n" in row(cast_store).texts["profile.toml"]


def test_who_saves_second_is_told_and_keeps_the_text_as_a_draft_of_its_own(at_desk, cast_store):
    first = TEXTS["limits.toml"].replace('hard_high = "30 %"', 'hard_high = "29 %"')
    send(at_desk(MARLOW), FILE, FILE, text=first, **SEEN)
    browser = at_desk(DUARTE)
    second = TEXTS["limits.toml"].replace('hard_high = "30 %"', 'hard_high = "28 %"')
    told = send(browser, FILE, FILE, text=second, **SEEN)
    assert told.status_code == 409
    assert "Version 2 was saved while you were editing" in told.text
    assert "J. Marlow" in told.text
    assert "28 %" in told.text
    assert send(browser, FILE, FILE, text=second, **{**SEEN, "seen": "2"}).headers["Location"] == f"{HOME}/3"
    assert 'hard_high = "29 %"' in row(cast_store).texts["limits.toml"]
    assert 'hard_high = "28 %"' in row(cast_store, 3).texts["limits.toml"]


def test_what_was_typed_is_kept_beside_its_faults(at_desk, cast_store):
    browser = at_desk(MARLOW)
    text = TEXTS["limits.toml"].replace('hard_high = "30 %"', 'hard_high = "thirty"') + "# mine\n"
    answer = send(browser, FILE, FILE, text=text, **SEEN)
    assert answer.status_code == 422
    assert "# mine" in answer.text
    assert "thirty" in answer.text.split("<textarea")[0]
    assert stage(cast_store) is None


def test_the_profile_as_text_has_the_new_number_already(at_desk, cast_store):
    path = f"{HOME}/1/file/profile.toml"
    browser = at_desk(MARLOW)
    assert "\nversion = 2\n" in browser.get(path).text
    text = TEXTS["profile.toml"].replace("\nversion = 1\n", "\nversion = 2\n")
    assert send(browser, path, path, text=text, **SEEN).status_code == 303
    assert stage(cast_store) is Stage.LOADED


def test_two_other_pharmacists_put_it_in_force(at_desk, cast_store):
    load(at_desk(ADEYEMI))
    assert release(at_desk(MARLOW), MARLOW).status_code == 303
    assert stage(cast_store) is Stage.RELEASED_ONCE
    assert release(at_desk(DUARTE), DUARTE).status_code == 303
    assert (stage(cast_store), stage(cast_store, 1)) == (Stage.IN_FORCE, Stage.REPLACED)
    assert "released it" in at_desk(OKONJO).get(HOME).text


def test_a_release_sent_twice_is_done_once(at_desk, cast_store):
    load(at_desk(ADEYEMI))
    browser = at_desk(MARLOW)
    page = browser.get(PAGE).text
    fields = {"csrf_token": token_in(page), "key": "once", "digest": row(cast_store).digest, "against": "1"}
    fields |= {"secret": MARLOW.pin, "read": "yes", "without_replay": "no orders"}
    assert [browser.post(f"{PAGE}/release", data=fields).status_code for _ in range(2)] == [303, 303]
    assert stage(cast_store) is Stage.RELEASED_ONCE
    with cast_store.read() as uow:
        kinds = [entry.kind for entry in uow.entries(NUTRITION_RECORD)]
    assert kinds[-2:] == ["nutrition_loaded", "nutrition_released"]


def test_the_author_never_releases_and_nobody_twice(at_desk, cast_store):
    author = at_desk(MARLOW)
    load(author)
    assert "Two other pharmacists" in author.get(PAGE).text
    digest = row(cast_store).digest
    refused = send(
        author, f"{PAGE}/release", HOME + "/upload", digest=digest, against="1", secret=MARLOW.pin, read="yes"
    )
    assert refused.status_code == 403
    first = at_desk(DUARTE)
    assert release(first, DUARTE).status_code == 303
    again = send(first, f"{PAGE}/release", HOME + "/upload", digest=digest, against="1", secret=DUARTE.pin, read="yes")
    assert again.status_code == 403
    assert stage(cast_store) is Stage.RELEASED_ONCE


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"digest": "0" * 64}, 409), ({"secret": "9999"}, 403), ({"read": None}, 422), ({"extra": "field"}, 422)],
)
def test_a_release_needs_what_was_read_the_secret_and_the_tick(at_desk, cast_store, changed, code):
    load(at_desk(ADEYEMI))
    assert release(at_desk(MARLOW), MARLOW, **changed).status_code == code
    assert stage(cast_store) is Stage.LOADED


def test_a_replaced_version_is_not_released_again(at_desk, cast_store):
    load(at_desk(ADEYEMI))
    for member in (MARLOW, DUARTE):
        release(at_desk(member), member)
    old = f"{HOME}/1"
    browser = at_desk(IBARRA)
    refused = send(
        browser, f"{old}/release", old, digest=row(cast_store, 1).digest, against="1", secret=IBARRA.pin, read="yes"
    )
    assert refused.status_code == 409
    assert "cannot be released" in refused.text


def test_a_withdrawn_version_says_why_and_leaves_nothing_to_order_from(at_desk, cast_store):
    browser = at_desk(IBARRA)
    page = f"{HOME}/1"
    assert send(browser, f"{page}/withdraw", page, reason=" ").status_code == 422
    assert stage(cast_store, 1) is Stage.IN_FORCE
    for _ in range(2):
        assert send(browser, f"{page}/withdraw", page, reason="points were wrong", key="once").status_code == 303
    assert stage(cast_store, 1) is Stage.WITHDRAWN
    assert "points were wrong" in browser.get(page).text
    assert send(browser, f"{page}/withdraw", HOME + "/upload", reason="again").status_code == 409


@pytest.mark.parametrize("member", [OKONJO, HALLORAN])
@pytest.mark.parametrize("path", ["/upload", "/1/file/limits.toml"])
def test_who_may_not_load_does_not_see_the_forms(at_desk, member, path):
    assert at_desk(member).get(HOME + path).status_code == 403
    assert at_desk(member).get(HOME).status_code == 200


@pytest.mark.parametrize(("member", "way"), [(ADEYEMI, "release"), (OKONJO, "release"), (OKONJO, "withdraw")])
def test_who_may_not_decide_is_refused(at_desk, cast_store, member, way):
    answer = send(at_desk(member), f"{HOME}/1/{way}", "/sign-on", digest="x", secret="x", reason="x")
    assert answer.status_code == 403
    assert stage(cast_store, 1) is Stage.IN_FORCE


@pytest.mark.parametrize("way", ["release", "withdraw"])
def test_nothing_is_decided_by_a_get(at_desk, way):
    assert at_desk(MARLOW).get(f"{HOME}/1/{way}").status_code == 405


@pytest.mark.parametrize("path", ["/9", "/9/file/limits.toml", "/1/file/other.toml", "/1/file/../../etc/passwd"])
def test_what_does_not_exist_is_not_there(at_desk, path):
    assert at_desk(MARLOW).get(HOME + path).status_code == 404


def test_a_difference_leaves_out_what_is_alike():
    after = {**TEXTS, "products/lipid.toml": LIPID}
    (only,) = set_difference(TEXTS, after)
    assert only.words.endswith("energy: 3 kcal/mL → 2.9 kcal/mL")
    assert set_difference(TEXTS, TEXTS) == ()


FORM = f"{HOME}/1/form/limits.toml"
NEW = {
    "limits.new1.figure": "sodium per kg per day", "limits.new1.unit": "mEq/kg/day", "limits.new1.populations": "adult",
    "limits.new1.line": "any", "limits.new1.soft_high": "3", "limits.new1.source": "+",
}  # fmt: skip
TYPED = {"why": "new guideline", "source": "guideline of 2026", "confidence": "seen"}


def test_limits_of_the_set_are_changed_and_added_in_a_form_and_saved_as_a_draft_of_the_set(at_desk, cast_store):
    browser = at_desk(MARLOW)
    typed = {**fields_in(browser.get(FORM).text, "edit"), **TYPED}
    bad = {**typed, **NEW, "limits.new1.populations": "giants"}
    look = send(browser, f"{HOME}/1/form-look/limits.toml", FORM, **bad).text
    assert "New row 1 of: Limits, for whom: expected one of preterm, term" in look
    told = send(browser, FORM, FORM, **bad)
    assert told.status_code == 422
    assert 'id="limits.new1.populations-e"' in told.text
    assert 'value="giants"' in told.text
    answer = send(browser, FORM, FORM, **typed, **NEW)
    assert answer.headers["Location"] == f"{HOME}/2"
    with cast_store.read() as uow:
        kept = nutrition_record(uow).versions
    assert kept[2].texts["limits.toml"].rstrip("\n") + "\n" == kept[1].texts["limits.toml"].replace(
        "[sources]\n", '[sources]\nchange_2 = { text = "guideline of 2026", confidence = "seen" }\n'
    ) + (
        '\n[[limits]]\nid = "sodium_per_kg_per_day_meq_kg_day"\nfigure = "sodium per kg per day"\nunit = "mEq/kg/day"\n'
        'populations = ["adult"]\nline = "any"\nsoft_high = "3 mEq/kg/day"\nabsolute = false\ncondition = ""\n'
        'source = "change_2"\n'
    )
    page = browser.get(f"{HOME}/2").text
    assert ": 2 changes." in page
    assert f'href="{HOME}/2/form/products/lipid.toml"' in page


def test_products_of_a_family_have_the_same_form_and_what_has_none_is_not_there(at_desk):
    browser = at_desk(MARLOW)
    form = f"{HOME}/1/form/products/lipid.toml"
    typed = {
        **fields_in(browser.get(form).text, "edit"),
        **TYPED,
        "products.0.density": "0.98",
        "products.0.aluminium": "2.5",
    }
    look = send(browser, f"{HOME}/1/form-look/products/lipid.toml", form, **typed).text
    assert "0.99 g/mL</span> → <b>0.98 g/mL" in look
    assert "10 times less" in look
    row = browser.get(f"{HOME}/1/form-row/products/lipid.toml?table=products&number=1&like=0").text
    assert 'name="products.new1.ions.0.per_ml"' in row
    assert browser.get(f"{HOME}/1/form/profile.toml").status_code == 404
    assert at_desk(OKONJO).get(form).status_code == 403
