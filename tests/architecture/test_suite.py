"""The suite's own promises: no browser test is left out in silence, and both lock files agree."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

ONE_OF_EACH = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    pass

def test_without():
    pass
"""


def run_suite(directory: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a suite of one browser test and one other, on a machine whose PATH holds no Chromium."""
    (directory / "test_it.py").write_text(ONE_OF_EACH)
    words = ["-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(directory), "test_it.py"]
    environment = {**os.environ, "PATH": str(directory), "PYTHONPATH": str(ROOT), "SUFFICIT_REQUIRE_BROWSER": ""}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=directory,
        env=environment | settings,
        capture_output=True,
        text=True,
    )


def test_the_last_line_says_how_many_browser_tests_were_not_run(tmp_path: Path):
    run = run_suite(tmp_path)
    assert run.returncode == 0
    assert run.stdout.splitlines()[-1] == "NOT RUN: 1 browser tests"


def test_where_the_browser_is_required_its_absence_is_a_failure(tmp_path: Path):
    run = run_suite(tmp_path, SUFFICIT_REQUIRE_BROWSER="1")
    assert run.returncode == 1
    assert "Chromium is missing and SUFFICIT_REQUIRE_BROWSER=1" in run.stdout
    assert "NOT RUN" not in run.stdout


def pins(name: str) -> dict[str, str]:
    """Package -> everything locked about it."""
    parts = re.split(r"\n(?=\S)", (ROOT / name).read_text())
    return {part.split("==")[0]: part for part in parts if "==" in part}


def test_the_suite_runs_on_exactly_the_packages_that_the_product_runs_on():
    product, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(product) > 20
    assert {name for name in product if development.get(name) != product[name]} == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes(name: str):
    assert [package for package, text in pins(name).items() if "--hash=sha256:" not in text] == []
