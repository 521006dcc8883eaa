"""What may take the place of how a master formulation is usually made: released, of the same drug, given in the same way."""

from dataclasses import dataclass

from formulary.model import Formulary, MasterFormulation, Product
from formulary.model_switch import Alternative

NOT_A_CHOICE = (
    "Only what is released may be used instead: another formulation of the same drug for the same kind of order and route, "
    "or a product or solution that this formulation allows."
)


@dataclass(frozen=True)
class Choice:
    """One alternative, in words."""

    kind: Alternative
    to: str
    words: str


def choices_of(formulary: Formulary, row: MasterFormulation) -> tuple[Choice, ...]:
    """Every alternative of a formulation in force. What is given in another way is another order, and so no alternative."""
    drug = formulary.drug(row.drug)
    others = [
        Choice(Alternative.FORMULATION, other.id, f"Formulation: {other.name}")
        for other in drug.formulations
        if other.id != row.id
        and other.order_type is row.order_type
        and set(other.routes) & set(row.routes)
        and _people_meet(row, other)
    ]
    allowed = [one for one in drug.products if allows(row, one)]
    products = [Choice(Alternative.PRODUCT, one.id, f"Product: {one.display}") for one in allowed]
    solutions = list(dict.fromkeys(choice.solution for choice in row.diluents))
    fluids = [
        Choice(Alternative.DILUENT, one, f"Diluent: {formulary.solution(one).display}") for one in solutions
    ]  # fmt: skip
    return (*others, *(products if len(products) > 1 else ()), *(fluids if len(fluids) > 1 else ()))


def _people_meet(one: MasterFormulation, other: MasterFormulation) -> bool:
    return not one.populations or not other.populations or bool(set(one.populations) & set(other.populations))


def allows(row: MasterFormulation, product: Product) -> bool:
    """Whether the formulation is made from the product, or gives it as it is."""
    if product.ready_to_use:
        return product.id in row.ready_to_use
    return not row.products or product.id in row.products


def words_of(formulary: Formulary, kind: Alternative, to: str) -> str:
    """What an alternative is called; its id where it is not in force any more."""
    try:
        match kind:
            case Alternative.FORMULATION:
                return formulary.formulation(to).name
            case Alternative.PRODUCT:
                return formulary.product(to).display
            case Alternative.DILUENT:
                return formulary.solution(to).display
    except KeyError:
        return to.replace("_", " ")
