"""What is missing or dangerous about this patient and drug. Absence is a finding, never a default. See also `allergies`."""

from calculations.findings import Finding, Grade
from compounding.orders.patient import LineKind
from compounding.planning.situation import Situation
from formulary.model import Compatibility, CompatibilityKind, Drug, Solution, Verdict


def line_findings(s: Situation) -> list[Finding]:
    """The line that the order names must be one that the patient has."""
    order, lines = s.order, s.patient.lines
    if s.route == "intrathecal":
        return []
    if not order.line:
        return [
            Finding(
                "line_not_said",
                Grade.SOFT,
                "The order names no line; limits are those of a peripheral one",
                mend="Ask which line.",
            )
        ]
    central = {LineKind.CENTRAL, LineKind.PORT, LineKind.UMBILICAL}
    if order.line in ("central", "umbilical") and not any(line.kind in central for line in lines):
        return [
            Finding(
                "line_missing",
                Grade.HARD,
                "Ordered for a central line; no central line is recorded",
                mend="Ask whether there is one, and record it.",
            )
        ]
    return []


def solution_findings(drug: Drug, solution: Solution | None) -> list[Finding]:
    """Statements about the drug in this base solution. No statement means no data, never compatible."""
    if solution is None:
        return []
    findings = []
    for row in drug.compatibilities:
        if row.kind is CompatibilityKind.DILUENT and (row.other == solution.id or row.other in solution.contains):
            if row.verdict is Verdict.INCOMPATIBLE:
                findings.append(
                    Finding(
                        "diluent_incompatible",
                        Grade.ABSOLUTE,
                        f"{drug.display} never in {solution.display}: {row.text}",
                        source=row.source.text,
                        mend="Order another diluent.",
                    )
                )
            elif row.verdict is Verdict.VARIABLE:
                findings.append(
                    Finding(
                        "diluent_variable",
                        Grade.SOFT,
                        f"{drug.display} in {solution.display}: {row.text}",
                        source=row.source.text,
                    )
                )
    return findings


def admixture_findings(drugs: tuple[Drug, ...]) -> list[Finding]:
    """Every pair of drugs in one bag: incompatible is absolute, no statement is a soft finding."""
    findings = []
    for index, one in enumerate(drugs):
        for other in drugs[index + 1 :]:
            rows = [*_between(one, other), *_between(other, one)]
            names = f"{one.display} and {other.display} in one bag"
            bad = [row for row in rows if row.verdict is Verdict.INCOMPATIBLE]
            if bad:
                findings.append(
                    Finding(
                        "admixture_incompatible",
                        Grade.ABSOLUTE,
                        f"{names}: {bad[0].text}",
                        source=bad[0].source.text,
                        mend="Order separate bags.",
                    )
                )
            elif not rows:
                findings.append(
                    Finding("admixture_no_data", Grade.SOFT, f"{names}: no data", mend="A pharmacist looks it up.")
                )
    return findings


def _between(one: Drug, other: Drug) -> list[Compatibility]:
    names = {other.id, *other.ingredients, *other.allergy_classes}
    return [row for row in one.compatibilities if row.kind is CompatibilityKind.ADMIXTURE and row.other in names]


def drug_findings(s: Situation, drug: Drug) -> list[Finding]:
    """What must be known about the drug whoever the patient is."""
    findings = [Finding("banner", Grade.INFO, note.text, source=note.source.text) for note in drug.banners]
    if s.patient.pregnant and drug.flags.hazardous:
        findings.append(Finding("pregnant", Grade.HARD, f"{drug.display} is hazardous and the patient is pregnant"))
    if drug.flags.hazardous and s.patient.pregnant is None and s.patient.sex == "female":
        title = f"{drug.display} is hazardous, and nobody has recorded whether the patient is pregnant"
        findings.append(Finding("pregnancy_not_recorded", Grade.INFO, title, mend="Ask, and record it."))
    if drug.flags.paralytic:
        findings.append(
            Finding("paralytic", Grade.INFO, f"{drug.display} paralyses: every step has its own confirmation")
        )
    return findings
