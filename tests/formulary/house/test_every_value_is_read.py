"""No number of the house lies there unread: each is asked for by its name, or by the family that its name begins with."""

from pathlib import Path

from formulary.house.usual_times import PREPARATION_TIME, USUAL_TIME
from tests.support.flow import formulary

ROOT = Path(__file__).parents[3]
FAMILIES = (PREPARATION_TIME, USUAL_TIME, "weight_stale_")
"""The end of the name is the kind of order, or the patient's age."""
WINDOWS = ("weight", "height", "surface")
"""Both ends are read by `size_findings`."""


def test_every_value_of_the_house_is_asked_for_by_the_program() -> None:
    code = "".join(
        path.read_text("utf-8") for part in ("compounding", "formulary", "web") for path in (ROOT / part).rglob("*.py")
    )
    ends = {f"{window}_{end}" for window in WINDOWS for end in ("low", "high")}
    names = [row.name for row in formulary().site.values]
    unread = [
        name for name in names if f'"{name}"' not in code and not name.startswith(FAMILIES) and name not in ends
    ]
    assert unread == []
