"""Continuous infusions: a standard concentration in a declared volume, and how long the bag lasts."""

from datetime import datetime

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rates import run_time
from compounding.orders.schedule import hours
from compounding.planning.container import chosen_diluent
from compounding.planning.situation import Situation
from formulary.model import Drug, Line, MasterFormulation, StandardConcentration


def standard_concentrations(s: Situation, drug: Drug, formulation: MasterFormulation) -> list[StandardConcentration]:
    """The standard concentrations that this formulation may be made in for this patient and line."""
    return [
        row
        for row in drug.standard_concentrations
        if (not formulation.standard_concentrations or row.id in formulation.standard_concentrations)
        and row.line in (Line.ANY, s.line)
        and s.fits(s.formulary.population(drug, row.population)) is not False
    ]


def wanted_concentration(
    s: Situation, drug: Drug, formulation: MasterFormulation
) -> tuple[Quantity, tuple[Finding, ...]]:
    """The concentration ordered, else the first standard one that is released for this patient and line.

    Off-standard concentrations need a reason and a second pharmacist: that is a hard finding.
    """
    standards, wanted = standard_concentrations(s, drug, formulation), s.order.concentration
    if wanted is None:
        if not standards:
            raise CannotCompute(
                "no_standard",
                f"the concentration of {drug.display}",
                "no standard concentration is released for it.",
                "Order a concentration; it needs a reason and two pharmacists.",
            )
        concentration = standards[0].concentration
    else:
        concentration = wanted if wanted.of == drug.of else wanted.named(drug.of)
    findings: list[Finding] = []
    if not any(row.concentration == concentration for row in standards):
        offered = ", ".join(show(row.concentration) for row in standards) or "none"
        findings.append(
            Finding(
                "off_standard",
                Grade.HARD,
                f"{show(concentration)} is no standard concentration of {drug.display}",
                concentration,
                mend=f"Standard: {offered}.",
            )
        )
    return concentration, tuple(findings)


def continuous_volume(s: Situation, drug: Drug, formulation: MasterFormulation) -> Quantity:
    """The declared volume: of the bag that is chosen, or as ordered where it is drawn up undiluted."""
    if formulation.diluents:
        return chosen_diluent(s, formulation, None).volume
    if s.order.volume is None:
        raise CannotCompute(
            "volume_missing",
            f"how much {drug.display} to draw up",
            "it is given undiluted and the order says no volume.",
            "Order the volume.",
        )
    return s.order.volume


def runs_out(volume: Quantity, rate: Quantity, started: datetime) -> datetime:
    """When a bag started at `started` is empty at this rate: the next one is due then; a changed rate moves it."""
    return started + hours(run_time(volume, rate))
