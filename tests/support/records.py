"""A small record type for tests of the memory: a sheet that is written on and then signed once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal, SecretProof
from batch_records.entries import Entry

EIGHT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
OKONJO = Actor("person-okonjo", "T. Okonjo", frozenset({"technician"}), "CPhT")
MARLOW = Actor("person-marlow", "J. Marlow", frozenset({"pharmacist"}), "RPh")
DUARTE = Actor("person-duarte", "K. Duarte", frozenset({"pharmacist"}), "RPh")


def an_act(key: str, actor: Actor = OKONJO, at: datetime = EIGHT, proof: SecretProof | None = None) -> Act:
    """An act at hood 1, at eight o'clock unless said otherwise."""
    return Act(actor, "hood-1", at, key, 0, proof)


@dataclass(frozen=True)
class Sheet:
    """Lines written, and who signed."""

    lines: tuple[str, ...] = ()
    signed_by: str | None = None


@dataclass(frozen=True)
class Write:
    """Write a line."""

    line: str


@dataclass(frozen=True)
class Sign:
    """Sign the sheet."""


def _apply(state: Sheet, entry: Entry) -> Sheet:
    if entry.kind == "written":
        return replace(state, lines=(*state.lines, entry.payload["line"]))
    return replace(state, signed_by=entry.who)


def _authorise(actor: Actor, action: Write | Sign) -> Refusal | None:
    if isinstance(action, Sign) and "pharmacist" not in actor.roles:
        return Refusal("not_allowed", "Only a pharmacist signs.", 403)
    return None


def _check(state: Sheet, action: Write | Sign, act: Act, context: None) -> Write | Sign | Refusal:
    if state.signed_by is not None:
        return Refusal("signed", f"{state.signed_by} signed this sheet already.")
    return action


def _encode(action: Write | Sign) -> tuple[str, int, Mapping[str, Any]]:
    return ("written", 1, {"line": action.line}) if isinstance(action, Write) else ("signed", 1, {})


def sheet_type(**more: Any) -> RecordType[Sheet, Write | Sign, Any]:
    """The record type of sheets, with whatever else a test needs."""
    return RecordType(
        **{"name": "sheet", "blank": Sheet, "apply": _apply, "authorise": _authorise, "check": _check, "encode": _encode}
        | more
    )


SHEET = sheet_type()


def rows_of(table: Table, uow: Any) -> list[Any]:
    """Every row of a table."""
    return list(uow.session.execute(table.select()).all())
