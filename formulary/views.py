"""What the formulary pages show: the drugs with their state, every value in words, and what a version changes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from batch_records.store import UnitOfWork
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from formulary.model import CONFIDENCE_MEANING, Limit, Population, Source
from formulary.repository import drug_record
from formulary.tables import DrugVersionRow
from formulary.versions import DRAFTS, Stage, Version, Versions

STAGE_WORDS = {
    Stage.LOADED: "Draft",
    Stage.RELEASED_ONCE: "Draft, first release",
    Stage.SCHEDULED: "Released, in force later",
    Stage.IN_FORCE: "In force",
    Stage.REPLACED: "Replaced",
    Stage.WITHDRAWN: "Withdrawn",
}
"""A stage as the pages say it. Whatever is not in force and not past is a draft."""

SHOWS = {"all": "in all", "draft": "draft", "force": "in force", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class ListedDrug:
    """One drug as a row: the newest version that was not abandoned, and the one in force."""

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
    """Every drug that was ever loaded, by name, as it stands at the moment of the look."""
    drugs = uow.session.execute(select(DrugVersionRow.drug).distinct()).scalars()
    found = [_listed(drug_record(uow, drug)) for drug in drugs]
    return tuple(sorted(found, key=lambda drug: drug.display.casefold()))


def _listed(record: Versions) -> ListedDrug:
    kept = [row for row in record.versions.values() if not abandoned(row)]
    newest, in_force = max(kept or record.versions.values(), key=lambda row: row.version), record.in_force
    number = None if in_force is None else in_force.version
    return ListedDrug(record.subject, newest.display, newest.version, newest.stage, number, newest.first, newest.author)


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


def stage_words(row: Version) -> str:
    """A stage as the pages say it: a draft that was withdrawn was abandoned."""
    return "Abandoned" if abandoned(row) else STAGE_WORDS[row.stage]


def abandoned(row: Version) -> bool:
    """Whether this is a draft that came to nothing."""
    return row.stage is Stage.WITHDRAWN and row.second is None


def compared_with(record: Versions, row: Version) -> Version | None:
    """The version that this one would replace or replaced: for a draft the last one that is released, in force or still to come;
    for a released one the one that was in force when it took effect; None when there was none."""
    if row.stage in DRAFTS:
        return record.to_replace
    return record.versions.get(row.base) if row.effective is None else record.replaced_by(row)


def beginning(record: Versions) -> Version:
    """What a new draft begins from where nobody chose a version: the one that it would replace, else the newest that was not
    abandoned. Raises KeyError for a record without versions."""
    kept = [row.version for row in record.versions.values() if not abandoned(row)]
    return record.to_replace or record.versions[max(kept, default=record.newest)]


def waits_for(row: Version, person: str, roles: frozenset[str]) -> str:
    """Why this person cannot release the version now, in words; empty when they can."""
    if row.stage not in DRAFTS:
        return f"{stage_words(row)}: nothing to release."
    if "pharmacist" not in roles:
        return "A pharmacist releases it."
    if person == row.author:
        return "You loaded this version. Two other pharmacists release it."
    if person == row.first:
        return "You were the first to release it. Another pharmacist is the second."
    return ""
