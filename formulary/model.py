"""The formulary as planning sees it: a frozen set of released drugs, supplies and site rules.

Every row carries its `source`; every amount is a `Quantity` with its unit, and with `of` where salt, base,
element or kind of unit matters. Nothing here reads files, the clock or the database.
"""

from dataclasses import dataclass
from functools import cached_property

from calculations.errors import Fault
from formulary.identifiers.ndc import parse_ndc
from formulary.model_common import (
    CONFIDENCE_MEANING,
    Age,
    AgeUnit,
    Confidence,
    ContainerClass,
    ContainerType,
    Form,
    Line,
    Material,
    OrderType,
    Population,
    Source,
    Status,
    Storage,
    StorageCondition,
    VolumePolicy,
)
from formulary.model_drug import Codes, Drug, Equivalence, Flags, Note, Product, Reconstitution, VesicantClass
from formulary.model_formulation import (
    AuxiliaryLabel,
    ClearanceRule,
    DiluentChoice,
    DoseBasis,
    DoseRule,
    InfusionRule,
    Instruction,
    IntermediateDilution,
    MasterFormulation,
    Moment,
    QualityControl,
    RoundingRule,
    WeightKind,
)
from formulary.model_rules import (
    Compatibility,
    CompatibilityKind,
    Limit,
    LimitKind,
    Purpose,
    Stability,
    StabilityEnd,
    StabilityStart,
    StabilityState,
    StandardConcentration,
    Verdict,
)
from formulary.model_site import (
    AssignedByScan,
    BeyondUseRow,
    BeyondUseRules,
    LabelStock,
    OpenedContainerRow,
    SiteProfile,
    SiteValue,
    StorageRange,
)
from formulary.model_supplies import (
    ClosedSystemDevice,
    DeviceKind,
    DiluentVial,
    EmptyBag,
    Filter,
    Solution,
    SolutionBag,
    SourceContainer,
    Supplies,
    Syringe,
)
from formulary.model_switch import Switch
from formulary.nutrition.model_profile import NutritionSet

__all__ = [
    "CONFIDENCE_MEANING",
    "Age",
    "AgeUnit",
    "AssignedByScan",
    "AuxiliaryLabel",
    "BeyondUseRow",
    "BeyondUseRules",
    "ClearanceRule",
    "ClosedSystemDevice",
    "Codes",
    "Compatibility",
    "CompatibilityKind",
    "Confidence",
    "ContainerClass",
    "ContainerType",
    "DeviceKind",
    "DiluentChoice",
    "DiluentVial",
    "DoseBasis",
    "DoseRule",
    "Drug",
    "EmptyBag",
    "Equivalence",
    "Filter",
    "Flags",
    "Form",
    "Formulary",
    "InfusionRule",
    "Instruction",
    "IntermediateDilution",
    "Item",
    "LabelStock",
    "Limit",
    "LimitKind",
    "Line",
    "MasterFormulation",
    "Material",
    "Moment",
    "Note",
    "OpenedContainerRow",
    "OrderType",
    "Population",
    "Product",
    "Purpose",
    "QualityControl",
    "Reconstitution",
    "RoundingRule",
    "SiteProfile",
    "SiteValue",
    "Solution",
    "SolutionBag",
    "Source",
    "SourceContainer",
    "Stability",
    "StabilityEnd",
    "StabilityStart",
    "StabilityState",
    "StandardConcentration",
    "Status",
    "Storage",
    "StorageCondition",
    "StorageRange",
    "Supplies",
    "Syringe",
    "Verdict",
    "VesicantClass",
    "VolumePolicy",
    "WeightKind",
]

Item = Product | SolutionBag | DiluentVial | EmptyBag | Syringe | ClosedSystemDevice | Filter | SourceContainer
"""Anything with a code that can be scanned."""


