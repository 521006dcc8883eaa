"""Contradictions of a formulary: made-up wrong ones are found, each alone; the packaged data tell what is known to be open."""

from dataclasses import replace

import pytest

from calculations.quantity import Quantity
from formulary.consistency.checking import checked, checked_with
from formulary.consistency.contradiction import Check, Contradiction
from formulary.consistency.names import is_near
from formulary.loading import assemble
from formulary.model import Drug, Formulary, LimitKind
from formulary.nutrition.packaged import packaged_nutrition
from formulary.packaged import packaged

WHOLE = packaged()
CEFTRIAXONE = WHOLE.drug("ceftriaxone")
HEPARIN = WHOLE.drug("heparin")


def with_drugs(*drugs: Drug) -> Formulary:
    """The packaged set with these drugs in place of their own."""
    new = {drug.id: drug for drug in drugs}
    kept = tuple(new.pop(drug.id, drug) for drug in WHOLE.drugs)
    return assemble(1, WHOLE.site, WHOLE.supplies, (*kept, *new.values()))


def brought_by(drug: Drug, check: Check) -> list[Contradiction]:
    """What a changed drug contradicts that its packaged self does not."""
    before = set(checked_with(WHOLE, WHOLE.drug(drug.id)).found)
    return [row for row in checked_with(WHOLE, drug).found if row.check is check and row not in before]


def test_the_packaged_data_tell_the_contradictions_that_pharmacists_know() -> None:
    found = checked(replace(WHOLE, nutrition=packaged_nutrition()))
    rows = {(row.check, row.display, row.found) for row in found.found}
    assert (Check.NAMES, "vasopressin", "vasopressin and desmopressin, which the list of look-alikes names") in rows
    assert (Check.STABILITY, "amiodarone", "2 h, in amiodarone loading bag") in rows
    # Limits, codes, concentrations, handling and the nutrition set of the data are whole.
    assert {row.check for row in found.found} == {Check.NAMES, Check.STABILITY}
    assert all(row.field in ("name as printed", "lasts", "kept") for row in found.found)
    assert found.unchecked == ()


@pytest.mark.parametrize(("one", "other", "near"), [
    ("dopamine", "dobutamine", False), ("cefazolin", "cefazoline", True), ("vincristine", "vinblastine", False),
    ("ketamine", "Ketamine", False), ("docetaxel", "docetaxol", True), ("hydroxyzine", "hydralazine", False),
    ("prednisone", "prednisolone", True), ("esmolol", "atenolol", False),
])  # fmt: skip
def test_names_are_near_by_few_letters_for_their_length(one: str, other: str, near: bool) -> None:
    assert is_near(one, other) is is_near(other, one) is near


def test_a_new_drug_spelt_almost_like_another_needs_tall_man_letters() -> None:
    new = replace(WHOLE.drug("ketamine"), id="ketamide", name="ketamide", display="ketamide", synonyms=(), products=())
    found = brought_of(new)
    assert [(row.field, row.found) for row in found] == [
        ("name as printed", "ketamine and ketamide, which is spelt almost alike")
    ]
    assert "tall-man letters" in found[0].expected and found[0].mend
    written = brought_of(replace(new, display="ketaMIDE"))
    assert [row.found for row in written] == ["ketaMIDE is not named"]  # told apart, and yet not in the lists


def test_a_unit_in_brackets_behind_a_name_is_no_other_name() -> None:
    fosphenytoin, phenytoin = WHOLE.drug("fosphenytoin"), WHOLE.drug("phenytoin")
    assert fosphenytoin.display == "fosphenytoin (mg PE)" and "fosphenytoin" in phenytoin.flags.look_alikes
    assert [row for row in checked(WHOLE).of("fosphenytoin").found if row.check is Check.NAMES] == []
    alone = replace(phenytoin, flags=replace(phenytoin.flags, look_alikes=()))
    found = [row.found for row in checked(with_drugs(alone)).of("phenytoin").found if row.check is Check.NAMES]
    assert "fosphenytoin (mg PE) names phenytoin, which does not name it" in found


