"""The directory as reference data: entered, replaced as a whole, searched on both databases, and never a formulary drug."""

import time

import pytest

from batch_records.acting import Done, Refused, load
from batch_records.verify import verify_records
from calculations.errors import Fault
from formulary.directory.opening import opened
from formulary.directory.reading import read_directory
from formulary.directory.record import DIRECTORY, DIRECTORY_RECORD, stored_counts
from formulary.directory.search import Search, choices, product_of, search, unread
from formulary.repository import formulary_in_force
from tests.support.ndc_files import FINISHED, REAL, row, table, take_in, ugly
from web.record_types import RECORD_TYPES

WITHOUT_REAL = "NOT RUN: the real NDC directory is not there; it is read from ../shared/data/fda_ndc beside the project"
OTHER = read_directory([("other.txt", table(FINISHED, row(PRODUCTID="9999-0301_o", PRODUCTNDC="9999-0301")))])


def found(store, **wanted):
    with store.read() as uow:
        return [one.product_id for one in search(uow, Search(**wanted), 50).products]


def state(store):
    with store.read() as uow:
        return load(uow, DIRECTORY, DIRECTORY_RECORD)


def test_an_import_is_one_entry_that_names_the_files_and_the_rows_stand_for_search(any_store):
    answer = take_in(any_store)
    assert isinstance(answer, Done)
    assert answer.entry.kind == "directory_imported"
    assert answer.entry.payload["products"] == 7
    assert [file["name"] for file in answer.entry.payload["files"]] == [
        "product.txt", "unfinished_product.txt", "package.txt", "unfinished_package.txt",
    ]  # fmt: skip
    with any_store.read() as uow:
        assert stored_counts(uow) == (7, 5)
        assert unread(uow) == ugly().unread
    assert verify_records(any_store, RECORD_TYPES).clean


def test_every_value_comes_back_as_it_was_read(any_store):
    take_in(any_store)
    whole = ugly()
    for product in whole.products:
        own = tuple(package for package in whole.packages if package.product_id == product.product_id)
        with any_store.read() as uow:
            assert product_of(uow, product.product_id) == (product, own)


def test_another_import_replaces_the_whole_and_the_story_keeps_both(any_store):
    take_in(any_store)
    assert isinstance(take_in(any_store, OTHER, "directory-2"), Done)
    with any_store.read() as uow:
        assert stored_counts(uow) == (1, 0)
        assert unread(uow) == ()
    assert found(any_store, name="inventriaxone") == ["9999-0301_o"]
    assert [(one.number, one.told.products) for one in state(any_store).imports] == [(1, 7), (2, 1)]


def test_the_same_key_twice_imports_once(any_store):
    first, second = take_in(any_store), take_in(any_store)
    assert first.entry == second.entry
    assert len(state(any_store).imports) == 1


def test_the_same_files_again_are_refused_and_change_nothing(any_store):
    take_in(any_store)
    answer = take_in(any_store, key="directory-2")
    assert isinstance(answer, Refused)
    assert (answer.refusal.code, answer.refusal.status) == ("directory_same", 409)
    assert len(state(any_store).imports) == 1


def test_the_same_files_come_in_again_where_rows_are_gone(store):
    take_in(store)
    with store.write() as uow:
        uow.session.connection().exec_driver_sql("DELETE FROM ndc_packages")
        uow.commit()
    assert isinstance(take_in(store, key="directory-2"), Done)
    with store.read() as uow:
        assert stored_counts(uow) == (7, 5)


@pytest.mark.parametrize("role", ["technician", "nurse", "prescriber", "buyer", "quality"])
def test_others_may_not_import_and_the_attempt_is_kept(store, role):
    answer = take_in(store, role=role)
    assert isinstance(answer, Refused)
    assert answer.refusal.status == 403
    with store.read() as uow:
        assert stored_counts(uow) == (0, 0)


def test_a_failure_half_way_leaves_the_directory_before_as_it_was(store, monkeypatch):
    take_in(store)
    monkeypatch.setattr("formulary.directory.record.fill", _fails_after(1))
    with pytest.raises(RuntimeError, match="power"):
        take_in(store, OTHER, "directory-2")
    assert len(state(store).imports) == 1
    assert found(store, name="inventol") == ["012345-0201_x"]


def _fails_after(_):
    def fill(uow, rows):
        from formulary.directory.filling import fill as real

        real(uow, rows)
        raise RuntimeError("power cut")

    return fill


