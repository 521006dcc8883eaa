"""The rows of the trace that a record gives: pure, so that ``records verify`` compares them with what is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table

from compounding.preparing.dose import Dose
from compounding.tracing.stays import Been, place_key, stays
from compounding.tracing.tables import BeenRow, HandRow, MakingRow

MAKINGS = cast(Table, MakingRow.__table__)
HANDS = cast(Table, HandRow.__table__)
BEEN = cast(Table, BeenRow.__table__)
PARTS = (
    "scanned",
    "looked at the containers",
    "prepared",
    "measured",
    "checked",
    "completed",
    "released",
    "closed a quarantine",
)
"""What a person can do to a preparation, in order."""

Hand = tuple[str, str, datetime | None]
"""Person, part, moment."""
Rows = Mapping[Table, Sequence[Mapping[str, Any]]]


def making_rows(record: str, hoods: Mapping[str, datetime], hands: Iterable[Hand]) -> Rows:
    """The rows of anything that is made at hoods, each since when, by persons: a dose, or a batch."""
    making = [{"record": record, "hood": hood, "started_at": since} for hood, since in hoods.items()]
    return {MAKINGS: making, HANDS: _hand_rows(record, hands)}


def been_rows(record: str, been: Mapping[int, Been]) -> Rows:
    """The rows of the places of a thing, or of each unit of a batch by its serial number; 0 is the thing as a whole."""
    found = [(serial, stay) for serial, places in been.items() for stay in stays(places)]
    return {
        BEEN: [
            {
                "record": record,
                "part": part,
                "serial": serial,
                "place": place_key(stay.place),
                "since": stay.since,
                "until": stay.until,
            }
            for part, (serial, stay) in enumerate(found, start=1)
        ]
    }


def _hand_rows(record: str, hands: Iterable[Hand]) -> list[dict[str, Any]]:
    parts: dict[str, set[str]] = {}
    first: dict[str, datetime] = {}
    for person, part, at in hands:
        if not person or at is None:
            continue
        parts.setdefault(person, set()).add(part)
        first[person] = min(first.get(person, at), at)
    return [
        {
            "record": record,
            "person": person,
            "parts": ", ".join(part for part in PARTS if part in did),
            "first_at": first[person],
        }
        for person, did in parts.items()
    ]


def dose_rows(record: str, dose: Dose) -> Rows:
    """The rows of a dose: one for each hood that it was made at."""
    return {**making_rows(record, dict(reversed(dose.hoods)), hands_of(dose)), **been_rows(record, {0: dose.been})}


def hands_of(dose: Dose) -> tuple[Hand, ...]:
    """Everybody with a hand in a dose, each part with its moment."""
    hands: list[Hand] = [(scan.by, "scanned", scan.at) for scan in dose.scans]
    hands.append((dose.staging_checked_by, "looked at the containers", dose.staged_at))
    hands += [(person, "prepared", dose.started_at) for person in dose.preparers]
    hands += [(one.by, "checked" if one.how == "read from picture" else "measured", one.at) for one in dose.records]
    hands.append((dose.in_process_passed_by, "checked", dose.started_at))
    hands.append((dose.completed_by, "completed", dose.completed_at))
    signed = (
        (dose.first_check, "checked"),
        (dose.second_check, "checked"),
        (dose.released, "released"),
        (dose.afterwards, "checked"),
        (dose.released_again, "released"),
        (dose.investigation_closed, "closed a quarantine"),
    )
    hands += [(one.person, part, one.at) for one, part in signed if one is not None]
    return tuple(hands)
