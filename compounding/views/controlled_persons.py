"""Controlled drugs by person over a period, side by side with the others: a view to look with, which changes nothing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from batch_records.store import UnitOfWork
from calculations.printing import show_number
from compounding.controlled.comparing import Compared, Figures, compared, percent
from compounding.controlled.policy import set_by
from compounding.controlled.tables import CaseRow, ControlledWasteRow, VolumeRow
from compounding.people import shown_name
from compounding.views.controlled import volume_words
from formulary.model import Formulary, SiteProfile


@dataclass(frozen=True)
class PersonRow:
    """One person with one drug."""

    name: str
    doses: int
    drawn: str
    wasted: str
    share: str
    stated: int
    """Wastes whose amount was another than worked out."""
    cases: int
    """Discrepancies in which the person counted or had it in hand."""
    compared: Compared


@dataclass(frozen=True)
class DrugTable:
    display: str
    schedule: str
    rows: tuple[PersonRow, ...]


def _setting(site: SiteProfile, name: str, otherwise: int) -> int:
    value = set_by(site, name)
    return otherwise if value is None else int(value.number)


def persons(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> tuple[DrugTable, ...]:
    """Every controlled drug that was drawn or wasted in the period, with everybody who did."""
    drug_of = {product.id: drug for drug in formulary.drugs for product in drug.products}
    sums: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    volumes = select(VolumeRow).where(VolumeRow.at >= since, VolumeRow.at < until)
    for row in uow.session.execute(volumes.where(VolumeRow.kind.in_(("drawn", "wasted")))).scalars():
        if row.product in drug_of and row.person:
            sums[drug_of[row.product].id][row.person].take(row)
    extra = _extra(uow, {product: drug.id for product, drug in drug_of.items()}, since, until)
    score = set_by(formulary.site, "controlled_review_score")
    least = _setting(formulary.site, "controlled_review_least_doses", 10)
    others = _setting(formulary.site, "controlled_review_least_peers", 3)
    tables = []
    for drug in formulary.drugs:
        found = sums.get(drug.id)
        if not found or score is None:
            continue
        figures = {person: one.figures() for person, one in found.items()}
        beside = compared(figures, least, others, score.amount_in("one"))
        rows = [
            _row(shown_name(uow, person), one, extra.get((drug.id, person), (0, 0)), beside[person])
            for person, one in figures.items()
        ]
        ordered = sorted(rows, key=lambda row: (not row.compared.far, row.compared.score is None, row.name))
        tables.append(DrugTable(drug.display, drug.flags.controlled_schedule or "", tuple(ordered)))
    return tuple(tables)


def _row(name: str, one: Figures, extra: tuple[int, int], beside: Compared) -> PersonRow:
    share = "" if one.share is None else percent(one.share)
    return PersonRow(
        name, one.doses, volume_words(one.drawn) or "0 mL", volume_words(one.wasted) or "0 mL", share, *extra, beside
    )


class _Sum:
    """Adds up the moves of one person with one drug."""

    def __init__(self) -> None:
        self.doses: set[str] = set()
        self.drawn = self.wasted = 0

    def take(self, row: VolumeRow) -> None:
        if row.kind == "drawn":
            self.doses.add(row.about)
            self.drawn -= row.microlitres
        else:
            self.wasted -= row.microlitres

    def figures(self) -> Figures:
        return Figures(len(self.doses), self.drawn, self.wasted)


def _extra(
    uow: UnitOfWork, drug_of: dict[str, str], since: datetime, until: datetime
) -> dict[tuple[str, str], tuple[int, int]]:
    """Wastes stated otherwise, and discrepancies, by drug and person."""
    stated: dict[tuple[str, str], int] = defaultdict(int)
    cases: dict[tuple[str, str], int] = defaultdict(int)
    wastes = select(ControlledWasteRow.product, ControlledWasteRow.person).where(
        ControlledWasteRow.differs == 1, ControlledWasteRow.offered_at >= since, ControlledWasteRow.offered_at < until
    )
    for product, person in uow.session.execute(wastes):
        stated[drug_of.get(product, ""), person] += 1
    opened = select(CaseRow.product, CaseRow.involved).where(CaseRow.opened_at >= since, CaseRow.opened_at < until)
    for product, involved in uow.session.execute(opened):
        for person in involved.split(", "):
            cases[drug_of.get(product, ""), person] += 1
    return {key: (stated[key], cases[key]) for key in {*stated, *cases}}


def formula_words(formulary: Formulary) -> str:
    """The formula with the site's figures, as it is shown above the tables."""
    score = set_by(formulary.site, "controlled_review_score")
    limit = "not set" if score is None else show_number(score.number)
    return f"0.6745 × (share − median of the others) ÷ median absolute deviation of the others; shown as far off from {limit} on"


