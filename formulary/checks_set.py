"""Contradictions between files: a code, an id or a name that is used twice; and faults of supplies."""

from collections.abc import Iterator

from formulary.checks_products import Found, code_faults, density_faults, fits, text
from formulary.faults import DataFault
from formulary.model import Formulary, Item, Product, Supplies, ndc_digits
from formulary.unit_shapes import DENSITY, VOLUME


def supply_faults(supplies: Supplies) -> Iterator[Found]:
    """Every contradiction inside the supplies."""
    solutions = frozenset(row.id for row in supplies.solutions)
    for index, solution in enumerate(supplies.solutions):
        path = f"solutions[{index}]"
        yield from _under(path, fits(solution.density, DENSITY, "density"))
        yield from _under(path, density_faults(solution.density, solution.density_source is not None))
    for index, bag in enumerate(supplies.bags):
        path = f"bags[{index}]"
        yield from _solution_known(path, bag.solution, solutions)
        yield from _under(path, fits(bag.label_volume, VOLUME, "label_volume"))
        yield from _under(path, fits(bag.overfill, VOLUME, "overfill"))
        if bag.overfill is not None and bag.overfill_source is None:
            yield f"{path}.overfill_source", None, "a source for the overfill"
    for index, vial in enumerate(supplies.diluent_vials):
        yield from _solution_known(f"diluent_vials[{index}]", vial.solution, solutions)
    for index, syringe in enumerate(supplies.syringes):
        path = f"syringes[{index}]"
        if (syringe.capacity / syringe.graduation).number.denominator != 1:
            yield f"{path}.graduation", text(syringe.graduation), "a line that divides the capacity"
        if syringe.smallest_measurable < syringe.graduation:
            yield f"{path}.smallest_measurable", text(syringe.smallest_measurable), "no less than the smallest line"
    groups = (supplies.bags, supplies.diluent_vials, supplies.empty_bags, supplies.syringes)
    for rows in (*groups, supplies.devices, supplies.filters):
        for row in rows:
            yield from _under(row.id, code_faults(row.codes))


def _under(path: str, found: Iterator[Found]) -> Iterator[Found]:
    for below, value, wanted in found:
        yield f"{path}.{below}", value, wanted


def _solution_known(path: str, solution: str, known: frozenset[str]) -> Iterator[Found]:
    if solution not in known:
        yield f"{path}.solution", solution, "an id of [[solutions]]"


def set_faults(formulary: Formulary) -> Iterator[DataFault]:
    """Codes, ids and names that two rows of the whole set share; each fault names the other owner."""
    yield from _shared_codes(formulary.items)
    names: dict[str, str] = {}
    formulations: dict[str, str] = {}
    for drug in formulary.drugs:
        file = f"drugs/{drug.id}.toml"
        for name in sorted({name.casefold() for name in (drug.id, drug.name, drug.display, *drug.synonyms)}):
            other = names.setdefault(name, drug.id)
            if other != drug.id:
                yield DataFault(file, "synonyms", repr(name), f"a name that {other} does not use")
        for row in drug.formulations:
            other = formulations.setdefault(row.id, drug.id)
            if other != drug.id:
                yield DataFault(file, "formulations", repr(row.id), f"an id that {other} does not use")


def _shared_codes(items: tuple[Item, ...]) -> Iterator[DataFault]:
    owners: dict[tuple[str, str], str] = {}
    for number, item in enumerate(items):
        file = f"drugs/{item.drug}.toml" if isinstance(item, Product) else "supplies.toml"
        for kind, value in _codes(item):
            owner = f"{item.id} (row {number})"
            other = owners.setdefault((kind, value), owner)
            if other != owner:
                yield DataFault(file, f"{item.id}.{kind}", repr(value), f"one that {other} does not carry")


def _codes(item: Item) -> Iterator[tuple[str, str]]:
    yield "id", item.id
    if item.codes.gtin is not None:
        yield "gtin", item.codes.gtin
    if item.codes.ndc is not None and not any(code_faults(item.codes)):
        yield "ndc", ndc_digits(item.codes.ndc)
