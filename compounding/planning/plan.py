"""What planning decides, as frozen values with a canonical plain form.

`TherapeuticPlan` is frozen and signed at review. `DrawUpPlan` is made for one dose from the products really scanned: it may
differ in counts, never in dose, diluent or declared volume.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.nutrition.judged_on import NutritionJudgedOn
from compounding.nutrition.plan import NutritionPlan
from compounding.planning.judged_on import JudgedOn

ONE_TIME_MARK = "one_time_"
"""How the id of a formulation begins that was written for one order version; no released one does."""
ONE_TIME_WORDS = "ONE-TIME FORMULATION"
ALTERNATIVE_CODE = "alternative_in_use"
"""Code of the finding that a preparation is not made as usual."""


@dataclass(frozen=True)
class DrugAmount:
    """One active ingredient of the preparation, as it will be labelled."""

    drug: str
    display: str
    """Tall-man name."""
    amount: Quantity
    """Rounded amount in the container."""
    ordered: Quantity
    """The exact amount that the order asks for, before rounding."""
    formulation: str
    group: str
    """Containers of one group only go into the dose: same concentration, salt, form and preservative."""
    drawn_concentration: Quantity
    """Of what is drawn: the product, the dissolved powder, or the intermediate dilution."""
    drawn_volume: Quantity
    """amount ÷ drawn_concentration, exact."""
    intermediate: str = ""
    """Id of the intermediate dilution that it is drawn from; empty when it is drawn from the product."""
    products: tuple[str, ...] = ()
    """Products of the group that this patient may have; another one is refused at the scan."""


@dataclass(frozen=True)
class TimeRule:
    """One limit on how long the preparation may be kept, frozen with the plan. The clock starts at a named event."""

    name: str
    """In words, as it is shown when this rule decides: "USP <797> category 2, aseptic, sterile parts only"."""
    event: str
    """PREPARATION_START, RECONSTITUTION, DILUTION, DRAW or REMOVAL_FROM_COLD."""
    lasts: Quantity
    """Hours."""
    ends: str
    """START_OF_ADMIN or END_OF_INFUSION."""
    storage: str
    """crt, fridge or freezer: the storage it holds for."""
    source: str
    drug: str = ""
    """Whose stability it is; empty for a rule about every preparation of the category."""


@dataclass(frozen=True)
class Substituted:
    """A released alternative that is made while the usual way is short, by a pharmacist's switch."""

    formulation: str
    """Id of the usual formulation."""
    name: str
    number: int
    """Of the switch in the formulation's record."""
    kind: str
    """formulation, product or diluent."""
    to: str
    reason: str

    @property
    def words(self) -> str:
        """As every page says it."""
        return f"alternative because of shortage: {self.reason}"


@dataclass(frozen=True)
class Excipients:
    """Excipient classes that the patient is allergic to, by what the containers of the reviewed plan hold of them."""

    free: tuple[str, ...]
    """None of them holds it. A container that does, or of which nothing states it, stops at its scan."""
    not_stated: tuple[str, ...]
    """Nothing states it of one of them, and whoever reviewed the order let that stand. One that holds it stops."""
    held: tuple[str, ...]
    """One of them holds it, and whoever reviewed the order let that stand."""

    @property
    def codes(self) -> tuple[str, ...]:
        return (*self.free, *self.not_stated, *self.held)


