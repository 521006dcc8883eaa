"""What every action on a record shares: a kind, a version, and its canonical plain form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from sqlalchemy import Table

from batch_records.acts import Actor, Refusal
from batch_records.tables import Base
from compounding.planning.plan_data import as_data


@dataclass(frozen=True)
class RecordAction:
    """Base of all actions: `kind` and `version` name the entry, and readers for every released pair stay for ever."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1


def encode(action: RecordAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    return action.kind, action.version, as_data(action)


def not_allowed(actor: Actor, kind: str, permissions: Mapping[str, frozenset[str]]) -> Refusal | None:
    """Deny by default: an action without a row is refused to everybody."""
    allowed = permissions.get(kind, frozenset())
    if actor.roles & allowed:
        return None
    who = " or ".join(sorted(allowed - {"system"})) or "nobody"
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for a {who}.", 403)


def by_kind(*actions: type[RecordAction]) -> dict[str, type[RecordAction]]:
    """The actions of a record by the kind that their entries carry."""
    return {action.kind: action for action in actions}


def by_role(permissions: Mapping[str, frozenset[str]]) -> Callable[[Actor, RecordAction], Refusal | None]:
    """The `authorise` of a record of which the roles alone decide who may ask for what."""

    def authorise(actor: Actor, action: RecordAction) -> Refusal | None:
        return not_allowed(actor, action.kind, permissions)

    return authorise


def table_of(row: type[Base]) -> Table:
    """The table of a projection."""
    return cast(Table, row.__table__)
