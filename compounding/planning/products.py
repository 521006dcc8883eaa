"""From what a drug can be drawn: every product of a formulation in every dissolution, in groups that are never mixed."""

from collections.abc import Iterable
from dataclasses import dataclass

from calculations.quantity import Quantity
from calculations.vials import VialOption
from compounding.planning.plan import Component
from formulary.model import Drug, Form, Formulary, MasterFormulation, Product, Reconstitution


@dataclass(frozen=True)
class DrugSource:
    """One product in the state in which it is drawn from."""

    product: Product
    reconstitution: Reconstitution | None
    concentration: Quantity
    opened: str = ""
    """Number of the opened container; it is dissolved already, so there is no reconstitution."""
    left: Quantity | None = None
    """What is left in the opened container, as an amount of drug."""

    @property
    def held(self) -> Quantity:
        """What can be drawn from one container."""
        return self.product.content if self.left is None else self.left

    def component(self, slot: str) -> Component:
        """The container in a draw-up plan."""
        product = self.product
        display = f"{product.display}, opened container {self.opened}" if self.opened else product.display
        return Component(
            slot, "drug", product.id, display, product.drug, self.held, self.concentration, opened=self.opened
        )

    @property
    def group(self) -> str:
        """Unlike concentration, salt, emulsion or liposome, or preservative never meet in one dose."""
        number = self.concentration
        return "|".join(
            (f"{number.number} {number.unit.name}", self.product.of or "", self.product.preservative or "none")
        )

    @property
    def density(self) -> Quantity | None:
        """g/mL of what is drawn; None where no source states it. What is left of a dissolved powder has none of its own."""
        return self.product.density if self.reconstitution is None else self.reconstitution.density

    @property
    def volume(self) -> Quantity:
        """Volume that holds the whole label content."""
        if self.reconstitution is not None:
            return self.reconstitution.final_volume
        return self.product.content / self.concentration

    @property
    def option(self) -> VialOption:
        name = self.opened or self.product.id
        return VialOption(name, self.product.content, self.group, self.volume, None, self.left)


def sources(drug: Drug, formulation: MasterFormulation, route: str) -> tuple[DrugSource, ...]:
    """What the formulation allows to draw from, best first. Ready-to-use products are not drawn from."""
    wanted = formulation.products
    products = [p for p in drug.products if not p.ready_to_use and (not wanted or p.id in wanted)]
    if wanted:
        products.sort(key=lambda p: wanted.index(p.id))
    return tuple(source for p in products if _allowed(p, formulation, route) for source in _states(p, route))


def _allowed(product: Product, formulation: MasterFormulation, route: str) -> bool:
    if product.routes and route not in product.routes:
        return False
    return not (formulation.preservative_free_only and product.preservative)


def _states(product: Product, route: str) -> Iterable[DrugSource]:
    if product.form is not Form.POWDER_VIAL and product.concentration is not None:
        yield DrugSource(product, None, product.concentration)
        return
    for reconstitution in product.reconstitutions:
        if not reconstitution.routes or route in reconstitution.routes:
            yield DrugSource(product, reconstitution, reconstitution.concentration)
            return  # the label's first dissolution for this route; another one is another formulation's business


def source_of(formulary: Formulary, drug: str, product: str, formulation: str, route: str) -> DrugSource | None:
    """The state in which a scanned product would be drawn from; None when the formulation does not allow it."""
    found = sources(formulary.drug(drug), formulary.formulation(formulation), route)
    return next((s for s in found if s.product.id == product), None)
