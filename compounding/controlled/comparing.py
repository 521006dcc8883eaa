"""How far a person's waste share lies from that of the others, by a plain declared formula. Pure; it accuses nobody.

The modified z-score of Iglewicz and Hoaglin (How to Detect and Handle Outliers, ASQC 1993): 0.6745 × (share − median of the
others) ÷ the median absolute deviation of the others. A share far off is a reason to look at the work, the vial sizes and the
records, and says nothing about a person. Small numbers are told as not compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.printing import show_number

FACTOR = mpq(6745, 10_000)
"""Of the published formula: the 0.75 quantile of the standard normal distribution."""


@dataclass(frozen=True)
class Figures:
    """What one person did with one drug in a period; drawn and wasted in one measure: microlitres, or an amount of drug."""

    doses: int
    drawn: int | mpq
    wasted: int | mpq

    @property
    def share(self) -> mpq | None:
        """Wasted ÷ (drawn + wasted); None where nothing was opened."""
        opened = self.drawn + self.wasted
        return mpq(self.wasted, opened) if opened > 0 else None


@dataclass(frozen=True)
class Compared:
    """A person beside the others. `score` is None where nobody is compared; `words` tell the arithmetic or why not."""

    score: mpq | None
    far: bool
    words: str


def compared(
    figures: Mapping[str, Figures], least_doses: int, least_others: int, limit: mpq
) -> dict[str, Compared]:
    """Everybody beside the others with enough doses."""
    shares = {
        person: one.share for person, one in figures.items() if one.doses >= least_doses and one.share is not None
    }
    found: dict[str, Compared] = {}
    for person in figures:
        if person not in shares:
            found[person] = Compared(None, False, f"not compared: fewer than {least_doses} doses")
            continue
        others = [share for other, share in shares.items() if other != person]
        if len(others) < least_others:
            found[person] = Compared(None, False, f"not compared: fewer than {least_others} others with enough doses")
            continue
        found[person] = _beside(shares[person], others, limit)
    return found


def _beside(share: mpq, others: Sequence[mpq], limit: mpq) -> Compared:
    middle = median(others)
    spread = median([abs(one - middle) for one in others])
    told = f"share {percent(share)}, median of {len(others)} others {percent(middle)}, median deviation {percent(spread)}"
    if not spread:
        return Compared(None, False, f"{told}: the others are all alike, so there is no spread to compare with")
    score = FACTOR * (share - middle) / spread
    sign = "−" if score < 0 else ""
    told += f": 0.6745 × ({percent(share)} − {percent(middle)}) ÷ {percent(spread)} = {sign}{show_number(abs(score), 2)}"
    return Compared(score, abs(score) >= limit, told)


def median(values: Sequence[mpq]) -> mpq:
    """The middle one, or the mean of the two in the middle. Raises ValueError for none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing has no median")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def percent(share: mpq) -> str:
    """`12.4 %`."""
    return f"{show_number(share * 100, 1)} %" if share else "0 %"
