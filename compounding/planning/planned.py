"""What planning gives: a plan with its findings, or the findings that stop it."""

from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from compounding.planning.plan import DrawUpPlan, TherapeuticPlan


@dataclass(frozen=True)
class Planned:
    """What planning gives: the plan, or None when it cannot be computed, and every finding."""

    plan: TherapeuticPlan | None
    draw_up: DrawUpPlan | None
    findings: tuple[Finding, ...]
    alternatives: tuple[str, ...] = ()
    """Other released formulations that would serve the order."""

    @property
    def worst(self) -> Grade | None:
        """The highest grade among the findings."""
        order = list(Grade)
        return max((f.grade for f in self.findings), key=order.index, default=None)


def cannot_compute(why: CannotCompute) -> Finding:
    """A figure that cannot be computed, as a finding that nobody can pass."""
    return Finding(
        f"cannot_compute.{why.code}", Grade.ABSOLUTE, f"Cannot compute {why.what}: {why.why}", mend=why.next_step
    )
