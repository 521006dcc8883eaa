"""Protection from light: what the profile does not say is told, and never taken as not needed."""

from collections.abc import Iterable

from calculations.findings import Finding, Grade
from formulary.nutrition.model_profile import NutritionSet


def light_findings(held: NutritionSet, kinds: Iterable[str]) -> list[Finding]:
    """A finding for each kind of container of which the profile does not say whether it is kept from light."""
    silent = [row.kind for row in held.profile.hanging if row.kind in kinds and row.light is None]
    title = "The profile does not say whether it is protected from light: {}"
    mend = "Complete the nutrition profile; until then the pharmacist tells the ward."
    return [Finding(f"light_not_said.{kind}", Grade.SOFT, title.format(kind), mend=mend) for kind in silent]
