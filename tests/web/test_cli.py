"""The command line as a whole: help with an example everywhere, wrong settings in words, nothing heavy loaded."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from web.cli import main, sufficit
from web.cli_check import BENCHMARKS, conformance, run_tests, whole_suite

ROOT = Path(__file__).resolve().parents[2]


def every_command(command: click.Command = sufficit, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and group."""
    yield path
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from every_command(below, (*path, name))


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_has_help_with_an_example_of_itself(words: tuple[str, ...]):
    result = CliRunner().invoke(sufficit, [*words, "--help"], prog_name="./sufficit")
    assert result.exit_code == 0
    explained, _, example = result.output.partition("\nExample:\n")
    assert " ".join(("./sufficit", *words)) in example
    assert len(explained.split("\n\n")[1]) > 20


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_example_names_a_command_that_exists(words: tuple[str, ...]):
    command: click.Command = sufficit
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    typed = command.example.removeprefix("./sufficit ").split()  # type: ignore[attr-defined]
    assert typed[0] in sufficit.commands


def test_help_loads_nothing_that_it_does_not_need():
    heavy = {"flask", "sqlalchemy", "pydantic", "weasyprint", "pint", "numpy", "gunicorn", "alembic"}
    program = f"import sys, web.cli; sys.exit(' '.join({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert run.stderr.strip() == ""


def test_a_wrong_setting_is_said_in_words_and_nothing_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("SUFFICIT_PORT", "eighty")
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    said = capsys.readouterr()
    assert ended.value.code == 2
    assert said.err == "SUFFICIT_PORT in the environment: found 'eighty', expected a port number from 1 to 65535.\n"
    assert said.out == ""


@pytest.mark.parametrize("here", [True, False])
def test_doctor_fails_when_something_needed_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, here: bool
):
    monkeypatch.setattr("web.doctor.clock_is_synchronised", lambda: here)
    monkeypatch.setenv("SUFFICIT_DATA_DIRECTORY", str(tmp_path))
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert bool(ended.value.code) is not here
    assert ("mend: apt-get install -y chrony" in capsys.readouterr().out) is not here


@pytest.mark.parametrize(("command", "module"), [(run_tests, "pytest"), (conformance, "tests.conformance")])
def test_words_after_the_command_are_passed_on_as_typed(
    monkeypatch: pytest.MonkeyPatch, command: click.Command, module: str
):
    became: list[list[str]] = []
    monkeypatch.setattr("os.execv", lambda _path, words: became.append(words))
    monkeypatch.setattr("os.chdir", lambda _path: None)
    CliRunner().invoke(command, ["answer", "a b.json", "-x", "--lf"], catch_exceptions=False)
    assert became == [[sys.executable, "-m", module, "answer", "a b.json", "-x", "--lf"]]


@pytest.mark.parametrize(("first", "second", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (0, -9, 1)])
def test_the_whole_suite_fails_when_either_of_its_processes_fails(first, second, code, tmp_path, capfdbinary):
    part = tmp_path / "part.py"
    part.write_text(
        "import os, sys\n"
        "beside = 'tests/browser' in sys.argv\n"
        "print('beside' if beside else 'rest', flush=True)\n"
        f"code = {second} if beside else {first}\n"
        "os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)\n"
    )
    assert whole_suite([sys.executable, str(part)]) == code
    assert capfdbinary.readouterr().out == b"rest\nbeside\n"


def test_every_benchmark_can_be_called_by_name_and_is_there():
    modules = {f"benchmarks.{path.stem}" for path in (ROOT / "benchmarks").glob("[!_]*.py")}
    assert set(BENCHMARKS.values()) == modules


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    unnamed = {name for name in sufficit.commands if f"./sufficit {name}" not in readme and f"`{name} " not in readme}
    assert unnamed == set()
