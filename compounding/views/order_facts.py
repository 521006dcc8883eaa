"""One order in words: as it was written, before anything was worked out."""

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.nutrition.order import Basis, NutritionOrder
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.nutrition.rows import title_of as row_title
from compounding.orders.order import NUTRITION, Order
from compounding.orders.patient import Patient
from compounding.orders.patient_record import PATIENT
from compounding.people import shown_name
from compounding.planning.therapeutic import Planned
from compounding.preparing.numbering import patient_record
from compounding.reviewing.order_state import OrderVersion
from compounding.views.patient_facts import Fact
from compounding.views.strip import drug_line
from formulary.model import Formulary


def patient_of(uow: UnitOfWork, order: Order) -> Patient | None:
    """The order's patient as described last; None where nobody recorded them."""
    return load(uow, PATIENT, patient_record(order.patient)).patient


def drug_display(formulary: Formulary, drug: str) -> str:
    """The tall-man name; what stands in the order where the formulary has no such drug."""
    if drug == NUTRITION:
        return "Parenteral nutrition"
    found = formulary.drug_named(drug)
    return drug.replace("_", " ") if found is None else found.display


def tall_title(formulary: Formulary, drug: str, title: str) -> str:
    """A listed title under the tall-man name: one that was worked out has it already, one as ordered begins with the id."""
    display = drug_display(formulary, drug) if drug else ""
    if not drug or title.startswith(display) or not title.startswith(drug):
        return title
    return display + title.removeprefix(drug)


def title_of(order: Order, planned: Planned, formulary: Formulary) -> str:
    """Drug and worked-out amount; as ordered where there is no plan."""
    if planned.plan is not None:
        return " ".join(filter(None, drug_line(planned.plan)))
    amount = order.dose_rate if order.dose is None else order.dose
    return f"{drug_display(formulary, order.drug)} {'' if amount is None else show(amount)}".strip()


def order_facts(
    uow: UnitOfWork, order: Order, version: OrderVersion, formulary: Formulary, clock: Clock
) -> tuple[Fact, ...]:
    """The order as it was written, before anything was worked out."""
    ordered = [show(amount) for amount in (order.dose, order.dose_rate, order.concentration) if amount is not None]
    rows: list[Fact] = [("Ordered", ", ".join(ordered), order.purpose)] if order.nutrition is None else []
    rows += [] if order.nutrition is None else _nutrition(order.nutrition)
    rows.append(("How", ", ".join(filter(None, (order.route, order.line and f"{order.line} line"))), ""))
    volume = "" if order.volume is None else show(order.volume)
    asked = " ".join(filter(None, (solution_display(formulary, order.diluent), volume)))
    if asked:
        rows.append(("In", asked, ""))
    if order.infuse_over is not None or order.rate is not None:
        rows.append(("Runs", ", ".join(show(x) for x in (order.infuse_over, order.rate) if x is not None), ""))
    rows += [("With", f"{drug_display(formulary, a.drug)} {show(a.dose)}", "") for a in order.additives]
    if order.chemotherapy is not None:
        chemotherapy = order.chemotherapy
        rows.append(("Regimen", f"{chemotherapy.regimen}, cycle {chemotherapy.cycle}, day {chemotherapy.day}", ""))
    every = order.frequency
    often = f"every {show(every.every)}" if every.every is not None else "continuous" if every.continuous else "once"
    stop = f", until {clock.moment(order.stop)}" if order.stop is not None else ""
    rows.append(("How often", often, f"from {clock.moment(order.start)}{stop}"))
    rows.append(("For", order.indication or "not said", ""))
    by = shown_name(uow, version.placed_by)
    how = "brought in from a file" if version.brought_in else "entered"
    entered = "" if by.startswith(order.prescriber) else f"{how} by {by}, "
    note = entered + clock.moment(version.placed_at)
    return (*rows, ("Prescriber", order.prescriber, note))


def _nutrition(order: NutritionOrder) -> list[Fact]:
    """Bag, weight, fluid and time of an order of parenteral nutrition, and every row as it was ordered."""
    fluid = [show(amount) for amount in (order.total_fluid, order.volume) if amount is not None]
    apart = ", lipid apart" if order.lipid_apart else ""
    rows: list[Fact] = [
        ("Bag", f"{order.kind}{apart}", order.population),
        ("Dosing weight", show(order.dosing_weight), ""),
        ("Fluid", ", ".join(fluid) or "that of the ready-made bag", ""),
        ("Runs", show(order.hours), _tapers(order)),
        ("Anions", order.anions.value, "" if order.anion_ratio is None else f"{show(order.anion_ratio)} : 1"),
    ]
    rows += [(row_title(row), show(row.amount), "per bag" if row.basis is Basis.PER_BAG else "") for row in order.amounts]
    return rows + [(f"Beside it: {one.name}", show(one.volume), "") for one in order.others]


def _tapers(order: NutritionOrder) -> str:
    named = (("up over", order.taper_up), ("down over", order.taper_down))
    return ", ".join(f"{words} {show(span)}" for words, span in named if span.number)


def solution_display(formulary: Formulary, name: str) -> str:
    """The solution's name as printed; what stands in the order where it is not known."""
    found = formulary.solution_named(name) if name else None
    return name if found is None else found.display
