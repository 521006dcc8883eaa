"""How the dose is run: time, pump rate, and the amount per time that limits are held against."""

from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show
from calculations.quantity import Quantity
from calculations.rates import rate_from_dose_rate, rate_over, run_time
from compounding.planning.active import PlannedActive
from compounding.planning.container import Container
from compounding.planning.pump import step_findings
from compounding.planning.situation import Situation
from compounding.planning.stale_findings import old_dosing_weight
from formulary.model import MasterFormulation, OrderType


@dataclass(frozen=True)
class Delivery:
    """`rate` in mL/h, exact; what the pump is told is rounded where it is shown."""

    rate: Quantity | None
    infuse_over: Quantity | None
    push_over: Quantity | None
    findings: tuple[Finding, ...]

    def amount_rate(self, amount: Quantity, volume: Quantity) -> Quantity | None:
        """Amount per time while it runs."""
        if self.rate is not None:
            return amount / volume * self.rate
        return None if self.push_over is None else amount / self.push_over


def delivery_for(s: Situation, formulation: MasterFormulation, active: PlannedActive, container: Container) -> Delivery:
    """Raises CannotCompute when the order says no time and the formulation has none."""
    if s.order.order_type is OrderType.CONTINUOUS:
        return _continuous(s, active, container)
    time = formulation.infusion.default_time if s.order.infuse_over is None else s.order.infuse_over
    if s.order.order_type is OrderType.PUSH or s.route == "intrathecal":
        return Delivery(None, None, time, _time_findings(formulation, time))
    rate, findings = s.order.rate, list[Finding]()
    if rate is not None:
        by_rate = run_time(container.final_volume, rate)
        if s.order.infuse_over is not None and abs(by_rate - s.order.infuse_over) > by_rate * Quantity("0.05", "one"):
            findings.append(
                Finding(
                    "rate_and_time_differ",
                    Grade.HARD,
                    f"{show(rate)} gives {show(by_rate.to('min'), 0)}, the order says {show(s.order.infuse_over)}",
                    by_rate,
                    s.order.infuse_over,
                    mend="Ask which of the two holds.",
                )
            )
        time = by_rate
    if time is None:
        raise CannotCompute(
            "time_missing",
            "the rate",
            "neither the order nor the formulation says how long it runs.",
            "Ask for the time or the rate.",
        )
    if rate is None:
        rate = rate_over(container.final_volume, time)
    return Delivery(
        rate.to("mL/h"),
        time,
        None,
        (*findings, *_time_findings(formulation, time), *_pump_findings(s, rate, container)),
    )


def _continuous(s: Situation, active: PlannedActive, container: Container) -> Delivery:
    dose_rate = s.order.dose_rate
    if dose_rate is None:
        raise CannotCompute("dose_rate_missing", "the pump rate", "the order states no dose rate.", "Ask for it.")
    tagged = dose_rate if dose_rate.of == active.drug.of else dose_rate.named(active.drug.of)
    per_kg = "kg" in dose_rate.unit.name.split("/")[1:]
    if per_kg and active.weight is None:
        raise CannotCompute(
            "weight_missing", f"a rate in {dose_rate.unit.shown}", "there is no weight.", "Weigh the patient."
        )
    concentration = active.amount / container.final_volume
    rate = rate_from_dose_rate(tagged, concentration, active.weight if per_kg else None).to("mL/h")
    found = old_dosing_weight(s, active.formulation.dose.dosing_weight) if per_kg else []
    return Delivery(rate, run_time(container.final_volume, rate), None, (*found, *_pump_findings(s, rate, container)))


def _time_findings(formulation: MasterFormulation, time: Quantity | None) -> tuple[Finding, ...]:
    rule = formulation.infusion
    if time is None:
        return (Finding("time_not_said", Grade.SOFT, "No time is stated for giving it", mend="Ask how fast."),)
    if rule.shortest_time is not None and time < rule.shortest_time:
        return (
            Finding(
                "time_short",
                Grade.HARD,
                f"Runs in {show(time)}, at least {show(rule.shortest_time)}",
                time,
                rule.shortest_time,
                time - rule.shortest_time,
                rule.source.text,
                f"Ask for {show(rule.shortest_time)}.",
            ),
        )
    if rule.longest_time is not None and time > rule.longest_time:
        return (
            Finding(
                "time_long",
                Grade.SOFT,
                f"Runs for {show(time)}, at most {show(rule.longest_time)}",
                time,
                rule.longest_time,
                rule.longest_time - time,
                rule.source.text,
            ),
        )
    return ()


def _pump_findings(s: Situation, rate: Quantity, container: Container) -> tuple[Finding, ...]:
    site = s.formulary.site
    name = "pump_rate_low_syringe" if not container.item_id else "pump_rate_low_volumetric"
    low, high = site.value(name), site.value("pump_rate_high")
    if rate < low:
        return (
            Finding(
                "pump_slow",
                Grade.SOFT,
                f"{show(rate)} is slow for the pump",
                rate,
                low,
                rate - low,
                "site rule",
                "Ask for a weaker concentration.",
            ),
            *step_findings(rate, site),
        )
    if rate > high:
        return (Finding("pump_fast", Grade.HARD, f"{show(rate)} is more than the pump runs", rate, high, high - rate),)
    return step_findings(rate, site)
