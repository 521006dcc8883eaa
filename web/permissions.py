"""Who may ask for what: one table, endpoint to roles. What stands in no row is refused, and the server does not start.

The table decides only who may knock. Whether the rules let them in (own work, state, second check) is decided below, in the
packages that know the work, and refused in words.
"""

from collections.abc import Iterable

TECHNICIAN = "technician"
PHARMACIST = "pharmacist"
NURSE = "nurse"
PRESCRIBER = "prescriber"
LEAD = "lead"
BUYER = "buyer"
ADMINISTRATOR = "administrator"
QUALITY = "quality"

EVERYBODY = frozenset({TECHNICIAN, PHARMACIST, NURSE, PRESCRIBER, LEAD, BUYER, ADMINISTRATOR, QUALITY})
"""Whoever is signed on, in any role."""
SEE_PATIENTS = EVERYBODY - {BUYER, ADMINISTRATOR}
"""Whose work needs to know whose preparation it is. Stock and the machine are looked after without any patient's name."""
PHARMACY = frozenset({TECHNICIAN, PHARMACIST, LEAD})
OVERSIGHT = frozenset({LEAD, QUALITY, ADMINISTRATOR})
STOCK = PHARMACY | {BUYER, QUALITY}

OPEN = frozenset({
    "static",
    "health.alive", "health.ready",
    "set_up.page", "set_up.first",  # closed as soon as somebody is registered
    "resets.choose", "resets.set_chosen",  # the code is the key
    "sign_on.page", "sign_on.sign_on", "sign_on.sign_out", "sign_on.locked", "sign_on.unlock",
    "components.page", "demonstration.codes",  # exist in the demonstration and in tests only, and show invented data
})  # fmt: skip
"""What needs no sign-on. Nothing else does without."""

TABLE: dict[str, frozenset[str]] = {
    "home.page": EVERYBODY,
    "sign_on.lock": EVERYBODY,
    "stations.choose": EVERYBODY,
    "stations.register": EVERYBODY,
    "scanner_test.page": EVERYBODY,
    "scanner_test.read": EVERYBODY,
    "scanner_test.sample": EVERYBODY,
}
"""Endpoint to roles. Each area of the work adds its rows below."""

PREPARERS = frozenset({TECHNICIAN, PHARMACIST})
TABLE |= {
    f"station.{name}": PREPARERS
    for name in (
        "page", "live_list", "dose", "scan", "dose_scan", "start", "record", "confirm", "ask_check", "waiting",
        "send_page", "send", "problem", "abandon", "undo", "take_apart", "unmeasured", "hand_over", "move", "label",
        "papers", "send_paper",
        "dilution_label", "card", "card_code", "weigh", "pump_file_page", "pump_file",
    )
}  # fmt: skip
TABLE |= {"pictures.upload": PREPARERS, "pictures.show": PREPARERS | {LEAD, QUALITY}}

TABLE |= {
    "lots.page": STOCK,
    "lots.rows": STOCK,
    "lots.scan": STOCK,
    "lots.lot": STOCK,
    "lots.receive": STOCK,
    "lots.take_in": frozenset({BUYER, TECHNICIAN, PHARMACIST}),
    "lots.adjust": frozenset({BUYER, PHARMACIST}),
    "lots.stop": frozenset({PHARMACIST, LEAD}),
    "lots.free": frozenset({PHARMACIST, LEAD}),
    "lots.export": frozenset({TECHNICIAN, PHARMACIST, LEAD, QUALITY}),
}
RECEIVING = frozenset({BUYER, TECHNICIAN, PHARMACIST})
ORDERING = frozenset({BUYER, PHARMACIST, LEAD})
TABLE |= dict.fromkeys(
    (
        "stock_places.page", "stock_places.one", "stock_orders.page", "stock_orders.one", "stock_reorder.page",
        "stock_reorder.export", "stock_counts.page", "stock_counts.one", "stock_expiry.page", "stock_expiry.waste",
        "stock_expiry.waste_file",
    ),
    STOCK,
)  # fmt: skip
TABLE |= dict.fromkeys(("stock_places.describe", "stock_places.change"), frozenset({PHARMACIST, LEAD, ADMINISTRATOR}))
TABLE |= {
    "stock_moves.transfer": RECEIVING | {LEAD},
    "stock_moves.arrive": RECEIVING | {LEAD},
    "stock_moves.waste": RECEIVING,
    "stock_moves.give_back": frozenset({BUYER, PHARMACIST}),
    "stock_expiry.remove": RECEIVING | {LEAD},
    "stock_reorder.set_level": ORDERING,
    "stock_reorder.draft": ORDERING,
    "stock_reorder.move": RECEIVING | {LEAD},
    "stock_counts.begin": RECEIVING | {LEAD},
    "stock_counts.submit": RECEIVING | {LEAD},
    "stock_counts.add": RECEIVING | {LEAD},
    "stock_counts.variance": ORDERING,
    "stock_counts.approve": ORDERING,
    "stock_counts.drop": ORDERING,
}
TABLE |= {f"stock_orders.{name}": ORDERING for name in ("new", "draft", "edit", "redraft", "place", "close", "reopen")}
TABLE |= {f"stock_orders.{name}": RECEIVING for name in ("scan", "receive")}

