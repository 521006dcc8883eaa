"""Findings as a page shows them: the worst first, each with its picture, and how well its source is founded."""

from dataclasses import dataclass, replace
from typing import Any

from calculations.findings import Finding, Grade
from calculations.printing import show
from compounding.planning.therapeutic import Planned
from formulary.model import CONFIDENCE_MEANING, Confidence

COMMON_BAR = 50
"""A figure more than so many times its limit is not drawn: the bar would say nothing."""


@dataclass(frozen=True)
class Bar:
    """Numbers of a limit picture in one unit, with their texts."""

    figure: Any
    figure_text: str
    limit: Any
    limit_text: str
    over: bool


@dataclass(frozen=True)
class ShownFinding:
    """One finding with everything that is drawn about it."""

    finding: Finding
    names: tuple[str, str]
    bar: Bar | None
    reason: bool
    """It takes a reason here; a second finding of the same rule shares that of the first."""


def shown_findings(planned: Planned) -> tuple[ShownFinding, ...]:
    """Findings, the worst first; sources with how well they are founded."""
    grades = list(Grade)
    ordered = sorted(planned.findings, key=lambda f: -grades.index(f.grade))
    seen: set[str] = set()
    rows = []
    for finding in ordered:
        asks = finding.grade in (Grade.SOFT, Grade.HARD) and finding.code not in seen
        seen.add(finding.code)
        rows.append(ShownFinding(_founded(finding, planned), _names(finding), _bar(finding), asks))
    return tuple(rows)


def _founded(finding: Finding, planned: Planned) -> Finding:
    """The finding with the confidence of its source in words, where a limit says it."""
    if planned.plan is None or not finding.source:
        return finding
    for row in planned.plan.checked_limits:
        if row["source"] == finding.source and row["confidence"]:
            meaning = CONFIDENCE_MEANING[Confidence(row["confidence"])]
            return replace(finding, source=f"{finding.source} ({meaning}).")
    return finding


def _names(finding: Finding) -> tuple[str, str]:
    if finding.figure is None or finding.limit is None or finding.margin is None:
        return ("Found", "Limit")
    return ("Found", "Maximum" if finding.figure > finding.limit else "Minimum")


def _bar(finding: Finding) -> Bar | None:
    figure, limit, margin = finding.figure, finding.limit, finding.margin
    if (
        figure is None
        or limit is None
        or margin is None
        or margin.number >= 0
        or limit.number <= 0
        or figure.number < 0
    ):
        return None
    value, bound = figure.amount_in(limit.unit), limit.number
    if value > bound * COMMON_BAR or bound > value * COMMON_BAR:
        return None
    return Bar(value, show(figure), bound, show(limit), value > bound)
