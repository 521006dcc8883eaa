"""Contradictions between files: a code, an id or a name that is used twice; and faults of supplies."""

from collections.abc import Iterator

from formulary.checks_formulation import EVERYBODY
from formulary.checks_products import Found, ascending, code_faults, density_faults, fits, population_faults, text
from formulary.faults import DataFault
from formulary.identifiers.ndc import ndcs_in_gtin, parse_ndc
from formulary.model import (
    BeyondUseRules,
    DiluentChoice,
    Formulary,
    Item,
    Product,
    SiteProfile,
    SolutionBag,
    Supplies,
    Syringe,
    VolumePolicy,
)
from formulary.unit_shapes import DENSITY, LENGTH, TIME, VOLUME


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
        yield from _under(path, _bag_faults(bag))
    for index, vial in enumerate(supplies.diluent_vials):
        yield from _solution_known(f"diluent_vials[{index}]", vial.solution, solutions)
        yield from _under(f"diluent_vials[{index}]", fits(vial.volume, VOLUME, "volume"))
    for index, empty in enumerate(supplies.empty_bags):
        yield from _under(f"empty_bags[{index}]", fits(empty.capacity, VOLUME, "capacity"))
    for index, syringe in enumerate(supplies.syringes):
        yield from _under(f"syringes[{index}]", _syringe_faults(syringe))
    for index, source in enumerate(supplies.source_containers):
        yield from _under(f"source_containers[{index}]", fits(source.volume, VOLUME, "volume"))
    groups = (supplies.bags, supplies.diluent_vials, supplies.empty_bags, supplies.syringes)
    for rows in (*groups, supplies.devices, supplies.filters, supplies.source_containers):
        for row in rows:
            yield from _under(row.id, code_faults(row.codes))


def _bag_faults(bag: SolutionBag) -> Iterator[Found]:
    volumes = (("label_volume", bag.label_volume), ("overfill", bag.overfill), ("capacity", bag.capacity))
    wrong = [fault for name, volume in volumes for fault in fits(volume, VOLUME, name)]
    yield from wrong
    if bag.overfill is not None and bag.overfill_source is None:
        yield "overfill_source", None, "a source for the overfill"
    if bag.capacity is None or wrong:
        return
    if bag.capacity_source is None:
        yield "capacity_source", None, "a source for the capacity"
    filled = bag.label_volume if bag.overfill is None else bag.label_volume + bag.overfill
    if bag.capacity < filled:
        yield "capacity", text(bag.capacity), f"no less than what its maker fills in ({text(filled)})"


def _syringe_faults(syringe: Syringe) -> Iterator[Found]:
    sizes = [
        ("capacity", syringe.capacity),
        ("graduation", syringe.graduation),
        ("smallest_measurable", syringe.smallest_measurable),
    ]
    wrong = [fault for name, size in sizes for fault in fits(size, VOLUME, name)]
    yield from wrong
    if wrong:
        return
    if (syringe.capacity / syringe.graduation).number.denominator != 1:
        yield "graduation", text(syringe.graduation), "a line that divides the capacity"
    yield from ascending([sizes[1], sizes[2], sizes[0]])


MAY_ASSIGN = frozenset({"technician", "nurse"})
"""Whom the house may let assign a finished unit by its scan; a pharmacist always may."""


def site_faults(site: SiteProfile) -> Iterator[Found]:
    """Every contradiction inside a site profile."""
    names = [row.name for row in site.values]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "values", name, "a name that occurs once"
    ids = [row.id for row in site.populations]
    for wanted in ("any", *EVERYBODY):
        if ids.count(wanted) != 1:
            yield "populations", ids.count(wanted), f"{wanted!r} exactly once"
    for index, population in enumerate(site.populations):
        yield from _under(f"populations[{index}]", population_faults(population))
    named = [row.formulation for row in site.assigned_by_scan]
    for index, policy in enumerate(site.assigned_by_scan):
        if named.index(policy.formulation) != index:
            yield f"assigned_by_scan[{index}].formulation", policy.formulation, "a formulation that is named once"
        if not policy.roles or not set(policy.roles) <= MAY_ASSIGN:
            yield f"assigned_by_scan[{index}].roles", ", ".join(policy.roles), f"some of: {', '.join(sorted(MAY_ASSIGN))}"
    for index, stock in enumerate(site.label_stock):
        yield from _under(f"label_stock[{index}]", fits(stock.width, LENGTH, "width"))
        yield from _under(f"label_stock[{index}]", fits(stock.height, LENGTH, "height"))


