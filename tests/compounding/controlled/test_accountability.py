"""Each vial of a controlled drug: whatever is drawn, wasted, kept or missing, its balance closes exactly."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.quantity import Quantity
from compounding.controlled.accountability import (
    NOTHING,
    Tolerance,
    Vial,
    Weighed,
    balance,
    in_words,
    microlitres,
    total,
)
from compounding.controlled.policy import Shifts

SITE = Tolerance(Quantity("0.2", "mL"), Quantity("0.05", "one"))
PARTS = st.lists(st.integers(0, 50_000), min_size=4, max_size=4)


def ml(microlitre):
    return Quantity(Fraction(microlitre, 1000), "mL")


@given(PARTS)
def test_the_balance_closes_exactly_when_every_part_is_named(parts):
    drawn, wasted, left, missing = map(ml, parts)
    vial = Vial(total((drawn, wasted, left, missing)), drawn, wasted, left, missing)
    found = balance(vial, SITE)
    assert found.rest == NOTHING
    assert found.closed


@given(PARTS, st.integers(-60_000, 60_000).filter(bool))
def test_what_no_part_names_is_the_rest_to_the_last_microlitre(parts, off):
    drawn, wasted, left, missing = map(ml, parts)
    content = sum(parts) + off
    if content < 0:
        return
    found = balance(Vial(ml(content), drawn, wasted, left, missing), SITE)
    assert found.rest == ml(off)
    assert found.closed == (abs(found.rest.number) <= SITE.of(ml(content)).number)
    assert found.to_waste.number >= 0
    assert found.overfill.number >= 0
    assert found.to_waste - found.overfill == found.rest


@given(st.integers(0, 50_000), st.integers(0, 60_000))
def test_what_is_worked_out_to_waste_closes_the_vial(content, drawn):
    before = balance(Vial(ml(content), ml(drawn)), SITE)
    after = balance(Vial(ml(content), ml(drawn), wasted=before.to_waste), SITE)
    assert after.rest == -before.overfill
    assert after.closed or before.overfill > before.tolerance


@given(st.integers(0, 50_000), st.integers(0, 50_000))
def test_a_waste_off_by_more_than_the_tolerance_differs_in_both_directions(volume, computed):
    weighed = Weighed(ml(volume), ml(computed), ml(200))
    assert weighed.differs == (abs(volume - computed) > 200)
    assert weighed.volume + weighed.difference == weighed.computed


@given(st.lists(st.integers(-50_000, 50_000)))
def test_whole_microlitres_add_up_like_the_exact_volumes(parts):
    assert sum(map(microlitres, map(ml, parts))) == microlitres(total(map(ml, parts)))


def test_half_a_microlitre_is_rounded_away_from_zero():
    assert [microlitres(Quantity(Fraction(n, 2000), "mL")) for n in (1, -1, 3)] == [1, -1, 2]


def test_what_nobody_measured_stays_open_until_it_is_wasted_or_in_a_case():
    assert not balance(Vial(ml(1_000), None), SITE).closed
    assert balance(Vial(ml(1_000), None, wasted=ml(1_000)), SITE).closed
    assert balance(Vial(ml(1_000), None, wasted=ml(300), in_case=ml(700)), SITE).closed


@pytest.mark.parametrize("part", ["drawn", "wasted", "left"])
def test_a_volume_below_zero_is_refused(part):
    with pytest.raises(ValueError, match="below zero"):
        Vial(ml(1_000), **{"drawn": NOTHING, part: ml(-1)})


def test_the_smaller_of_volume_and_share_is_the_tolerance():
    assert SITE.of(ml(1_000)) == ml(50)
    assert SITE.of(ml(20_000)) == ml(200)


def test_the_arithmetic_is_told_in_words():
    vial = Vial(ml(20_000), ml(15_600), wasted=ml(4_000))
    assert in_words(vial, balance(vial, SITE)) == "20 mL − 15.6 mL drawn − 4 mL wasted = 0.4 mL"


@given(st.integers(0, 366 * 1_440), st.integers(0, 23), st.sampled_from([6, 8, 12, 24]))
def test_every_moment_lies_in_exactly_one_shift(minutes, first, length):
    shifts = Shifts(timedelta(hours=first), timedelta(hours=length))
    local = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    assert shifts.begun(local) <= local < shifts.ends(local)
    assert shifts.ends(local) - shifts.begun(local) == shifts.length
    assert shifts.begun(shifts.ends(local)) == shifts.ends(local)
    midnight = local.replace(hour=0, minute=0)
    assert (shifts.begun(local) - midnight - shifts.begins) % shifts.length == timedelta()
