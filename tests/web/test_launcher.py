"""The launcher ``./sufficit`` on machines that lack this or that. Other programs are stand-ins that note their call."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "cat", "cp", "mkdir", "mv", "rm", "sha256sum", "readlink", "grep", "env", "flock", "uname")

PYTHON = """#!/bin/sh
case "$*" in
    *version_info*) exit ${OLD_PYTHON-0} ;;
    *ensurepip*) exit ${NO_VENV-0} ;;
    '-m venv '*) echo "venv" >>"$CALLS"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
    '-m pip --version') exit 0 ;;
    '-m pip install'*)
        echo 'pip talks'
        for last in "$@"; do :; done
        echo "install ${last##*/} ${PIP_CERT-}" >>"$CALLS"
        [ -z "${INTERRUPTED-}" ] || kill -9 $PPID
        exit ${PIP_FAILS-0} ;;
    '-m web'*) shift 2; echo "web $*" >>"$CALLS"; echo "the answer" ;;
esac
"""
LIBRARIES = "libpangoft2-1.0.so.0\\nlibharfbuzz-subset.so.0\\nlibatomic.so.1\\n"


@dataclass
class Machine:
    """A directory with the launcher, and the programs that this machine has."""

    root: Path
    settings: dict[str, str] = field(default_factory=dict)

    def program(self, name: str, text: str) -> None:
        """Put a program into this machine's PATH."""
        path = self.root / "bin" / name
        path.write_text(text)
        path.chmod(0o755)

    def lacks(self, name: str) -> None:
        """Take a program away."""
        (self.root / "bin" / name).unlink()

    def start(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the launcher."""
        environment = {"PATH": str(self.root / "bin"), "CALLS": str(self.root / "calls"), "HOME": str(self.root)}
        command = [str(self.root / "project" / "sufficit"), *words]
        # The stand-in for sh is first in PATH, but the launcher names /bin/sh itself.
        return subprocess.run(
            command, env=environment | self.settings | settings, capture_output=True, text=True, cwd=self.root
        )

    @property
    def calls(self) -> list[str]:
        """What the stand-ins were asked to do, in order."""
        path = self.root / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def change_lock(self) -> None:
        """As when a newer version of the project was fetched."""
        (self.root / "project" / "requirements.lock").write_text("click==9\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine that has everything; no program of it does anything but note its call."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "project").mkdir()
    shutil.copy(ROOT / "sufficit", tmp_path / "project")
    (tmp_path / "project" / "requirements.lock").write_text("click==8\n")
    (tmp_path / "project" / "requirements-dev.lock").write_text("click==8\npytest==9\n")
    for tool in TOOLS:
        os.symlink(str(shutil.which(tool)), tmp_path / "bin" / tool)
    made = Machine(tmp_path)
    made.program("python3", PYTHON)
    made.program("ldconfig", f"#!/bin/sh\nprintf '{LIBRARIES}'\n")
    made.program("find", "#!/bin/sh\necho found\n")
    made.program("id", "#!/bin/sh\necho 1000\n")
    made.program("chromium", "#!/bin/sh\n")
    return made


def can_install(machine: Machine) -> None:
    """Root, with apt; what apt installs is there afterwards."""
    machine.program("id", "#!/bin/sh\necho 0\n")
    text = '#!/bin/sh\necho "apt-get $*" >>"$CALLS"\necho apt talks\n'
    text += f'printf \'#!/bin/sh\\nprintf "{LIBRARIES}"\\n\' >"${{0%/*}}/ldconfig"\n'
    machine.program("apt-get", text)


def test_the_first_start_installs_and_hands_over(machine: Machine):
    run = machine.start("doctor")
    assert machine.calls == ["venv", "install requirements.lock ", "web doctor"]
    assert run.returncode == 0


def test_the_second_start_installs_nothing(machine: Machine):
    machine.start("doctor")
    machine.start("doctor")
    assert machine.calls[3:] == ["web doctor"]


def test_only_the_command_talks_on_stdout(machine: Machine):
    run = machine.start("doctor")
    assert run.stdout == "the answer\n"
    assert "sufficit: installing the packages" in run.stderr
    assert "pip talks" in run.stderr


def test_a_changed_lock_is_installed_again(machine: Machine):
    machine.start("doctor")
    machine.change_lock()
    machine.start("doctor")
    assert machine.calls[3:] == ["install requirements.lock ", "web doctor"]


def test_the_suite_gets_the_development_packages_and_they_suffice_for_all_else(machine: Machine):
    machine.start("test")
    machine.start("doctor")
    assert machine.calls == ["venv", "install requirements-dev.lock ", "web test", "web doctor"]


def test_a_bench_gets_the_development_packages_too(machine: Machine):
    machine.start("bench", "trace")
    assert machine.calls == ["venv", "install requirements-dev.lock ", "web bench trace"]


def test_an_interrupted_installation_is_started_afresh(machine: Machine):
    first = machine.start("doctor", INTERRUPTED="1")
    assert first.returncode != 0
    second = machine.start("doctor")
    assert "interrupted" in second.stderr
    assert machine.calls == ["venv", "install requirements.lock ", "venv", "install requirements.lock ", "web doctor"]


def test_after_an_interrupted_installation_no_command_trusts_what_is_there(machine: Machine):
    machine.start("doctor")
    machine.start("test", INTERRUPTED="1")
    machine.start("doctor")
    assert machine.calls[4:] == ["venv", "install requirements.lock ", "web doctor"]


def test_a_failed_installation_stops_and_says_so(machine: Machine):
    run = machine.start("doctor", PIP_FAILS="1")
    assert run.returncode == 1
    assert "could not be installed" in run.stderr
    assert "web doctor" not in machine.calls


def test_the_certificate_of_the_caller_reaches_pip(machine: Machine):
    machine.start("doctor", PIP_CERT="/etc/hospital.pem")
    assert "install requirements.lock /etc/hospital.pem" in machine.calls


def test_an_upgraded_python_is_installed_for_again(machine: Machine):
    machine.start("doctor")
    interpreter = machine.root / "project" / ".venv" / "bin" / "python"
    newer = machine.root / "bin" / "python3.12"
    shutil.copy(interpreter, newer)
    interpreter.unlink()
    interpreter.symlink_to(newer)
    machine.start("doctor")
    assert machine.calls[3:] == ["install requirements.lock ", "web doctor"]


def test_without_python_it_says_what_to_install(machine: Machine):
    machine.lacks("python3")
    run = machine.start("doctor")
    assert run.returncode == 1
    assert "apt-get install -y python3 python3-venv" in run.stderr


def test_a_python_that_is_too_old_is_not_taken(machine: Machine):
    run = machine.start("doctor", OLD_PYTHON="1")
    assert run.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in run.stderr


def test_a_name_that_only_pretends_to_be_python_is_passed_over(machine: Machine):
    machine.program("python3.13", "#!/bin/sh\nexit 127\n")
    machine.start("doctor")
    assert machine.calls[-1] == "web doctor"


def test_a_python_without_venv_is_named(machine: Machine):
    run = machine.start("doctor", NO_VENV="1")
    assert run.returncode == 1
    assert "python3 cannot make a virtual environment. Install it: apt-get install -y python3-venv" in run.stderr


@pytest.mark.parametrize("command", ["demo", "serve", "test", "bench"])
def test_without_printing_libraries_and_rights_it_prints_the_line_and_stops(machine: Machine, command: str):
    machine.program("ldconfig", "#!/bin/sh\n")
    run = machine.start(command)
    assert run.returncode == 1
    line = "apt-get install -y --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
    assert line in run.stderr
    assert f"web {command}" not in machine.calls


@pytest.mark.parametrize("words", [("demo", "--help"), ("--help",), ("serve", "-h"), ("users", "list"), ()])
def test_help_and_records_do_not_need_printing_libraries(machine: Machine, words: tuple[str, ...]):
    machine.program("ldconfig", "#!/bin/sh\n")
    assert machine.start(*words).returncode == 0
    assert machine.calls[-1] == " ".join(("web", *words)).rstrip() + (" " if not words else "")


def test_root_gets_the_printing_libraries_installed(machine: Machine):
    machine.program("ldconfig", "#!/bin/sh\n")
    can_install(machine)
    run = machine.start("demo")
    assert machine.calls[-1] == "web demo"
    assert "apt-get -qq -y install --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core" in (
        machine.calls
    )
    assert run.stdout == "the answer\n"


def test_empty_package_lists_are_fetched_first(machine: Machine):
    machine.program("ldconfig", "#!/bin/sh\n")
    can_install(machine)
    machine.program("find", "#!/bin/sh\ncase $1 in */lists) ;; *) echo found ;; esac\n")
    machine.start("demo")
    assert machine.calls[2] == "apt-get -qq update"


def test_sudo_that_asks_for_nothing_is_used(machine: Machine):
    machine.program("ldconfig", "#!/bin/sh\n")
    can_install(machine)
    machine.program("id", "#!/bin/sh\necho 1000\n")
    machine.program("sudo", '#!/bin/sh\nshift\ncase $1 in true) exit 0 ;; esac\necho "sudo" >>"$CALLS"\nexec "$@"\n')
    machine.start("demo")
    assert machine.calls[2:4] == [
        "sudo",
        "apt-get -qq -y install --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
    ]


def test_a_sudo_that_wants_a_password_is_left_alone(machine: Machine):
    machine.program("ldconfig", "#!/bin/sh\n")
    can_install(machine)
    machine.program("id", "#!/bin/sh\necho 1000\n")
    machine.program("sudo", "#!/bin/sh\nexit 1\n")
    assert machine.start("demo").returncode == 1
    assert not any(call.startswith("apt-get") for call in machine.calls)


def test_a_missing_browser_is_said_loudly_and_the_other_tests_run(machine: Machine):
    machine.lacks("chromium")
    run = machine.start("test")
    assert "NO CHROMIUM" in run.stderr
    assert machine.calls[-1] == "web test"


def test_it_can_be_started_from_anywhere_and_through_a_path_with_spaces(machine: Machine):
    moved = machine.root / "the project"
    (machine.root / "project").rename(moved)
    (machine.root / "project").symlink_to(moved)
    assert machine.start("doctor").returncode == 0