def test_the_directory_puts_nothing_into_the_formulary(store):
    take_in(store)
    with store.read() as uow:
        assert formulary_in_force(uow).drugs == ()


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"name": "inventol"}, ["012345-0201_x"]),
        ({"name": "cafe"}, ["99999-102_b"]),
        ({"name": "INVENC sod", "labeler": "mull"}, []),
        ({"name": "sod", "labeler": "mull"}, ["99999-102_b"]),
        ({"name": "oxone"}, []),
        ({"name": "%"}, []),
        ({"name": "poly"}, ["99999-0104_d"]),
        ({"form": "POWDER"}, ["012345-0201_x"]),
        ({"route": "SOFT TISSUE", "labeler": "müller"}, ["99999-102_b"]),
        ({"route": "SOFT"}, []),
        ({"ndc": "9999-0101-02"}, ["9999-0101_a"]),
        ({"ndc": "9999010102"}, ["9999-0101_a"]),
        ({"ndc": "09999010102"}, ["9999-0101_a"]),
        ({"ndc": "009999010102"}, ["9999-0101_a"]),
        ({"ndc": "99999-102"}, ["99999-102_b"]),
        ({"ndc": "9999910201"}, ["99999-102_b"]),
        ({"ndc": "012345-0201-01"}, ["012345-0201_x"]),
        ({"ndc": "012345"}, ["012345-0201_x"]),
        ({"ndc": "0101-0101-01"}, []),
    ],
)
def test_a_product_is_found_by_words_code_form_and_route(any_store, wanted, ids):
    take_in(any_store)
    assert found(any_store, **wanted) == ids


def test_a_package_that_is_not_listed_finds_its_product_and_says_so(store):
    take_in(store)
    with store.read() as uow:
        missing = search(uow, Search(ndc="9999-0101-77"), 50)
        listed = search(uow, Search(ndc="9999-0101-02"), 50)
    assert ([one.product_id for one in missing.products], missing.packages_missing) == (["9999-0101_a"], True)
    assert not listed.packages_missing


def test_what_is_no_code_is_a_fault(store):
    with store.read() as uow, pytest.raises(Fault):
        search(uow, Search(ndc="DROP TABLE"), 50)


def test_names_that_begin_with_what_was_typed_come_first(store):
    rows = [
        row(PRODUCTID=f"9999-030{n}_o", PRODUCTNDC=f"9999-030{n}", PROPRIETARYNAME=name)
        for n, name in enumerate(["Aa zinc", "Zinc", "Mm"])
    ]
    take_in(store, read_directory([("p.txt", table(FINISHED, *rows))]))
    assert found(store, name="zinc") == ["9999-0301_o", "9999-0300_o"]


def test_forms_and_routes_are_offered_once_each(store):
    take_in(store)
    with store.read() as uow:
        offered = choices(uow)
    assert offered.forms == ("INJECTION, POWDER", "POWDER")
    assert offered.routes == ("INTRAVENOUS", "SOFT TISSUE")


def test_a_page_of_a_long_list_is_the_next_part_of_it(store):
    rows = [row(PRODUCTID=f"9999-{n:04}_o", PRODUCTNDC=f"9999-{n:04}") for n in range(30)]
    take_in(store, read_directory([("p.txt", table(FINISHED, *rows))]))
    with store.read() as uow:
        pages = [search(uow, Search(name="inv"), 20, skip) for skip in (0, 20)]
    ids = [one.product_id for page in pages for one in page.products]
    assert ids == [one["PRODUCTID"] for one in rows]
    assert {page.count for page in pages} == {30}


@pytest.mark.skipif(not REAL.is_dir(), reason=WITHOUT_REAL)
def test_the_real_directory_comes_in_whole_and_is_searched(any_store):
    whole = read_directory(opened([REAL / "ndc_directory_2018.zip"]))
    assert [(one.name, one.rows) for one in whole.files] == [
        ("unfinished_product.txt", 21_478),
        ("unfinished_package.txt", 35_321),
    ]
    assert (len(whole.products), len(whole.packages)) == (21_478, 35_319)
    assert [(one.line, one.field, one.found) for one in whole.unread] == [
        (9584, "NDCPACKAGECODE", "47848-026-XX"), (16515, "NDCPACKAGECODE", "02"),
    ]  # fmt: skip
    assert isinstance(take_in(any_store, whole), Done)
    with any_store.read() as uow:
        assert stored_counts(uow) == (21_478, 35_319)
        assert search(uow, Search(form="POWDER"), 50).count == 15_887
        assert [one.ndc for one in search(uow, Search(ndc="00002048504"), 50).products] == ["0002-0485"]
        assert search(uow, Search(name="insulin hum"), 50).products[0].generic.lower() == "insulin human"
    _searched_fast(any_store)


def _searched_fast(store):
    """Ten times the limit of the product: a busy machine must not fail it, a scan of everything does."""
    wanted = [
        Search(name="sodium chl"),
        Search(labeler="a", name="acid"),
        Search(ndc="0002"),
        Search(form="TABLET", labeler="c"),
    ]
    with store.read() as uow:
        for one in wanted:
            begun = time.perf_counter()
            search(uow, one, 50)
            assert time.perf_counter() - begun < 0.5
