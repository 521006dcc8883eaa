"""Keeps answers steady: what stays for good is taken out of the rounds of Python's collector.

The formulary is a large web of objects that lives as long as it is in force. A full round of the collector walks all of it,
and stops every request for more than 100 ms. What is there at the start is therefore set apart, and so is, after a round
that took long, what has survived it: another formulary was released meanwhile.
"""

import gc
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from batch_records.store import Store
from formulary.faults import FormularyFaults
from formulary.repository import formulary_in_force

LONG = 0.05
"""Seconds of one round that a person would notice."""


def keep_steady(store: Store) -> None:
    """Read the formulary before the first request, and keep what was read out of the collector's rounds."""
    with suppress(FormularyFaults), store.read() as uow:  # one that is no longer accepted is told by the pages
        formulary_in_force(uow)
    gc.collect()
    gc.freeze()
    gc.callbacks.append(apart_when_long(time.perf_counter, gc.freeze))


def apart_when_long(clock: Callable[[], float], set_apart: Callable[[], None]) -> Callable[[str, Mapping[str, int]], None]:
    """What the collector tells of each round: after a long one everything that is left is set apart."""
    began = 0.0

    def told(phase: str, round_of: Mapping[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = clock()
        elif round_of["generation"] == 2 and clock() - began > LONG:
            set_apart()

    return told
