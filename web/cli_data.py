"""Commands for the data of this machine: structure, backup, orders from a file."""

from pathlib import Path

import click

from web.cli_help import Example


@click.group("db", cls=Example.Group, example="./sufficit db upgrade")
def database() -> None:
    """The structure of the database."""


@database.command("upgrade", cls=Example.Command, example="./sufficit db upgrade")
def upgrade() -> None:
    """Bring the database to the structure that this version works with; make it where there is none.

    The server must be stopped. All of it or nothing: an interrupted upgrade leaves the database as it was.
    Entries are never touched.
    """
    from web.database import shown, upgrade_database
    from web.serving import the_only_server
    from web.settings import read_settings

    settings = read_settings()
    with the_only_server(settings):
        revision = upgrade_database(settings)
    print(f"{shown(settings)} has structure {revision}.")


FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(cls=Example.Command, example="./sufficit backup /backups/sufficit-2026-03-01.zip")
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Copy database, pictures and documents to FILE, while the server runs.

    The keys in the data directory are not in it: keep a copy of them in another place.
    """
    from batch_records.backup import CannotBackUp
    from batch_records.backup import backup as make
    from web.database import opened
    from web.migrations import load_models
    from web.services import system_clock
    from web.settings import read_settings

    settings = read_settings()
    load_models()
    with opened(settings) as store:
        try:
            count = make(store, file, settings.folders, system_clock())
        except CannotBackUp as reason:
            raise click.ClickException(str(reason)) from None
    print(f"{file}: {count} files.")


@click.command(cls=Example.Command, example="./sufficit restore /backups/sufficit-2026-03-01.zip")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Check the backup FILE and put it in place of what is here. The server must be stopped.

    A backup is restored into either kind of database, embedded or PostgreSQL. What was here is moved aside, not deleted.
    A backup that fails any check changes nothing.
    """
    from batch_records.backup import CannotRestore
    from batch_records.backup import restore as put_back
    from batch_records.store import upgrade
    from web.migrations import MIGRATIONS, load_models
    from web.services import system_clock
    from web.serving import the_only_server
    from web.settings import read_settings

    settings = read_settings()
    load_models()
    with the_only_server(settings):
        try:
            moved = put_back(
                file,
                settings.database_url,
                settings.folders,
                system_clock(),
                upgrade=lambda url: upgrade(url, MIGRATIONS),
            )
        except CannotRestore as reason:
            raise click.ClickException(str(reason)) from None
    print(f"{file} is in place.")
    for aside in moved.moved:
        print(f"moved aside: {aside}")
    if moved.schema:
        print(f"moved aside: the schema {moved.schema} of the database")


COMMANDS = (database, backup, restore)
