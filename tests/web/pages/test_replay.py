"""What would this have done: a draft's limits over past orders, told before it is released."""

import re
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from batch_records.store import Store
from batch_records.verify import verify_records
from compounding.replaying.tables import FIGURES, WORDS, LimitFigureRow
from formulary.change_control import Change
from formulary.house.loading import proposal
from formulary.house.record import record_id as house_record_id
from formulary.house.releasing import HOUSE, LoadHouse
from formulary.loading import DATA, drug_from_text
from formulary.nutrition.editing import renumbered
from formulary.nutrition.loading import texts_of
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.releasing import NUTRITION, LoadNutrition
from formulary.packaged import packaged
from formulary.releasing import DRUG, LoadDrug
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, MARLOW, NOVAK, OKONJO, Member, do
from tests.support.flow import placed_order, queued_dose
from tests.support.nutrition_flow import queued_nutrition
from tests.support.office import At
from tests.support.visiting import fields_in, send
from web.record_types import RECORD_TYPES

TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")
CHILD = 'low = "50 mg/kg/day"\nhigh = "100 mg/kg/day"\nhard_max = "100 mg/kg/day"'
PAGE = "/formulary/drug/ceftriaxone/2/replay"


def drafted(store: Store, text: str) -> None:
    """Version 2 of ceftriaxone, not released."""
    assert text != TEXT
    second = text.replace("\nversion = 1\n", "\nversion = 2\n")
    why = Change("the committee lowered it", "committee, 3 Apr 2026")
    do(store, ADEYEMI, DRUG, "drug-ceftriaxone", LoadDrug(second, change=why), station="desk-1")


def bounds(low: str, high: str, most: str) -> str:
    """The text with other bounds on a child's dose in a day."""
    assert CHILD in TEXT
    return TEXT.replace(CHILD, f'low = "{low} mg/kg/day"\nhigh = "{high} mg/kg/day"\nhard_max = "{most} mg/kg/day"')


def words_of(at_desk: At, member: Member = MARLOW, period: str = "year") -> str:
    return " ".join(at_desk(member).get(f"{PAGE}?period={period}").text.split())


def test_a_lowered_limit_tells_the_orders_it_would_have_stopped_and_opens_them(cast_store: Store, at_desk: At) -> None:
    queued_dose(cast_store)  # 50 mg/kg in a day for a child
    drafted(cast_store, bounds("20", "40", "45"))
    assert f'href="{PAGE}"' in at_desk(MARLOW).get("/formulary/drug/ceftriaxone/2").text
    page = words_of(at_desk)
    assert "1 order of 1 would have fared otherwise" in page
    assert "<b>Would newly stop</b>: 1 order, 1 dose" in page
    assert "<b>50 mg/kg/day</b>" in page and 'href="/orders/260414-0140"' in page
    assert "50 mg/kg/day to 100 mg/kg/day; never above 100 mg/kg/day, hard" in page
    assert "20 mg/kg/day to 40 mg/kg/day; never above 45 mg/kg/day, hard" in page
    assert "1 order of 1 would have fared otherwise" in words_of(at_desk, ADEYEMI, "all")


@pytest.mark.parametrize(("limits", "told"), [
    (("20", "40", "50"), "<b>Would newly warn</b>: 1 order, 1 dose"),  # at the highest allowed is inside, over the usual
    (("20", "40", "49.9999999999"), "<b>Would newly stop</b>: 1 order, 1 dose"),
    (("20", "50", "80"), "No order as a whole would have fared otherwise"),
])  # fmt: skip
def test_a_dose_that_lies_on_a_bound_is_judged_exactly(
    cast_store: Store, at_desk: At, limits: tuple[str, str, str], told: str
) -> None:
    queued_dose(cast_store)
    drafted(cast_store, bounds(*limits))
    page = words_of(at_desk)
    assert told in page
    assert "<dt>Judged again exactly</dt><dd>0 " not in page


def test_what_the_figures_cannot_tell_is_counted_and_said(cast_store: Store, at_desk: At) -> None:
    drafted(cast_store, bounds("20", "40", "45"))
    assert "No order of cefTRIAXone was accepted in this period." in words_of(at_desk)
    placed_order(cast_store, number="260414-0199")
    assert "and 1 came that was never accepted" in words_of(at_desk)
    queued_dose(cast_store)
    without = dict.fromkeys(WORDS, "") | dict.fromkeys(FIGURES) | {"exact": "", "age_days": None, "age_months": None}
    with cast_store.write() as uow:  # as a record of an older release has it
        row = uow.session.execute(select(LimitFigureRow.__table__)).mappings().one()
        uow.session.execute(insert(LimitFigureRow).values({**row, "part": 2} | without))
        uow.commit()
    page = words_of(at_desk)
    assert "1 order of 1 would have fared otherwise" in page
    assert "1 order not judged</b>: accepted by an older release, which did not keep the figures" in page
    assert "1 order was never accepted</b>, rejected or still waiting" in page


