"""What an opened container was dissolved with comes along into the dose that it is drawn for."""

from batch_records.acting import load
from batch_records.store import Store
from compounding.preparing.inside import named_inside
from compounding.reviewing.new_excipients import containers_of
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import Opened, opened_record
from tests.compounding.stock.test_opened import for_ben, kept, scan_part

WATER = ("vial_sterile_water_10", "sterile water for injection 10 mL vial")


def test_the_diluent_of_an_opened_vial_is_among_what_is_in_the_dose(cast_store: Store) -> None:
    number = kept(cast_store)
    dose = scan_part(cast_store, for_ben(cast_store), number)
    assert not any(one.role == "diluent" for one in dose.drawing.components)
    with cast_store.read() as uow:
        assert named_inside(uow, load(uow, OPENED, opened_record(number))) == (WATER,)
        assert named_inside(uow, Opened()) == ()
        assert WATER in containers_of(uow, dose)
