"""What the loader refuses of codes, units and bounds: across the whole set, and in every row that has them."""

from dataclasses import replace
from typing import Any

import pytest

from calculations.quantity import Quantity
from formulary.checks_set import set_faults
from formulary.loading import assemble, load_formulary
from formulary.model import Codes, Formulary, Product
from tests.formulary.test_loading_faults import faults_after, limit, vial, way

FORMULARY = load_formulary()
VIAL = FORMULARY.product("ceftriaxone_500mg_vial")


def with_codes(codes: Codes) -> Formulary:
    """The set where the first product of another drug carries these codes."""
    cefepime = FORMULARY.drug("cefepime")
    first: Product = replace(cefepime.products[0], codes=codes)
    changed = replace(cefepime, products=(first, *cefepime.products[1:]))
    drugs = tuple(changed if drug.id == "cefepime" else drug for drug in FORMULARY.drugs)
    return assemble(1, FORMULARY.site, FORMULARY.supplies, drugs)


def test_the_untouched_set_has_no_fault() -> None:
    assert list(set_faults(FORMULARY)) == []


@pytest.mark.parametrize(
    ("codes", "path"),
    [
        (replace(VIAL.codes, gtin=None), "ndc"),
        (Codes(ndc="99999-0101-01", ndc_format="5-4-2", gtin=None), "ndc"),
        (Codes(ndc=None, ndc_format=None, gtin=VIAL.codes.gtin), "gtin"),
        (Codes(ndc=None, ndc_format=None, gtin="50399999010110"), "gtin"),
    ],
)
def test_a_code_of_another_product_is_refused_in_every_spelling(codes: Codes, path: str) -> None:
    """The same code, the same in its eleven digits, the same GTIN, and a GTIN of a case that holds the other's code."""
    faults = list(set_faults(with_codes(codes)))
    first = FORMULARY.drug("cefepime").products[0].id
    assert f"{first}.{path}" in [fault.path for fault in faults] or any(VIAL.id in fault.path for fault in faults)
    assert all(fault.value and fault.expectation for fault in faults)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda data: limit(data).update(high="4001 mg/day"), "limits[0].hard_max"),
        (lambda data: limit(data).update(low="2001 mg/day"), "limits[0].high"),
        (lambda data: limit(data).update(unit="mg"), "limits[0].unit"),
        (lambda data: way(data).update(displacement="0.4 mL"), "products[0].reconstitutions[0].displacement"),
        (lambda data: way(data).update(concentration="110 mg/mL"), "products[0].reconstitutions[0].concentration"),
        (lambda data: way(data).update(diluent_volume="4.8 mg"), "products[0].reconstitutions[0].diluent_volume"),
        (lambda data: vial(data).update(content="500 mL"), "products[0].content"),
        (
            lambda data: vial(data).update(equivalences=[{"amount": "1 g", "equals": "83 mL", "source": "house"}]),
            "products[0].equivalences[0].equals",
        ),
        (lambda data: vial(data)["storage"].update(celsius_low=26), "products[0].storage.celsius_high"),
        (lambda data: data["stabilities"][0].update(concentration_high="100 mg"), "stabilities[0].concentration_high"),
        (lambda data: data["stabilities"][0].update(limit="48 mg"), "stabilities[0].limit"),
    ],
)
def test_a_bound_upside_down_a_contradiction_and_a_unit_that_does_not_fit_are_refused(change: Any, path: str) -> None:
    assert path in [found for found, _, _ in faults_after(change)]


def test_every_limit_of_the_files_lies_at_or_below_its_hard_maximum() -> None:
    rows = [row for drug in FORMULARY.drugs for row in drug.limits if row.hard_max is not None]
    assert rows
    for row in rows:
        assert all(bound <= row.hard_max for bound in (row.low, row.high) if bound is not None), row.id


def test_every_strength_of_the_files_is_content_over_volume_within_what_a_label_rounds() -> None:
    for drug in FORMULARY.drugs:
        for product in drug.products:
            if product.concentration is not None and product.volume is not None:
                assert product.concentration * product.volume == product.content, product.id
            for row in product.reconstitutions:
                held = (row.concentration * row.final_volume).amount_in(product.content.unit)
                assert abs(held - product.content.number) <= Quantity("0.02", "one").number * product.content.number
