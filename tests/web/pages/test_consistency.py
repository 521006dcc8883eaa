"""Contradictions on their page and on the page of a draft before it is released."""

from batch_records.store import Store
from formulary.change_control import Change
from formulary.loading import DATA
from formulary.releasing import DRUG, LoadDrug
from tests.support.cast import ADEYEMI, MARLOW, OKONJO, do
from tests.support.office import At

PAGE = "/formulary/consistency"
TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8")


def drafted(store: Store, old: str, new: str) -> None:
    assert old in TEXT
    text = TEXT.replace("\nversion = 1\n", "\nversion = 2\n").replace(old, new)
    why = Change("a newer label", "label, 3 Apr 2026")
    do(store, ADEYEMI, DRUG, "drug-ceftriaxone", LoadDrug(text, change=why), station="desk-1")


def test_everybody_reads_what_contradicts_itself_in_what_is_in_force(cast_store: Store, at_desk: At) -> None:
    page = at_desk(OKONJO).get(PAGE)
    assert page.status_code == 200
    words = " ".join(page.text.split())
    assert "Look-alike names" in words and "One code on two things" in words and "None found" in words
    assert "No draft waits for its release." in words
    assert f'href="{PAGE}"' in at_desk(MARLOW).get("/formulary").text
    assert at_desk(MARLOW).post(PAGE, data={"csrf": "x"}).status_code in (400, 405)


def test_a_draft_tells_its_contradictions_before_it_is_released(cast_store: Store, at_desk: At) -> None:
    before = at_desk(MARLOW).get("/formulary/drug/ceftriaxone/1").text
    assert "Contradictions" in before and "None found" in before and "beside everything that is in force" in before
    drafted(cast_store, 'limit = "48 h"\nstarts_at = "DILUTION"', 'limit = "3 h"\nstarts_at = "DILUTION"')
    page = " ".join(at_desk(MARLOW).get("/formulary/drug/ceftriaxone/2").text.split())
    assert "at least 4 h to the start, the usual time to administration" in page
    assert "3 h, in cefTRIAXone minibag, adult" in page
    listed = " ".join(at_desk(MARLOW).get(PAGE).text.split())
    assert "/formulary/drug/ceftriaxone/2#contradictions" in listed and "3 h, in cefTRIAXone" not in listed
