"""Look-alike names without tall-man letters, names that are near each other by their letters, and lists that disagree."""

import re
from collections.abc import Iterator

from formulary.consistency.contradiction import Check, Contradiction
from formulary.model import Drug, Formulary

NEAR = 3
"""Names of different drugs that are this many letters apart, added, left out or exchanged, look alike."""
SHARE = 4
"""... where that is no more than one letter in so many of the longer name's: short names differ in little anyway."""
_TALL = re.compile(r"[A-Z]{2,}")
_LETTERS = re.compile(r"[^a-z]")
_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def name_contradictions(formulary: Formulary) -> Iterator[Contradiction]:
    """Of every pair once."""
    drugs = formulary.drugs
    for index, drug in enumerate(drugs):
        yield from _listed(formulary, drug)
        for other in drugs[index + 1 :]:
            yield from _near(drug, other)


def letters_apart(one: str, other: str) -> int:
    """How many letters have to be added, left out or exchanged to make one name of the other."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, wanted in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != wanted))
    return row[-1]


def is_near(one: str, other: str) -> bool:
    """Whether two names are near each other by their letters; case, spaces and signs do not count."""
    first, second = (_LETTERS.sub("", name.casefold()) for name in (one, other))
    if first == second or abs(len(first) - len(second)) > NEAR:
        return False
    return letters_apart(first, second) <= min(NEAR, max(len(first), len(second)) // SHARE)


def told_apart(one: str, other: str) -> bool:
    """Whether tall-man letters tell them apart: at least one has some, and not both the same."""
    first, second = _TALL.findall(one), _TALL.findall(other)
    return first != second


def _named(name: str, names: tuple[str, ...]) -> bool:
    """Whether a name is among those of a list, by its letters."""
    return _written(name).casefold() in {_written(one).casefold() for one in names}


def _written(display: str) -> str:
    """A name without what stands in brackets behind it: `fosphenytoin (mg PE)` is named fosphenytoin."""
    return _BRACKETS.sub("", display)


def _listed(formulary: Formulary, drug: Drug) -> Iterator[Contradiction]:
    for name in drug.flags.look_alikes:
        other = formulary.drug_named(name)
        others = () if other is None else (other.id,)
        if other is not None and _written(other.display) != _written(name):
            yield _row(
                drug, "look-alikes", name, f"{other.display}, as that drug is written",
                "Write the name in the list as the drug's own file has it.", others,
            )  # fmt: skip
        if other is not None and not _named(drug.display, other.flags.look_alikes):
            yield _row(
                drug, "look-alikes", f"{drug.display} names {other.display}, which does not name it",
                "two drugs that look alike name each other",
                f"Add {drug.display} to the look-alikes of {other.display}, or take {other.display} off this list.",
                others,
            )  # fmt: skip
        if not told_apart(drug.display, other.display if other else name) and _first(drug, other):
            yield _untold(drug, name, "which the list of look-alikes names", others)


def _first(drug: Drug, other: Drug | None) -> bool:
    """A pair that names each other is said once."""
    return other is None or drug.id < other.id or not _named(drug.display, other.flags.look_alikes)


def _near(drug: Drug, other: Drug) -> Iterator[Contradiction]:
    lists = (*drug.flags.look_alikes, *other.flags.look_alikes)
    if not is_near(drug.name, other.name) or _named(drug.display, lists) or _named(other.display, lists):
        return
    if told_apart(drug.display, other.display):
        yield _row(
            drug, "look-alikes", f"{other.display} is not named", f"{other.display}: the names are spelt almost alike",
            "Name each in the look-alikes of the other.", (other.id,),
        )  # fmt: skip
    else:
        yield _untold(drug, other.display, "which is spelt almost alike", (other.id,))


def _untold(drug: Drug, other: str, why: str, others: tuple[str, ...]) -> Contradiction:
    return _row(
        drug, "name as printed", f"{drug.display} and {other}, {why}", "tall-man letters in at least one of the two",
        "Write the name as printed with tall-man letters after the list that the hospital uses.", others,
    )  # fmt: skip


def _row(drug: Drug, field: str, found: str, expected: str, mend: str, others: tuple[str, ...]) -> Contradiction:
    return Contradiction(
        check=Check.NAMES, drug=drug.id, display=drug.display, subject=drug.display, field=field, found=found,
        expected=expected, mend=mend, others=others,
    )  # fmt: skip