def test_a_nutrition_set_whose_container_is_gone_or_of_another_strength_is_found_for_that_drug() -> None:
    nutrition = packaged_nutrition()
    chloride = WHOLE.drug("potassium_chloride")
    used = {name for product in nutrition.products for name in product.items}
    item = next(one for one in chloride.products if one.id in used)
    assert item.concentration is not None
    twice = replace(item, concentration=item.concentration * 2)
    other = [twice if one is item else one for one in chloride.products]
    stronger = replace(chloride, products=tuple(other))
    found = checked_with(replace(WHOLE, nutrition=nutrition), stronger).found
    told = [row for row in found if row.check is Check.NUTRITION]
    assert told and all(row.drug == "potassium_chloride" and item.id in row.expected for row in told)
    gone = replace(
        with_drugs(), drugs=tuple(drug for drug in WHOLE.drugs if drug.id != "potassium_chloride"), nutrition=nutrition
    )
    without = assemble(1, gone.site, gone.supplies, gone.drugs)
    rows = [row for row in checked(replace(without, nutrition=nutrition)).found if row.check is Check.NUTRITION]
    assert any(item.id in row.found and row.expected == "the id of a container in the formulary" for row in rows)


def test_a_starting_amount_of_nutrition_beyond_its_limit_is_found() -> None:
    nutrition = packaged_nutrition()
    first = nutrition.templates[0]
    sodium = next(row for row in first.amounts if row.nutrient == "sodium")
    much = replace(sodium, amount=sodium.amount * 50)
    changed = replace(first, amounts=tuple(much if row is sodium else row for row in first.amounts))
    wrong = replace(nutrition, templates=(changed, *nutrition.templates[1:]))
    found = [row for row in checked(replace(WHOLE, nutrition=wrong)).found if row.check is Check.NUTRITION]
    assert found and {(row.subject, row.field) for row in found} == {(first.title, "sodium")}


def brought_of(drug: Drug) -> list[Contradiction]:
    return [row for row in checked_with(WHOLE, drug).found if row.check is Check.NAMES]


def test_taking_the_tall_man_letters_off_a_listed_name_is_found() -> None:
    plain_twin = replace(
        WHOLE.drug("cefazolin"),
        display="cefazolin",
        flags=replace(WHOLE.drug("cefazolin").flags, look_alikes=("ceftriaxone",)),
    )
    plain = replace(CEFTRIAXONE, display="ceftriaxone", flags=replace(CEFTRIAXONE.flags, look_alikes=("cefazolin",)))
    found = [row for row in checked(with_drugs(plain, plain_twin)).of("ceftriaxone").found if row.check is Check.NAMES]
    assert [row.found for row in found] == ["cefazolin and ceftriaxone, which the list of look-alikes names"]


def test_a_formulation_for_a_route_that_no_limit_covers_is_found() -> None:
    row = CEFTRIAXONE.formulations[1]
    other_route = replace(CEFTRIAXONE, formulations=(CEFTRIAXONE.formulations[0], replace(row, routes=("IV", "IM"))))
    assert brought_by(other_route, Check.LIMITS) == []  # its limits hold for every route
    only_iv = tuple(replace(limit, route="IV") for limit in other_route.limits)
    found = brought_by(replace(other_route, limits=only_iv), Check.LIMITS)
    assert [(one.subject, one.found) for one in found] == [("cefTRIAXone minibag, adult", "no limit for adult by IM")]
    assert "a dose, day, course or rate limit" in found[0].expected


def test_a_line_a_population_and_a_lost_upper_bound_are_found_by_name() -> None:
    central = tuple(replace(one, line="central") for one in CEFTRIAXONE.limits if one.population == "adult")
    others = tuple(one for one in CEFTRIAXONE.limits if one.population != "adult")
    found = brought_by(replace(CEFTRIAXONE, limits=(*others, *central)), Check.LIMITS)
    assert [one.found for one in found] == ["no limit for adult by IV through a peripheral line"]
    found = brought_by(replace(CEFTRIAXONE, limits=others), Check.LIMITS)
    assert [one.found for one in found] == ["no limit for adult by IV"]
    endless = tuple(replace(one, high=None, hard_max=None) for one in CEFTRIAXONE.limits)
    assert len(brought_by(replace(CEFTRIAXONE, limits=endless), Check.LIMITS)) == 2


def test_a_continuous_infusion_is_bounded_by_a_rate_and_by_nothing_else() -> None:
    days = tuple(replace(one, kind=LimitKind.DAY) if one.kind is LimitKind.RATE else one for one in HEPARIN.limits)
    found = brought_by(replace(HEPARIN, limits=days), Check.LIMITS)
    assert found and all(one.field == "maximum rate" and one.subject == "heparin infusion" for one in found)