def test_a_version_that_can_no_longer_be_read_is_not_taken_for_none(
    cast_store: Store, at_desk: At, monkeypatch: Any
) -> None:
    """Beside no version every order would newly stop or pass: what cannot be compared is told."""
    queued_dose(cast_store)
    drafted(cast_store, bounds("20", "40", "45"))
    read = drug_from_text

    def only_the_new(text: str, *args: Any) -> Any:
        return (None, []) if "\nversion = 1\n" in text else read(text, *args)

    monkeypatch.setattr("web.pages.replay.drug_from_text", only_the_new)
    page = words_of(at_desk)
    assert "Cannot be replayed" in page and "or of the one that it would replace" in page
    assert 'name="told"' not in page


def test_a_version_without_the_formulation_judges_none_of_its_orders(cast_store: Store, at_desk: At) -> None:
    queued_dose(cast_store)
    with cast_store.read() as uow:
        made_by = uow.session.execute(select(LimitFigureRow.formulation)).scalar_one()
    drafted(cast_store, TEXT.replace(f'"{made_by}"', f'"{made_by}_new"'))
    page = words_of(at_desk)
    assert "1 order not judged</b>: the new version has no such formulation" in page
    assert "No order as a whole would have fared otherwise" in page


def test_an_altered_figure_is_named_by_verification(cast_store: Store) -> None:
    queued_dose(cast_store)
    assert verify_records(cast_store, RECORD_TYPES).clean
    with cast_store.write() as uow:
        uow.session.execute(update(LimitFigureRow).values(dose=LimitFigureRow.dose / 2))
        uow.commit()
    told = [problem.text for problem in verify_records(cast_store, RECORD_TYPES).problems]
    assert told == ["its rows in limit_figures are not what its entries tell"]


def test_only_who_judges_a_change_may_replay_it_and_it_is_only_looked_at(cast_store: Store, at_desk: At) -> None:
    drafted(cast_store, bounds("20", "40", "45"))
    for member in (OKONJO, HALLORAN, NOVAK):
        assert at_desk(member).get(PAGE).status_code == 403
    pharmacist = at_desk(MARLOW)
    assert pharmacist.post(PAGE).status_code in (400, 405)
    assert pharmacist.get("/formulary/drug/ceftriaxone/9/replay").status_code == 404
    assert pharmacist.get(f"{PAGE}?period=bogus").status_code == 200


def test_a_nutrition_sets_limits_are_replayed_over_past_bags(cast_store: Store, at_desk: At) -> None:
    page_of_set = "/formulary/nutrition/2/replay"
    second = renumbered(texts_of(), 2)
    limits = second["limits.toml"]
    row = limits.split('id = "sodium_soft_preterm_term"')[1].split("[[limits]]")[0]
    lowered = limits.replace(row, re.sub(r'soft_high = "\S+ ', 'soft_high = "2.5 ', row))
    assert lowered != limits
    do(
        cast_store, ADEYEMI, NUTRITION, NUTRITION_RECORD,
        LoadNutrition({**second, "limits.toml": lowered}, Change("sodium lower", "committee, 3 Apr 2026")), station="desk-1",
    )  # fmt: skip
    assert "No order of parenteral nutrition was accepted in this period" in at_desk(MARLOW).get(page_of_set).text
    queued_nutrition(cast_store)  # 3 mEq/kg/day of sodium
    page = " ".join(at_desk(MARLOW).get(page_of_set).text.split())
    assert "No order as a whole would have fared otherwise" in page  # another limit warns of it already
    assert "<b>Would newly warn</b>: 1 order, 3 doses" in page  # the bag and two of lipid
    assert 'href="/orders/260414-0150"' in page and "<b>3 mEq/kg/day</b>" in page
    assert "soft: up to 2.5 mEq/kg/day" in page
    assert f'href="{page_of_set}"' in at_desk(MARLOW).get("/formulary/nutrition/2").text
    assert at_desk(OKONJO).get(page_of_set).status_code == 403
    assert verify_records(cast_store, RECORD_TYPES).clean


