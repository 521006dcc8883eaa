"""``python -m web.migrations "what it adds"``: propose the next revision."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from batch_records.store import Store, upgrade
from web.migrations import MIGRATIONS


def propose(message: str) -> None:
    """Write a revision that brings a database at the newest revision up to the tables in the code."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'proposal.db'}"
        upgrade(url, MIGRATIONS)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
        store = Store.open(url)
        with store.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        store.close()


if __name__ == "__main__":
    propose(" ".join(sys.argv[1:]))