TABLE |= {
    "formulary.page": EVERYBODY,
    "formulary.newest": EVERYBODY,
    "formulary.drug": EVERYBODY,
    "replay.page": frozenset({PHARMACIST, LEAD}),
    "replay.nutrition": frozenset({PHARMACIST, LEAD}),
    **dict.fromkeys(("replay_house.page", "replay_house.part"), frozenset({PHARMACIST, LEAD})),
    **dict.fromkeys(("replay.keep", "replay.keep_nutrition", "replay_house.keep"), frozenset({PHARMACIST})),
    "consistency.page": EVERYBODY,
    **dict.fromkeys([f"label_templates.{name}" for name in ("page", "newest", "version", "golden")], EVERYBODY),
    "label_templates.form": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
    "label_templates.save": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
    "label_templates.release": frozenset({PHARMACIST}),
    "label_templates.withdraw": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
    "substitution.page": EVERYBODY,
    "substitution.one": EVERYBODY,
    "substitution.begin": frozenset({PHARMACIST}),
    "substitution.end": frozenset({PHARMACIST}),
    "formulary.upload": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
    "formulary.load": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
    "formulary.release": frozenset({PHARMACIST}),
    "formulary.withdraw": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
}
_LOADING = frozenset({PHARMACIST, LEAD, ADMINISTRATOR})
TABLE |= {f"formulary_edit.{name}": _LOADING for name in ("form", "save", "look", "new_row", "text", "save_text")}
TABLE |= dict.fromkeys(("formulary_import.page", "formulary_import.take"), _LOADING)
TABLE |= dict.fromkeys(("house.page", "house.part", "house.version"), EVERYBODY)
TABLE |= {f"house.{name}": _LOADING for name in ("form", "save", "look", "new_row", "text", "save_text", "withdraw")}
TABLE |= {"house.release": frozenset({PHARMACIST})}
TABLE |= dict.fromkeys(("formulary_nutrition.page", "formulary_nutrition.version"), EVERYBODY)
TABLE |= {f"formulary_nutrition.{name}": _LOADING for name in ("upload", "load", "file", "save")}
TABLE |= {f"formulary_nutrition_edit.{name}": _LOADING for name in ("form", "save", "look", "new_row")}
TABLE |= {
    "formulary_nutrition.release": frozenset({PHARMACIST}),
    "formulary_nutrition.withdraw": frozenset({PHARMACIST, LEAD, ADMINISTRATOR}),
}
TABLE |= {
    f"formulary_curves.{name}": frozenset({PHARMACIST}) for name in ("add", "save_new", "change", "save_change", "look")
}
TABLE |= {
    f"directory.{name}": frozenset({PHARMACIST, LEAD})
    for name in ("page", "report", "export", "product", "starting", "load_text")
}

TABLE |= dict.fromkeys(("users.page", "users.person"), frozenset({LEAD, ADMINISTRATOR, QUALITY}))
TABLE |= {
    f"users.{name}": frozenset({ADMINISTRATOR})
    for name in (
        "new", "register", "change_roles", "assign_badge", "revoke_badge", "disable", "enable", "sessions",
        "end",
    )
}  # fmt: skip
TABLE |= {"users.qualify": frozenset({LEAD})}
TABLE |= {"resets.start": frozenset({ADMINISTRATOR})}
TABLE |= dict.fromkeys(("resets.page", "resets.confirm"), frozenset({ADMINISTRATOR, LEAD, PHARMACIST}))
TABLE |= dict.fromkeys(("users.me", "users.choose", "users.end_own"), EVERYBODY)
TABLE |= dict.fromkeys(("rooms.page", "rooms.one"), PHARMACY | {QUALITY, ADMINISTRATOR})
TABLE |= {
    f"audit.{name}": OVERSIGHT | {PHARMACIST} for name in ("page", "find", "record", "entry", "export")
}
"""An administrator finds there only what names no patient: see `web.pages.audit`."""
TABLE["audit.near_misses"] = frozenset({LEAD, QUALITY, PHARMACIST})
TABLE |= {f"audit.{name}": OVERSIGHT for name in ("verify", "verify_state", "begin")}
TABLE |= dict.fromkeys(("set_up.site", "set_up.describe"), frozenset({ADMINISTRATOR}))
TABLE |= dict.fromkeys(("rooms.describe", "rooms.change"), frozenset({LEAD, ADMINISTRATOR}))

