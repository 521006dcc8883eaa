"""Not before, begin by, release by, start by: from the due time, the time to infuse and the beyond-use time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.preparing.start_times import preparation_time, prepare_by, release_by, start_times
from compounding.views.messages import message_alarm
from compounding.views.start_times import UNSAID, latest_words, start_facts
from formulary.house.usual_times import MESSAGE_ALARM, PREPARATION_TIME, preparation_time_name
from formulary.model import OrderType
from tests.support.attempts import at_state
from tests.support.dose_histories import histories
from tests.support.doses import NOON, queued, with_beyond_use
from tests.support.flow import formulary

SITE = formulary().site
SILENT = replace(SITE, values=tuple(row for row in SITE.values if not row.name.startswith(PREPARATION_TIME)))
"""A hospital that has not said how long a preparation takes."""
CLOCK = Clock(-240)
QUEUED = queued("ceftriaxone")
"""Due at 14:00 on the site's clock; it is 13:00."""


def with_preparation_time(minutes, kind="intermittent"):
    """The site that says how long a preparation of this kind takes, and of no other."""
    row = next(row for row in SITE.values if row.name == "release_by")
    own = replace(row, name=preparation_time_name(kind), value=Quantity(minutes, "min"))
    return replace(SILENT, values=(*SILENT.values, own))


def facts(dose, site=SITE, at=NOON):
    return {what: (when, why) for what, when, why in start_facts(dose, site, at, CLOCK)}


def test_without_a_time_to_prepare_no_latest_start_is_made_up():
    for site in (SILENT, with_preparation_time("20", "chemotherapy")):
        assert prepare_by(QUEUED.due, "intermittent", site) is None
        assert facts(QUEUED, site)["Begin to make by"] == ("not known", UNSAID)
        assert facts(QUEUED, site)["Release by"] == ("13:30", "30 min before it is due")
        assert latest_words(QUEUED.due, "intermittent", site, NOON, CLOCK) == "release by 13:30"


def test_the_data_that_come_along_say_it_for_every_kind_of_order():
    assert [kind for kind in OrderType if preparation_time(kind.value, SITE) is None] == []
    assert facts(QUEUED)["Begin to make by"] == ("13:15", "it takes 15 min")


def test_a_message_that_was_not_placed_is_an_alarm_after_the_sites_own_time_or_else_its_due_soon():
    silent = replace(SITE, values=tuple(row for row in SITE.values if row.name != MESSAGE_ALARM))
    assert (message_alarm(SITE), message_alarm(silent)) == (timedelta(minutes=30), timedelta(minutes=60))


@pytest.mark.parametrize(("minutes", "shown"), [("20", "13:10"), ("0.5", "13:29"), ("120", "11:30")])
def test_the_latest_start_is_the_release_less_the_time_that_a_preparation_takes(minutes, shown):
    site = with_preparation_time(minutes)
    assert prepare_by(QUEUED.due, "intermittent", site) == QUEUED.due - timedelta(minutes=30) - timedelta(minutes=float(minutes))
    assert facts(QUEUED, site)["Begin to make by"] == (shown, f"it takes {minutes} min")
    gone = minutes == "120"
    said = f"should have begun by {shown}" if gone else f"begin by {shown}"
    assert latest_words(QUEUED.due, "intermittent", site, NOON, CLOCK) == said


def test_a_site_that_says_nothing_at_all_gives_no_times():
    bare = replace(SITE, values=())
    assert release_by(QUEUED.due, bare) is None
    assert latest_words(QUEUED.due, "intermittent", bare, NOON, CLOCK) == ""
    assert "Release by" not in facts(QUEUED, bare)


def test_what_was_begun_or_released_asks_no_more_when_to_begin_or_release():
    assert "Begin to make by" not in facts(at_state("ceftriaxone", "start_preparation"))
    assert "Release by" in facts(at_state("ceftriaxone", "complete"))
    assert set(facts(at_state("ceftriaxone", "release"))) == {"Must start by"}
    assert start_facts(at_state("ceftriaxone", "start_administration"), SITE, NOON, CLOCK) == ()


def test_not_before_stands_until_it_is_begun():
    early = replace(QUEUED, not_before=NOON + timedelta(hours=20))
    assert facts(early)["Not before"] == ("15 Apr, 09:00", "made earlier it would not last until it is due")
    assert "Not before" not in facts(replace(early, started_at=NOON))


def test_a_dose_may_be_started_until_its_beyond_use_time_and_end_after_it():
    made = at_state("ceftriaxone", "complete")
    times = start_times(made, SITE, NOON)
    assert (times.start_by, times.ends_by, times.provisional) == (made.beyond_use_at(), None, False)
    assert times.limited_by == made.beyond_use["deciding"]


def test_where_the_infusion_must_end_within_its_limit_it_starts_earlier_by_the_time_to_infuse():
    meropenem = queued("meropenem")
    rules = [r for r in meropenem.planned.time_rules if r.storage == meropenem.planned.storage]
    deciding = min(rules, key=lambda rule: rule.lasts)
    assert deciding.ends == "END_OF_INFUSION"
    times = start_times(meropenem, SITE, NOON)
    lasts = timedelta(hours=float(deciding.lasts.amount_in("h")))
    assert times.ends_by == NOON + lasts
    assert times.start_by == NOON + lasts - timedelta(minutes=30)
    assert times.provisional
    told = facts(meropenem)["Must start by"][1]
    assert "the infusion has to end by 14:00" in told
    assert told.endswith("if it is begun now; set when it is complete")


@pytest.mark.parametrize("plan", ["ceftriaxone", "norepinephrine", "gentamicin", "vincristine"])
def test_the_provisional_time_is_never_later_than_the_one_that_is_set(plan):
    for history in histories(plan):
        dose = history.dose
        if dose.started_at is None or dose.beyond_use is None or dose.beyond_use_at() is None:
            continue
        before = start_times(replace(dose, beyond_use=None), SITE, history.at)
        assert before.start_by is not None
        assert before.start_by <= start_times(dose, SITE, history.at).start_by


def test_nothing_is_said_where_the_time_cannot_be_computed():
    gap = replace(QUEUED, plan=replace(QUEUED.planned, time_gap="no statement"))
    assert start_times(gap, SITE, NOON).start_by is None
    assert "Must start by" not in facts(gap)
    undecided = replace(at_state("ceftriaxone", "complete"), beyond_use={"at": "", "why": "no statement"})
    assert start_times(undecided, SITE, NOON).start_by is None


def test_a_time_set_by_hand_is_the_latest_start():
    dose = with_beyond_use(at_state("ceftriaxone", "release"), NOON + timedelta(hours=2))
    assert facts(dose)["Must start by"][0] == "15:00"