@dataclass(frozen=True, kw_only=True)
class Formulary:
    """A frozen released set. An open dose keeps the version and digest it was planned with."""

    version: int
    digest: str
    site: SiteProfile
    supplies: Supplies
    drugs: tuple[Drug, ...]
    nutrition: NutritionSet | None = None
    """Profile and products of parenteral nutrition; None until two pharmacists released them."""
    switches: tuple[Switch, ...] = ()
    """Switches to an alternative that are in force."""

    def switched(self, formulation: str) -> Switch | None:
        """The switch of a master formulation that is in force; None where it is made as usual."""
        return next((one for one in self.switches if one.formulation == formulation), None)

    @cached_property
    def _drugs_by_id(self) -> dict[str, Drug]:
        return {drug.id: drug for drug in self.drugs}

    @cached_property
    def _drugs_by_name(self) -> dict[str, Drug]:
        names: dict[str, Drug] = {}
        for drug in self.drugs:
            for name in (drug.id, drug.name, drug.display, *drug.synonyms):
                names.setdefault(name.casefold(), drug)
        return names

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Everything that can be scanned: products first, then supplies."""
        supplies = self.supplies
        products = tuple(product for drug in self.drugs for product in drug.products)
        return (
            *products,
            *supplies.bags,
            *supplies.diluent_vials,
            *supplies.empty_bags,
            *supplies.syringes,
            *supplies.devices,
            *supplies.filters,
            *supplies.source_containers,
        )

    @cached_property
    def _items_by_id(self) -> dict[str, Item]:
        return {item.id: item for item in self.items}

    @cached_property
    def _items_by_gtin(self) -> dict[str, Item]:
        return {item.codes.gtin: item for item in self.items if item.codes.gtin is not None}

    @cached_property
    def _items_by_ndc(self) -> dict[str, Item]:
        return {parse_ndc(item.codes.ndc).twelve: item for item in self.items if item.codes.ndc is not None}

    @cached_property
    def _solutions_by_name(self) -> dict[str, Solution]:
        names: dict[str, Solution] = {}
        for solution in self.supplies.solutions:
            for name in (solution.id, solution.display, *solution.synonyms):
                names.setdefault(name.casefold(), solution)
        return names

    def drug(self, drug_id: str) -> Drug:
        """The drug of that id. Raises KeyError when it is not in this set."""
        return self._drugs_by_id[drug_id]

    def drug_named(self, name: str) -> Drug | None:
        """The drug with exactly that id, name, tall-man name or synonym, whatever the case; None when there is none."""
        return self._drugs_by_name.get(name.strip().casefold())

    def search(self, text: str, most: int = 20) -> tuple[Drug, ...]:
        """Drugs one of whose names starts with the text, then those that contain it; for typing ahead."""
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        starting: dict[str, Drug] = {}
        holding: dict[str, Drug] = {}
        for name, drug in self._drugs_by_name.items():
            if name.startswith(wanted):
                starting.setdefault(drug.id, drug)
            elif wanted in name:
                holding.setdefault(drug.id, drug)
        found = {**starting, **{key: drug for key, drug in holding.items() if key not in starting}}
        return tuple(found.values())[:most]

    def item(self, item_id: str) -> Item:
        """The product or supply of that id. Raises KeyError when it is not in this set."""
        return self._items_by_id[item_id]

    def product(self, product_id: str) -> Product:
        """The product of that id. Raises KeyError when there is none, or when it is a supply."""
        found = self._items_by_id[product_id]
        if not isinstance(found, Product):
            raise KeyError(product_id)
        return found

    def item_with_gtin(self, gtin: str) -> Item | None:
        """The item with that GTIN-14; None is an unknown barcode."""
        return self._items_by_gtin.get(gtin)

    def item_with_ndc(self, ndc: str) -> Item | None:
        """The item with that NDC, written with hyphens or in its 11 or 12 digits; None is an unknown code.

        Ten digits without hyphens are three codes at once, and so are unknown here.
        """
        try:
            return self._items_by_ndc.get(parse_ndc(ndc).twelve)
        except Fault:
            return None

    def formulation(self, formulation_id: str) -> MasterFormulation:
        """The master formulation of that id. Raises KeyError when it is not in this set."""
        return self._formulations_by_id[formulation_id]

    @cached_property
    def _formulations_by_id(self) -> dict[str, MasterFormulation]:
        return {row.id: row for drug in self.drugs for row in drug.formulations}

    def solution(self, solution_id: str) -> Solution:
        """The solution of that id. Raises KeyError when there is none."""
        return self._solutions_by_id[solution_id]

    @cached_property
    def _solutions_by_id(self) -> dict[str, Solution]:
        return {row.id: row for row in self.supplies.solutions}

    def solution_named(self, name: str) -> Solution | None:
        """The solution with exactly that id, display or synonym, whatever the case; None when there is none."""
        return self._solutions_by_name.get(name.strip().casefold())

    def population(self, drug: Drug, population_id: str) -> Population:
        """The drug's own population of that id, else the site's. Raises KeyError when neither has it."""
        for row in drug.populations:
            if row.id == population_id:
                return row
        return self.site.population(population_id)