def beyond_use_faults(rules: BeyondUseRules) -> Iterator[Found]:
    """Every contradiction inside a rule set: two limits for one case, limits that are no time, ranges upside down."""
    cases = [(row.category, row.process, row.sterility_test, row.components, row.storage) for row in rules.rows]
    for index, row in enumerate(rules.rows):
        yield from _under(f"rows[{index}]", fits(row.limit, TIME, "limit"))
        if cases.index(cases[index]) != index:
            yield f"rows[{index}]", " ".join(cases[index]), "one limit for each case"
    for index, opened in enumerate(rules.opened):
        yield from _under(f"opened[{index}]", fits(opened.limit, TIME, "limit"))
        if (opened.limit is None) != opened.one_preparation:
            yield f"opened[{index}].limit", None, "a time, or one_preparation when the rest is discarded at once"
    for index, place in enumerate(rules.ranges):
        if place.celsius_low > place.celsius_high:
            yield f"ranges[{index}].celsius_high", place.celsius_high, f"no less than {place.celsius_low}"


def _under(path: str, found: Iterator[Found]) -> Iterator[Found]:
    for below, value, wanted in found:
        yield f"{path}.{below}", value, wanted


def _solution_known(path: str, solution: str, known: frozenset[str]) -> Iterator[Found]:
    if solution not in known:
        yield f"{path}.solution", solution, "an id of [[solutions]]"


def set_faults(formulary: Formulary) -> Iterator[DataFault]:
    """Codes, ids and names that two rows of the whole set share, and diluents that no supply provides."""
    yield from _shared_codes(formulary.items)
    yield from _unstocked(formulary)
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


def _unstocked(formulary: Formulary) -> Iterator[DataFault]:
    """Diluents of formulations that no supply provides in that volume and wall."""
    bags = formulary.supplies.bags
    fluids = {bag.solution for bag in bags} | {vial.solution for vial in formulary.supplies.diluent_vials}
    for drug in formulary.drugs:
        for index, row in enumerate(drug.formulations):
            for place, choice in enumerate(row.diluents):
                if row.volume_policy is VolumePolicy.EXACT:
                    stocked = choice.solution in fluids
                else:
                    stocked = any(_is_bag_for(choice, bag) for bag in bags)
                if not stocked:
                    path = f"formulations[{index}].diluents[{place}]"
                    found = f"{choice.solution} {text(choice.volume)}"
                    yield DataFault(
                        f"drugs/{drug.id}.toml", path, found, "a solution, volume and wall in supplies.toml"
                    )


def _is_bag_for(choice: DiluentChoice, bag: SolutionBag) -> bool:
    return (
        bag.solution == choice.solution
        and bag.label_volume == choice.volume
        and (not choice.materials or bag.material in choice.materials)
    )


def _shared_codes(items: tuple[Item, ...]) -> Iterator[DataFault]:
    owners: dict[tuple[str, str], str] = {}
    for number, item in enumerate(items):
        file = f"drugs/{item.drug}.toml" if isinstance(item, Product) else "supplies.toml"
        for kind, value in _codes(item):
            owner = f"{item.id} (row {number})"
            other = owners.setdefault((kind, value), owner)
            if other != owner:
                yield DataFault(file, f"{item.id}.{kind}", repr(value), f"one that {other} does not carry")
    for item in items:
        file = f"drugs/{item.drug}.toml" if isinstance(item, Product) else "supplies.toml"
        for ndc in _inside_gtin(item):
            if other := owners.get(("ndc", ndc), ""):
                yield DataFault(file, f"{item.id}.gtin", repr(item.codes.gtin), f"no GTIN of the product code of {other}")


def _inside_gtin(item: Item) -> list[str]:
    """Product codes that the GTIN of an item without a code of its own could hold: a scan would take it for that item."""
    if item.codes.gtin is None or item.codes.ndc is not None or any(code_faults(item.codes)):
        return []
    return [ndc.twelve for ndc in ndcs_in_gtin(item.codes.gtin)]


def _codes(item: Item) -> Iterator[tuple[str, str]]:
    yield "id", item.id
    if item.codes.gtin is not None:
        yield "gtin", item.codes.gtin
    if item.codes.ndc is not None and not any(code_faults(item.codes)):
        yield "ndc", parse_ndc(item.codes.ndc).twelve
