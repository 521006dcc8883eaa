"""Commands for the data of this machine: structure, backup, orders from a file."""

import click

from web.cli_help import Example


@click.group("db", cls=Example.Group, example="./sufficit db upgrade")
def database() -> None:
    """The structure of the database."""


@database.command("upgrade", cls=Example.Command, example="./sufficit db upgrade")
def upgrade() -> None:
    """Bring the database to the structure that this version works with; make it where there is none.

    All of it or nothing: an interrupted upgrade leaves the database as it was. Entries are never touched.
    """
    from web.database import shown, upgrade_database
    from web.settings import read_settings

    settings = read_settings()
    revision = upgrade_database(settings)
    print(f"{shown(settings)} has structure {revision}.")


COMMANDS = (database,)
