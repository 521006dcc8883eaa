"""The products that a bag can be made from: one for each purpose, or a refusal. Nothing is chosen by guessing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from calculations.nutrition.product import CATIONS, Role, SourceProduct
from calculations.nutrition.refusals import NoSource

_ONE = "Hand in exactly one, as the site profile names it."


@dataclass(frozen=True, slots=True)
class Sources:
    """The products handed in for one bag, without those whose label excludes the patient's population."""

    products: tuple[SourceProduct, ...]
    excluded: tuple[SourceProduct, ...]

    @classmethod
    def of(cls, products: Iterable[SourceProduct], population: str) -> "Sources":
        """The products that may be used for this population."""
        given = tuple(products)
        allowed = tuple(product for product in given if population not in product.not_for)
        return cls(allowed, tuple(product for product in given if population in product.not_for))

    def one(self, role: Role) -> SourceProduct:
        """The only product of a role; `NoSource` for none or several."""
        return self._only(role.value, lambda product: product.role is role)

    def bringing(self, nutrient: str) -> SourceProduct:
        """The only drug, cysteine or single trace element product that brings this nutrient."""
        return self._only(
            nutrient,
            lambda product: (
                nutrient in product.nutrients
                and product.role in (Role.DRUG, Role.CYSTEINE, Role.TRACE_ELEMENTS)
                and len(product.nutrients) == 1
            ),
        )

    def salt(self, salt: str) -> SourceProduct:
        """The only product of a salt by its name, such as `calcium gluconate`, with or without the hydrate."""
        return self._only(
            salt, lambda product: product.role is Role.SALT and salt in (product.salt, *product.nutrients)
        )

    def carrying(self, cation: str, anion: str) -> SourceProduct | None:
        """The only salt of this cation and anion (`phosphate`, `chloride`, `acetate`); None if there is none."""
        found = [
            product
            for product in self._salts(cation)
            if anion in product.ions and {cation} == set(product.ions) & set(CATIONS)
        ]
        if len(found) > 1:
            raise NoSource(f"{cation} {anion}", f"{_names(found)} both bring it.", _ONE)
        return found[0] if found else None

    def only_salt_of(self, cation: str) -> SourceProduct:
        """The only salt of calcium or magnesium."""
        return self._only(cation, lambda product: product.role is Role.SALT and cation in product.ions)

    def _salts(self, cation: str) -> list[SourceProduct]:
        return [product for product in self.products if product.role is Role.SALT and cation in product.ions]

    def _only(self, name: str, wanted: Callable[[SourceProduct], bool]) -> SourceProduct:
        found = [product for product in self.products if wanted(product)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NoSource(name, f"{_names(found)} all bring it.", _ONE)
        barred = [product for product in self.excluded if wanted(product)]
        if barred:
            raise NoSource(name, f"the label of {_names(barred)} excludes this population.", "Choose another product.")
        raise NoSource(name, "no product of the list brings it.", "Release a product for it, or change the order.")


def _names(products: list[SourceProduct]) -> str:
    return ", ".join(product.display for product in products)