TABLE |= {f"one_time.{name}": frozenset({PHARMACIST}) for name in ("page", "write", "put_again", "approve", "withdraw")}
TABLE |= {f"opened.{name}": STOCK for name in ("page", "scan", "one", "code", "label")}
TABLE |= {f"opened.{name}": PREPARERS for name in ("keep_page", "keep", "discard", "print_label")}
TABLE |= {
    f"batches.{name}": STOCK | {LEAD, QUALITY}
    for name in ("page", "scan", "one", "worksheet", "compounding_record", "labels")
}
TABLE |= {
    f"batches.{name}": PREPARERS
    for name in (
        "new", "propose", "container", "take_apart", "start", "take_over", "move_here", "record", "confirm", "undo", "ask_check",
        "complete", "cancel", "print_labels", "reconcile",
    )
}  # fmt: skip
TABLE |= {
    f"batches.{name}": frozenset({PHARMACIST})
    for name in (
        "containers_checked", "before_mixing", "check", "second", "reject", "release",
    )
}  # fmt: skip
TABLE |= dict.fromkeys(("batches.assign_page", "batches.assign"), PREPARERS | {NURSE})
"""A pharmacist; others only under a released policy of the house, which the record of the dose asks for."""
TABLE |= dict.fromkeys(("batches.hold", "batches.free"), frozenset({PHARMACIST, LEAD}))
TABLE |= {"batches.test": frozenset({PHARMACIST, LEAD, QUALITY}), "batches.move": PREPARERS | {BUYER}}
TABLE |= {"batches.waste": PREPARERS | {LEAD}}
TABLE |= {"code_links.page": STOCK, "code_links.one": STOCK, "code_links.raise_code": PREPARERS}
TABLE |= {f"code_links.{name}": frozenset({PHARMACIST}) for name in ("link", "confirm", "withdraw")}

TABLE |= {
    f"check.{name}": frozenset({PHARMACIST})
    for name in (
        "page", "waiting", "open_scanned", "dose", "passed", "rejected", "ask", "passed_in_process", "staging_checked",
        "read_picture", "second", "emergency", "afterwards", "remake", "reuse", "keep",
    )
}  # fmt: skip
TABLE |= {
    f"labels.{name}": PREPARERS for name in ("page", "waiting", "dose", "print_label", "open_label", "in_hand", "pair", "sheet")
}
TABLE["labels.pdf"] = PREPARERS | {LEAD, QUALITY}  # marked as a copy
TABLE |= {"labels.preview": frozenset({PHARMACIST})}
TABLE |= {f"label_queue.{name}": PREPARERS for name in ("state", "send")}
TABLE |= {
    f"printers.{name}": frozenset({LEAD, ADMINISTRATOR})
    for name in ("page", "live", "one", "describe", "change", "choose", "by_browser")
}
TABLE |= dict.fromkeys(("quarantine.page", "quarantine.one"), PHARMACY | {QUALITY})
TABLE |= dict.fromkeys(("quarantine.begin", "quarantine.end"), frozenset({PHARMACIST, LEAD}))
HOLDING = STOCK
"""Who may see what is held of controlled drugs. No patient stands on those pages."""
TABLE |= dict.fromkeys(
    (
        "controlled.page", "controlled.register_page", "controlled.register_file", "controlled.dose",
        "controlled_waste.one", "controlled_counts.page", "controlled_counts.one", "controlled_counts.sheet",
        "controlled_cases.page", "controlled_cases.one", "controlled_handling.one", "controlled_inventory.page",
        "controlled_inventory.one", "controlled_inventory.paper",
    ),
    HOLDING,
)  # fmt: skip
TABLE |= {"controlled.persons_page": frozenset({LEAD, QUALITY})}
WASTING = RECEIVING | {LEAD}
TABLE |= {f"controlled_waste.{name}": WASTING for name in ("of_dose", "other", "of_other")}
TABLE |= {f"controlled_waste.{name}": WASTING | {NURSE} for name in ("witness", "take_back")}
TABLE |= {"controlled_waste.one": HOLDING | {NURSE}}
TABLE |= dict.fromkeys(("controlled_remainder.page", "controlled_remainder.offer"), PREPARERS | {NURSE})
TABLE |= {f"controlled_handling.{name}": WASTING for name in ("lot", "offer", "receive", "take_in", "second", "take_back")}
TABLE |= dict.fromkeys(("controlled_handling.back", "controlled_handling.put_back"), PREPARERS | {LEAD})
TABLE |= {"controlled_shift.page": HOLDING, "controlled_shift.close": frozenset({PHARMACIST, LEAD})}
TABLE |= {"controlled_inventory.take": frozenset({PHARMACIST, LEAD}), "controlled_inventory.second": WASTING}
TABLE |= dict.fromkeys(("controlled_counts.begin", "controlled_counts.enter"), WASTING)
TABLE |= {"controlled_counts.drop": frozenset({PHARMACIST, LEAD}), "controlled_cases.open_case": WASTING}
TABLE |= {
    "controlled_cases.answer": frozenset({BUYER, PHARMACIST, LEAD}),
    "controlled_cases.confirm": frozenset({PHARMACIST, LEAD}),
    "controlled_cases.send_back": frozenset({PHARMACIST, LEAD}),
}
TRACING = frozenset({TECHNICIAN, PHARMACIST, LEAD, QUALITY})
TABLE |= {f"trace.{name}": TRACING for name in ("page", "scan", "label", "file", "call_list")}
RECALLING = frozenset({TECHNICIAN, PHARMACIST, LEAD, QUALITY, NURSE})
TABLE |= dict.fromkeys(("recalls.page", "recalls.one", "recalls.progress"), RECALLING)
TABLE |= {"recalls.end_qualification": frozenset({LEAD})}
TABLE |= {"recalls.outcome": RECALLING - {QUALITY}, "recalls.confirm_clearing": frozenset({PHARMACIST})}
TABLE |= {
    f"recalls.{name}": frozenset({PHARMACIST, LEAD}) for name in ("start", "open_recall", "ask_clearing", "close", "go_on_now")
}
ON_THE_WARD = frozenset({NURSE, TECHNICIAN, PHARMACIST, LEAD})
TABLE |= {
    f"nurse.{name}": ON_THE_WARD
    for name in ("page", "find", "scan", "patient", "live_patient", "dose", "act_on", "next_bag", "waste")
}
TABLE |= dict.fromkeys(("label_camera.page", "label_camera.read"), ON_THE_WARD)
TABLE |= {f"queue.{name}": SEE_PATIENTS - {PRESCRIBER} for name in ("page", "rows")}


