"""A product of the directory begins a draft: the loader names every open place and refuses it; nothing is invented."""

import tomllib
from datetime import UTC, datetime

import pytest

from formulary.directory.reading import read_directory
from formulary.directory.record import Import, told_of
from formulary.directory.starting import drug_text, text_with_product
from formulary.loading import DATA, drug_from_text, load_site, load_supplies
from tests.support.ndc_files import FINISHED, row, table, ugly

SITE, SUPPLIES = load_site(), load_supplies()
WHOLE = ugly()
TAKEN = Import(3, told_of(WHOLE), datetime(2026, 4, 14, 17, tzinfo=UTC), "person-marlow")
CEFTRIAXONE = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")


def listed(product_id):
    product = next(one for one in WHOLE.products if one.product_id == product_id)
    package = next((one for one in WHOLE.packages if one.product_id == product_id), None)
    return product, package


def faults_in(text):
    return drug_from_text(text, "draft", SITE, SUPPLIES)


def places(value, path=""):
    """Where a question mark stands."""
    if isinstance(value, dict):
        return [found for name, item in value.items() for found in places(item, f"{path}.{name}" if path else name)]
    if isinstance(value, list):
        return [found for number, item in enumerate(value) for found in places(item, f"{path}[{number}]")]
    return [path] if value == "?" else []


@pytest.mark.parametrize("product_id", [product.product_id for product in WHOLE.products])
def test_the_loader_names_every_open_place_and_nothing_else(product_id):
    text = drug_text(*listed(product_id), TAKEN)
    drug, faults = faults_in(text)
    assert drug is None
    assert {fault.path for fault in faults} == set(places(tomllib.loads(text)))


def test_no_limit_strength_or_formulation_comes_from_the_directory():
    data = tomllib.loads(drug_text(*listed("9999-0101_a"), TAKEN))
    for name in ("limits", "formulations", "standard_concentrations", "stabilities", "compatibilities", "populations"):
        assert data[name] == "?"
    (product,) = data["products"]
    assert {name for name, value in product.items() if value != "?"} == {"id", "codes", "source"}
    assert product["codes"] == {"ndc": "9999-0101-01", "ndc_format": "4-4-2", "gtin": "?"}
    assert {name for name, value in data["flags"].items() if value != "?"} == set()
    assert data["status"] == "DRAFT"


def test_what_the_directory_says_stands_there_with_its_source():
    text = drug_text(*listed("99999-102_b"), TAKEN)
    data = tomllib.loads(text)
    assert data["flags"]["controlled_schedule"] == "CII"
    assert data["synonyms"] == ['=Café "Nº 1"']
    source = data["sources"][data["products"][0]["source"]]
    assert source == {
        "text": "FDA NDC directory, import 3 of 2026-04-14: 99999-102_b, Müller & Söhne",
        "confidence": "seen",
    }
    assert "# Strength INVENTRIAXONE SODIUM 1 g/1" in text


def test_uneven_lists_are_told_and_not_paired():
    assert "# Strength, not to be paired: A; B; C | 1; 2 | g/1" in drug_text(*listed("99999-0103_c"), TAKEN)


def test_a_product_is_added_to_the_newest_text_of_a_drug_as_its_next_version():
    text = text_with_product(CEFTRIAXONE, 2, *listed("9999-0101_a"), TAKEN)
    before, after = tomllib.loads(CEFTRIAXONE), tomllib.loads(text)
    assert after["version"] == 2
    assert after["products"][:-1] == before["products"]
    assert {name: value for name, value in after.items() if name not in ("version", "products", "sources")} == {
        name: value for name, value in before.items() if name not in ("version", "products", "sources")
    }
    drug, faults = faults_in(text)
    assert drug is None
    assert {fault.path.partition(".")[0] for fault in faults} == {f"products[{len(before['products'])}]"}


def test_filled_in_it_is_a_version_that_loads():
    text = text_with_product(CEFTRIAXONE, 2, *listed("9999-0101_a"), TAKEN)
    filled = {
        "display": '"cefTRIAXone 5 g vial, powder"', "form": '"powder_vial"', "of": '"ceftriaxone"', "content": '"5000 mg"',
        "volume": '"none"', "concentration": '"none"', "preservative": '"none"', "excipients": "[]",
        "excipient_source": '"label_high"',
        "container_type": '"single_dose"', "ready_to_use": "false", "populations": "[]", "routes": "[]",
        "storage": '{ condition = "crt", celsius_low = 20, celsius_high = 25, protect_from_light = true, text = "20 to 25 °C" }',
        "reconstitutions": '[{ id = "c5", solutions = ["sterile_water"], diluent_volume = "48 mL", concentration = "100 mg/mL", '
        'final_volume = "50 mL", displacement = "2 mL", instruction = "", source = "label_high" }]',
    }  # fmt: skip
    for name, value in filled.items():
        assert f'\n{name} = "?"' in text
        text = text.replace(f'\n{name} = "?"', f"\n{name} = {value}")
    drug, faults = faults_in(text.replace('gtin = "?"', 'gtin = "00399990101010"'))
    assert [str(fault) for fault in faults] == []
    assert drug.products[-1].codes.ndc == "9999-0101-01"


def test_two_products_of_the_directory_have_two_sources():
    once = text_with_product(CEFTRIAXONE, 2, *listed("9999-0101_a"), TAKEN)
    twice = tomllib.loads(text_with_product(once, 3, *listed("99999-102_b"), TAKEN))
    assert [product["source"] for product in twice["products"][-2:]] == ["ndc_9999_0101_01", "ndc_99999_102_01"]
    assert {"ndc_9999_0101_01", "ndc_99999_102_01"} <= set(twice["sources"])


def test_many_points_and_signs_of_toml_in_the_directory_break_nothing():
    wild = row(
        PROPRIETARYNAME='"""\\u0041 \'\'\'', NONPROPRIETARYNAME="]]\\", LABELERNAME='x" = 1 # y',
        SUBSTANCENAME="; ".join(["A.B.C"] * 90), ACTIVE_NUMERATOR_STRENGTH=".5", DEASCHEDULE="",
    )  # fmt: skip
    (product,) = read_directory([("p.txt", table(FINISHED, wild))]).products
    text = drug_text(product, None, TAKEN)
    data = tomllib.loads(text)
    assert (data["name"], data["synonyms"]) == ("]]\\", ["\"\"\"\\u0041 '''"])
    assert {fault.path for fault in faults_in(text)[1]} == set(places(data))
