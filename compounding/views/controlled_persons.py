"""Controlled drugs by person over a period, side by side with the others: a view to look with, which changes nothing."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from gmpy2 import mpq
from sqlalchemy import select

from batch_records.store import UnitOfWork
from calculations.printing import show_number
from compounding.controlled.account import WITHIN
from compounding.controlled.comparing import Compared, Figures, compared, percent
from compounding.controlled.policy import set_by
from compounding.controlled.tables import CaseRow, ControlledWasteRow, VolumeRow
from compounding.controlled.waste_state import DOSE_ITSELF, REMAINDER, STOCK, WITNESSED
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
    within: str
    """What was off within the tolerance, all of it together: above zero less was there than worked out."""
    whole: int
    """Whole preparations, rests on the ward and containers out of stock that the person wasted."""
    compared: Compared


@dataclass(frozen=True)
class DrugTable:
    display: str
    schedule: str
    rows: tuple[PersonRow, ...]


@dataclass(frozen=True)
class Rule:
    """When persons are compared, and from which distance a share is far off."""

    least_doses: int
    least_others: int
    limit: mpq


NOT_SET = "not compared: the hospital has not set when persons are compared"


def rule_of(site: SiteProfile) -> Rule | None:
    """The house's rule; None where a part of it is not set, and then nobody is compared."""
    names = ("controlled_review_least_doses", "controlled_review_least_peers", "controlled_review_score")
    doses, others, score = (set_by(site, name) for name in names)
    if doses is None or others is None or score is None:
        return None
    return Rule(int(doses.number), int(others.number), score.amount_in("one"))


def persons(uow: UnitOfWork, formulary: Formulary, since: datetime, until: datetime) -> tuple[DrugTable, ...]:
    """Every controlled drug that was drawn or wasted in the period, with everybody who did."""
    drug_of = {product.id: drug for drug in formulary.drugs for product in drug.products}
    strength_of = strengths(formulary)
    sums: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    volumes = select(VolumeRow).where(VolumeRow.at >= since, VolumeRow.at < until)
    for row in uow.session.execute(volumes.where(VolumeRow.kind.in_(("drawn", "wasted", WITHIN)))).scalars():
        if row.product in drug_of and row.person:
            sums[drug_of[row.product].id][row.person].take(row, strength_of[row.product])
    extra = _extra(uow, {product: drug.id for product, drug in drug_of.items()}, since, until)
    rule = rule_of(formulary.site)
    tables = []
    for drug in formulary.drugs:
        named = {person for about, person in extra if about == drug.id and person}
        found = {**{person: _Sum() for person in named}, **sums.get(drug.id, {})}
        if not found:
            continue
        amounts = {person: one.figures() for person, one in found.items()}
        beside = compared(amounts, rule.least_doses, rule.least_others, rule.limit) if rule is not None else {}
        rows = [
            _row(shown_name(uow, person), one, extra.get((drug.id, person), (0, 0, 0)), beside.get(person))
            for person, one in found.items()
        ]
        ordered = sorted(rows, key=lambda row: (not row.compared.far, row.compared.score is None, row.name))
        tables.append(DrugTable(drug.display, drug.flags.controlled_schedule or "", tuple(ordered)))
    return tuple(tables)


def strengths(formulary: Formulary) -> dict[str, mpq]:
    """What one mL of each product counts when its volumes are compared: its label's amount, so that a mL of a strong vial weighs
    more than one of a weak vial. 1 for every product of a drug of which one has no concentration by its label."""
    found: dict[str, mpq] = {}
    for drug in formulary.drugs:
        known = {one.id: one.concentration for one in drug.products}
        first = next((one for one in known.values() if one is not None), None)
        whole = first is not None and all(
            one is not None and (one.unit.dimension, one.of) == (first.unit.dimension, first.of) for one in known.values()
        )
        for product, one in known.items():
            found[product] = one.amount_in(first.unit) if whole and one is not None and first is not None else mpq(1)
    return found


def _row(name: str, one: "_Sum", extra: tuple[int, int, int], beside: Compared | None) -> PersonRow:
    share = one.figures().share
    return PersonRow(
        name, len(one.doses), volume_words(one.drawn) or "0 mL", volume_words(one.wasted) or "0 mL",
        "" if share is None else percent(share), *extra[:2], volume_words(one.within) or "none", extra[2],
        beside or Compared(None, False, NOT_SET),
    )  # fmt: skip


class _Sum:
    """Adds up the moves of one person with one drug: volumes as they are shown, and amounts as they are compared."""

    def __init__(self) -> None:
        self.doses: set[str] = set()
        self.drawn = self.wasted = self.within = 0
        self.amounts = [mpq(0), mpq(0)]

    def take(self, row: VolumeRow, strength: mpq) -> None:
        if row.kind == WITHIN:
            self.within -= row.microlitres
            return
        if row.kind == "drawn":
            self.doses.add(row.about)
            self.drawn -= row.microlitres
        else:
            self.wasted -= row.microlitres
        self.amounts[row.kind != "drawn"] -= row.microlitres * strength

    def figures(self) -> Figures:
        return Figures(len(self.doses), *self.amounts)


def _extra(
    uow: UnitOfWork, drug_of: dict[str, str], since: datetime, until: datetime
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Wastes stated otherwise, discrepancies, and wastes of what was no rest of a vial, by drug and person.

    A waste that was taken back, or still waits for its witness, was none.
    """
    stated: dict[tuple[str, str], int] = defaultdict(int)
    cases: dict[tuple[str, str], int] = defaultdict(int)
    whole: dict[tuple[str, str], int] = defaultdict(int)
    wastes = select(ControlledWasteRow).where(
        ControlledWasteRow.status == WITNESSED,
        ControlledWasteRow.offered_at >= since,
        ControlledWasteRow.offered_at < until,
    )
    for row in uow.session.execute(wastes).scalars():
        key = drug_of.get(row.product, ""), row.person
        stated[key] += row.differs
        whole[key] += row.subject in (DOSE_ITSELF, STOCK, REMAINDER)
    opened = select(CaseRow.product, CaseRow.involved).where(CaseRow.opened_at >= since, CaseRow.opened_at < until)
    for product, involved in uow.session.execute(opened):
        for person in involved.split(", "):
            cases[drug_of.get(product, ""), person] += 1
    return {key: (stated[key], cases[key], whole[key]) for key in {*stated, *cases, *whole}}


def formula_words(formulary: Formulary) -> str:
    """The formula with the site's figures, as it is shown above the tables."""
    score = set_by(formulary.site, "controlled_review_score")
    limit = "not set" if score is None else show_number(score.number)
    return f"0.6745 × (share − median of the others) ÷ median absolute deviation of the others; shown as far off from {limit} on"


