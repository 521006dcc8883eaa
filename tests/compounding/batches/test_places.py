"""A location that is described anew changes nothing for the finished units that lie there."""

from compounding.batches.actions import MoveUnits
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from tests.support.batches import COLD, SHELF, WAITING, minutes, on_batch
from tests.support.cast import ADEYEMI, OKONJO, do, refused


def described(name: str, kind: str, storage: str) -> DescribeLocation:
    return DescribeLocation(name, kind, storage, True, reason="it was described wrongly")


def test_units_set_apart_are_not_put_on_sale_by_renaming_their_shelf(released_store):
    on_batch(released_store, OKONJO, MoveUnits((2,), WAITING), minutes(10))
    shelf = location_record(WAITING)
    told = refused(released_store, ADEYEMI, LOCATION, shelf, described(WAITING, "anteroom", "crt"), minutes(11))
    assert told == "quarantine_full"
    on_batch(released_store, OKONJO, MoveUnits((2,), SHELF), minutes(12))
    do(released_store, ADEYEMI, LOCATION, shelf, described(WAITING, "anteroom", "crt"), minutes(13))


def test_a_refrigerator_with_units_in_it_does_not_become_a_shelf_where_their_time_would_be_wrong(released_store):
    on_batch(released_store, OKONJO, MoveUnits((1, 3), COLD), minutes(10))
    cold = location_record(COLD)
    told = refused(released_store, ADEYEMI, LOCATION, cold, described(COLD, "satellite", "crt"), minutes(11))
    assert told == "units_kept_otherwise"
    do(released_store, ADEYEMI, LOCATION, cold, described(COLD, "satellite", "mixed"), minutes(12))
    on_batch(released_store, OKONJO, MoveUnits((1, 3), SHELF), minutes(13))
    do(released_store, ADEYEMI, LOCATION, cold, described(COLD, "satellite", "crt"), minutes(14))
