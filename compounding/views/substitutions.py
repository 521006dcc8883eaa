"""What the pages about alternatives show: every switch with its time and who decided, and what could be used instead."""

from dataclasses import dataclass
from datetime import datetime

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from formulary.model import Formulary, MasterFormulation
from formulary.model_switch import Alternative
from formulary.repository import formulary_in_force
from formulary.substitution.choices import choices_of, words_of
from formulary.substitution.record import SUBSTITUTION, Period, Substitution, record_id
from formulary.substitution.repository import substitutions


@dataclass(frozen=True)
class SwitchShown:
    """One switch in words."""

    number: int
    formulation: str
    usual: str
    to: str
    reason: str
    state: str
    """now, later or past."""
    window: str
    by: str
    ended: str


@dataclass(frozen=True)
class ChoiceShown:
    """One alternative with what follows from it."""

    value: str
    words: str
    follows: str


@dataclass(frozen=True)
class SubstitutionPage:
    """One formulation: how it is usually made, its switches, and its alternatives."""

    id: str
    name: str
    drug: str
    display: str
    version: int
    usual: str
    switches: tuple[SwitchShown, ...]
    choices: tuple[ChoiceShown, ...]

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """For the form."""
        return tuple((one.value, one.words) for one in self.choices)

    @property
    def open(self) -> SwitchShown | None:
        """The one in force, or the next."""
        return next((one for one in reversed(self.switches) if one.state != "past"), None)


def listed(uow: UnitOfWork, at: datetime, clock: Clock) -> tuple[SwitchShown, ...]:
    """Every switch of a formulation in force: those in force first, then the newest."""
    formulary = formulary_in_force(uow)
    found = [(one, row) for one in substitutions(uow, formulary) for row in one.periods]
    found.sort(key=lambda pair: (_state(pair[1], at) != "now", -pair[1].decided.timestamp()))
    return tuple(_shown(uow, formulary, one, row, at, clock) for one, row in found)


def formulations(formulary: Formulary) -> tuple[tuple[str, str], ...]:
    """Every formulation that has an alternative, by name."""
    rows = [row for drug in formulary.drugs for row in drug.formulations if choices_of(formulary, row)]
    return tuple((row.id, row.name) for row in sorted(rows, key=lambda row: row.name.casefold()))


def substitution_page(uow: UnitOfWork, formulation: str, at: datetime, clock: Clock) -> SubstitutionPage | None:
    """One formulation; None where none of that id is in force."""
    formulary = formulary_in_force(uow)
    try:
        row = formulary.formulation(formulation)
    except KeyError:
        return None
    drug = formulary.drug(row.drug)
    state = load(uow, SUBSTITUTION, record_id(formulation))
    return SubstitutionPage(
        id=row.id,
        name=row.name,
        drug=drug.id,
        display=drug.display,
        version=drug.version,
        usual=_usual(formulary, row),
        switches=tuple(_shown(uow, formulary, state, one, at, clock) for one in state.periods),
        choices=tuple(
            ChoiceShown(f"{one.kind.value} {one.to}", one.words, _follows(formulary, row, one.kind, one.to))
            for one in choices_of(formulary, row)
        ),
    )


def _usual(formulary: Formulary, row: MasterFormulation) -> str:
    drug = formulary.drug(row.drug)
    ids = (*row.ready_to_use, *row.products) or tuple(one.id for one in drug.products)
    products = ", ".join(dict.fromkeys(formulary.product(one).display for one in ids))
    fluids = ", ".join(dict.fromkeys(formulary.solution(one.solution).display for one in row.diluents)) or "undiluted"
    return f"from {products}; {fluids}"


def _follows(formulary: Formulary, row: MasterFormulation, kind: Alternative, to: str) -> str:
    """How long it keeps where it is stored: the shortest that is stated, as far as something is."""
    drug = formulary.drug(row.drug)
    made = formulary.formulation(to) if kind is Alternative.FORMULATION else row
    if kind is Alternative.PRODUCT and formulary.product(to).ready_to_use:
        return "as it comes, until its expiry"
    condition = made.storage_path[0].condition
    rows = [
        one
        for one in drug.stabilities
        if one.storage.condition is condition
        and one.state.value in ("diluted", "drawn")
        and (not one.formulations or made.id in one.formulations)
        and (kind is not Alternative.DILUENT or not one.solutions or to in one.solutions)
    ]
    if not rows:
        return "no stability stated: a pharmacist sets each beyond-use time"
    return f"{made.storage_path[0].text}: {show(min(one.limit for one in rows))}"


def _state(row: Period, at: datetime) -> str:
    if row.in_force_at(at):
        return "now"
    return "later" if row.begins > at and row.last > at else "past"


def _shown(
    uow: UnitOfWork, formulary: Formulary, state: Substitution, row: Period, at: datetime, clock: Clock
) -> SwitchShown:
    ended = ""
    if row.ended is not None:
        ended = f"{shown_name(uow, row.ended_by)}, {clock.moment(row.ended)}: {row.ended_because}"
    return SwitchShown(
        number=row.number,
        formulation=state.formulation,
        usual=words_of(formulary, Alternative.FORMULATION, state.formulation),
        to=words_of(formulary, row.switch.kind, row.switch.to),
        reason=row.switch.reason,
        state=_state(row, at),
        window=f"{clock.moment(row.begins)} to {clock.moment(row.until)}",
        by=f"{shown_name(uow, row.by)}, {clock.moment(row.decided)}",
        ended=ended,
    )
