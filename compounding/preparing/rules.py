"""Which guards each action passes, in order. Read together with the table of moves, this is the whole law of a dose."""

from compounding.preparing import guards as g
from compounding.preparing.guards import Guard

GUARDS: dict[str, tuple[Guard, ...]] = {
    "queue": (),
    "hold": (g.reason_given,),
    "resume": (),
    "cancel": (g.reason_given,),
    "scan_container": (
        g.order_still_active, g.not_too_early, g.lot_and_expiry_known, g.not_expired, g.lot_not_stopped, g.not_reserved,
    ),
    "plan_draw_up": (),
    "take_apart": (g.reason_given,),
    "check_staging": (g.staging_needs_other,),
    "start_preparation": (
        g.order_still_active, g.not_too_early, g.person_qualified, g.hood_good_enough, g.staging_checked,
    ),
    "hand_over": (g.person_qualified,),
    "record_volume": (
        g.is_preparer, g.step_in_focus, g.step_measures, g.syringe_shows, g.volume_inside, g.picture_present,
    ),
    "record_weight": (g.is_preparer, g.step_in_focus, g.step_measures, g.picture_present),
    "record_unmeasured": (g.is_preparer, g.step_in_focus, g.step_measures, g.picture_present, g.reason_given),
    "confirm_step": (g.is_preparer, g.step_in_focus, g.step_confirms),
    "undo": (g.is_preparer, g.record_to_undo, g.reason_given),
    "ask_in_process_check": (g.is_preparer, g.measures_recorded),
    "pass_in_process": (g.no_hand_in_it,),
    "reject_in_process": (g.no_hand_in_it, g.reason_given),
    "complete": (
        g.is_preparer, g.order_still_active, g.only_label_left, g.in_process_label_matches, g.picture_present,
    ),
    "abandon": (g.reason_given,),
    "read_from_picture": (g.no_hand_in_it, g.step_measures),
    "ask_second_check": (
        g.no_hand_in_it, g.same_content, g.second_check_asked_for, g.nothing_unmeasured, g.recalculation_inside,
    ),
    "enter_second_check": (g.no_hand_in_it, g.not_first_checker),
    "release": (
        g.no_hand_in_it, g.same_content, g.order_still_active, g.nothing_unmeasured, g.recalculation_inside,
        g.second_check_done, g.beyond_use_reason, g.before_beyond_use,
    ),
    "emergency_release": (
        g.a_second_is_on_duty, g.same_content, g.order_still_active, g.nothing_unmeasured, g.recalculation_inside,
        g.before_beyond_use, g.reason_given,
    ),
    "check_afterwards": (g.was_emergency, g.no_hand_in_it),
    "reject": (g.no_hand_in_it, g.reason_given),
    "expire": (g.beyond_use_reached,),
    "print_label": (g.label_answered,),
    "answer_label_in_hand": (g.label_was_printed,),
    "pair_labels": (g.order_still_active, g.before_beyond_use_now, g.pair_matches, g.inspected_the_same_day),
    "receive": (g.before_beyond_use_now,),
    "start_administration": (g.order_still_active, g.before_beyond_use_now),
    "return_dose": (),
    "report_missing": (),
    "find": (),
    "reuse": (g.never_given_once_missing, g.order_still_active, g.before_beyond_use_now, g.reason_given),
    "waste": (g.waste_witnessed,),
    "quarantine": (g.reason_given,),
    "end_quarantine": (g.order_still_active, g.before_beyond_use_now, g.reason_given),
}  # fmt: skip
