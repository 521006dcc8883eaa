"""What a container brings besides its drug: excipients and preservatives, by its own label.

Three answers: it holds a class, it holds none, or nobody stated it. What was not stated is never taken as free.
"""

from enum import StrEnum

from formulary.model import DiluentVial, Drug, Formulary, Item, Product, Solution, SolutionBag, SourceContainer

NOT_NAMED = "not_"
"""How the class of a preservative begins of which the source says only that it does not name it."""


class Holds(StrEnum):
    """Whether a container holds an excipient class."""

    NO = "no"
    NOT_STATED = "not_stated"
    YES = "yes"


def preservative_class(text: str | None) -> str:
    """The class of a preservative: `benzyl_alcohol` of "benzyl alcohol, from the bacteriostatic water"; empty for none."""
    return "" if text is None else text.partition(",")[0].strip().lower().replace(" ", "_")


def classes_of(product: Product) -> frozenset[str]:
    """Every class that a product is said to hold, its preservative among them."""
    return frozenset(product.excipients) | frozenset({preservative_class(product.preservative)} - {""})


def excipient_codes(formulary: Formulary) -> frozenset[str]:
    """Every excipient class that a drug or product names, and what solutions contain: what an allergy may be coded as."""
    found = {code for drug in formulary.drugs for code in drug.excipient_classes}
    found |= {code for drug in formulary.drugs for product in drug.products for code in classes_of(product)}
    for solution in formulary.supplies.solutions:
        found |= {*solution.contains, preservative_class(solution.preservative)}
    return frozenset(code for code in found if code and not code.startswith(NOT_NAMED))


def product_holds(drug: Drug, product: Product, code: str) -> Holds:
    """Whether a product holds a class.

    Its own list decides where its source states one. Where none does, a class that the drug's list names may be in it, and one
    that the drug's list does not name is in no product of the drug. A preservative that its source does not name may be any.
    """
    held = classes_of(product)
    if code in held:
        return Holds.YES
    if any(one.startswith(NOT_NAMED) for one in held):
        return Holds.NOT_STATED
    stated = bool(product.excipients) or product.excipient_source is not None
    return Holds.NOT_STATED if code in drug.excipient_classes and not stated else Holds.NO


def solution_holds(solution: Solution, code: str) -> Holds:
    """Whether a solution holds a class: what it contains and its preservative are always stated."""
    return Holds.YES if code in solution.contains or code == preservative_class(solution.preservative) else Holds.NO


def item_holds(formulary: Formulary, item: Item, code: str) -> Holds:
    """Whether a container that can be scanned holds a class. Empty bags, syringes and the like bring nothing."""
    if isinstance(item, Product):
        return product_holds(formulary.drug(item.drug), item, code)
    if isinstance(item, SolutionBag | DiluentVial):
        return solution_holds(formulary.solution(item.solution), code)
    return _nutrition_holds(formulary, item, code) if isinstance(item, SourceContainer) else Holds.NO


def _nutrition_holds(formulary: Formulary, item: SourceContainer, code: str) -> Holds:
    """A source of parenteral nutrition, by the label of the nutrition product that comes in it."""
    products = () if formulary.nutrition is None else formulary.nutrition.products
    labels = [product for product in products if item.id in product.items]
    if any(code in product.allergy_classes for product in labels):
        return Holds.YES
    stated = bool(labels) and all(product.allergy_source is not None for product in labels)
    return Holds.NO if stated else Holds.NOT_STATED


def holds(formulary: Formulary, item_id: str, code: str) -> Holds:
    """The same by the id of a container. One that is not in the formulary any more states nothing.

    A drug that belongs to the class itself is told as an allergy to the drug, never as an excipient.
    """
    try:
        item = formulary.item(item_id)
    except KeyError:
        return Holds.NOT_STATED
    if isinstance(item, Product) and code in formulary.drug(item.drug).allergy_classes:
        return Holds.NO
    return item_holds(formulary, item, code)
