"""Every page that somebody can open, in a real browser: nothing serious for axe, nothing beside the screen, narrow and wide."""

import pytest
from flask import Flask

from compounding.preparing.numbering import dose_number
from tests.browser.conftest import serious
from tests.support.cast import ADEYEMI, CASTELL, HALLORAN, MARLOW, NOVAK, OKONJO, Member
from tests.support.flow import CEFTRIAXONE, TOMAS, completed, paired, queued_dose
from tests.support.hospital import Hospital, Screen
from web import permissions

pytestmark = pytest.mark.browser

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
VISITORS = (MARLOW, ADEYEMI, NOVAK, OKONJO, HALLORAN, CASTELL)
"""Each page is looked at by the first of them who may see it."""
OUT, CHECKED = "260414-0140", "260414-0141"
VALUES = {
    "mrn": "DEMO-4417", "product": "vial_ceftriaxone_1_g", "lot": "DEMO-1", "person": OKONJO.person, "hood": "hood-1",
    "drug": "ceftriaxone", "version": 1, "kind": "intermittent", "key": "99999", "code": "KEY-1", "what": "receive",
    "view": "all", "step": 1, "dose": dose_number(OUT, 1), "order": OUT, "record": f"dose-{dose_number(OUT, 1)}", "seq": 1,
}  # fmt: skip
PAPERS = (".pdf", ".svg", ".png", ".csv", ".zip", "/download", "/export")


def page_addresses(app: Flask) -> dict[Member, list[tuple[str, str]]]:
    """Endpoint and address of every page, with ids that exist, under who looks at it."""
    bound = app.url_map.bind("localhost")
    found: dict[Member, list[tuple[str, str]]] = {}
    for rule in app.url_map.iter_rules():
        roles = permissions.TABLE.get(rule.endpoint, frozenset())
        visitor = next((one for one in VISITORS if one.roles & roles), None)
        if "GET" not in (rule.methods or ()) or visitor is None or rule.rule.endswith(PAPERS):
            continue
        of_orders = rule.endpoint.startswith(("orders.", "review."))
        numbers = [OUT, CHECKED] if of_orders else [dose_number(OUT, 1), dose_number(CHECKED, 1)]
        for number in numbers if "number" in rule.arguments else [""]:
            values = {name: number if name == "number" else VALUES.get(name, "1") for name in rule.arguments}
            found.setdefault(visitor, []).append((rule.endpoint, bound.build(rule.endpoint, values)))
    return found


def is_a_page(screen: Screen, address: str) -> bool:
    """A whole page that is there for this number; not a part of one, a file, or a word that there is nothing."""
    answer = screen.page.request.get(address, max_redirects=0)
    return answer.status == 200 and "text/html" in answer.headers["content-type"] and "<!doctype" in answer.text()[:40]


def test_no_page_is_too_wide_or_has_a_serious_fault(hospital: Hospital):
    paired(hospital.store)
    ordered = {**CEFTRIAXONE, "dose": "1 g", "volume": "50 mL", "patient": "DEMO-2093"}
    waiting = queued_dose(hospital.store, ordered, TOMAS, CHECKED)
    completed(hospital.store, waiting)
    faults: list[tuple[object, ...]] = []
    seen: set[str] = set()
    for visitor, addresses in page_addresses(hospital.app).items():
        screen = hospital.at_desk(visitor, "desk-1", "/people/me")
        for endpoint, path in addresses:
            if endpoint in seen or not is_a_page(screen, f"{hospital.address}{path}"):
                continue
            seen.add(endpoint)
            screen.page.goto(f"{hospital.address}{path}", wait_until="domcontentloaded")
            for size in (WIDE, NARROW):
                screen.page.set_viewport_size(size)
                beside = screen.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                faults += [(path, size["width"], f"{beside} px beside the screen")] if beside > 0 else []
            faults += [(path, one) for one in serious(screen.page)]
    assert faults == []
    assert len(seen) > 60
    assert {"printers.page", "orders.imports.page"} <= seen
