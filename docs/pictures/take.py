"""Takes the pictures of README.md: one dose of the demonstration hospital, from the review to the patient.

Run ``.venv/bin/python -m docs.pictures.take`` in the project's directory, where ``./sufficit test`` has installed what a
browser needs. The demonstration is loaded anew into a temporary directory and its clock stands still.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from batch_records.acts import Act
from batch_records.people import actor_for
from batch_records.pictures import Pictures
from calculations.printing import show
from compounding.demonstration import load
from compounding.demonstration.cast import CAST, DEMONSTRATION_PASSWORD, DEMONSTRATION_PIN
from compounding.demonstration.history import container_code
from compounding.documents.printing import Printer
from compounding.documents.stock import BAG
from compounding.orders.importing import import_orders
from compounding.preparing.numbering import dose_number
from compounding.preparing.states import DoseStatus
from formulary.repository import formulary_in_force
from tests.compounding.documents import nutrition_examples
from tests.support.cast import Member
from tests.support.flow import dose_now
from tests.support.hospital import Hospital, Screen, serving
from web.app import create_app
from web.database import open_store, upgrade_database
from web.doctor import find_chromium
from web.services import SITE_ZONE, offset_in
from web.settings import Settings

HERE = Path(__file__).parent
AFTERNOON = datetime(2026, 4, 14, 17, 6, tzinfo=UTC)
"""13:06 on the site's clock."""
ORDER = """{"orders": [{
    "order_type": "intermittent", "patient": "DEMO-7740", "drug": "vancomycin", "dose": "14 mg/kg", "route": "IV infusion",
    "line": "peripheral", "diluent": "sodium chloride 0.9 %", "volume": "250 mL", "infuse_over": "150 min",
    "frequency": {"every": {"value": "12", "unit": "h"}}, "start": "2026-04-14T14:30:00-04:00",
    "prescriber": "Dr. R. Castell"}]}"""
REASONS = {
    "allergy": "asked: dextromethorphan, years ago; no reaction to any antibiotic",
    "limit": "bridging dose, level tomorrow at 06:00, agreed with Dr. Castell",
}
"""What the reviewing pharmacist writes, by the first word of the rule's code."""
WRONG_VIAL = "ceftriaxone_500mg_vial"
COLOURS = 96
LABEL_DPI = 150


@dataclass
class StandingClock:
    """Moves only when it is told to."""

    now: datetime = AFTERNOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, minutes: int) -> None:
        """Some minutes later."""
        self.now += timedelta(minutes=minutes)


def member(name: str) -> Member:
    """One of the demonstration's cast, with the secrets that its start prints."""
    one = next(one for one in CAST if one.sign_on_name == name)
    secrets = {"pin": DEMONSTRATION_PIN, "badge": one.badge, "password": DEMONSTRATION_PASSWORD}
    return Member(one.id, one.name, name, one.credentials, one.roles, **secrets)


def keep(name: str, image: Image.Image) -> None:
    """A PNG of few colours: small, and sharp where it matters."""
    flat = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    file = HERE / f"{name}.png"
    flat.save(file, optimize=True)
    sys.stdout.write(f"{file.name}: {image.width} x {image.height}, {file.stat().st_size // 1024} kB\n")


def photograph(screen: Screen, name: str, width: int, height: int) -> None:
    """The page as it stands, in a window of this size."""
    screen.page.set_viewport_size({"width": width, "height": height})
    screen.page.mouse.move(0, 0)
    screen.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    screen.page.wait_for_load_state("networkidle")
    keep(name, Image.open(BytesIO(screen.page.screenshot())))


