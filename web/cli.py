"""The command line: ``./sufficit COMMAND``. The commands stand in ``cli_*.py``, one file a group.

Imports stay inside the commands: ``--help`` and a second start must not wait for what they do not use.
"""

import sys

import click

from web import cli_check, cli_data, cli_ndc, cli_orders, cli_records, cli_serve, cli_users
from web.cli_help import Example

COMMANDS: tuple[click.Command, ...] = (
    *cli_serve.COMMANDS,
    *cli_orders.COMMANDS,
    *cli_ndc.COMMANDS,
    *cli_records.COMMANDS,
    *cli_users.COMMANDS,
    *cli_data.COMMANDS,
    *cli_check.COMMANDS,
)


@click.group(
    cls=Example.Group,
    example="./sufficit demo",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def sufficit() -> None:
    """Hospital sterile compounding: from the order to the released label, with a record that can be proved."""


for command in COMMANDS:
    sufficit.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run one command. What a person did wrong is said in words with exit code 2; a bug keeps its traceback."""
    from calculations.errors import Fault, Faults

    try:
        sufficit.main(arguments, prog_name="./sufficit")
    except (Fault, Faults) as wrong:
        for fault in wrong.faults if isinstance(wrong, Faults) else [wrong]:
            print(fault, file=sys.stderr)
        sys.exit(2)
