"""The collector's rounds: after a long one what is left is set apart."""

import pytest

from web.steady import LONG, apart_when_long


@pytest.mark.parametrize(("generation", "takes", "apart"), [(2, 2 * LONG, 1), (2, LONG / 2, 0), (0, 2 * LONG, 0)])
def test_only_after_a_long_full_round_what_is_left_is_set_apart(generation: int, takes: float, apart: int):
    times, done = iter([10.0, 10.0 + takes]), []
    told = apart_when_long(lambda: next(times, 99.0), lambda: done.append(1))
    told("start", {"generation": generation})
    told("stop", {"generation": generation})
    assert len(done) == apart
