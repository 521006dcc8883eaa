"""A writer to be killed: it writes lines one after the other and says on stdout which are kept.

``python -m tests.support.writer URL KEY [too-early]``; with ``too-early`` it says so before the commit, which is the
fault that the kill test must be able to show.
"""

import sys

from batch_records.acting import Done, perform
from batch_records.store import Store
from tests.support.records import SHEET, Write, an_act


def say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def main(url: str, run: str, too_early: bool) -> None:
    store = Store.open(url)
    number = 0
    while True:
        number += 1
        if too_early:
            say(number)
        done = perform(store, SHEET, f"sheet-{run}-{number % 3}", Write(str(number)), an_act(f"{run}/{number}"))
        if not isinstance(done, Done):
            raise RuntimeError(str(done))
        if not too_early:
            say(number)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "too-early" in sys.argv[3:])
