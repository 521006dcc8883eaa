"""The way back for a hospital in which nobody is left who may sign on or confirm: from the server's own command line.

It needs the server's own secret, which is a file that only the server's user can read, and nothing else; so it is loud. The
entry is one of `AT_SERVER`, carries the server's seal, and stands on the pages of records and people for `TOLD_FOR`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from batch_records.acting import Refused, perform
from batch_records.acts import Act, Refusal
from batch_records.people import PERSON, load_person
from batch_records.people_resets import AT_SERVER, CODE_LASTS, RECOVERED, Recover
from batch_records.reading import entry_from
from batch_records.resets import code_of_key, keep_code
from batch_records.sealing import is_own, stamped
from batch_records.store import Store, UnitOfWork
from batch_records.tables import ENTRIES

TOLD_FOR = timedelta(days=90)
METHOD = "server"
"""What stands in place of PIN or password in the proof: the server's own secret."""


def recover(store: Store, person: str, reason: str, act: Act) -> str | Refusal:
    """Give a person access again and a code to choose new secrets with. Their old secrets and all sessions end now.

    Refused where the store was not opened with the secret that this database was sealed with, and without a reason.
    """
    with store.read() as uow:
        if not is_own(uow.session, store.pepper):
            text = "The file sign_on_key in the data directory is not the one that this database was written with."
            return Refusal("not_this_server", text, 403)
    code, code_digest = code_of_key(store, person, act.key)
    at_server = replace(act, actor=AT_SERVER, proof=stamped(store.pepper, AT_SERVER.person, act.at, METHOD))
    answer = perform(store, PERSON, person, Recover(reason.strip(), code_digest), at_server)
    if isinstance(answer, Refused):
        return answer.refusal
    keep_code(store, code_digest, person, answer.entry.at + CODE_LASTS)
    return code


@dataclass(frozen=True)
class Recovered:
    """One recovery, to be told."""

    record: str
    seq: int
    name: str
    at: datetime
    reason: str


def recoveries(uow: UnitOfWork, since: datetime) -> list[Recovered]:
    """Every recovery since then, the newest first."""
    wanted: Any = select(ENTRIES).where(ENTRIES.c.kind == RECOVERED, ENTRIES.c.at >= since).order_by(ENTRIES.c.at.desc())
    entries = [entry_from(row) for row in uow.session.execute(wanted)]
    return [
        Recovered(one.record, one.seq, load_person(uow, one.record).name, one.at, one.payload["reason"]) for one in entries
    ]
