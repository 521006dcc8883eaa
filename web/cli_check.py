"""Commands that check: the machine, the suite, the published cases, the speed."""

import os
import subprocess
import sys
from tempfile import TemporaryFile

import click

from web.cli_help import Example
from web.places import ROOT

PASS_ON = {"ignore_unknown_options": True, "allow_interspersed_args": False}


def become(module: str, arguments: tuple[str, ...]) -> None:
    """Turn this process into ``python -m module``: its exit code and its output are the command's."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - our own interpreter, no shell


@click.command("test", cls=Example.Command, example="./sufficit test tests/calculations -x", context_settings=PASS_ON)
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def run_tests(pytest_arguments: tuple[str, ...]) -> None:
    """Run the whole suite, in two processes at once, or what PYTEST_ARGUMENTS name.

    Real-browser tests are played in Chromium; without it the last line says how many were not run.
    HYPOTHESIS_PROFILE=deep searches longer and with new random examples.
    """
    os.chdir(ROOT)
    if pytest_arguments:
        become("pytest", pytest_arguments)
        return
    sys.exit(whole_suite([sys.executable, "-m", "pytest"]))


BESIDE = (
    "tests/browser", "tests/golden", "tests/compounding/batches", "tests/compounding/controlled", "tests/compounding/nutrition",
    "tests/web/test_attacks_routes.py",
)  # fmt: skip
"""What waits for Chromium and for prints, and a share of the rest: both processes end at about the same time."""


def whole_suite(pytest: list[str]) -> int:
    """The suite in two processes. The second one's output follows the first one's; 1 when either failed."""
    sys.stdout.flush()
    with TemporaryFile() as told:
        beside = subprocess.Popen([*pytest, *BESIDE], stdout=told, stderr=subprocess.STDOUT)  # noqa: S603 - our interpreter
        try:
            others = [*pytest, *(f"--ignore={folder}" for folder in BESIDE)]
            rest = subprocess.run(others, check=False).returncode  # noqa: S603 - our interpreter
            codes = (rest, beside.wait())
        finally:
            beside.kill()
            beside.wait()
        told.seek(0)
        sys.stdout.write(told.read().decode(errors="replace"))
        sys.stdout.flush()
    return 1 if any(codes) else 0


@click.command(cls=Example.Command, example="./sufficit doctor")
def doctor() -> None:
    """Say what this machine lacks and how to get it. Exit code 1 when something needed is missing."""
    from web.doctor import State, check_all
    from web.settings import read_settings

    checks = check_all(read_settings())
    for check in checks:
        print(f"{check.state.value:8} {check.name}: {check.found}")
        if check.state is not State.GOOD:
            print(f"         mend: {check.mend}")
    sys.exit(1 if any(check.state is State.MISSING for check in checks) else 0)


@click.command(
    cls=Example.Command,
    example="./sufficit conformance bsa ndc, or ./sufficit conformance answer cases.json",
    context_settings=PASS_ON,
)
@click.argument("words", nargs=-1, metavar="[TOPIC...] | answer FILE", type=click.UNPROCESSED)
def conformance(words: tuple[str, ...]) -> None:
    """Put the published cases to the calculations: right, wrong and not answered per topic.

    `answer FILE` reads cases without results and prints one JSON object with the answers on stdout.
    """
    become("tests.conformance", words)


BENCHMARKS = {
    "calculations": "benchmarks.calculations",
    "nutrition": "benchmarks.nutrition",
    "print": "benchmarks.printing",
    "recall": "benchmarks.recall",
    "replay": "benchmarks.replay",
    "scan": "benchmarks.scan",
    "trace": "benchmarks.trace",
}


@click.command(cls=Example.Command, example="./sufficit bench calculations")
@click.argument("name", type=click.Choice(list(BENCHMARKS)))
@click.argument("size", required=False, default="")
def bench(name: str, size: str) -> None:
    """Measure on this machine: figure, target, and a last line that says whether it holds. Exit code 1 if not.

    SIZE: how many made records a bench that fills a database makes at most; without it as many as its target is for.
    """
    become(BENCHMARKS[name], (size,) if size else ())


COMMANDS = (run_tests, doctor, conformance, bench)