PRESCRIBING = frozenset({PRESCRIBER, PHARMACIST})
CARING = frozenset({TECHNICIAN, PHARMACIST, NURSE, PRESCRIBER, LEAD})
TABLE |= {
    f"review.{name}": frozenset({PHARMACIST}) for name in ("page", "live_list", "order", "accept", "ask", "reject")
}
TABLE |= dict.fromkeys(("orders.find", "orders.of_patient", "orders.rows"), CARING)
TABLE |= {"orders.page": CARING, "orders.one": CARING, "orders.hold": PRESCRIBING | {NURSE}, "orders.stop": PRESCRIBING}
TABLE |= {f"orders.imports.{name}": frozenset({PHARMACIST}) for name in ("page", "take", "message", "settle")}
TABLE |= dict.fromkeys(("orders.resume", "orders.review_again"), frozenset({PHARMACIST}))
TABLE |= {"nutrition.page": CARING}
TABLE |= {f"nutrition.{name}": PRESCRIBING for name in ("begin", "new", "place", "change", "change_order", "preview", "worked")}
TABLE |= {f"nutrition.{name}": frozenset({PHARMACIST}) for name in ("answer", "record_answer")}
TABLE |= {
    f"orders.entry.{name}": PRESCRIBING
    for name in ("start", "new", "new_as", "place", "change", "change_order", "look", "choices", "find_drugs", "find_patients")
}
TABLE |= {f"orders.entry.{name}": frozenset({PHARMACIST}) for name in ("answer", "answer_as", "record_answer")}
TABLE |= {f"orders.patients.{name}": CARING for name in ("page", "find", "one")}
TABLE |= {f"orders.patients.{name}": PRESCRIBING | {NURSE} for name in ("new", "record", "change", "record_change")}


def allowed(endpoint: str, roles: frozenset[str]) -> bool:
    """May somebody with these roles ask for this endpoint? An endpoint without a row is refused."""
    return bool(TABLE.get(endpoint, frozenset()) & roles)


def endpoints_without_row(endpoints: Iterable[str]) -> list[str]:
    """Endpoints that are neither open nor in the table: each of them keeps the server from starting."""
    return sorted({endpoint for endpoint in endpoints if endpoint not in OPEN and endpoint not in TABLE})
