"""The stations a browser may be: the hoods of the records, and the other places of the site."""

from batch_records.acting import Done, perform
from batch_records.acts import Act
from compounding.rooms import HOOD, DescribeHood, hood_record
from tests.support.records import EIGHT
from tests.support.visiting import an_app, sign_on_okonjo


def describe(staff, hood, **facts):
    """Put a hood into the records."""
    action = DescribeHood(
        **{"name": "Hood 9", "room": "IV room B", "category": "2", "hazardous": False, "in_service": True, **facts}
    )
    assert isinstance(
        perform(staff.store, HOOD, hood_record(hood), action, Act(staff.novak, "desk-1", EIGHT, f"d-{hood}")), Done
    )


def test_a_hood_of_the_records_can_be_chosen_and_its_id_is_the_one_the_guards_know(client, staff):
    describe(staff, "hood-9")
    page = client.get("/sign-on").text
    assert '<option value="hood-9">Hood: Hood 9, IV room B</option>' in page
    assert "Hood 1, IV room A" not in page
    assert sign_on_okonjo(client, station="hood-9").status_code == 303
    assert 'data-density="glove"' in client.get("/this-station").text


def test_a_hood_out_of_service_says_so(client, staff):
    describe(staff, "hood-9", in_service=False)
    assert "Hood 9, IV room B, out of service" in client.get("/sign-on").text


def test_a_new_hospital_has_no_invented_hoods(staff, clock, tmp_path):
    page = an_app(staff.store, clock, tmp_path, demonstration=False).test_client().get("/sign-on").text
    assert "Hood 1" not in page
    assert "Check desk" in page
