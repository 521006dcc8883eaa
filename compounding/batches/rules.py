"""Which guards each action on a batch passes: first those of a dose's making, then those of a batch, in order."""

from compounding.batches import guards as b
from compounding.batches import guards_labels as labels
from compounding.batches import guards_places as places
from compounding.batches import guards_results as results
from compounding.batches.guards import BatchGuard
from compounding.preparing import guards as g
from compounding.preparing import guards_checking as checking
from compounding.preparing import guards_making as making
from compounding.preparing import guards_scanning as scanning
from compounding.preparing import moving
from compounding.preparing.guards import Guard
from compounding.preparing.read_aloud import read_aloud

OF_DOSE: dict[str, tuple[Guard, ...]] = {
    "scan_container": (scanning.lot_and_expiry_known, scanning.not_expired, scanning.lot_not_stopped, scanning.not_reserved),
    "take_apart": (g.reason_given,),
    "check_staging": (scanning.staging_needs_other,),
    "start_preparation": (
        scanning.person_qualified,
        scanning.hood_good_enough,
        scanning.staging_checked,
        scanning.scanned_not_expired,
        scanning.scanned_lots_not_stopped,
    ),
    "hand_over": (scanning.person_qualified, scanning.not_yet_preparer),
    "move_hood": (
        making.is_preparer,
        moving.another_hood,
        scanning.person_qualified,
        scanning.hood_good_enough,
        g.reason_given,
    ),
    "record_volume": (
        making.is_preparer,
        making.at_its_hood,
        making.step_in_focus,
        making.step_measures,
        read_aloud,
        making.volume_stated,
        making.syringe_shows,
        making.volume_inside,
        making.picture_present,
    ),
    "confirm_step": (making.is_preparer, making.at_its_hood, making.step_in_focus, making.step_confirms),
    "undo": (making.is_preparer, making.at_its_hood, making.record_to_undo, g.reason_given),
    "ask_in_process_check": (making.is_preparer, making.at_its_hood, making.measures_recorded),
    "pass_in_process": (g.no_hand_in_it, checking.volumes_inside),
    "reject_in_process": (g.no_hand_in_it, g.reason_given),
    "complete_batch": (making.is_preparer, making.at_its_hood, making.only_label_left),
    "check_batch": (g.no_hand_in_it, checking.same_content, checking.nothing_unmeasured, checking.volumes_inside),
    "enter_second_check": (g.no_hand_in_it,),
    "reject_batch": (g.no_hand_in_it, g.reason_given),
    "cancel_batch": (making.preparer_or_pharmacist_once_started, g.reason_given),
    "release_batch": (g.no_hand_in_it, checking.same_content, scanning.scanned_lots_not_stopped),
    "hold_units": (g.reason_given,),
    "free_units": (g.reason_given,),
}
"""Guards of a dose, asked of the making of the batch."""

GUARDS: dict[str, tuple[BatchGuard, ...]] = {
    "scan_container": (b.made_as_planned, b.no_opened_container, b.not_scanned_twice),
    "start_preparation": (b.made_as_planned,),
    "complete_batch": (places.place_known, places.waits_apart, b.serials_fit, b.samples_taken, b.rejected_with_reason),
    "check_batch": (b.every_unit_inside, b.every_unit_holds_it, b.time_known),
    "enter_second_check": (b.not_first_checker,),
    "print_unit_labels": (labels.label_possible, labels.label_reason),
    "reconcile_labels": (labels.labels_add_up,),
    "record_test": (results.test_complete,),
    "free_units": (results.not_failed,),
    "release_batch": (
        results.tests_passed,
        labels.labels_reconciled,
        b.time_known,
        b.no_unit_held,
        places.place_known,
        places.put_for_use,
    ),
    "move_units": (places.place_known,),
}
"""Guards that only a batch has."""
GUARDS |= {kind: (b.not_recalled, *GUARDS.get(kind, ())) for kind in b.GOES_ON}

LOTS_ASKED = frozenset(kind for kind, guards in OF_DOSE.items() if scanning.scanned_lots_not_stopped in guards)
"""Actions that ask how the lots of everything scanned stand now."""
