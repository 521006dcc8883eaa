"""A database of an earlier release, upgraded: its orders are there, and told to be without figures."""

from pathlib import Path

from sqlalchemy import select

from batch_records.store import Store, upgrade
from compounding.replaying.history import NOT_KEPT
from compounding.replaying.nutrition_replay import replay_nutrition
from compounding.replaying.replay import replay
from compounding.replaying.tables import LimitFigureRow
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.flow import formulary
from tests.support.kept_database import KEPT, unpacked
from tests.support.stores import PEPPER
from web.migrations import MIGRATIONS


def test_orders_that_an_earlier_release_accepted_are_counted_as_not_judged(tmp_path: Path) -> None:
    url = f"sqlite:///{unpacked(KEPT / '0002.db.gz', tmp_path)}"
    upgrade(url, MIGRATIONS)
    store = Store.open(url, PEPPER)
    try:
        with store.read() as uow:
            (drug,) = uow.session.execute(select(LimitFigureRow.drug).distinct()).scalars()
            known = formulary().drug(drug)
            found = replay(uow.session, known, known, formulary().site)
            nutrition = replay_nutrition(uow.session, packaged_nutrition(), packaged_nutrition())
        assert [(why, tally.orders > 0) for why, tally in found.untold.items()] == [(NOT_KEPT, True)]
        assert [(why, tally.orders > 0) for why, tally in nutrition.untold.items()] == [(NOT_KEPT, True)]
        assert found.judged.orders == nutrition.judged.orders == 0
    finally:
        store.close()
