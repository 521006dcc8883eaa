"""The syringes of the house, asked for one volume at a time."""

from dataclasses import dataclass

from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure, SyringeRules, SyringeSize, measure
from compounding.planning.plan import SyringeChoice
from formulary.model import Formulary


@dataclass(frozen=True)
class Measuring:
    """Syringe sizes with the site's rules; high-alert drugs are rounded less."""

    sizes: tuple[SyringeSize, ...]
    rules: SyringeRules
    strict: SyringeRules

    def parts(self, volume: Quantity, *, high_alert: bool) -> tuple[tuple[Quantity, SyringeChoice], ...]:
        """The draws that make up a volume, each with its syringe. Raises CannotMeasure: dilute first."""
        found = measure(volume, self.sizes, self.strict if high_alert else self.rules)
        by_id = {size.id: size for size in self.sizes}
        return tuple(
            (part.volume, SyringeChoice(part.size_id, by_id[part.size_id].capacity, by_id[part.size_id].graduation))
            for part in found.parts
        )

    def measurable(self, volume: Quantity, *, high_alert: bool) -> bool:
        """Whether any syringe shows the volume."""
        try:
            self.parts(volume, high_alert=high_alert)
        except CannotMeasure:
            return False
        return True


def measuring(formulary: Formulary) -> Measuring:
    """The measuring rules of the site."""
    site = formulary.site
    sizes = tuple(
        SyringeSize(s.id, s.capacity, s.graduation, s.smallest_measurable) for s in formulary.supplies.syringes
    )
    low, high = site.value("syringe_fill_low"), site.value("syringe_fill_high")
    least = max(site.value("never_measured_below"), site.value("smallest_measurable"))
    return Measuring(
        sizes,
        SyringeRules(low, high, site.value("syringe_rounding_limit"), least),
        SyringeRules(low, high, site.value("syringe_rounding_limit_high_alert"), least),
    )