def drawn_film(path: Path) -> Path:
    """What the demonstration's camera sees: a syringe, drawn, that says so."""
    image = Image.new("RGB", (1280, 720), "#dfe6eb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((180, 280, 980, 440), fill="#f8fbfd", outline="#26333e", width=6)
    draw.rectangle((186, 286, 780, 434), fill="#cfe3f5")
    draw.rectangle((780, 286, 806, 434), fill="#26333e")
    draw.rectangle((806, 344, 1140, 376), fill="#b7c3cc", outline="#26333e", width=4)
    draw.rectangle((60, 352, 180, 368), fill="#8a98a3")
    for tick in range(21):
        draw.line((186 + tick * 37, 286, 186 + tick * 37, 308 if tick % 5 else 330), fill="#26333e", width=4)
    draw.text((180, 180), "DEMONSTRATION: a drawing, no photograph", fill="#0f1820", font_size=36)
    frame = BytesIO()
    image.save(frame, "JPEG", quality=85)
    path.write_bytes(frame.getvalue() * 3)
    return path


def order_comes_in(here: Hospital) -> str:
    """One more order, from a file; gives the number of its first dose."""
    with here.store.read() as uow:
        pharmacist = actor_for(uow, member("s.ibarra").person)
    if pharmacist is None:
        raise SystemExit("the demonstration has no S. Ibarra")
    act = Act(pharmacist, "desk-2", here.clock.now, "pictures/order", offset_in(SITE_ZONE, here.clock.now))
    [outcome] = import_orders(here.store, ORDER, act)
    if outcome.result != "placed":
        raise SystemExit(f"the order of the pictures was not placed: {outcome}")
    return outcome.number


def review(here: Hospital, order: str) -> None:
    """A pharmacist reads the finding, gives a reason, and accepts."""
    desk = here.at_desk(member("k.duarte"), "desk-2", f"/review/{order}")
    for part, reason in REASONS.items():
        desk.page.locator(f"[name^='reason.{part}']").fill(reason)
    photograph(desk, "review", 1440, 900)
    desk.page.locator(".decide__sign #secret").fill(DEMONSTRATION_PASSWORD)
    desk.page.locator(".decide__sign button").click()
    desk.page.locator(".note--done").wait_for()
    desk.go("/queue")
    photograph(desk, "queue", 1600, 900)


def make(here: Hospital, number: str) -> None:
    """At the hood: a wrong vial, the right containers, each volume, the label."""
    here.clock.advance(4)
    hood = here.at_hood(member("t.okonjo"), path=f"/station/{number}")
    with here.store.read() as uow:
        formulary = formulary_in_force(uow)
    today = here.clock.now.date()
    hood.keys.scan(container_code(formulary, WRONG_VIAL, today))
    hood.page.locator("#halt").wait_for()
    photograph(hood, "stop", 1280, 800)
    components = dose_now(here.store, number).drawing.components
    for count, component in enumerate(components, start=1):
        here.clock.advance(1)
        hood.keys.scan(container_code(formulary, component.product, today))
        hood.sees(f"{count} of {len(components)} containers")
    hood.press("Start")
    hood.page.locator("#vol").wait_for()
    measure(here, hood, number)
    hood.keys.scan(f"92{number}")
    hood.heading("Send to the check")
    hood.touch(DEMONSTRATION_PIN)
    hood.press("Send to the check")
    hood.sees("is at the check")


def measure(here: Hospital, hood: Screen, number: str) -> None:
    """Every volume, typed by hand with its picture."""
    last = [step.number for step in dose_now(here.store, number).drawing.measures][-1]
    while (step := dose_now(here.store, number).current_step) is not None and step.volume is not None:
        here.clock.advance(1)
        shown_step = hood.page.locator(f"#read [name=step][value='{step.number}']")
        shown_step.wait_for(state="attached")
        hood.touch(show(step.volume).removesuffix(" mL"))
        if step.number == last:
            photograph(hood, "station", 1280, 800)
        hood.press("Record, take picture")
        shown_step.wait_for(state="detached")


def check(here: Hospital, number: str) -> None:
    """Another pharmacist checks and releases; the label is printed and both labels are paired."""
    here.clock.advance(3)
    desk = here.at_desk(member("j.marlow"), "desk-1", f"/check/{number}")
    photograph(desk, "check", 1920, 1080)
    desk.page.locator("#secret").fill(DEMONSTRATION_PASSWORD)
    desk.press("Pass, print label")
    desk.heading("Label in hand")
    pdf = desk.opened_label(number)
    with pypdfium2.PdfDocument(pdf) as document:
        keep("label", document[0].render(scale=LABEL_DPI / 72).to_pil())
    desk.press("Yes, in my hand")
    desk.heading("Scan both labels")
    desk.keys.scan(f"92{number}")
    desk.page.locator(".pairing li").first.get_by_text("read").wait_for()
    desk.keys.scan(f"91{number}C1")
    desk.heading("Paired")


def receive(here: Hospital, number: str) -> None:
    """The nurse scans the label on the ward."""
    here.clock.advance(20)
    phone = here.on_phone(member("n.halloran"), "/ward")
    phone.keys.scan(f"91{number}C1")
    phone.page.wait_for_url(f"**/dose/{number}")
    photograph(phone, "nurse", 390, 844)
    if dose_now(here.store, number).status is not DoseStatus.DISPENSED:
        raise SystemExit("the dose of the pictures did not come to the ward")


def trace(here: Hospital, number: str) -> None:
    """The lead goes back from the label on the ward to all it came from."""
    desk = here.at_desk(member("b.adeyemi"), "desk-2", f"/trace/label/{number}")
    photograph(desk, "trace", 1440, 1000)


def nutrition(here: Hospital) -> None:
    """The prescriber copies yesterday's order of parenteral nutrition and raises the glucose rate."""
    desk = here.at_desk(member("r.castell"), "desk-2", "/nutrition")
    desk.page.locator("#patient").press_sequentially("samp", delay=20)
    desk.page.locator("#patient-list [data-value]").first.wait_for()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.press("Go on")
    desk.page.get_by_role("link", name="Copy yesterday").click()
    desk.sees("changes since")
    desk.page.get_by_label("Dextrose, as GIR", exact=True).fill("11")
    desk.page.wait_for_timeout(1500)
    photograph(desk, "nutrition", 1920, 1080)


def nutrition_labels() -> None:
    """Bag and lipid labels, as the golden tests print them."""
    printer = Printer()
    pages = []
    for made in (nutrition_examples.bag(), nutrition_examples.lipid()):
        with pypdfium2.PdfDocument(printer.render("nutrition_label/1", made, BAG).pdf) as document:
            pages.append(document[0].render(scale=LABEL_DPI / 72).to_pil())
    printer.close()
    both = Image.new("RGB", (sum(page.width for page in pages) + 24, pages[0].height), "#9aa7b0")
    both.paste(pages[0], (0, 0))
    both.paste(pages[1], (pages[0].width + 24, 0))
    keep("nutrition-labels", both)


def take(folder: Path, browser: Browser) -> None:
    """Load the demonstration, play one dose, keep the pictures."""
    settings = Settings(data_directory=folder, demonstration=True)
    upgrade_database(settings)
    store, clock = open_store(settings), StandingClock()
    load(store, clock.now, offset_in(SITE_ZONE, clock.now), Pictures(settings.folders["pictures"]).keep)
    app = create_app(settings, store, clock)
    with serving(app) as address:
        here = Hospital(store, app, address, browser, clock)
        order = order_comes_in(here)
        review(here, order)
        number = dose_number(order, 1)
        make(here, number)
        check(here, number)
        receive(here, number)
        trace(here, number)
        nutrition(here)
    store.close()
    nutrition_labels()


def main() -> None:
    """All pictures, into this directory."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        film = drawn_film(Path(folder) / "camera.mjpeg")
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        take(Path(folder), browser)
        browser.close()


if __name__ == "__main__":
    main()
