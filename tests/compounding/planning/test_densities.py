"""What may be weighed: a step has a density only where a source states one for exactly what is drawn."""

from dataclasses import replace
from typing import Any

from calculations.quantity import Quantity
from compounding.planning.draw_up import draw_up
from compounding.planning.plan import Step
from compounding.planning.products import DrugSource
from compounding.planning.therapeutic import Planned
from formulary.loading import assemble
from formulary.model import Formulary, Product
from tests.support.doses import planned
from tests.support.flow import formulary


def measures(name: str, purpose: str, house: Formulary | None = None) -> list[Step]:
    """The measured steps of one purpose in a demonstration order's draw-up plan."""
    found: Planned = planned(name)
    assert found.plan is not None
    plan = draw_up(found.plan, house or formulary())
    return [step for step in plan.measures if step.purpose == purpose]


def with_dissolved_density(drug: str, density: str) -> Formulary:
    """The formulary where every dissolved powder of one drug has that density."""
    of = formulary()

    def dense(product: Product) -> Product:
        value: dict[str, Any] = {"density": Quantity(density, "g/mL"), "density_source": product.source}
        return replace(product, reconstitutions=tuple(replace(row, **value) for row in product.reconstitutions))

    drugs = tuple(
        replace(row, products=tuple(dense(p) for p in row.products)) if row.id == drug else row for row in of.drugs
    )
    return assemble(of.version, of.site, of.supplies, drugs)


def test_sterile_water_is_weighed_by_the_density_of_its_source() -> None:
    steps = measures("ceftriaxone", "reconstitute")
    assert steps and all(step.density == Quantity(1, "g/mL") for step in steps)


def test_what_no_source_states_a_density_for_is_not_weighed() -> None:
    assert {step.density for step in measures("ceftriaxone", "draw")} == {None}  # the dissolved drug
    assert {step.density for step in measures("norepinephrine", "draw")} == {None}
    assert {step.density for step in measures("gentamicin", "intermediate")} == {None}  # normal saline


def test_a_dissolved_powder_is_weighed_by_the_density_of_its_own_dissolving() -> None:
    steps = measures("ceftriaxone", "draw", with_dissolved_density("ceftriaxone", "1.04"))
    assert steps and all(step.density == Quantity("1.04", "g/mL") for step in steps)


def test_what_is_left_of_a_dissolved_powder_has_no_density_of_its_own() -> None:
    product = with_dissolved_density("ceftriaxone", "1.04").product("ceftriaxone_500mg_vial")
    row = product.reconstitutions[0]
    new = DrugSource(product, row, row.concentration)
    assert new.density == Quantity("1.04", "g/mL")
    assert replace(new, reconstitution=None, opened="260414-0140-01-02k").density is None


def test_only_sterile_water_has_a_density_in_the_files_and_it_names_its_source() -> None:
    dense = [row for row in formulary().supplies.solutions if row.density is not None]
    assert [row.id for row in dense] == ["sterile_water"]
    assert all(row.density_source is not None and row.density_source.text for row in dense)
    assert [p.id for drug in formulary().drugs for p in drug.products if p.density is not None] == []
