"""Everything held together: a pure function over a formulary, and over it with a draft in the place of the drug in force."""

from collections.abc import Iterator
from dataclasses import replace

from formulary.consistency.codes import code_contradictions
from formulary.consistency.concentrations import concentration_contradictions
from formulary.consistency.contradiction import CHECKS, Checked, Contradiction, Unchecked
from formulary.consistency.handling import handling_contradictions
from formulary.consistency.limits import limit_contradictions
from formulary.consistency.names import name_contradictions
from formulary.consistency.nutrition import nutrition_contradictions
from formulary.consistency.times import time_contradictions
from formulary.loading import assemble, drug_from_text
from formulary.model import Drug, Formulary

_ORDER = list(CHECKS)


def checked(formulary: Formulary) -> Checked:
    """Every contradiction and everything that could not be checked, by check, then by drug."""
    rows = list(dict.fromkeys(_all(formulary)))
    rows.sort(key=lambda row: (_ORDER.index(row.check), row.display.casefold(), row.subject))
    return Checked(
        tuple(row for row in rows if isinstance(row, Contradiction)),
        tuple(row for row in rows if isinstance(row, Unchecked)),
    )


def checked_with(formulary: Formulary, draft: Drug) -> Checked:
    """What would contradict the draft, or in it, if it were in force beside everything else."""
    others = tuple(drug for drug in formulary.drugs if drug.id != draft.id)
    together = assemble(formulary.version, formulary.site, formulary.supplies, (*others, draft))
    return checked(replace(together, nutrition=formulary.nutrition)).of(draft.id)


def text_checked(text: str, formulary: Formulary) -> Checked | None:
    """A drug's data file held together with everything else in force; None where its data are not accepted any more."""
    drug = drug_from_text(text, "drug", formulary.site, formulary.supplies)[0]
    return None if drug is None else checked_with(formulary, drug)


def _all(formulary: Formulary) -> Iterator[Contradiction | Unchecked]:
    yield from name_contradictions(formulary)
    yield from limit_contradictions(formulary)
    yield from code_contradictions(formulary)
    yield from time_contradictions(formulary)
    yield from concentration_contradictions(formulary)
    yield from handling_contradictions(formulary)
    yield from nutrition_contradictions(formulary)
