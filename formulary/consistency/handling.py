"""What the flags and the compatibility of a drug say against how its formulations are made."""

from collections.abc import Iterator

from formulary.consistency.contradiction import Check, Contradiction, words
from formulary.model import CompatibilityKind, Drug, Formulary, MasterFormulation, Verdict


def handling_contradictions(formulary: Formulary) -> Iterator[Contradiction]:
    """Light, hood and diluents of every formulation."""
    for drug in formulary.drugs:
        never = {
            row.other: row
            for row in drug.compatibilities
            if row.kind is CompatibilityKind.DILUENT and row.verdict is Verdict.INCOMPATIBLE
        }
        for row in drug.formulations:
            if drug.flags.light_after_preparation and not row.light_cover:
                yield _row(drug, row, "light_cover", "no", "a light cover: the flags say that it is kept from light")
            if drug.flags.hazardous and not row.hazardous_hood:
                yield _row(drug, row, "hazardous_hood", "no", "a hazardous hood: the flags say that it is hazardous")
            for solution in dict.fromkeys(choice.solution for choice in row.diluents):
                if solution in never:
                    display = formulary.solution(solution).display
                    yield _row(drug, row, "diluents", display, f"another diluent: {never[solution].text}")


def _row(drug: Drug, row: MasterFormulation, name: str, found: str, expected: str) -> Contradiction:
    return Contradiction(
        check=Check.HANDLING, drug=drug.id, display=drug.display, subject=row.name, field=words(row, name), found=found,
        expected=expected, mend="Mend the formulation, or the flag or statement that is wrong, with its source.",
    )  # fmt: skip