@dataclass(frozen=True)
class TherapeuticPlan:
    formulation: str
    formulation_name: str
    drug: str
    display: str
    order_type: str
    actives: tuple[DrugAmount, ...]
    container_class: str
    """bag, minibag or syringe: decides the label stock."""
    base: str
    """Supply id of the base solution, or of the empty container."""
    base_display: str
    base_volume: Quantity | None
    """Label volume of the base container; None for a syringe without diluent."""
    policy: str
    """Bag volume policy: ADD, REPLACE, REMOVE_OVERFILL or EXACT."""
    final_volume: Quantity
    """The declared final volume: drives label, rate and pump entry."""
    concentration: Quantity
    """Labelled concentration of the first active: amount ÷ declared final volume."""
    true_concentration: Quantity | None
    """With overfill and additives counted; None where nothing differs."""
    route: str
    line: str
    rate: Quantity | None
    infuse_over: Quantity | None
    dose_rate: Quantity | None
    """Of a continuous infusion, in the drug's own basis."""
    volume_tolerance: Quantity
    """Allowed deviation of a measured volume and of the recalculated dose, as `one`; from the formulation."""
    mass_tolerance: Quantity
    """The same for a weighed addition."""
    push_over: Quantity | None = None
    flags: tuple[str, ...] = ()
    """high_alert, hazardous, vesicant, light, paralytic, cold, controlled."""
    auxiliary: tuple[str, ...] = ()
    """Label texts."""
    filter: str = ""
    tubing: str = ""
    storage: str = "crt"
    """Labelled storage condition."""
    storage_words: str = ""
    time_rules: tuple[TimeRule, ...] = ()
    """Limits that decide the beyond-use time. Those of another storage serve the words "once out, start within"."""
    time_gap: str = ""
    """Why the beyond-use time cannot be computed from these rules; a pharmacist then decides with reason."""
    appearance: str = ""
    """What the finished preparation must look like."""
    category: str = "2"
    hazardous_hood: bool = False
    in_process_check: bool = False
    second_check: bool = False
    staging_check: bool = False
    pictures: bool = True
    remove: Quantity | None = None
    """Volume taken out of the bag before the drug goes in."""
    diluent_volume: Quantity | None = None
    """Volume of base solution that is measured in, for an exact container."""
    ready_to_use: bool = False
    """A finished product: scanned, labelled and checked, nothing is mixed."""
    one_time: bool = False
    drug_versions: tuple[str, ...] = ()
    """`drug@version` of every drug used; an open dose keeps them."""
    draft: bool = True
    """Uses formulary data that no pharmacist approved outside the demonstration."""
    checked_limits: tuple[Mapping[str, Any], ...] = ()
    """Rows of limit, found, allowed and margin, as shown."""
    work: tuple[Mapping[str, Any], ...] = ()
    """Derivation steps, in order."""
    nutrition: NutritionPlan | None = None
    """What parenteral nutrition adds: its rows, totals, sources and sequence."""
    part: int = 0
    """Which container of an order with several this is: 0 the first or only one, otherwise the number of the companion."""
    companions: tuple["Companion", ...] = ()
    """Further containers that are made for the same due time, such as the lipid beside a nutrition bag."""
    judged_on: tuple[JudgedOn, ...] | None = None
    """What the limits were judged on, one for each active; None in plans from before it was kept, and in nutrition."""
    nutrition_judged_on: NutritionJudgedOn | None = None
    """The same for a bag of parenteral nutrition."""
    substituted: tuple[Substituted, ...] | None = None
    """What is made in place of the usual way; None where nothing is."""
    excipients: Excipients | None = None
    """How its containers stand to the excipients that the patient is allergic to; None where there is no such allergy."""

    @property
    def title(self) -> str:
        """One line for lists: the first active with its amount, or which nutrition container it is."""
        if self.nutrition is not None:
            return f"{self.display}, {self.nutrition.title}"
        return f"{self.actives[0].display} {show(self.actives[0].amount)}"

    @property
    def versions_in_words(self) -> str:
        """Which data it was planned with, as people say it: `formulary version 3`."""
        found = [text.rpartition("@") for text in self.drug_versions]
        if len(found) == 1:
            return f"formulary version {found[0][2]}"
        return ", ".join(f"{drug.replace('_', ' ')} version {version}" for drug, _, version in found)

    @property
    def formulary_route(self) -> str:
        """The route in the formulary's words: every IV way is `IV` there."""
        return formulary_route(self.route)


def formulary_route(ordered: str) -> str:
    """An ordered route in the formulary's words."""
    return "IV" if ordered.startswith("IV") else ordered


@dataclass(frozen=True)
class Component:
    """One container that is scanned for the preparation."""

    slot: str
    role: str
    """base, drug, diluent, container, or ready for a finished product."""
    product: str
    display: str
    drug: str = ""
    content: Quantity | None = None
    concentration: Quantity | None = None
    """As drawn from, after reconstitution."""
    volume: Quantity | None = None
    opened: str = ""
    """Number of the opened container that this is; empty for a new one."""


@dataclass(frozen=True)
class SyringeChoice:
    product: str
    capacity: Quantity
    graduation: Quantity


@dataclass(frozen=True)
class Step:
    """One thing to do at the hood. `measure` steps ask for the volume that the syringe shows."""

    number: int
    kind: str
    """measure, mix, check or discard."""
    purpose: str
    """reconstitute, draw, withdraw, dilute, intermediate: what the volume is for."""
    title: str
    take: str = ""
    """Slot the volume is taken from."""
    put: str = ""
    """Slot the volume is put into."""
    volume: Quantity | None = None
    syringe: SyringeChoice | None = None
    working: str = ""
    instructions: tuple[str, ...] = ()
    density: Quantity | None = None
    expected_mass: Quantity | None = None


@dataclass(frozen=True)
class DrawUpPlan:
    components: tuple[Component, ...]
    steps: tuple[Step, ...]
    waste: Quantity | None = None
    work: tuple[Mapping[str, Any], ...] = ()

    def component(self, slot: str) -> Component:
        for component in self.components:
            if component.slot == slot:
                return component
        raise KeyError(slot)

    def step(self, number: int) -> Step:
        for step in self.steps:
            if step.number == number:
                return step
        raise KeyError(number)

    @property
    def measures(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == "measure")


@dataclass(frozen=True)
class Companion:
    """A further container of the same order, with a label, a record and a check of its own."""

    plan: TherapeuticPlan
    draw_up: DrawUpPlan
    after: Quantity
    """Hours from the due time of the first container to the due time of this one."""