def test_one_code_on_products_of_two_drugs_is_found_for_both() -> None:
    taken = CEFTRIAXONE.products[0].codes
    product = HEPARIN.products[0]
    twin = replace(HEPARIN, products=(replace(product, codes=taken), *HEPARIN.products[1:]))
    found = brought_by(twin, Check.CODES)
    assert {one.field for one in found} == {"NDC", "GTIN"}
    assert all(CEFTRIAXONE.products[0].display in one.found and product.display in one.found for one in found)
    assert found[0].about == {"heparin", "ceftriaxone"}
    elsewhere = checked(with_drugs(twin)).of("ceftriaxone").found
    assert {row.check for row in elsewhere} >= {Check.CODES}


def test_a_stability_shorter_than_the_usual_time_to_administration_is_found() -> None:
    rows = tuple(
        replace(one, limit=Quantity(3, "h")) if one.id == "diluted_crt" else one for one in CEFTRIAXONE.stabilities
    )
    found = brought_by(replace(CEFTRIAXONE, stabilities=rows), Check.STABILITY)
    assert [one.field for one in found] == ["lasts", "lasts"]  # the minibag for a child and that for an adult
    assert (
        found[0].found.startswith("3 h") and "at least 4 h" in found[0].expected and "house rule" in found[0].expected
    )
    exact = tuple(replace(one, limit=Quantity(4, "h")) for one in CEFTRIAXONE.stabilities)
    assert brought_by(replace(CEFTRIAXONE, stabilities=exact), Check.STABILITY) == []


def test_a_house_without_a_usual_time_is_told_that_it_cannot_be_checked() -> None:
    values = tuple(one for one in WHOLE.site.values if not one.name.startswith("usual_time"))
    bare = checked(assemble(1, replace(WHOLE.site, values=values), WHOLE.supplies, (CEFTRIAXONE,)))
    assert [row.why for row in bare.unchecked] == [
        "the house states no usual time to administration for intermittent orders"
    ] * 2
    assert not bare.found


def test_a_standard_concentration_beyond_a_concentration_limit_is_found() -> None:
    first = HEPARIN.standard_concentrations[0]
    strong = replace(first, concentration=first.concentration * 100)
    drug = replace(HEPARIN, standard_concentrations=(strong, *HEPARIN.standard_concentrations[1:]))
    limit = next(one for one in WHOLE.drug("ceftriaxone").limits if one.kind is LimitKind.CONCENTRATION)
    top = first.concentration * 2
    bounding = replace(
        limit, drug="heparin", population="any", unit=top.unit, low=None, high=top, formulations=(), order_types=()
    )
    found = brought_by(replace(drug, limits=(*drug.limits, bounding)), Check.CONCENTRATION)
    assert found and found[0].field == "concentration" and "10,000 units/mL" in found[0].found
    assert "up to 200 units/mL" in " ".join(row.expected for row in found)


def test_light_hood_and_a_forbidden_diluent_are_found() -> None:
    row = CEFTRIAXONE.formulations[1]
    ringer = replace(row.diluents[0], solution="lactated_ringer")
    wrong = replace(
        CEFTRIAXONE,
        flags=replace(CEFTRIAXONE.flags, hazardous=True, light_after_preparation=True),
        formulations=(replace(row, diluents=(ringer,)),),
    )
    found = brought_by(wrong, Check.HANDLING)
    assert sorted(one.field for one in found) == ["diluents", "hazardous hood", "light cover"]
    assert "never in a fluid that holds calcium" in next(one.expected for one in found if one.field == "diluents")


def test_limits_by_weight_cover_everybody_only_when_their_bands_meet() -> None:
    adult = next(one for one in CEFTRIAXONE.limits if one.population == "adult")
    others = tuple(one for one in CEFTRIAXONE.limits if one.population != "adult")
    bands = [replace(adult, id=name, population=name) for name in ("from_50_kg", "below_50_kg")]
    assert brought_by(replace(CEFTRIAXONE, limits=(*others, *bands)), Check.LIMITS) == []
    found = brought_by(replace(CEFTRIAXONE, limits=(*others, bands[0])), Check.LIMITS)
    assert [one.found for one in found] == ["no limit for adult by IV"]
