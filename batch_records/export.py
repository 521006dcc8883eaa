"""Export: records as one file that a stranger can check without this program.

The file is a zip archive: ``entries.jsonl`` (one entry a line), the newest signed list of heads with its public key,
and a check that needs nothing but Python; ``python3 records.zip`` runs it.
"""

import json
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import Select, select

from batch_records import export_check
from batch_records.checkpoint import newest_checkpoint
from batch_records.pictures import write_lasting
from batch_records.store import Store, UnitOfWork
from batch_records.tables import ENTRIES, HEADS
from batch_records.types import instant_text

README = """Records of Sufficit.

entries.jsonl    one entry a line: who did what, when and where, in the order of each record
checkpoint.json  the newest signed list of where every record stood (checkpoint.body, .sig and public_key.pem are
                 the same for openssl)
__main__.py      the check; run  python3 NAME-OF-THIS-FILE.zip

The server also seals what was done with a secret given just now. Those seals can be checked by the server alone (a key that
could check them could make them), so they are not in this archive: ask the site for the outcome of its own check. What you
can check yourself is the chain of hashes and, with the site's key, the signed list.

Times are UTC; offset_minutes is the site's offset at that time. Exact numbers are fractions in text.
"""


def export_records(store: Store, file: Path, records: Sequence[str] | None = None) -> int:
    """Write some records, or all, to a file and give the number of entries. Raises KeyError for an unknown record."""
    buffer = BytesIO()
    count = 0
    with store.read() as uow, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if records is not None:
            _all_known(uow, records)
        with archive.open("entries.jsonl", "w", force_zip64=True) as lines:
            for line in _lines(uow, records):
                lines.write(f"{line}\n".encode())
                count += 1
        _add_checkpoint(uow, archive)
        archive.writestr("__main__.py", Path(export_check.__file__).read_text(encoding="utf-8"))
        archive.writestr("README.txt", README)
    write_lasting(file, buffer.getvalue())
    return count


def _all_known(uow: UnitOfWork, records: Sequence[str]) -> None:
    known = set(uow.session.execute(select(HEADS.c.record).where(HEADS.c.record.in_(records))).scalars())
    unknown = sorted(set(records) - known)
    if unknown:
        raise KeyError(f"no such record: {', '.join(unknown)}")


def _entry_rows(records: Sequence[str] | None) -> Select[Any]:
    query = select(ENTRIES).order_by(ENTRIES.c.record, ENTRIES.c.seq)
    return query if records is None else query.where(ENTRIES.c.record.in_(records))


def _lines(uow: UnitOfWork, records: Sequence[str] | None) -> Iterator[str]:
    for row in uow.session.execute(_entry_rows(records).execution_options(yield_per=2_000)).mappings():
        fields = dict(row) | {"at": instant_text(row["at"])}
        yield json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _add_checkpoint(uow: UnitOfWork, archive: zipfile.ZipFile) -> None:
    newest = newest_checkpoint(uow)
    if newest is None:
        return
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(newest.public_key))
    archive.writestr("checkpoint.json", newest.as_text())
    archive.writestr("checkpoint.body", newest.body)
    archive.writestr("checkpoint.sig", bytes.fromhex(newest.signature))
    archive.writestr("public_key.pem", key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def compare_export(store: Store, file: Path) -> list[str]:
    """How an exported file differs from what is stored now, one sentence a record; empty when it is equal.

    Entries written since the export are no difference. The file itself is checked first.
    """
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("entries.jsonl").decode().splitlines()
    faults = export_check.faults_in(lines, None)
    if faults:
        return faults
    exported: dict[str, list[str]] = {}
    for line in lines:
        exported.setdefault(json.loads(line)["record"], []).append(line)
    with store.read() as uow:
        stored = {record: list(_lines(uow, [record])) for record in exported}
    return [
        f"{record}: the export and the stored record differ"
        for record, told in exported.items()
        if stored[record][: len(told)] != told
    ]
