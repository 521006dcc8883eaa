"""The migrations of the database, for SQLite and PostgreSQL alike.

Released revisions are never edited. No migration touches entries. ``python -m web.migrations "add lots"`` writes a new
revision from the difference between the newest revision and the tables of all packages; read it before committing it.
"""

import importlib
import pkgutil
from pathlib import Path

MIGRATIONS = Path(__file__).parent
PACKAGES = ("batch_records", "formulary", "compounding", "web")


def load_models() -> None:
    """Import every module named ``tables`` or ``…_tables``, so that ``Base.metadata`` knows all tables."""
    for package_name in PACKAGES:
        package = importlib.import_module(package_name)
        for found in pkgutil.walk_packages(package.__path__, f"{package_name}."):
            last = found.name.rsplit(".", 1)[-1]
            if last == "tables" or last.endswith("_tables"):
                importlib.import_module(found.name)
