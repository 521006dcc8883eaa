"""The pages, one module an area. Each listed module has a ``blueprint``; what is not listed is not served."""

PAGES: tuple[str, ...] = (
    "home",
    "sign_on",
    "stations",
    "scanner_test",
    "health",
    "review",
    "orders",
    "nutrition",
    "lots",
    "code_links",
    "opened",
    "one_time",
    "formulary",
    "formulary_nutrition",
    "formulary_curves",
    "directory",
    "users",
    "resets",
    "rooms",
    "set_up",
    "audit",
    "pictures",
    "station",
    "check",
    "labels",
    "label_queue",
    "printers",
    "quarantine",
    "trace",
    "queue",
    "nurse",
    "label_camera",
)

DEMONSTRATION_PAGES: tuple[str, ...] = ("components", "demonstration")
"""Served only where the data are demonstration data."""
