"""Excipients that a patient is allergic to: which product is planned first, and what the planned containers hold of them.

What is planned is what is judged. A container whose source states nothing is never taken as free.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.recorder import Recording, recording, running
from compounding.orders.patient import Allergy, Patient
from compounding.planning.plan import Component, DrawUpPlan, Excipients, TherapeuticPlan
from compounding.planning.products import DrugSource
from formulary.excipients import Holds, excipient_codes, item_holds, product_holds, solution_holds
from formulary.model import Drug, Formulary, Item, MasterFormulation, Product

Made = TypeVar("Made")
LOOK = "Look at its label, and state it in the formulary."
OTHER = "Ask; plan another formulation or drug, or two pharmacists release a product without it."


Brought = tuple[int, int]
"""Of the classes that a patient is allergic to: how many a source holds, and of how many nothing states it. Less comes first."""
NOTHING: Brought = (0, 0)


def excipient_allergies(patient: Patient, formulary: Formulary) -> tuple[str, ...]:
    """Codes of the patient's allergies that name an excipient class of the formulary."""
    coded = {allergy.code for allergy in patient.allergies if allergy.code}
    return tuple(sorted(coded & excipient_codes(formulary))) if coded else ()


def brings(formulary: Formulary, codes: Sequence[str], product: Product, solutions: Sequence[str] = ()) -> Brought:
    """What a product brings of these classes, with the diluent that dissolves it."""
    if not codes:
        return NOTHING
    drug = formulary.drug(product.drug)
    dissolved = [formulary.solution(one) for one in freest(formulary, codes, solutions)[:1]]
    found = [
        _worst([product_holds(drug, product, code), *(solution_holds(one, code) for one in dissolved)])
        for code in codes
    ]
    return found.count(Holds.YES), found.count(Holds.NOT_STATED)


def _worst(found: Iterable[Holds]) -> Holds:
    return max(found, key=(Holds.NO, Holds.NOT_STATED, Holds.YES).index, default=Holds.NO)


def freest(formulary: Formulary, codes: Sequence[str], solutions: Sequence[str]) -> list[str]:
    """Solutions that hold none of these classes first, otherwise as they were."""
    return sorted(
        solutions, key=lambda one: sum(solution_holds(formulary.solution(one), code) is Holds.YES for code in codes)
    )


def allowed(formulary: Formulary, formulation: MasterFormulation, solutions: Sequence[str]) -> list[str]:
    """Solutions that it may be made with: one that is made without preservative is dissolved and diluted without it too."""
    strict = formulation.preservative_free_only
    return [one for one in solutions if not (strict and formulary.solution(one).preservative is not None)]


def of_source(formulary: Formulary, codes: Sequence[str], source: DrugSource) -> Brought:
    """What is brought by a product in the state in which it is drawn from."""
    way = source.reconstitution
    return brings(formulary, codes, source.product, () if way is None else way.solutions)


def free_first(
    formulary: Formulary,
    codes: Sequence[str],
    found: tuple[DrugSource, ...],
    made: Callable[[tuple[DrugSource, ...]], Made],
) -> Made:
    """What is made of the sources that bring least; of those that bring more only where it cannot be made without them.

    Raises CannotCompute where it cannot be made of any.
    """
    if not codes or not found:
        return made(found)
    brought = {one.product.id: of_source(formulary, codes, one) for one in found}
    for most in sorted(set(brought.values()))[:-1]:
        some = tuple(one for one in found if brought[one.product.id] <= most)
        try:
            with recording() as tried:
                kept = made(some)
        except CannotCompute:
            continue
        note(tried)
        return kept
    return made(found)


def note(tried: Recording) -> None:
    """Takes the working of an attempt that is used into the plan's own; that of any other is dropped."""
    if (whole := running.get()) is not None:
        whole.steps += tried.steps


def containers(draw_up: DrawUpPlan, formulary: Formulary) -> list[tuple[Component, Item]]:
    """Every container of a draw-up plan, each product once, with what the formulary says of it."""
    return [(one, formulary.item(one.product)) for one in {one.product: one for one in draw_up.components}.values()]


