"""The demonstration hospital, loaded once for all who look at it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batch_records.store import Store
from compounding import demonstration
from tests.support.stores import PEPPER

AFTERNOON = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
"""When it was loaded."""


@pytest.fixture(scope="session")
def demonstration_template(migrated_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the whole demonstration, to be copied."""
    path = tmp_path_factory.mktemp("demonstration") / "demonstration.db"
    shutil.copyfile(migrated_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    demonstration.load(store, AFTERNOON, -240, lambda picture: "0" * 64)
    store.close()
    return path
