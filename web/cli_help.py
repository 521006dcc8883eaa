"""Commands and groups that show an example under their help."""

from typing import Any

import click


class _WithExample(click.Command):
    """A click command that must be given ``example=``, the line a person would type."""

    def __init__(self, *positional: Any, example: str, **named: Any) -> None:
        super().__init__(*positional, **named)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The example, under everything else."""
        with formatter.section("Example"):
            formatter.write_text(self.example)


class Example:
    """``@click.command(cls=Example.Command, example=...)`` and ``@click.group(cls=Example.Group, example=...)``."""

    class Command(_WithExample):
        """One command."""

    class Group(_WithExample, click.Group):
        """A command that holds further commands."""
