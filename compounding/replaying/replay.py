"""Past orders of a drug judged by the limits as they are and as they would be.

Every order is judged by its figures as they were when it was accepted. What these cannot tell is counted apart and said:
an order is never passed over in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from compounding.planning.limit_findings import tenfold_of
from compounding.planning.limit_rule import Tenfold, Verdict, bounds, grade, named_for
from compounding.planning.plan import ONE_TIME_MARK
from compounding.replaying.block import Block
from compounding.replaying.columns import CODES, Judged, UnlikeSubstance, judged, levels_of
from compounding.replaying.history import Left, Period, blocks, newest_part, span
from compounding.replaying.outcome import (
    LEVEL_OF,
    NO_LIMIT,
    Level,
    OfLimit,
    Replayed,
    Tally,
    count_limits,
)
from formulary.model import Drug, Limit, LimitKind, MasterFormulation, Population, Purpose, SiteProfile

NO_FORMULATION = "the new version has no such formulation: whether another would serve is not known"
UNLIKE = "the order counts in another substance than the limits"
OTHER_FORMULATION = (
    "the new version changes the formulation they were made by; they are judged by their figures as they were"
)
OLD_FORMULATION = "neither version has the formulation they were made by; they are judged by their figures as they were"

OLDER = "they are older than the newest {:,} orders of this drug, and a page goes no further back"

_ASSESSED = tuple(
    code for verdict, code in CODES.items() if verdict not in (Verdict.NOT_ASSESSED, Verdict.DOES_NOT_APPLY)
)


Known = dict[tuple[Limit, Population, Tenfold], Judged]
"""What was judged already, so that a limit that both versions share is judged once."""


@dataclass(frozen=True)
class Side:
    """A version of a drug, as far as it judges."""

    limits: tuple[Limit, ...]
    populations: Mapping[str, Population]
    formulations: Mapping[str, MasterFormulation]
    tenfold: Tenfold

    def population(self, limit: Limit) -> Population:
        return self.populations[limit.population]


def side_of(drug: Drug | None, site: SiteProfile) -> Side:
    """A drug's version beside the site's populations; None: no version, and so no limit at all."""
    own = () if drug is None else drug.populations
    populations = {row.id: row for row in (*site.populations, *own)}
    if drug is None:
        return Side((), populations, {}, tenfold_of(site))
    return Side(drug.limits, populations, {row.id: row for row in drug.formulations}, tenfold_of(site))


def replay(
    session: Session,
    before: Drug | None,
    after: Drug,
    site: SiteProfile,
    period: Period | None = None,
    most: int | None = None,
) -> Replayed:
    """What the new version's limits would have done with the orders of the period.

    `most`: only so many of the newest orders are judged; how many are older is told among what was not judged.
    """
    return _replayed(session, after.id, side_of(before, site), side_of(after, site), period or Period(), most)


def replay_rules(
    session: Session,
    drug: Drug,
    before: SiteProfile,
    after: SiteProfile,
    period: Period | None = None,
    most: int | None = None,
) -> Replayed:
    """What other rules of the house would have done with the orders of a drug: other populations, or another idea of a slipped
    decimal. `most` as in `replay`."""
    return _replayed(session, drug.id, side_of(drug, before), side_of(drug, after), period or Period(), most)


def _replayed(session: Session, drug: str, old: Side, new: Side, period: Period, most: int | None) -> Replayed:
    result = Replayed(drug)
    if most is not None:
        period, rows, doses = newest_part(session, drug, period, most)
        if rows:
            result.untold[OLDER.format(most)] = Tally(rows, doses)
    result.first, result.last = span(session, drug, period)
    for name in dict.fromkeys((*(row.id for row in old.limits), *(row.id for row in new.limits), NO_LIMIT)):
        result.limits[name] = OfLimit(name, _by_id(old, name), _by_id(new, name))
    for found in blocks(session, drug, period):
        if isinstance(found, Left):
            result.untold.setdefault(found.why, Tally()).add(found.keys, len(found.keys), found.doses)
        else:
            _judge_block(result, found, old, new)
    return result


def _by_id(side: Side, name: str) -> Limit | None:
    return next((row for row in side.limits if row.id == name), None)


def _judge_block(result: Replayed, block: Block, old: Side, new: Side) -> None:
    keys, doses = block.keys, int(block.doses.sum())
    formulation = block.words.formulation
    before, after = old.formulations.get(formulation), new.formulations.get(formulation)
    if after is None and before is not None:
        result.untold.setdefault(NO_FORMULATION, Tally()).add(keys, len(block), doses)
        return
    known: Known = {}
    try:
        was, is_now = levels(block, old, known), levels(block, new, known)
    except UnlikeSubstance:
        result.untold.setdefault(UNLIKE, Tally()).add(keys, len(block), doses)
        return
    if after is None and not formulation.startswith(ONE_TIME_MARK):
        result.remarks.setdefault(OLD_FORMULATION, Tally()).add(keys, len(block), doses)
    elif before != after:
        result.remarks.setdefault(OTHER_FORMULATION, Tally()).add(keys, len(block), doses)
    result.judged.add(keys, len(block), doses)
    result.exactly += sum(each.exactly for each in known.values())
    count_limits(result, keys, block.doses, was, is_now)


def levels(block: Block, side: Side, known: Known) -> dict[str, Any]:
    """Limit id -> level of every row by that limit. Raises UnlikeSubstance.

    A limit for any purpose gives way, row by row, to one of the same kind for the order's own purpose. `known` keeps
    what was judged, so that a limit that both versions share is judged once.
    """
    meant = [limit for limit in side.limits if named_for(limit, block.words.use)]
    found = {}
    for limit in meant:
        asked = (limit, side.population(limit), side.tenfold)
        if asked not in known:
            known[asked] = judged(*asked[:2], block, side.tenfold)
        found[limit.id] = known[asked]
    own: dict[LimitKind, Any] = {}
    for limit in meant:
        if limit.purpose is not Purpose.ANY:
            holds = found[limit.id].holds
            own[limit.kind] = own[limit.kind] | holds if limit.kind in own else holds
    result, bounded = {}, np.zeros(len(block), dtype=bool)
    for limit in meant:
        holds = found[limit.id].holds
        if limit.purpose is Purpose.ANY and limit.kind in own:
            holds = holds & ~own[limit.kind]
        codes = found[limit.id].codes
        result[limit.id] = levels_of(codes, [LEVEL_OF[grade(limit, verdict)] for verdict in Verdict]) * holds
        if bounds(limit):
            bounded |= holds & np.isin(codes, _ASSESSED)
    result[NO_LIMIT] = np.where(bounded, Level.PASS, Level.WARN).astype(np.int8)
    return result
