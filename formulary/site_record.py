"""The record of the site: name, telephone, time zone, places and label stock. What the hospital says about itself.

The numeric house rules, the beyond-use table and the supplies have records of their own: `formulary.house`.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from calculations.quantity import Quantity
from formulary.model import Confidence, ContainerClass, LabelStock, SiteProfile, Source

SITE_RECORD = "site"
"""The id of the one record of this type."""
KINDS = frozenset({"bench", "desk", "store", "ward"})
"""Kinds of places other than hoods; hoods have records of their own."""
LABELS = tuple(container.value for container in ContainerClass)
LONGEST = 80
_PLACE = re.compile(r"[a-z0-9][a-z0-9\-]{1,39}")
_SOURCE = Source(id="site", text="the site's own record", confidence=Confidence.SEEN)


@dataclass(frozen=True)
class Place:
    """A station that is no hood."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class Site:
    """What the entries say; `name` is empty until the site was described."""

    name: str = ""
    phone: str = ""
    """Printed on every label: whom to call."""
    zone: str = ""
    """Name in the time-zone database: ``America/Chicago``."""
    places: tuple[Place, ...] = ()
    labels: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Container class -> width and height of its label stock in inches, as text."""


@dataclass(frozen=True)
class DescribeSite:
    """Say all of it anew."""

    site: Site
    reason: str = ""


def _encode(action: DescribeSite) -> tuple[str, int, Mapping[str, Any]]:
    told = asdict(action.site)
    told["labels"] = {name: list(size) for name, size in action.site.labels.items()}
    return "site_described", 1, {**told, "places": list(told["places"]), "reason": action.reason}


def apply(state: Site, entry: Entry) -> Site:  # noqa: ARG001  an entry says all of it anew
    """The site after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    if (entry.kind, entry.version) != ("site_described", 1):
        raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")
    told = entry.payload
    places = tuple(Place(row["id"], row["name"], row["kind"]) for row in told["places"])
    labels = {name: (str(size[0]), str(size[1])) for name, size in told["labels"].items()}
    return Site(told["name"], told["phone"], told["zone"], places, labels)


def _authorise(actor: Actor, action: DescribeSite) -> Refusal | None:  # noqa: ARG001  the shape every record type shares
    if "administrator" in actor.roles:
        return None
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for an administrator.", 403)


def _check(state: Site, action: DescribeSite, act: Act, context: None) -> DescribeSite | Refusal:  # noqa: ARG001  as above
    site = action.site
    for what, text in (("name", site.name), ("telephone", site.phone)):
        if not text.strip() or len(text) > LONGEST:
            return Refusal("site_incomplete", f"The site needs a {what} of at most {LONGEST} characters.", 422)
    if state.name and not action.reason.strip():
        return Refusal("reason_missing", "Say why the site's data change.", 422)
    return _zone_refusal(site.zone) or _places_refusal(site.places) or _labels_refusal(site.labels) or action


def _zone_refusal(zone: str) -> Refusal | None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return Refusal("zone_unknown", f"'{zone}' is no time zone. Write it like America/Chicago.", 422)
    return None


def _places_refusal(places: tuple[Place, ...]) -> Refusal | None:
    if not any(place.kind == "desk" for place in places):
        return Refusal("no_desk", "At least one place is a desk: checks and reviews are done there.", 422)
    for place in places:
        if place.kind not in KINDS or not _PLACE.fullmatch(place.id) or not 0 < len(place.name) <= LONGEST:
            return Refusal("place_wrong", f"'{place.kind}: {place.name}' is no place that can be used.", 422)
    ids = [place.id for place in places]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    return Refusal("place_twice", f"The place {twice} stands there twice.", 422) if twice else None


def _labels_refusal(labels: Mapping[str, tuple[str, str]]) -> Refusal | None:
    if set(labels) != set(LABELS):
        return Refusal("labels_incomplete", f"Label stock is needed for {', '.join(LABELS)}.", 422)
    for container, size in labels.items():
        for text in size:
            try:
                inches = Decimal(text)
            except InvalidOperation:
                inches = Decimal(0)
            if not inches.is_finite() or not 1 <= inches <= 12:
                return Refusal("label_wrong", f"The {container} label measures 1 to 12 in; found '{text}'.", 422)
    return None


SITE: RecordType[Site, DescribeSite, None] = RecordType(
    name="site", blank=Site, apply=apply, authorise=_authorise, check=_check, encode=_encode
)
"""The site's record. Its id is `SITE_RECORD`."""


def site_profile(packaged: SiteProfile, site: Site) -> SiteProfile:
    """The profile of the program with what the site says about itself; not a demonstration any more."""
    if not site.name:
        return packaged
    labels = tuple(
        LabelStock(
            container=ContainerClass(container), width=Quantity(size[0], "in"), height=Quantity(size[1], "in"),
            source=_SOURCE,
        )
        for container, size in sorted(site.labels.items())
    )  # fmt: skip
    told = {"packaged": packaged.digest, "site": _encode(DescribeSite(site))[2]}
    return replace(
        packaged,
        id="site",
        name=site.name,
        phone=site.phone,
        demonstration=False,
        label_stock=labels,
        digest=digest(canonical(told)),
    )
