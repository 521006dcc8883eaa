"""The pages of batches: proposed with its arithmetic, made, counted, checked, released, and a unit assigned to a dose."""

from datetime import timedelta
from io import BytesIO

import pytest

from calculations.printing import show_number
from compounding.batches.numbering import unit_code
from compounding.batches.states import BatchStatus, UnitState
from compounding.preparing.states import DoseStatus
from tests.support.batches import (
    COLD,
    FOR_TOMAS,
    LOT,
    SHELF,
    WAITING,
    batch_digest,
    batch_now,
    completed_batch,
    made_batch,
    proposed,
    staged_batch,
)
from tests.support.cast import ADEYEMI, HALLORAN, MARLOW, NOON, OKONJO
from tests.support.flow import TOMAS, code_of, dose_now, queued_dose
from tests.support.pictures import picture
from tests.support.printing import text_of
from tests.support.visiting import borrowed_app, send

WANTED = {
    "formulation": "ceftriaxone_minibag_adult", "amount": "1 g", "choice": "sodium_chloride_0_9|50",
}  # fmt: skip
ONE = f"/batches/batch/{LOT}"


def seen() -> tuple[BytesIO, str]:
    """A picture as a camera sends it."""
    return BytesIO(picture()), "seen.jpg"


@pytest.fixture
def visit(cast_store, clock, tmp_path, printer):
    """A browser with a member of the cast signed on, twenty minutes after noon."""
    yield from visits(cast_store, clock, tmp_path, printer)


@pytest.fixture
def visit_released(released_store, clock, tmp_path, printer):
    """The same where the batch is released."""
    yield from visits(released_store, clock, tmp_path, printer)


def visits(store, clock, tmp_path, printer):
    clock.now = NOON + timedelta(minutes=20)
    with borrowed_app(store, clock, tmp_path) as app:
        app.extensions["sufficit"].extras["printer"] = printer

        def signed_on(member, station="hood-1"):
            client = app.test_client()
            badge = {"way": "badge", "badge": member.badge, "pin": member.pin}
            password = {"way": "password", "name": member.sign_on_name, "password": member.password}
            fields = badge if station == "hood-1" else password
            assert send(client, "/sign-on", **fields, station=station, next="/").status_code == 303
            return client

        yield signed_on


def test_a_batch_is_proposed_with_its_arithmetic_and_gets_one_lot_number(visit, cast_store):
    client = visit(OKONJO)
    asked = "/batches/new?formulation=ceftriaxone_minibag_adult&amount=1+g&choice=sodium_chloride_0_9%7C50"
    page = client.get(asked).text
    assert "0 doses ÷ 28 days = 0 a day; × 2 days that they keep = 0: 0 units, rounded down" in page
    more = send(client, "/batches/new", asked, **WANTED, units="3")
    assert (more.status_code, "Say why so many are made" in more.text) == (422, True)
    made = send(client, "/batches/new", asked, **WANTED, units="3", reason="the ward asked")
    number = made.headers["Location"].removeprefix("/batches/batch/")
    assert batch_now(cast_store, number).total == 3
    wrong = send(client, "/batches/new", asked, **WANTED | {"amount": "1 gg"}, units="x")
    assert wrong.status_code == 422
    assert number in client.get("/batches").text


