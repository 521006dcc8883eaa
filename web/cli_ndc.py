"""The FDA's NDC directory at the command line."""

from pathlib import Path

import click

from web.cli_help import Example
from web.cli_users import act_as, stop_if_refused, the_store

SHOWN = 20
"""Lines of the report at the terminal; all of it stands on the page and in its CSV."""
EXAMPLE = "./sufficit ndc import product.txt package.txt --as j.marlow"


@click.group(cls=Example.Group, example=EXAMPLE)
def ndc() -> None:
    """The FDA's NDC directory, as reference data to search."""


@ndc.command("import", cls=Example.Command, example=EXAMPLE)
@click.argument("files", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1, required=True)
@click.option(
    "--as",
    "who",
    required=True,
    help="Your sign-on name (pharmacist, lead, administrator); your password is asked for.",
)
def import_files(files: tuple[Path, ...], who: str) -> None:
    """Take FILES as the whole directory, in place of the one before: product and package files, or the FDA's archive.

    Finished and unfinished drugs may be given together. All of it is taken or nothing. What could not be read is said
    with file, line, field, what stood there and what was expected. No drug of the formulary changes.
    """
    from formulary.directory.opening import opened
    from formulary.directory.reading import read_directory
    from formulary.directory.record import import_directory

    directory = read_directory(opened(files))
    with the_store() as store:
        stop_if_refused(import_directory(store, directory, act_as(store, who)))
    for one in directory.unread[:SHOWN]:
        row = "the row is in, without this value" if one.kept else "the row is left out"
        print(f"{one.file}, line {one.line}, {one.field}: found {one.found}, expected {one.expected}; {row}.")
    if len(directory.unread) > SHOWN:
        print(f"… and {len(directory.unread) - SHOWN:,} more: Formulary, NDC directory.")
    print(
        f"{len(directory.products):,} products and {len(directory.packages):,} packages are the directory now; "
        f"{directory.rows_left_out:,} rows left out."
    )


COMMANDS = (ndc,)
