"""A writer killed at any moment loses nothing that it acknowledged, leaves no half step, and a retry doubles nothing.

The self-test acknowledges before it commits: the same check then finds a loss.
"""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from batch_records.acting import Done, load, perform
from batch_records.store import Store
from batch_records.verify import verify_records
from tests.support.records import SHEET, Write, an_act

ROOT = Path(__file__).parents[2]
KILLS = 4


def acknowledged_until_killed(url: str, run: str, after: int, *how: str) -> int:
    """Let the writer run until it has acknowledged `after` lines, kill it, and give the last it acknowledged."""
    command = [sys.executable, "-m", "tests.support.writer", url, run, *how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = 0
        for line in writer.stdout:
            last = int(line)
            if last == after:
                writer.kill()
        assert writer.wait() == -9
    return last


def kept(store: Store, run: str) -> set[int]:
    with store.read() as uow:
        sheets = [load(uow, SHEET, f"sheet-{run}-{part}") for part in range(3)]
    return {int(line) for sheet in sheets for line in sheet.lines}


def lost(store: Store, run: str, acknowledged: int) -> set[int]:
    return set(range(1, acknowledged + 1)) - kept(store, run)


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_it_acknowledged(any_url: str) -> None:
    moments = random.Random(7)
    for number in range(KILLS):
        run = f"run{number}"
        acknowledged = acknowledged_until_killed(any_url, run, moments.randint(3, 25))
        store = Store.open(any_url)
        assert lost(store, run, acknowledged) == set()
        assert verify_records(store, [SHEET]).clean
        # The client does not know what became of the next one and sends it again.
        following = acknowledged + 1
        again = perform(
            store, SHEET, f"sheet-{run}-{following % 3}", Write(str(following)), an_act(f"{run}/{following}")
        )
        assert isinstance(again, Done)
        assert lost(store, run, following) == set()
        with store.read() as uow:
            lines = [line for part in range(3) for line in load(uow, SHEET, f"sheet-{run}-{part}").lines]
        assert len(lines) == len(set(lines))
        store.close()


@pytest.mark.slow
def test_self_test_a_writer_that_acknowledges_before_it_commits_is_caught(sqlite_url: str) -> None:
    losses: set[int] = set()
    for number in range(20):  # the kill must fall between the word and the commit: most of the time it does
        run = f"run{number}"
        acknowledged = acknowledged_until_killed(sqlite_url, run, 12, "too-early")
        store = Store.open(sqlite_url)
        losses = lost(store, run, acknowledged)
        store.close()
        if losses:
            break
    assert losses
