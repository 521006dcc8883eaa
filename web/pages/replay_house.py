"""What other rules of the house would have done: every drug's past orders, some drugs in each request until all are through.

A request begins no further drug once `ENOUGH` seconds have gone by; the page asks for the rest by itself and says how far it
is. The totals so far travel in the page, sealed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.store import UnitOfWork
from batch_records.types import instant_from
from compounding.replaying.history import Period
from compounding.replaying.replay import replay_rules
from compounding.replaying.told import NOTHING, added, digest_of, totals_of, totals_words
from compounding.views.replay import DrugLine, drug_line
from formulary.house.loading import house_with
from formulary.house.record import record_id
from formulary.house.releasing import HOUSE
from formulary.house.repository import house_record, packaged_version
from formulary.model import Drug, SiteProfile
from formulary.repository import formulary_in_force
from formulary.versions import DRAFTS, Version
from formulary.views import compared_with
from web.acting import read_form
from web.errors import again
from web.pages.replay import MOST, PERIODS, found_row, kept, period_asked
from web.permissions import allowed
from web.replay_keeping import FIELD, opened, sealed, told_of
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("replay_house", __name__, url_prefix="/formulary/house/rules")

ENOUGH = 3.0
"""Seconds after which a request begins no further drug."""
RECORD = record_id("rules")


@dataclass(frozen=True)
class _Sides:
    """What is replayed: the draft, what it would replace, both as rules, and the drugs in force."""

    row: Version
    before: Version
    old: SiteProfile
    new: SiteProfile
    drugs: tuple[Drug, ...]


@dataclass(frozen=True)
class Part:
    """What one request told, and how far it came."""

    lines: tuple[DrugLine, ...]
    """The drugs of this request that had an order in the period, those that would fare otherwise first."""
    told: str
    """Everything so far, sealed, for the next request or for the record."""
    done: int
    of: int
    words: str
    """The totals so far."""

    @property
    def whole(self) -> bool:
        """Whether every drug is through."""
        return self.done == self.of


def _sides(uow: UnitOfWork, version: int) -> tuple[Version, Version, _Sides | None]:
    record = house_record(uow, "rules")
    row = found_row(record, version)
    before = compared_with(record, row) or packaged_version("rules")
    formulary = formulary_in_force(uow)
    here = (formulary.site, formulary.supplies)
    old, new = (house_with("rules", each.text, here)[0] for each in (before, row))
    if old is None or new is None:
        return row, before, None
    drugs = tuple(sorted(formulary.drugs, key=lambda drug: drug.id))
    return row, before, _Sides(row, before, old[0], new[0], drugs)


def _part(uow: UnitOfWork, sides: _Sides, told: dict[str, Any]) -> Part:
    """Some more drugs, and what was told before with them."""
    began, lines, last = time.perf_counter(), [], str(told["last"])
    period = Period(instant_from(told["since"]) if told["since"] else None, instant_from(told["until"]))
    totals, chain, shown = told["totals"], str(told["chain"]), told["shown"]
    for drug in _after(sides.drugs, last):
        found = replay_rules(uow.session, drug, sides.old, sides.new, period, MOST)
        line = drug_line(uow.session, found, drug)
        lines += [] if line.page.empty else [line]
        totals, chain, last = added(totals, totals_of(found)), digest_of(found, chain), drug.id
        if time.perf_counter() - began > ENOUGH:
            break
    left = len(list(_after(sides.drugs, last)))
    shown = {
        "with_orders": shown["with_orders"] + len(lines),
        "changed": shown["changed"] + sum(bool(line.page.changed) for line in lines),
    }
    told = {**told, "totals": totals, "chain": chain, "last": last, "shown": shown} | (
        {} if left else {"replay": chain}
    )
    ordered = sorted(lines, key=lambda line: (-line.page.changed, line.display.casefold()))
    return Part(tuple(ordered), sealed(told), len(sides.drugs) - left, len(sides.drugs), totals_words(totals))


def _after(drugs: tuple[Drug, ...], last: str) -> Iterator[Drug]:
    return (drug for drug in drugs if drug.id > last)


@blueprint.get("/<int:version>/replay")
def page(version: int) -> str:
    """Other rules of the house over the past orders of every drug in force, as far as this request comes."""
    chosen, period = period_asked()
    with store().read() as uow:
        row, before, sides = _sides(uow, version)
        start = {**told_of(RECORD, row, before, period), "totals": NOTHING, "chain": "", "last": ""}
        start["shown"] = {"with_orders": 0, "changed": 0}
        part = None if sides is None else _part(uow, sides, start)
    return render_template(
        "house/replay.html",
        periods={name: url_for("replay_house.page", version=version, period=name) for name in PERIODS},
        words=PERIODS,
        chosen=chosen,
        back=url_for("house.version", part="rules", version=version),
        **_shown(version, row, before, part),
    )


@blueprint.post("/<int:version>/replay/part")
def part(version: int) -> str:
    """The next drugs, asked for by the page itself. Writes nothing."""
    read_form([FIELD])
    told = opened(request.form[FIELD])
    with store().read() as uow:
        row, before, sides = _sides(uow, version)
        if sides is None or (told["record"], told["version"], told["against"]) != (RECORD, version, before.version):
            raise NotFound
        found = _part(uow, sides, told)
    return render_template("house/replay_part.html", **_shown(version, row, before, found))


def _shown(version: int, row: Version, before: Version, found: Part | None) -> dict[str, Any]:
    may_keep = row.stage in DRAFTS and allowed("replay_house.keep", open_visitor().actor.roles)
    shown = None if found is None else opened(found.told)["shown"]
    addresses = {
        "keep": url_for("replay_house.keep", version=version),
        "next": url_for("replay_house.part", version=version),
    }
    return {"row": row, "before": before, "part": found, "shown": shown, "may_keep": may_keep, **addresses}


@blueprint.post("/<int:version>/replay")
@again(page)
def keep(version: int) -> Any:
    """Keep the whole replay with the draft, for its release."""
    return kept(HOUSE, RECORD, version, url_for("house.version", part="rules", version=version))