def judged(codes: Sequence[str], items: Iterable[Item], formulary: Formulary) -> Excipients | None:
    """How these containers stand to the classes that the patient is allergic to; None where there is no such allergy."""
    if not codes:
        return None
    rows = list(items)
    worst = {code: _worst(item_holds(formulary, one, code) for one in rows) for code in codes}
    return Excipients(
        *(tuple(code for code in codes if worst[code] is holds) for holds in (Holds.NO, Holds.NOT_STATED, Holds.YES))
    )


def with_excipients(
    plan: TherapeuticPlan, draw_up: DrawUpPlan, codes: Sequence[str], formulary: Formulary
) -> TherapeuticPlan:
    """The plan that says what its containers hold of what the patient is allergic to."""
    return replace(plan, excipients=judged(codes, [item for _, item in containers(draw_up, formulary)], formulary))


def excipient_findings(patient: Patient, draw_up: DrawUpPlan, formulary: Formulary) -> list[Finding]:
    """A finding for every planned container that an excipient allergy matters to, by its own label."""
    codes = excipient_allergies(patient, formulary)
    matter = [one for one in patient.allergies if one.code in codes]
    return [
        finding
        for allergy in matter
        for component, item in containers(draw_up, formulary)
        for finding in _of_container(allergy, component, item, formulary)
    ]


def _of_container(allergy: Allergy, component: Component, item: Item, formulary: Formulary) -> list[Finding]:
    said, name = said_of(allergy), excipient_words(allergy.code)
    drug = formulary.drug(item.drug) if isinstance(item, Product) else None
    if drug is not None and allergy.code in drug.allergy_classes:
        return []  # the drug itself belongs to it, and that is told already
    holds = item_holds(formulary, item, allergy.code)
    if holds is Holds.YES:
        title = f"Allergic to {said}; {component.display} holds {name}"
        return [Finding("allergy_excipient", Grade.SOFT, title, source=_source(item), mend=_mend(drug, allergy.code))]
    if holds is Holds.NOT_STATED:
        title = f"Allergic to {said}; nothing states whether {component.display} holds {name}"
        return [Finding("allergy_excipient_not_known", Grade.SOFT, title, source=_source(item), mend=LOOK)]
    if drug is None or not some_hold(drug, allergy.code):
        return []
    does = any(product_holds(drug, one, allergy.code) is Holds.YES for one in drug.products)
    others = f"other products of {drug.display} do" if does else f"of other products of {drug.display} nothing states it"
    title = f"Allergic to {said}: planned with {component.display}, which holds no {name} by its label; {others}"
    return [Finding("allergy_excipient_free", Grade.INFO, title, source=_source(item))]


def some_hold(drug: Drug, code: str) -> bool:
    """Whether a product of the drug holds a class, or may hold it."""
    return any(product_holds(drug, one, code) is not Holds.NO for one in drug.products)


def _mend(drug: Drug | None, code: str) -> str:
    free = [] if drug is None else [one.display for one in drug.products if product_holds(drug, one, code) is Holds.NO]
    return f"Not of this formulation, or not usable for this dose: {'; '.join(free)}. {OTHER}" if free else OTHER


def _source(item: Item) -> str:
    found = item.source if not isinstance(item, Product) else item.excipient_source or item.source
    return f"{found.text} ({found.confidence.value})"


def excipient_words(code: str) -> str:
    """A class as one says it: benzyl alcohol."""
    return code.replace("_", " ")


def said_of(allergy: Allergy) -> str:
    """The allergy in the patient's words, with the reaction."""
    return f"{allergy.text}{', ' + allergy.reaction if allergy.reaction else ''}"


def unreviewed(reviewed: Excipients | None, holds: Callable[[str], Holds]) -> list[tuple[str, Holds]]:
    """What a container brings that the reviewed plan did not: each class, and whether it holds it or nothing states it."""
    found = [] if reviewed is None else [(code, holds(code)) for code in reviewed.codes if code not in reviewed.held]
    may = () if reviewed is None else reviewed.not_stated
    return [(code, how) for code, how in found if how is Holds.YES or (how is Holds.NOT_STATED and code not in may)]


def brought_words(display: str, code: str, how: Holds) -> str:
    """What a container brings, as a sentence without its end."""
    if how is Holds.YES:
        return f"{display} holds {excipient_words(code)}"
    return f"nothing states whether {display} holds {excipient_words(code)}"
