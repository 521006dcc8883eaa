"""Writes the hashes of new formulas into published_formulas.json: `python -m tests.calculations.publish_formulas`.

It only adds. An (id, version) that stands there already with another hash is named and left: declare a new version.
"""

import json
import sys
from pathlib import Path

from calculations.published import published

FILE = Path(__file__).with_name("published_formulas.json")


def main() -> int:
    """Add what is new; 1 if a published formula was changed or removed."""
    kept: dict[str, str] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    declared = published()
    changed = sorted(name for name, known in kept.items() if declared.get(name) != known)
    added = sorted(set(declared) - set(kept))
    kept |= {name: declared[name] for name in added}
    FILE.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(added)} added, {len(kept)} published\n")
    for name in changed:
        sys.stdout.write(f"changed or removed, which is not allowed: {name}\n")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
