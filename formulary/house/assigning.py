"""The house's policy for finished units: whose scan alone makes one a dose. Without a released policy: a pharmacist's.

What two pharmacists check alone, what is hazardous, controlled or paralyses is never named in it, and the rule holds only for
what two pharmacists have released: what comes with the program is a proposal, and names nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from batch_records.store import UnitOfWork
from formulary.faults import DataFault
from formulary.house.repository import house_record
from formulary.model import Drug, Formulary, MasterFormulation


@dataclass(frozen=True)
class AssigningPolicy:
    """A row that is in force, for one who acts under it."""

    version: int
    """Of the house rules."""
    digest: str
    formulation: str
    role: str
    text: str
    source: str


def assigning_faults(formulary: Formulary) -> Iterator[DataFault]:
    """Rows for what is not made ahead, or for what a pharmacist always looks at."""
    known = {row.id: (drug, row) for drug in formulary.drugs for row in drug.formulations}
    for index, row in enumerate(formulary.site.assigned_by_scan):
        found = known.get(row.formulation)
        why = "a formulation in force" if found is None else _never(*found)
        if why:
            yield DataFault("rules", f"assigned_by_scan[{index}].formulation", repr(row.formulation), why)


def _never(drug: Drug, row: MasterFormulation) -> str:
    flags = drug.flags
    if flags.controlled_schedule or flags.hazardous or flags.paralytic:
        return "a formulation of no controlled, hazardous or paralyzing drug: a pharmacist assigns those"
    if flags.second_check or row.second_check:
        return "a formulation that one pharmacist checks: two check this, and a pharmacist assigns it"
    return ""


def assigning_policy(
    uow: UnitOfWork, formulary: Formulary, formulation: str, roles: frozenset[str]
) -> AssigningPolicy | None:
    """The released row that lets one of these roles assign a unit of the formulation; None: a pharmacist does."""
    rules = house_record(uow, "rules").in_force_at(uow.at)
    known = {row.id: (drug, row) for drug in formulary.drugs for row in drug.formulations}
    if rules is None or formulation not in known or _never(*known[formulation]):
        return None
    for row in formulary.site.assigned_by_scan:
        role = next((one for one in row.roles if one in roles), "")
        if row.formulation == formulation and role:
            return AssigningPolicy(rules.version, rules.digest, formulation, role, row.text, row.source.text)
    return None
