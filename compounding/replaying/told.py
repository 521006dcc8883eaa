"""What of a replay is kept with the draft that it was of: its totals, and a digest of everything that it told."""

from collections.abc import Mapping
from typing import Any

from batch_records.entries import canonical, digest
from compounding.replaying.outcome import Change, Replayed, Tally

Totals = Mapping[str, Any]

NOTHING: Totals = {
    "orders": 0,
    "doses": 0,
    "changes": {change.value: {"orders": 0, "doses": 0} for change in Change},
    "not_judged": {},
}
"""The totals of no replay at all, to begin adding with."""


def totals_of(found: Replayed) -> Totals:
    """Orders and doses that were judged, that would fare otherwise, and that could not be judged, with the reason."""
    return {
        "orders": found.judged.orders,
        "doses": found.judged.doses,
        "changes": {change.value: _tally(found.changes[change]) for change in Change},
        "not_judged": {why: _tally(tally) for why, tally in found.untold.items()},
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {"orders": tally.orders, "doses": tally.doses}


def added(first: Totals, second: Totals) -> Totals:
    """The totals of two replays together."""
    parts = {
        name: {key: _sum(first[name].get(key), second[name].get(key)) for key in (*first[name], *second[name])}
        for name in ("changes", "not_judged")
    }
    return {**{name: first[name] + second[name] for name in ("orders", "doses")}, **parts}


def _sum(first: Mapping[str, int] | None, second: Mapping[str, int] | None) -> dict[str, int]:
    return {name: sum(one[name] for one in (first, second) if one is not None) for name in ("orders", "doses")}


def digest_of(found: Replayed, before: str = "") -> str:
    """A digest of all that a replay told, limit by limit, with its examples. `before`: that of the replay of the drug before."""
    limits = {
        name: {change.value: _whole(tally) for change, tally in row.changes.items() if tally.orders}
        for name, row in found.limits.items()
    }
    told = {
        "before": before,
        "drug": found.drug,
        "totals": dict(totals_of(found)),
        "changes": {change.value: _whole(tally) for change, tally in found.changes.items()},
        "limits": limits,
        "remarks": {why: _whole(tally) for why, tally in found.remarks.items()},
    }
    return digest(canonical(told))


def _whole(tally: Tally) -> dict[str, Any]:
    return {**_tally(tally), "examples": [list(key) for key in tally.examples]}


def totals_words(totals: Totals) -> str:
    """`1,204 orders judged: 3 newly stop, 12 newly warn; 5 not judged`."""
    changes = [f"{row['orders']:,} {_VERBS[name]}" for name, row in totals["changes"].items() if row["orders"]]
    left = sum(row["orders"] for row in totals["not_judged"].values())
    told = f"{totals['orders']:,} {'order' if totals['orders'] == 1 else 'orders'} judged: "
    return told + (", ".join(changes) or "none would fare otherwise") + (f"; {left:,} not judged" if left else "")


_VERBS = {
    Change.STOPS.value: "newly stopped",
    Change.WARNS.value: "newly warned of",
    Change.EASES.value: "stopped less",
    Change.PASSES.value: "newly passed",
}
