"""The record of the directory: which files were imported, when, by whom, with which counts. The last import is in use.

The rows themselves are reference data and stand in tables, written in the same unit of work as the entry that names the
files by their digests. No decision of the program reads them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from batch_records.acting import Done, RecordType, Refused, perform
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, canonical, digest
from batch_records.store import Store, UnitOfWork
from formulary.directory.filling import fill, rows_of
from formulary.directory.tables import NdcPackageRow, NdcProductRow
from formulary.directory.values import Directory, FileRead, Layout

DIRECTORY_RECORD = "ndc-directory"
"""The id of the one record of this type."""
ROLES = frozenset({"pharmacist", "lead", "administrator"})
"""Who may import. An import changes no drug of the formulary."""


@dataclass(frozen=True)
class ImportDirectory:
    """Take these files as the directory, in place of the ones before."""

    files: tuple[FileRead, ...]
    digest: str
    """Of the digests of all files."""
    products: int
    packages: int
    unread: int
    """Things that could not be read."""
    rows_left_out: int


@dataclass(frozen=True)
class Import:
    """One import as it was entered."""

    number: int
    """From 1."""
    told: ImportDirectory
    at: datetime
    who: str


@dataclass(frozen=True)
class DirectoryRecord:
    """The record, folded."""

    imports: tuple[Import, ...] = field(default=())

    @property
    def newest(self) -> Import | None:
        """The import in use; None before the first."""
        return self.imports[-1] if self.imports else None


def told_of(directory: Directory) -> ImportDirectory:
    """What an entry says of a directory."""
    return ImportDirectory(
        files=directory.files,
        digest=digest(canonical(sorted(file.digest for file in directory.files))),
        products=len(directory.products),
        packages=len(directory.packages),
        unread=len(directory.unread),
        rows_left_out=directory.rows_left_out,
    )


def import_directory(store: Store, directory: Directory, act: Act) -> Done[DirectoryRecord] | Refused:
    """Replace the whole directory in one unit of work: all rows and the entry that names them, or nothing."""
    rows = rows_of(directory)
    importing = replace(DIRECTORY, project=lambda uow, state, entry: fill(uow, rows))  # noqa: ARG005  the shape of a projection
    return perform(store, importing, DIRECTORY_RECORD, told_of(directory), act)


def _encode(action: ImportDirectory) -> tuple[str, int, Mapping[str, Any]]:
    files = [{**asdict(file), "layout": file.layout.value} for file in action.files]
    return "directory_imported", 1, {**asdict(action), "files": files}


def apply(state: DirectoryRecord, entry: Entry) -> DirectoryRecord:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    if (entry.kind, entry.version) != ("directory_imported", 1):
        raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")
    told = entry.payload
    files = tuple(
        FileRead(str(row["name"]), str(row["digest"]), Layout(row["layout"]), int(row["rows"])) for row in told["files"]
    )
    counts = (int(told[name]) for name in ("products", "packages", "unread", "rows_left_out"))
    action = ImportDirectory(files, str(told["digest"]), *counts)
    return DirectoryRecord((*state.imports, Import(len(state.imports) + 1, action, entry.at, entry.who)))


def _authorise(actor: Actor, action: ImportDirectory) -> Refusal | None:  # noqa: ARG001  the shape every record type shares
    if actor.roles & ROLES:
        return None
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for a {' or '.join(sorted(ROLES))}.", 403)


def _gather(uow: UnitOfWork, *_: object) -> tuple[int, int]:
    return stored_counts(uow)


def _check(
    state: DirectoryRecord,
    action: ImportDirectory,
    act: Act,  # noqa: ARG001  the shape every record type shares
    context: tuple[int, int],
) -> ImportDirectory | Refusal:
    now = state.newest
    if now and now.told.digest == action.digest and context == (now.told.products, now.told.packages):
        text = (
            f"These very files are the directory already: import {now.number} of {now.at:%Y-%m-%d}. Nothing was done."
        )
        return Refusal("directory_same", text, 409)
    return action


def stored_counts(uow: UnitOfWork) -> tuple[int, int]:
    """How many products and packages stand in the tables."""
    products, packages = (
        uow.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (NdcProductRow, NdcPackageRow)
    )
    return products, packages


DIRECTORY: RecordType[DirectoryRecord, ImportDirectory, tuple[int, int]] = RecordType(
    name="ndc_directory",
    blank=DirectoryRecord,
    apply=apply,
    authorise=_authorise,
    gather=_gather,
    check=_check,
    encode=_encode,
)
"""The directory's record. Its id is `DIRECTORY_RECORD`; an import goes through `import_directory`, which brings the rows."""
