"""Commands for the records: prove that nothing was altered, export for a stranger, sign where they stand."""

import sys
from pathlib import Path

import click

from web.cli_help import Example


@click.group(cls=Example.Group, example="./sufficit records verify")
def records() -> None:
    """The records: verify, export, checkpoint."""


@records.command(cls=Example.Command, example="./sufficit records verify --checkpoint kept-2026-03-01.json")
@click.option(
    "--checkpoint",
    "held",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint that was kept outside the database. May be given more than once.",
)
def verify(held: tuple[Path, ...]) -> None:
    """Prove that no record was altered, or name each one that was. Exit code 1 when any was.

    Reads every entry, follows every chain, compares heads, signed checkpoints, every projection, and every picture and
    printed document with the hash that its entry holds.
    """
    from batch_records.checkpoint import Checkpoint, public_text, signing_key
    from batch_records.kept_files import file_problems
    from batch_records.verify import report_text, verify_records
    from web.database import opened
    from web.record_types import RECORD_TYPES
    from web.settings import read_settings

    settings = read_settings()
    kept = [Checkpoint.from_text(path.read_text(encoding="utf-8")) for path in held]
    key_file = settings.checkpoint_key_file
    public_key = public_text(signing_key(key_file)) if key_file.exists() else None
    with opened(settings) as store:
        report = verify_records(store, RECORD_TYPES, public_key, kept)
        report.problems += file_problems(store, settings.folders["pictures"], settings.folders["documents"])
    print(report_text(report))
    sys.exit(0 if report.clean else 1)


@records.command(cls=Example.Command, example="./sufficit records export march.zip dose-1 dose-2")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("record", nargs=-1)
def export(file: Path, record: tuple[str, ...]) -> None:
    """Write the named records, or all, to FILE with what a stranger needs to check them.

    `python3 FILE` checks the archive on any machine with Python, without this program.
    """
    from batch_records.export import export_records
    from web.database import opened
    from web.settings import read_settings

    with opened(read_settings()) as store:
        try:
            entries = export_records(store, file, record or None)
        except KeyError as unknown:
            raise click.ClickException(str(unknown.args[0])) from None
    print(f"{file}: {entries:,} entries. Check it anywhere: python3 {file}")


@records.command(cls=Example.Command, example="./sufficit records checkpoint > kept-2026-03-01.json")
def checkpoint() -> None:
    """Sign where every record stands now, and print it: keep the line outside this machine.

    The server makes one a day by itself.
    """
    from batch_records.checkpoint import make_checkpoint, signing_key
    from web.database import opened
    from web.services import system_clock
    from web.settings import read_settings

    settings = read_settings()
    with opened(settings) as store:
        made = make_checkpoint(store, signing_key(settings.checkpoint_key_file), system_clock())
    print(made.as_text())


@click.command(cls=Example.Command, example="./sufficit recheck dose-1")
@click.argument("record", nargs=-1)
def recheck(record: tuple[str, ...]) -> None:
    """Compute every recorded figure again, of the named records or of all. Exit code 1 when any differs.

    From the record alone, with the formula version that it names; the very same fraction must come out.
    """
    from web.database import opened
    from web.rechecking import recheck_records
    from web.settings import read_settings

    with opened(read_settings()) as store:
        done = recheck_records(store, record)
    for problem in done.problems:
        print(problem)
    print(f"{done.records:,} records, {done.figures:,} figures computed again, {len(done.problems)} problems.")
    sys.exit(1 if done.problems else 0)


COMMANDS = (records, recheck)