def test_containers_are_scanned_and_volumes_written_down_field_by_field(visit, cast_store):
    staged_batch(cast_store)
    client = visit(OKONJO)
    assert client.get(f"{ONE}/record.pdf").status_code == 404
    assert send(client, f"{ONE}/start", ONE).status_code == 303
    page = client.get(ONE).text
    steps = [step for step in batch_now(cast_store).work.drawing.steps if step.kind == "measure"]
    fields = {f"volume_{step.number}": show_number(step.volume.amount_in("mL")) for step in steps}
    assert all(f'name="{name}"' in page for name in fields)
    assert "value=\"9\"" not in page, "a volume is never filled in beforehand"
    wrong = send(client, f"{ONE}/record", ONE, **fields | {"volume_9": "4"}, picture=seen())
    assert (wrong.status_code, "Step 9: 4 mL is 60 % under 10 mL" in wrong.text) == (422, True)
    assert batch_now(cast_store).work.records == ()
    bare = send(client, f"{ONE}/record", ONE, **fields)
    assert (bare.status_code, "needs its picture" in bare.text) == (422, True)
    assert send(client, f"{ONE}/record", ONE, **fields, picture=seen()).status_code == 303
    assert "Picture: Steps 1 to" in client.get(ONE).text
    nothing = send(client, f"{ONE}/complete", ONE, place=WAITING, secret=OKONJO.pin, rejected="3 to x")
    assert nothing.status_code == 422
    done = send(client, f"{ONE}/complete", ONE, place=WAITING, secret=OKONJO.pin, rejected="3", reason="leaks")
    assert done.status_code == 303
    assert batch_now(cast_store).status is BatchStatus.AWAITING_CHECK


def test_a_code_without_a_lot_asks_which_received_lot_it_is(visit, cast_store):
    proposed(cast_store)
    client = visit(OKONJO)
    page = send(client, f"{ONE}/scan", ONE, code=code_of("ceftriaxone_1000mg_vial", "-"))
    assert "Which lot is on the cefTRIAXone 1 g vial" in page.text
    typed = {"code": code_of("ceftriaxone_1000mg_vial", "-"), "lot": "seen-1", "expires": "2026-12-31"}
    bare = send(client, f"{ONE}/scan", ONE, **typed)
    assert (bare.status_code, "A lot that is typed needs a picture" in bare.text) == (422, True)
    assert send(client, f"{ONE}/scan", ONE, **typed, picture=seen()).status_code == 303
    assert [(one.lot, one.typed) for one in batch_now(cast_store).work.scans] == [("SEEN-1", True)]
    assert "lot SEEN-1, typed" in client.get(ONE).text
    assert send(client, f"{ONE}/scan", ONE, code=code_of("cefazolin_1000mg_vial")).status_code == 422


def test_checked_labelled_reconciled_and_released_at_the_desk(visit, cast_store):
    completed_batch(cast_store)
    desk, hood = visit(MARLOW, "desk-1"), visit(OKONJO)
    assert "from what was recorded" in desk.get(ONE).text
    sign = {"content_digest": batch_digest(cast_store), "secret": MARLOW.password}
    assert send(desk, f"{ONE}/check", ONE, **sign | {"secret": "wrong"}).status_code == 403
    assert send(desk, f"{ONE}/check", ONE, **sign).status_code == 303
    early = send(desk, f"{ONE}/release", ONE, **sign | {"content_digest": batch_digest(cast_store)}, place=SHELF)
    assert "No unit label was printed yet" in early.text
    assert send(hood, f"{ONE}/labels", ONE).status_code == 303
    printed = text_of(hood.get(f"{ONE}/labels.pdf").data)
    assert (len(printed), "COPY" in printed[0]) == (3, False)
    assert "Unit labels printed" in hood.get(ONE).text
    differ = send(hood, f"{ONE}/reconcile", ONE, used="2", spoiled="0", destroyed="0")
    assert (differ.status_code, "and 3 were printed" in differ.text) == (422, True)
    assert send(hood, f"{ONE}/reconcile", ONE, used="3", spoiled="0", destroyed="0").status_code == 303
    release = {"content_digest": batch_digest(cast_store), "secret": MARLOW.password, "place": SHELF}
    assert send(desk, f"{ONE}/release", ONE, **release).status_code == 303
    assert batch_now(cast_store).status is BatchStatus.RELEASED
    assert hood.get(f"{ONE}/worksheet.pdf").status_code == 200
    paper = " ".join(text_of(hood.get(f"{ONE}/record.pdf").data))
    assert all(words in paper for words in ("Released 14 Apr 2026", "3 used + 0 spoiled + 0 destroyed = 3", "MADE-1"))
    scanned = send(desk, "/batches/scan", "/batches", code=f"95{LOT}")
    assert scanned.headers["Location"] == ONE
    assert "COPY: NOT A LABEL" in text_of(hood.get(f"{ONE}/labels.pdf").data)[0]