def told_in(page: str) -> str:
    """The sealed replay that a page carries in its form."""
    found = re.search(r'name="told" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def release(browser: Any, page: str, member: Member, **more: str) -> Any:
    """What the form of the release asks for, as the page offers it."""
    return send(
        browser,
        f"{page}/release",
        "/formulary/house",
        **{**fields_in(browser.get(page).text, "release"), **more, "secret": member.pin, "read": "yes"},
    )


def test_the_replay_that_a_pharmacist_saw_is_kept_with_the_release(cast_store: Store, at_desk: At) -> None:
    queued_dose(cast_store)
    drafted(cast_store, bounds("20", "40", "45"))
    draft = "/formulary/drug/ceftriaxone/2"
    pharmacist = at_desk(MARLOW)
    assert release(pharmacist, draft, MARLOW).status_code == 422
    assert "No replay of exactly this version against version 1 was kept" in pharmacist.get(draft).text
    told = told_in(pharmacist.get(PAGE).text)
    assert (
        send(at_desk(DUARTE), PAGE, "/formulary", told=told).status_code == 422
    )  # a page that stood before somebody else
    assert send(pharmacist, PAGE, "/formulary", told=told[:-2] + "xx").status_code == 422
    assert send(at_desk(ADEYEMI), PAGE, "/formulary", told=told).status_code == 403
    assert send(pharmacist, PAGE, "/formulary", told=told).headers["Location"] == f"{draft}#release"
    words = "1 order judged: 1 newly stopped"
    assert words in " ".join(at_desk(DUARTE).get(draft).text.split())
    for member in (MARLOW, DUARTE):
        assert release(at_desk(member), draft, member).status_code == 303
    assert words in " ".join(pharmacist.get(draft).text.split())
    with cast_store.read() as uow:
        entry = uow.entries("drug-ceftriaxone")[-1]
    assert entry.payload["replay"]["totals"]["changes"]["newly stops"] == {"orders": 1, "doses": 1}
    assert entry.payload["replay"]["person"] == MARLOW.person
    assert verify_records(cast_store, RECORD_TYPES).clean


def test_a_release_without_a_replay_keeps_the_reason(cast_store: Store, at_desk: At) -> None:
    drafted(cast_store, bounds("20", "40", "45"))
    draft = "/formulary/drug/ceftriaxone/2"
    assert release(at_desk(MARLOW), draft, MARLOW, without_replay="a recall by its maker").status_code == 303
    assert "a recall by its maker" in at_desk(DUARTE).get(draft).text
    assert release(at_desk(DUARTE), draft, DUARTE, without_replay=" ").status_code == 422
    assert send(at_desk(DUARTE), PAGE, "/formulary", told=told_in(at_desk(DUARTE).get(PAGE).text)).status_code == 303
    assert release(at_desk(DUARTE), draft, DUARTE).status_code == 303


def test_a_page_goes_back_so_far_and_tells_how_many_orders_are_older(
    cast_store: Store, at_desk: At, monkeypatch: Any
) -> None:
    queued_dose(cast_store)
    drafted(cast_store, bounds("20", "40", "45"))
    monkeypatch.setattr("web.pages.replay.MOST", 0)
    page = words_of(at_desk)
    assert "1 order not judged</b>: they are older than the newest 0 orders of this drug" in page
    assert "No order as a whole would have fared otherwise" in page


def test_other_populations_of_the_house_are_replayed_over_every_drug_some_at_a_time(
    cast_store: Store, at_desk: At, monkeypatch: Any
) -> None:
    page_of_rules = "/formulary/house/rules/2/replay"
    queued_dose(cast_store)  # a child of 11 months
    text = proposal("rules").replace(
        'age_from = "28 day"\nage_below = "18 year"', 'age_from = "12 month"\nage_below = "18 year"'
    )
    assert text != proposal("rules")
    second = text.replace("version = 1\n", "version = 2\n", 1)
    drafted = LoadHouse("rules", second, Change("infants apart", "committee, 3 Apr 2026"))
    do(cast_store, ADEYEMI, HOUSE, house_record_id("rules"), drafted, station="desk-1")
    page = " ".join(at_desk(MARLOW).get(page_of_rules).text.split())
    assert "1 drug of 1 would have fared otherwise" in page
    assert 'href="/formulary/drug/ceftriaxone">cefTRIAXone</a>' in page
    assert "<b>Would newly warn</b>: 1 order, 1 dose" in page  # no limit on the dose holds for this patient any more
    assert 'href="/orders/260414-0140"' in page
    rules = "/formulary/house/rules/2"
    assert f'href="{page_of_rules}"' in at_desk(MARLOW).get(rules).text
    assert at_desk(HALLORAN).get(page_of_rules).status_code == 403
    assert release(at_desk(MARLOW), rules, MARLOW).status_code == 422
    monkeypatch.setattr("web.pages.replay_house.ENOUGH", -1.0)  # one drug in each request
    found, of = at_desk(MARLOW).get(page_of_rules).text, len(packaged().drugs)
    for done in (1, 2):
        assert f"{done} of {of} drugs replayed, the rest follows" in found and 'hx-trigger="load"' in found
        told = told_in(found)
        assert send(at_desk(MARLOW), page_of_rules, "/formulary", told=told).status_code == 422  # not through yet
        if done == 2:
            monkeypatch.setattr("web.pages.replay_house.ENOUGH", 3600.0)
        found = send(at_desk(MARLOW), f"{page_of_rules}/part", "/formulary", told=told).text
    assert 'hx-trigger="load"' not in found
    assert "1 drug of 1 would have fared otherwise" in found
    assert send(at_desk(MARLOW), page_of_rules, "/formulary", told=told_in(found)).status_code == 303
    assert "1 order judged: 1 newly warned of" in " ".join(at_desk(DUARTE).get(rules).text.split())
    assert release(at_desk(MARLOW), rules, MARLOW).status_code == 303
