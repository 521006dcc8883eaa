"""What the tests of the station share: who stands there, how a scan is sent, what a page says."""


import re
from io import BytesIO

from compounding.preparing.numbering import dose_record
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from tests.support.cast import OKONJO, do
from tests.support.flow import (
    TOMAS,
)
from tests.support.pictures import picture
from tests.support.visiting import send

VIAL, WATER, BAG = "ceftriaxone_500mg_vial", "vial_sterile_water_10", "bag_sodium_chloride_0_9_25"
ROCURONIUM = {
    "order_type": "continuous", "patient": "DEMO-2093", "drug": "rocuronium", "dose_rate": "10 mcg/kg/min",
    "route": "IV infusion", "line": "central", "start": "2026-04-14T14:30:00-04:00",
    "frequency": {"continuous": True}, "prescriber": "Dr. R. Castell",
}  # fmt: skip
CENTRAL = TOMAS | {"lines": [{"name": "right jugular", "kind": "central"}]}
POSTS = ("scan", "start", "record", "confirm", "ask-check", "send", "abandon", "undo", "take-apart", "unmeasured", "hand-over")


def at(number):
    return f"/station/{number}"


def a_picture():
    return (BytesIO(picture()), "picture.jpg")


def scan(client, number, code, **more):
    return send(client, f"/station/{number}/scan", "/station", code=code, **more)


def heading(answer):
    words = re.sub(r"<[^>]+>", " ", re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.S)[1])
    return " ".join(words.split())


def entries(store, number):
    with store.read() as uow:
        return uow.entries(dose_record(number))


def received(store, product=VIAL, lot="DEMO-T442", place="bin B-07", expires="2027-08-31"):
    do(store, OKONJO, LOT, lot_record(product, lot), ReceiveLot(product, lot, expires, 20, place))