def test_a_unit_is_offered_for_a_queued_dose_and_assigned_by_its_label(visit_released, released_store):
    number = queued_dose(released_store, FOR_TOMAS, TOMAS)
    desk = visit_released(MARLOW, "desk-1")
    assert number in desk.get("/batches").text
    page = f"/batches/assign/{number}"
    assert "take this one" in desk.get(page).text
    wrong = send(desk, page, page, code="98nothing", secret=MARLOW.password)
    assert (wrong.status_code, "not the label of a finished unit" in wrong.text) == (422, True)
    sent = send(desk, page, page, code=unit_code(LOT, 1), secret=MARLOW.password)
    assert sent.headers["Location"] == f"/labels/{number}"
    assert dose_now(released_store, number).status is DoseStatus.RELEASED
    assert LOT in desk.get(f"/check/{number}").text
    assert number in desk.get(ONE).text
    shown = desk.get(f"/labels/{number}/record.pdf")
    assert shown.status_code == 200, shown.text[shown.text.find("<main"):][:1500]
    record = " ".join(text_of(desk.get(f"/labels/{number}/record.pdf").data)).replace("\n", " ")
    assert LOT in record


def test_units_are_moved_held_freed_and_wasted(visit_released, released_store):
    desk = visit_released(MARLOW, "desk-1")
    assert f'<option value="{COLD}">' in desk.get(ONE).text
    assert send(desk, f"{ONE}/move", ONE, units="1 to 2", place=COLD).status_code == 303
    assert send(desk, f"{ONE}/move", ONE, units="1", place=COLD, storage="freezer").status_code == 422
    for wrong in ("9 to 7", ",", "1 to x", "1000"):  # none of these may mean every unit
        assert send(desk, f"{ONE}/free", ONE, reason="looked at", units=wrong).status_code == 422
    assert send(desk, f"{ONE}/hold", ONE, reason="cracked").status_code == 303
    assert "cracked" in desk.get(ONE).text
    assert send(desk, f"{ONE}/free", ONE, reason="looked at", units="1, 2").status_code == 303
    assert send(desk, f"{ONE}/waste", ONE, units="2", reason="dropped", stream="the bin").status_code == 422
    assert send(desk, f"{ONE}/waste", ONE, units="2", reason="nobody finds it", stream="not found").status_code == 303
    assert [unit.shown_state for unit in batch_now(released_store).units] == ["available", "wasted", "held"]
    assert batch_now(released_store).unit(1).state is UnitState.AVAILABLE


def test_every_act_is_refused_to_the_wrong_role_and_every_address_to_a_look(visit, cast_store):
    made_batch(cast_store)
    nurse, lead, hood = visit(HALLORAN, "ward-7w"), visit(ADEYEMI, "desk-1"), visit(OKONJO)
    acts = (
        "scan", "take-apart", "containers-checked", "start", "take-over", "record", "confirm", "undo", "ask-check",
        "move-here", "before-mixing", "complete", "cancel", "check", "second", "reject", "labels", "reconcile", "test",
        "release", "move", "hold", "free", "waste",
    )  # fmt: skip
    assert [hood.get(f"{ONE}/{name}").status_code for name in acts] == [405] * len(acts)
    assert [send(nurse, f"{ONE}/{name}", "/ward").status_code for name in acts] == [403] * len(acts)
    only_pharmacists = ("check", "second", "reject", "release", "containers-checked", "before-mixing", "hold", "free", "test")
    assert [send(hood, f"{ONE}/{name}", ONE).status_code for name in only_pharmacists] == [403] * len(only_pharmacists)
    assert lead.get(ONE).status_code == 200
    assert nurse.get("/batches").status_code == 403
    assert hood.get("/batches/batch/01-20260414-99-1").status_code == 404
