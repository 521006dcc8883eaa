"""Orders from a file at the command line."""

import sys
from pathlib import Path

import click

from web.cli_help import Example
from web.cli_users import act_as, the_store


@click.group(cls=Example.Group, example="./sufficit orders import orders.json --as j.marlow")
def orders() -> None:
    """Orders: take in a file."""


@orders.command("import", cls=Example.Command, example="./sufficit orders import orders.json --as j.marlow")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "who", required=True, help="Your sign-on name (pharmacist); your password is asked for.")
def import_file(file: Path, who: str) -> None:
    """Take in FILE: FHIR R4 MedicationRequest, one or a Bundle, or our own JSON.

    Says of every order what became of it: placed, waits for an answer, or refused and why. The same file taken in
    twice does nothing twice. Exit code 1 when anything was refused.
    """
    from calculations.errors import Fault
    from compounding.orders.importing import import_orders

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        raise Fault(str(file), f"bytes that are no text ({problem.reason})", "a JSON file in UTF-8") from None
    with the_store() as store:
        outcomes = import_orders(store, text, act_as(store, who))
    for outcome in outcomes:
        words = filter(None, (outcome.result, outcome.number, outcome.why))
        print(f"{outcome.what}: {', '.join(words)}")
    refused = sum(outcome.result == "refused" for outcome in outcomes)
    print(f"{len(outcomes)} read, {refused} refused.")
    sys.exit(1 if refused or not outcomes else 0)


COMMANDS = (orders,)
