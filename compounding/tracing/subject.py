"""What is traced: a lot, a product, a batch, a hood, a person, a location, a time window, or several of them together."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from calculations.errors import Fault, Faults

KINDS = {
    "lot": "A lot of a product",
    "product": "A product, every lot of it",
    "batch": "A batch made ahead, by its lot number",
    "hood": "A hood",
    "person": "A person",
    "time": "Everything made in a time",
    "test": "A failed test",
    "place": "A location that was too warm or too cold",
}
"""What a trace can start from, in the words of the page."""

NEEDED = {
    "lot": ("product", "lot"),
    "product": ("product",),
    "batch": ("batch",),
    "hood": ("hood",),
    "person": ("person",),
    "time": ("since", "until"),
    "test": ("test", "since", "until"),
    "place": ("place",),
}
"""Kind -> fields that it cannot do without. A failed test needs a batch, a hood or a person besides."""

SAYS = {
    "product": "the product",
    "lot": "the lot number, as it stands on the container",
    "batch": "the lot number of the batch",
    "hood": "the hood",
    "person": "the person",
    "place": "the location",
    "since": "the first moment; of a failed test the last one that was passed",
    "until": "the last moment",
    "test": "what failed: sterility test, fingertips, media fill, surface sample",
}
LONGEST = 100


@dataclass(frozen=True)
class Subject:
    """All that is given must hold together: a lot and a hood are that lot at that hood."""

    kind: str
    product: str = ""
    lot: str = ""
    batch: str = ""
    """Lot number of a batch made ahead."""
    hood: str = ""
    person: str = ""
    place: str = ""
    test: str = ""
    """What failed, in words: it narrows nothing by itself."""
    since: datetime | None = None
    until: datetime | None = None
    looked_at: datetime | None = None
    """Of a recall: when it was opened. What is used after that was cleared by it."""

    @property
    def by_making(self) -> bool:
        """Whether it asks for how and when something was made."""
        return bool(self.hood or self.person or (not self.place and (self.since or self.until)))

    def given(self) -> dict[str, str]:
        """What is given, as plain text; instants in UTC."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "looked_at"}
        return {name: value if isinstance(value, str) else value.isoformat() for name, value in told.items() if value}


def subject_of(told: Mapping[str, str], since: datetime | None = None, until: datetime | None = None) -> Subject:
    """The subject that the fields of a form name. Raises Faults for what is missing, too long or the wrong way round."""
    kind = told.get("kind", "")
    if kind not in KINDS:
        raise Faults([Fault("kind", kind or "nothing", f"one of: {', '.join(KINDS.values())}")])
    texts = {
        name: told.get(name, "").strip() for name in ("product", "lot", "batch", "hood", "person", "place", "test")
    }
    moments = {"since": since, "until": until}
    faults = [
        Fault(name, "nothing", SAYS[name]) for name in NEEDED[kind] if not texts.get(name) and not moments.get(name)
    ]
    faults += [
        Fault(name, text[:LONGEST], f"at most {LONGEST} characters that can be printed")
        for name, text in texts.items()
        if len(text) > LONGEST or not text.isprintable()
    ]
    if kind == "test" and not (texts["batch"] or texts["hood"] or texts["person"]):
        faults.append(Fault("test", texts["test"] or "nothing", "what was tested: a batch, a hood or a person"))
    if texts["lot"] and not texts["product"]:
        faults.append(Fault("product", "nothing", "the product that the lot is of: two makers may use one number"))
    if since is not None and until is not None and until < since:
        faults.append(Fault("until", until.isoformat(), "a moment after the first one"))
    if faults:
        raise Faults(faults)
    return Subject(kind, **texts, since=since, until=until, looked_at=None)
