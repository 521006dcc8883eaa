"""One past order judged wholly from its exact figures: what the columns must agree with, row by row."""

from calculations.errors import CannotCompute
from compounding.planning.limit_rule import Verdict, bounds, figure, grade, judge, named_for, narrowed
from compounding.replaying.block import Exact, Words, may_be_of
from compounding.replaying.outcome import LEVEL_OF, NO_LIMIT, Level
from compounding.replaying.replay import Side


def exact_levels(row: Exact, words: Words, side: Side) -> dict[str, Level]:
    """Limit id -> level, of every limit that holds for the row."""
    meant = [limit for limit in side.limits if named_for(limit, words.use)]
    holding = narrowed([limit for limit in meant if may_be_of(side.population(limit), row)])
    found, bounded = {}, False
    for limit in holding:
        try:
            asked, made = figure(limit, row.asked), figure(limit, row.made)
            verdict = judge(limit, asked, made, side.tenfold, capped=row.asked.capped)
        except CannotCompute:
            verdict = Verdict.NOT_ASSESSED
        found[limit.id] = LEVEL_OF[grade(limit, verdict)]
        bounded |= bounds(limit) and verdict not in (Verdict.NOT_ASSESSED, Verdict.DOES_NOT_APPLY)
    found[NO_LIMIT] = Level.PASS if bounded else Level.WARN
    return found
