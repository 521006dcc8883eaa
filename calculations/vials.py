"""Which vials to open for a dose: least waste, then fewest containers, then the order in which they are offered.

Opened part vials come first. One dose is made from one `group` only: drug, salt, formulation, concentration and
preservative, which are never mixed in a dose. The search is exact and bounded; nothing is approximated.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.quantity import Quantity

_MOST_STATES = 10_000


@dataclass(frozen=True)
class VialOption:
    """One kind of container that may be used, or one opened part vial."""

    id: str
    content: Quantity
    """Labelled amount of drug in one full container; overfill is not counted."""
    group: str
    """Only containers of the same group go into one dose."""
    volume: Quantity | None = None
    """Volume that holds the whole content (after dissolution for a powder)."""
    available: int | None = None
    """How many there are; None = enough."""
    part_left: Quantity | None = None
    """For an opened part vial: the amount that is left in it. There is one of it."""


@dataclass(frozen=True)
class Take:
    """What is drawn from the containers of one option."""

    id: str
    count: int
    amount: Quantity
    """Total drawn from these containers."""
    left: Quantity
    """What stays in the last of them."""
    volume: Quantity | None
    """Total volume drawn, where the option names a volume."""
    part: bool
    """True for an opened part vial."""


@dataclass(frozen=True)
class VialChoice:
    """The containers of one dose."""

    takes: tuple[Take, ...]
    group: str
    waste: Quantity
    """Content of all these containers less the dose."""
    count: int


def choose_vials(
    dose: Quantity, options: Sequence[VialOption], containing: Mapping[str, int] | None = None
) -> VialChoice:
    """The containers to open for `dose`, among `options` in their order of preference (cheapest first).

    `containing` counts, per option id, the containers that were scanned already and must be used.

    Raises:
        CannotCompute: no single group holds enough, a scanned container would stay unused or is of another group, or
            there are too many combinations to try them all.
        UnitMismatch: a content is not an amount of the dose's drug.
    """
    if dose.number <= 0:
        raise CannotCompute("no_dose", "the choice of vials", f"{dose} is not a dose.")
    needed = dict(containing or {})
    _require_known(needed, options)
    best: tuple[tuple[mpq, int, int, tuple[int, ...]], VialChoice] | None = None
    for rank, group in enumerate(dict.fromkeys(option.group for option in options)):
        members = [option for option in options if option.group == group]
        members.sort(key=lambda option: option.part_left is None)  # opened ones first, otherwise as offered
        if any(count and name not in {option.id for option in members} for name, count in needed.items()):
            continue
        for counts in _counts(dose, members, needed):
            choice = _allocate(dose, group, members, counts)
            if choice is None:
                continue
            key = (choice.waste.amount_in(dose.unit), choice.count, rank, tuple(-n for n in counts))
            if best is None or key < best[0]:
                best = (key, choice)
    if best is None:
        raise CannotCompute(
            "not_enough",
            f"the vials for {dose}",
            "no single product (strength, formulation and preservative alike) in stock gives it with what was scanned.",
            "Get more stock, return a scanned container, or have a pharmacist choose another product.",
        )
    return best[1]


def nearest_whole(dose: Quantity, contents: Sequence[Quantity]) -> Quantity:
    """The amount of whole containers of these contents that lies nearest to `dose`; of two as near the smaller.

    Raises:
        CannotCompute: a dose or a content that is not above zero, no content, or too many combinations to try them all.
    """
    sizes = sorted({content.amount_in(dose.unit) for content in contents})
    if not sizes or sizes[0] <= 0 or dose.number <= 0:
        raise CannotCompute("no_dose", "rounding to whole vials", f"{dose} in {len(sizes)} sizes is nothing to round.")
    found: set[mpq] = set()
    newest: set[mpq] = {mpq(0)}
    while newest:
        newest = {begun + size for begun in newest for size in sizes if begun < dose.number} - found
        found |= newest
        if len(found) > _MOST_STATES:
            raise _too_many(dose)
    return Quantity(min(found, key=lambda whole: (abs(whole - dose.number), whole)), dose.unit, dose.of)


def _too_many(dose: Quantity) -> CannotCompute:
    return CannotCompute(
        "too_many_combinations",
        f"the vials for {dose}",
        f"there are more than {_MOST_STATES:,} ways to make it up.",
        "Offer fewer or larger containers.",
    )


def _require_known(needed: Mapping[str, int], options: Sequence[VialOption]) -> None:
    known = {option.id for option in options}
    for name, count in needed.items():
        if name not in known or count < 0:
            raise CannotCompute("unknown_container", f"the choice of vials with {name}", "it is not among the options.")


def _counts(dose: Quantity, members: Sequence[VialOption], needed: Mapping[str, int]) -> Iterator[tuple[int, ...]]:
    """Every combination of counts, in the order of `members`, that covers the dose without a needless container."""
    sizes = [_held(option).amount_in(dose.unit) for option in members]
    if any(size <= 0 for size in sizes):
        raise CannotCompute("empty_vial", "the choice of vials", "a container without content was offered.")
    states = 0

    def walk(index: int, rest: mpq) -> Iterator[tuple[int, ...]]:
        nonlocal states
        states += 1
        if states > _MOST_STATES:
            raise _too_many(dose)
        if index == len(members):
            if rest <= 0:
                yield ()
            return
        option, size = members[index], sizes[index]
        least = needed.get(option.id, 0)
        stock = 1 if option.part_left is not None else option.available
        enough = max(int(-(-rest.numerator // (rest.denominator * size))) if rest > 0 else 0, least)
        most = enough if stock is None else min(enough, stock)
        if option.part_left is not None:  # an opened container is used up before a new one is opened
            least = most
        if index == len(members) - 1 and option.part_left is None:
            least = max(least, enough)
        for count in range(most, least - 1, -1):
            for others in walk(index + 1, rest - count * size):
                yield (count, *others)

    yield from walk(0, dose.number)


def _held(option: VialOption) -> Quantity:
    return option.content if option.part_left is None else option.part_left


def _allocate(dose: Quantity, group: str, members: Sequence[VialOption], counts: Sequence[int]) -> VialChoice | None:
    """Draw the dose from the containers in the order of `members`. None if one would stay untouched."""
    used = [(option, count) for option, count in zip(members, counts, strict=True) if count]
    rest, takes, total = dose, [], dose - dose
    for option, count in used:
        held = _held(option).to(dose.unit)
        whole = held * count
        if rest.number <= (held * (count - 1)).number:
            return None
        drawn = whole if whole <= rest else rest
        volume = None if option.volume is None else option.volume * (drawn / option.content)
        takes.append(Take(option.id, count, drawn, whole - drawn, volume, option.part_left is not None))
        rest, total = rest - drawn, total + whole
    return VialChoice(tuple(takes), group, total - dose, sum(counts))
