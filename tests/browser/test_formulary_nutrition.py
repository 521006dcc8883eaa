"""The nutrition set in a real browser: readable at every width, a curve typed with its plot, released by two."""

import pytest
from playwright.sync_api import expect

from formulary.drug_record import Stage
from formulary.nutrition.repository import nutrition_record
from tests.browser.conftest import serious
from tests.support.cast import DUARTE, IBARRA, MARLOW
from tests.support.hospital import Hospital

pytestmark = pytest.mark.browser

HOME = "/formulary/nutrition"
SIZES = ((390, 844), (1280, 800), (1920, 1080))
PAGES = (
    HOME, f"{HOME}/1", f"{HOME}/upload", f"{HOME}/1/file/curves.toml", f"{HOME}/1/curves/new",
    f"{HOME}/1/curves/curve/fictional_trophamine",
)  # fmt: skip
NUMBERS = {
    "Amino acids in the bag, from": "2.5", "Amino acids in the bag, to": "5", "Dextrose in the bag, from": "10",
    "Dextrose in the bag, to": "20", "Temperature, row 1": "25", "Hours, row 1": "30", "Calcium, point 1": "2",
    "Phosphate, point 1": "40", "Calcium, point 2": "20", "Phosphate, point 2": "3",
}  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_nutrition_set_hold_at_every_width(hospital: Hospital, path: str):
    screen = hospital.at_desk(MARLOW, "desk-1", path)
    screen.page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true })")
    for width, height in SIZES:
        screen.page.set_viewport_size({"width": width, "height": height})
        assert screen.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
        assert serious(screen.page) == [], (path, width)


def test_a_curve_is_typed_with_its_plot_and_released_by_two(hospital: Hospital):
    author = hospital.at_desk(MARLOW, "desk-1", f"{HOME}/1/curves/new")
    page = author.page
    page.get_by_label("Short name").fill("made_up_paper")
    page.get_by_label("Title").fill("Made up for this test")
    page.get_by_label("Source", exact=True).fill("made-up paper, table 1")
    page.get_by_label("How well it is founded").select_option("seen")
    page.get_by_label("Amino acids", exact=True).select_option("travasol_10")
    page.get_by_label("Calcium product").select_option("calcium_gluconate_10")
    page.get_by_role("group", name="Cysteine in the bag").get_by_label("No").check()
    page.get_by_role("group", name="Lipid in the bag").get_by_label("No").check()
    page.get_by_role("group", name="Phosphate products").get_by_role("checkbox").first.check()
    page.get_by_label("adult", exact=True).check()
    for label, number in NUMBERS.items():
        page.get_by_label(label, exact=True).fill(number)
    plot = page.locator("#look svg")
    expect(plot.locator("circle")).to_have_count(2)
    expect(plot).to_contain_text("may precipitate")
    page.get_by_label("Reason of the change").fill("curve for Travasol")
    author.press("Save as version 2")
    expect(page.get_by_role("heading", name="Made up for this test")).to_be_visible()
    for member, word in ((DUARTE, "first"), (IBARRA, "second")):
        screen = hospital.at_desk(member, "desk-2", f"{HOME}/2")
        screen.page.get_by_label("Why it is released without a replay").fill("a curve judges no past bag")
        screen.page.get_by_label("I read every value and its source").check()
        screen.page.get_by_label("Your PIN or password").fill(member.pin)
        screen.press(f"Release, {word} of two")
        expect(screen.page.get_by_text(f"{word.capitalize()} release").first).to_be_visible()
    with hospital.store.read() as uow:
        assert nutrition_record(uow).versions[2].stage is Stage.IN_FORCE


def test_files_with_a_fault_are_sent_and_a_file_is_mended_as_text(hospital: Hospital, tmp_path):
    screen = hospital.at_desk(MARLOW, "desk-1", f"{HOME}/1/file/curves.toml")
    text = screen.page.get_by_label("Text of the file").input_value()
    file = tmp_path / "curves.toml"
    file.write_text(text.replace('"22 mEq/L"', '"22 mg/L"'), encoding="utf-8")
    screen.go(f"{HOME}/upload")
    screen.page.get_by_label("Data files").set_input_files([file])
    screen.page.get_by_label("Files that are not sent come from").select_option("1")
    screen.press("Load")
    screen.heading("What is wrong in these files")
    screen.go(f"{HOME}/1/file/curves.toml")
    screen.page.get_by_label("Text of the file").fill(text.replace('"22 mEq/L"', '"23 mEq/L"'))
    screen.page.get_by_label("Reason of the change").fill("a point was copied wrongly")
    screen.page.get_by_label("Source", exact=True).fill("the paper again")
    screen.press("Save as version 2")
    table = screen.page.get_by_role("table", name="Changes: Curves", exact=True)
    expect(table).to_contain_text("FICTIONAL curve for the demonstration hospital, points: 23 mEq/L")
