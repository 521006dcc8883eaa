import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from batch_records.store import Store, upgrade
from batch_records.tables import Base
from web.migrations import MIGRATIONS, load_models


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def upgraded(request: pytest.FixtureRequest, tmp_path: object) -> Store:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/upgraded.db"
    else:
        make = request.getfixturevalue("make_postgresql_database")
        url = make()
    upgrade(url, MIGRATIONS)
    store = Store.open(url)
    request.addfinalizer(store.close)
    return store


def test_the_newest_revision_equals_the_tables_in_the_code(upgraded: Store) -> None:
    load_models()
    with upgraded.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(upgraded: Store) -> None:
    upgrade(upgraded.url.render_as_string(hide_password=False), MIGRATIONS)
    with upgraded.read() as uow:
        assert uow.session.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_migrations_and_models_make_the_same_triggers(upgraded: Store, tmp_path: object) -> None:
    if upgraded.dialect != "sqlite":
        names = "SELECT DISTINCT tgname FROM pg_trigger WHERE NOT tgisinternal"
    else:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with upgraded.read() as uow:
        found = set(uow.session.execute(text(names)).scalars())
    if upgraded.dialect == "sqlite":
        expected = {f"{table}_no_{verb}" for table in ("entries", "checkpoints") for verb in ("UPDATE", "DELETE")}
        expected |= {"heads_no_DELETE", "heads_step"}
    else:
        expected = {f"{table}_{what}" for table in ("entries", "checkpoints") for what in ("stay", "no_truncate")}
        expected |= {"heads_step", "heads_no_truncate"}
    assert found >= expected
