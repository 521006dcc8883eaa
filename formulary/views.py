"""What the formulary pages show: the drugs with their state, every value in words, and what a version changes."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from formulary.drug_record import DrugRecord, DrugVersion, Stage
from formulary.model import CONFIDENCE_MEANING, Limit, Population, Source
from formulary.nutrition.record import NutritionVersion
from formulary.tables import DrugVersionRow

STAGE_WORDS = {
    Stage.LOADED: "Draft",
    Stage.RELEASED_ONCE: "Draft, first release",
    Stage.IN_FORCE: "In force",
    Stage.REPLACED: "Replaced",
    Stage.WITHDRAWN: "Withdrawn",
}
"""A stage as the pages say it. Whatever is not in force and not past is a draft."""

DRAFTS = frozenset({Stage.LOADED, Stage.RELEASED_ONCE})
SHOWS = {"all": "in all", "draft": "draft", "force": "in force", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class ListedDrug:
    """One drug as a row: the newest version, and the one in force."""

    drug: str
    display: str
    newest: int
    stage: Stage
    in_force: int | None
    first: str | None
    author: str

    @property
    def words(self) -> str:
        """The state of the newest version."""
        return STAGE_WORDS[self.stage]

    @property
    def groups(self) -> frozenset[str]:
        """Which of `SHOWS` it belongs to."""
        groups = {"all"}
        if self.stage in DRAFTS:
            groups.add("draft")
        if self.in_force is not None:
            groups.add("force")
        if self.stage is Stage.WITHDRAWN:
            groups.add("withdrawn")
        return frozenset(groups)


def listed(uow: UnitOfWork) -> tuple[ListedDrug, ...]:
    """Every drug that was ever loaded, by name."""
    versions: dict[str, list[DrugVersionRow]] = {}
    for row in uow.session.execute(select(DrugVersionRow).order_by(DrugVersionRow.version)).scalars():
        versions.setdefault(row.drug, []).append(row)
    drugs = [_listed(rows) for rows in versions.values()]
    return tuple(sorted(drugs, key=lambda drug: drug.display.casefold()))


def _listed(rows: list[DrugVersionRow]) -> ListedDrug:
    newest = rows[-1]
    in_force = next((row.version for row in rows if row.stage == Stage.IN_FORCE.value), None)
    return ListedDrug(
        newest.drug, newest.display, newest.version, Stage(newest.stage), in_force, newest.first, newest.author
    )


def source_words(source: Source | None) -> str:
    """A source with what its confidence mark means: where it comes from, and how well it is founded."""
    if source is None:
        return "no source named"
    return f"{source.text} ({source.confidence.value}: {CONFIDENCE_MEANING[source.confidence]})"


def share(value: Quantity) -> str:
    """A share as a percentage: `5 %`."""
    return f"{show_number(value.amount_in('one') * 100)} %"


def bound(low: Quantity | None, high: Quantity | None) -> str:
    """`10 to 40 mg/mL`, `from 10 mg/mL`, `up to 40 mg/mL`, `not bounded`."""
    if low is not None and high is not None:
        return show(low) if low == high else f"{show(low)} to {show(high)}"
    if low is not None:
        return f"from {show(low)}"
    return f"up to {show(high)}" if high is not None else "not bounded"


def population_words(populations: tuple[str, ...], known: Mapping[str, Population]) -> str:
    """Whom a row is for, in the words of the population; nobody in particular is everybody."""
    if not populations or populations == ("any",):
        return "everybody"
    return ", ".join(known[name].text if name in known else name for name in populations)


def hard_words(limit: Limit) -> str:
    """What happens above the hard maximum."""
    if limit.hard_max is None:
        return "none"
    return f"{show(limit.hard_max)}, {'absolute: no path' if limit.absolute else 'hard'}"


@dataclass(frozen=True)
class Change:
    """One value that differs between two versions."""

    path: str
    before: str
    """Empty: it was not there."""
    after: str
    """Empty: it is gone."""


def difference(before: str, after: str) -> tuple[Change, ...]:
    """Every value that two data files do not share, in the order of the newer one, what is gone last."""
    old, new = dict(_flat(tomllib.loads(before), "")), dict(_flat(tomllib.loads(after), ""))
    paths = [*new, *(path for path in old if path not in new)]
    return tuple(
        Change(path, old.get(path, ""), new.get(path, "")) for path in paths if old.get(path) != new.get(path)
    )


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of every value. Rows are named by their id where they have one, so that a new row moves none."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _flat(item, f"{path} › {name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, start=1):
            named = item.get("id") or number if isinstance(item, Mapping) else number
            yield from _flat(item, f"{path} › {named}")
    elif isinstance(value, list):
        yield path, ", ".join(str(item) for item in value) or "none"
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    else:
        yield path, str(value)


def compared_with(record: DrugRecord, row: DrugVersion) -> DrugVersion | None:
    """The version that this one would replace: the one in force, or for an older one nothing."""
    if row.stage in DRAFTS:
        return record.in_force
    return None


def waits_for(row: DrugVersion | NutritionVersion, person: str, roles: frozenset[str]) -> str:
    """Why this person cannot release the version now, in words; empty when they can."""
    if row.stage not in DRAFTS:
        return f"{STAGE_WORDS[row.stage]}: nothing to release."
    if "pharmacist" not in roles:
        return "A pharmacist releases it."
    if person == row.author:
        return "You loaded this version. Two other pharmacists release it."
    if person == row.first:
        return "You were the first to release it. Another pharmacist is the second."
    return ""
