"""A birthday begins at the site's midnight, wherever the site lies: the day in UTC is another one for some hours each night."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.orders.patient import Patient, day_on_site
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import plan_order
from compounding.views.patient_facts import age_words, patient_facts
from tests.support.doses import demonstration_order, patient_of
from tests.support.flow import formulary

NIGHT = datetime(2026, 4, 15, 3, 30, tzinfo=UTC)
"""In New York it is still 14 April, half past eleven in the evening; in Auckland 15 April, half past three in the afternoon."""
NEW_YORK, AUCKLAND = -240, 720
BABY = patient_of(demonstration_order("gentamicin").patient)


def situation(patient: Patient, offset_minutes: int, at: datetime = NIGHT) -> Situation:
    return Situation(demonstration_order("gentamicin"), patient, formulary(), at, offset_minutes)


@pytest.mark.parametrize(
    ("offset", "day"), [(NEW_YORK, date(2026, 4, 14)), (0, date(2026, 4, 15)), (AUCKLAND, date(2026, 4, 15))]
)
def test_the_day_of_the_site_is_the_one_on_its_wall(offset: int, day: date) -> None:
    assert day_on_site(NIGHT, offset) == day
    assert situation(BABY, offset).today == day


def test_a_newborn_stays_one_until_midnight_of_the_site() -> None:
    born = replace(BABY, birth_date=date(2026, 4, 15) - timedelta(days=28))
    assert situation(born, NEW_YORK).is_a("neonate")
    assert not situation(born, AUCKLAND).is_a("neonate")
    assert not situation(born, NEW_YORK, NIGHT + timedelta(minutes=30)).is_a("neonate")


def test_age_since_the_last_menstruation_counts_the_days_of_the_site() -> None:
    there, here = situation(BABY, NEW_YORK).postmenstrual_age, situation(BABY, AUCKLAND).postmenstrual_age
    assert there is not None and here is not None
    assert (here - there).to("day") == Quantity(1, "day")


def test_clearance_counts_a_birthday_from_midnight_of_the_site() -> None:
    order = demonstration_order("carboplatin")
    patient = patient_of(order.patient)
    patient = replace(
        patient,
        birth_date=date(1960, 4, 15),
        measures=tuple(replace(m, at=NIGHT) for m in patient.measures),
        results=tuple(replace(r, amount=Quantity("1.4", r.amount.unit), at=NIGHT) for r in patient.results),
    )
    before, after = (
        plan_order(Situation(order, patient, formulary(), NIGHT, offset)) for offset in (NEW_YORK, AUCKLAND)
    )
    assert before.plan is not None and after.plan is not None
    ages = [
        Quantity.from_data(step["inputs"]["age"])
        for plan in (before.plan, after.plan)
        for step in plan.work
        if step["id"].startswith("renal.cockcroft")
    ]
    assert ages == [Quantity(65, "year"), Quantity(66, "year")]
    assert before.plan.actives[0].ordered > after.plan.actives[0].ordered


def test_the_page_shows_the_age_of_the_site_and_not_of_utc() -> None:
    born = replace(BABY, birth_date=date(2026, 4, 5))
    assert age_words(born, date(2026, 4, 14)) == "9 days"
    for offset, words in ((NEW_YORK, "9 days, "), (AUCKLAND, "10 days, ")):
        name, value, _ = patient_facts(born, NIGHT, Clock(offset))[0]
        assert name == "Age, sex" and value.startswith(words)
