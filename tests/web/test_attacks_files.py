"""Hostile files and texts: bombs, deep nesting, false pictures, parsers that could be kept busy, formulas in exports."""

import io
import struct
import time
import zlib
from contextlib import suppress
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import func, select

from batch_records.store import Store
from batch_records.tables import ENTRIES
from calculations.errors import Fault, Faults
from calculations.number import exact, parse_number
from calculations.quantity import Quantity
from calculations.units import parse_unit
from compounding.documents.snapshots import read_barcode
from compounding.orders.fhir_text import read_text
from compounding.orders.ucum import is_ucum
from compounding.preparing.numbering import is_dose_number
from compounding.views.spreadsheet import as_csv
from formulary.identifiers.gs1 import parse_bracketed, parse_elements
from formulary.identifiers.gtin import gtin14
from formulary.identifiers.ndc import parse_ndc
from formulary.identifiers.scan import read_scan
from tests.support.cast import MARLOW, NOON
from tests.support.stores import PEPPER
from tests.support.visiting import an_app, sign_on_as, token_in

LONG = 100_000
HOSTILE = [
    "9" * LONG, "1." * (LONG // 2), " " * LONG, "(" * LONG, "(01)" * (LONG // 4), "]d2" + "01" * (LONG // 2), "01" * (LONG // 2),
    "10" + "A" * LONG, "\x1d" * LONG, "-" * LONG, "9**9**9 mg", "1 - " * (LONG // 4), "mg/" * (LONG // 3), "é" * LONG,
    "every " * (LONG // 6), "in A " * (LONG // 5), "{" * LONG, "10^" * (LONG // 3), "\x00" * LONG, "0" * LONG + "x",
]  # fmt: skip
PARSERS = {
    "number": lambda text: parse_number(text, "x"),
    "exact": exact,
    "unit": lambda text: parse_unit(text, "x"),
    "quantity": lambda text: Quantity.parse(text, field="x"),
    "scan": lambda text: read_scan(text, date(2026, 4, 14)),
    "elements": parse_elements,
    "bracketed": parse_bracketed,
    "gtin": gtin14,
    "ndc": parse_ndc,
    "our label": read_barcode,
    "dose number": is_dose_number,
    "ucum": is_ucum,
}
SLOWEST = 0.005


@pytest.mark.parametrize("name", PARSERS)
def test_no_parser_is_kept_busy_by_a_text_of_a_hundred_thousand_characters(name):
    PARSERS[name]("1") if name in ("our label", "dose number", "ucum", "number") else None  # loaded before it is timed
    for text in HOSTILE:
        took = min(_seconds(PARSERS[name], text) for _ in range(3))
        assert took <= SLOWEST, (name, text[:20], took)


def _seconds(parse, text):
    begun = time.perf_counter()
    with suppress(Fault, Faults, ValueError):
        parse(text)
    return time.perf_counter() - begun


@pytest.mark.parametrize("text", [*HOSTILE[-9:], "over 1" + " " * 4000, "4" * 4000 + "x", "at 1" + " " * 4000])
def test_the_text_of_a_dosage_is_read_in_a_blink_at_the_longest_that_is_taken(text):
    assert min(_seconds(lambda one: read_text(one, "x"), text[:4000]) for _ in range(3)) < 0.5


def uploaded(client, path, content, name="orders.json", page="/imports"):
    """Send one file."""
    token = token_in(client.get(page).text)
    form = {"csrf_token": token, "key": f"file-{abs(hash((path, content)))}", "file": (io.BytesIO(content), name)}
    return client.post(path, data=form, content_type="multipart/form-data")


NESTED = b"[" * 200_000
ORDERS = {
    "nested": NESTED,
    "nested objects": b'{"orders":' * 20_000 + b"1" + b"}" * 20_000,
    "closed": b'{"orders": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "a long number": b'{"orders": [' + b"9" * 100_000 + b"]}",
    "not a number": b'{"orders": [NaN, Infinity]}',
    "a list": b"[]", "nothing": b"", "text": b"x", "null": b"null", "NUL": b"\0" * 1000, "not UTF-8": b"\xff\xfe{",
    "orders that are none": b'{"orders": [1, "x", null, [], true]}',
    "orders as text": b'{"orders": "abc"}', "orders as a number": b'{"orders": 5}', "patients as null": b'{"patients": null}',
    "patients that are none": b'{"patients": [1, "x", null]}',
    "a bundle of nothing": b'{"resourceType": "Bundle", "entry": 5}',
    "a bundle of null": b'{"resourceType": "Bundle", "entry": [null, {"resource": 5}, {"resource": {"resourceType": 3}}]}',
    "a bundle without entries": b'{"resourceType": "Bundle", "entry": null}',
    "half a character": b'{"orders": [{"patient": "\\ud800", "drug": "\\ud800"}]}',
    "half a character in a name": b'{"patients": [{"mrn": "\\ud800"}]}',
    "an unknown resource": b'{"resourceType": "MedicationRequest"}',
    "a resource that is a list": b'{"resourceType": ["x"]}',
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(cast_template, tmp_path_factory):
    """The application with a pharmacist at a desk, shared: nothing here may change anything."""
    folder = tmp_path_factory.mktemp("files")
    path = folder / "cast.db"
    path.write_bytes(cast_template.read_bytes())
    store = Store.open(f"sqlite:///{path}", PEPPER)
    client = sign_on_as(an_app(store, lambda: NOON, folder).test_client(), MARLOW)
    yield client, store, folder
    store.close()


def entries_done(store):
    """How many entries are not refusals."""
    with store.read() as uow:
        return uow.session.execute(select(func.count()).select_from(ENTRIES).where(ENTRIES.c.kind != "refused")).scalar_one()


KEPT_AS_MESSAGES = {"an unknown resource", "a resource that is a list"}
"""They are messages of the interface's kind: what was refused is kept, so that nothing vanishes."""


@pytest.mark.parametrize("name", ORDERS)
def test_a_file_of_orders_that_is_none_is_refused_in_words(desk, name):
    client, store, _ = desk
    before = entries_done(store)
    answer = uploaded(client, "/imports", ORDERS[name])
    assert answer.status_code in (200, 422), name
    assert "wrong with the program" not in answer.text
    kept = 1 if name in KEPT_AS_MESSAGES else 0
    assert entries_done(store) == before + kept


DRUGS = {
    "nested": b"x = " + b"[" * 100_000, "nested and closed": b"x = " + b"[" * 50_000 + b"]" * 50_000,
    "a long number": b"x = " + b"9" * 50_000, "nested tables": b"x = " + b"{a=" * 20_000, "dotted": b"a." * 60_000 + b"b = 1",
    "twice": b"id = 1\nid = 2", "empty": b"", "another type": b'id = ["x"]\nname = {}\nsources = 5',
    "a table for a text": b"[id]\nx=1", "not a number": b"version = nan\nid = inf", "NUL": b"id = \"\\u0000\"",
}  # fmt: skip


@pytest.mark.parametrize("name", DRUGS)
def test_a_file_of_a_drug_that_is_none_is_refused_in_words(desk, name):
    client, store, _ = desk
    before = entries_done(store)
    answer = uploaded(client, "/formulary/upload", DRUGS[name], "x.toml", "/formulary/upload")
    assert answer.status_code == 422, name
    assert "wrong with the program" not in answer.text
    assert entries_done(store) == before


def png(width, height):
    """A small PNG that claims to be this large."""
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))  # noqa: E731
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def jpeg():
    """A true, small picture."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(made, "JPEG")
    return made.getvalue()


PICTURES = {
    "too many pixels": png(60_000, 60_000), "the most pixels": png(2**31 - 1, 2**31 - 1), "many pixels": png(10_000, 9_500),
    "cut": jpeg()[:100], "no picture": b"<svg onload=alert(1)>", "a page": b"<!doctype html><script>alert(1)</script>",
    "a GIF": b"GIF89a" + b"\0" * 100, "a TIFF": b"II*\0" + b"\xff" * 200, "a PDF": b"%PDF-1.7\n%\xff",
    "an EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "no width": png(0, 5), "a text bomb": png(8, 8)[:33] + (lambda d: struct.pack(">I", len(d)) + b"zTXt" + d
        + struct.pack(">I", zlib.crc32(b"zTXt" + d)))(b"a\0\0" + zlib.compress(b"\0" * 80_000_000)) + png(8, 8)[33:],
    "a false WebP": b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 50,
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_none_or_a_bomb_is_refused_in_words_and_kept_nowhere(desk, name):
    client, _, folder = desk
    token = token_in(client.get("/this-station").text)
    form = {"csrf_token": token, "key": "k", "picture": (io.BytesIO(PICTURES[name]), "x.jpg")}
    begun = time.perf_counter()
    answer = client.post("/pictures", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422, name
    assert time.perf_counter() - begun < 2
    assert list(folder.glob("pictures/**/*.jpg")) == []


def test_what_rides_on_a_picture_is_not_kept(desk):
    client, _, folder = desk
    token = token_in(client.get("/this-station").text)
    polyglot = jpeg() + b"<script>alert(1)</script><?php system('id'); ?>"
    form = {"csrf_token": token, "key": "k", "picture": (io.BytesIO(polyglot), "../../../etc/x.php")}
    name = client.post("/pictures", data=form, content_type="multipart/form-data").json["picture"]
    with client.get(f"/pictures/{name}.jpg") as kept:
        assert kept.mimetype == "image/jpeg"
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert b"script" not in kept.data
    for file in folder.glob("pictures/**/*.jpg"):
        file.unlink()


NAMES = ("../secret", "..%2f..%2fsecret_key", "0" * 63, "0" * 65, "G" * 64, "%00" * 64, "....//x", "A" * 64)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_picture_leads_out_of_its_folder(desk, name):
    client, _, folder = desk
    (folder / "secret.jpg").write_bytes(b"hidden")
    assert client.get(f"/pictures/{name}.jpg").status_code in (404, 308)


NUMBERS = ("..", "../../etc/passwd", "%2e%2e%2f", "260414-0140-01-0", "x" * 3000, "%00", "260414-0140-01-9\n")


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_of_a_dose_leads_to_a_file_or_makes_a_record(desk, number):
    client, store, _ = desk
    with store.read() as uow:
        before = uow.session.execute(select(func.count()).select_from(ENTRIES)).scalar_one()
    token = token_in(client.get("/this-station").text)
    for path in ("label.pdf", "preview.pdf"):
        assert client.get(f"/labels/{number}/{path}").status_code in (404, 308)
    sent = {"csrf_token": token, "key": f"n-{abs(hash(number))}", "in_hand": "yes", "reason": "x", "code": "x"}
    sent["stop_reason"] = "x"
    posts = {
        f"/labels/{number}/in-hand": ["in_hand"], f"/labels/{number}/pair": ["code"], f"/labels/{number}/print": ["reason"],
        f"/station/{number}/start": [], f"/station/{number}/abandon": ["reason"], f"/station/{number}/hand-over": [],
        f"/station/{number}/ask-check": [], f"/orders/{number}/stop": ["stop_reason"], f"/orders/{number}/resume": [],
        f"/ward/dose/{number}/find": [], f"/check/{number}/ask": [],
    }  # fmt: skip
    for path, fields in posts.items():
        data = {name: sent[name] for name in ("csrf_token", "key", *fields)}
        assert client.post(path, data=data).status_code in (404, 403, 308, 405, 422), path
    with store.read() as uow:
        assert uow.session.execute(select(func.count()).select_from(ENTRIES)).scalar_one() == before


def test_a_claim_of_two_gigabytes_is_refused_before_it_is_read(desk):
    client, _, _ = desk
    token = token_in(client.get("/this-station").text)
    answer = client.post(
        "/pictures", headers={"X-CSRFToken": token}, content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3)},
    )  # fmt: skip
    assert answer.status_code == 413


@pytest.mark.parametrize("first", [*"=+-@\t\r\n|%＝＋－＠", " =", "\u00a0=", "\ufeff="])
def test_no_cell_of_an_export_is_taken_for_a_formula(first):
    row = as_csv([[f"{first}cmd|' /C calc'!A0"]], ["head"]).splitlines()[1]
    assert row.lstrip('"').startswith("'")
