"""A database of a released revision, kept for ever: every later release must upgrade it and find every record whole.

`python -m tests.support.kept_database` makes the one of the newest revision, once, when it is released. One that is there is
never made again: the point is that it was written by the program of its time.
"""

import gzip
import shutil
import sys
import tempfile
from pathlib import Path

from batch_records.store import Store, upgrade
from tests.support.cast import register_cast
from tests.support.flow import paired
from tests.support.nutrition_flow import BAG, paired_nutrition, queued_nutrition
from tests.support.stores import PEPPER
from web.database import newest_revision
from web.migrations import MIGRATIONS

KEPT = Path(__file__).resolve().parents[1] / "batch_records" / "kept"
"""One file for each released revision: `0002.db.gz`."""


def unpacked(path: Path, folder: Path) -> Path:
    """A fresh copy of a kept database, to be upgraded."""
    target = folder / path.name.removesuffix(".gz")
    with gzip.open(path, "rb") as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    return target


def keep(target: Path) -> None:
    """The cast, a paired minibag and a paired nutrition bag, as this program writes them."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "kept.db"
        upgrade(f"sqlite:///{made}", MIGRATIONS)
        store = Store.open(f"sqlite:///{made}", PEPPER)
        register_cast(store)
        paired(store)
        queued_nutrition(store)
        paired_nutrition(store, BAG)
        store.close()
        target.parent.mkdir(exist_ok=True)
        with made.open("rb") as plain, target.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
            shutil.copyfileobj(plain, packed)


if __name__ == "__main__":
    wanted = KEPT / f"{newest_revision()}.db.gz"
    if wanted.exists():
        sys.exit(f"{wanted.name} is kept already and is never made again.")
    keep(wanted)
