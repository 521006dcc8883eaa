"""Reading the NDC directory: both layouts, every row either kept or named with its line, field and reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Faults
from formulary.directory.reading import read_directory
from formulary.directory.values import Ingredient, Layout, paired, parts_of
from tests.support.ndc_files import (
    BULK_PACKAGES,
    FINISHED,
    ORDINARY,
    PACKAGES,
    REAL,
    UGLY_PACKAGES,
    UGLY_PRODUCTS,
    UNFINISHED,
    package,
    row,
    table,
    ugly,
)

WITHOUT_REAL = f"NOT RUN: the real NDC directory is not beside the project ({REAL.parent.parent.name}/data/fda_ndc)"


def faults_of(file):
    return [(one.line, one.field, one.found, one.kept) for one in ugly().unread if one.file == file]


def product(product_id):
    return next(one for one in ugly().products if one.product_id == product_id)


def test_every_product_row_is_kept_or_named_with_line_field_and_what_stood_there():
    assert [one.product_id for one in ugly().products] == [
        "9999-0101_a", "99999-102_b", "99999-0103_c", "99999-0104_d", "99999-0105_e", "99999-0109_i", "012345-0201_x",
    ]  # fmt: skip
    assert faults_of("product.txt") == [
        (4, "SUBSTANCENAME", "3 substances, 2 strengths, 1 units", True),
        (6, "STARTMARKETINGDATE", "20120230", True),
        (7, "PRODUCTNDC", "99999-01O6", False),
        (8, "PRODUCTID", "9999-0101_a", False),
        (9, "line", "2 columns", False),
        (10, "NONPROPRIETARYNAME", "nothing", False),
        (11, "DEASCHEDULE", "@CII", True),
        (12, "line", "the byte 0x81 at place 202", False),
        (13, "LABELERNAME", "Bell\\x07", False),
    ]
    assert all(one.expected for one in ugly().unread)


def test_every_package_row_is_kept_or_named():
    assert [one.ndc for one in ugly().packages] == [
        "9999-0101-01", "9999-0101-02", "99999-102-01", "99999-0103-1", "012345-0201-01",
    ]  # fmt: skip
    assert faults_of("package.txt") == [
        (6, "NDCPACKAGECODE", "99999-0103-XX", False),
        (7, "NDCPACKAGECODE", "99999-0103-2", False),
        (8, "PRODUCTID", "99999-0199_z", False),
        (9, "NDCPACKAGECODE", "9999-0101-01", False),
    ]


def test_accents_quotes_lists_and_days_are_read():
    found = product("99999-102_b")
    assert (found.name, found.labeler, found.schedule) == ('=Café "Nº 1"', "Müller & Söhne", "CII")
    assert (found.routes, found.started, found.ended) == (("INTRAVENOUS", "SOFT TISSUE"), date(2012, 6, 1), None)
    assert product("99999-0104_d").ingredients == (Ingredient("POLY(X; 450 MW)", "1", "g/1"),)
    assert product("99999-0104_d").excluded == "E"


def test_uneven_lists_are_kept_as_written_and_nothing_is_paired():
    found = product("99999-0103_c")
    assert found.ingredients == ()
    assert (found.substances, found.strengths, found.units) == ("A; B; C", "1; 2", "g/1")


def test_columns_may_stand_in_any_order_and_the_last_line_may_lack_its_end():
    backwards = table(list(reversed(FINISHED)), ORDINARY).rstrip()
    (found,) = read_directory([("p.txt", backwards)]).products
    assert (found.ndc, found.title) == ("9999-0101", "Invencef")


def test_a_file_in_utf_8_is_read_as_such():
    accented = table(UNFINISHED, row(LABELERNAME="Söhne")).decode("cp1252").encode()
    assert read_directory([("p.txt", b"\xef\xbb\xbf" + accented)]).products[0].labeler == "Söhne"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("package.txt", UGLY_PACKAGES)], "at least one product file"),
        ([("letter.txt", b"Dear Sir,\n")], "the columns of the directory"),
        ([("empty.txt", b"")], "the columns of the directory"),
        ([("product.txt", UGLY_PRODUCTS), ("copy.txt", UGLY_PRODUCTS)], "each file once"),
        ([("product.txt", table(FINISHED))], "a directory"),
        ([("product.txt", table([*FINISHED, "PRODUCTNDC"], ORDINARY))], "each column once"),
    ],
)
def test_what_is_no_directory_is_refused_in_words(files, words):
    with pytest.raises(Faults, match=words):
        read_directory(files)


def test_the_counts_are_those_of_the_files():
    found = ugly()
    assert {one.name: (one.layout, one.rows) for one in found.files} == {
        "package.txt": (Layout.PACKAGES, 8), "product.txt": (Layout.PRODUCTS, 12),
        "unfinished_product.txt": (Layout.PRODUCTS, 1), "unfinished_package.txt": (Layout.PACKAGES, 1),
    }  # fmt: skip
    rows = sum(one.rows for one in found.files)
    assert len(found.products) + len(found.packages) + found.rows_left_out == rows


LETTERS = sorted(set(bytes(range(256)).decode("cp1252", errors="ignore")) - set(";()[]\t\r\n"))


@given(
    st.lists(
        st.text(st.sampled_from(LETTERS), min_size=1).map(str.strip).filter(bool),
        max_size=6,
    )
)
def test_a_joined_list_comes_apart_as_it_was(parts):
    assert parts_of("; ".join(parts)) == parts


@given(st.lists(st.tuples(*[st.text("AB0.(", min_size=1)] * 3), min_size=1, max_size=4), st.integers(0, 2))
def test_lists_of_unlike_length_are_never_paired(rows, shorter):
    lists = [[row[place] for row in rows] for place in range(3)]
    lists[shorter].append("X")
    assert paired(*("; ".join(one) for one in lists)) == ()


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_and_no_row_is_lost(raw):
    found = read_directory([("product.txt", table(UNFINISHED, ORDINARY) + raw), ("b.txt", table(BULK_PACKAGES) + raw)])
    rows = sum(one.rows for one in found.files)
    assert len(found.products) + len(found.packages) + found.rows_left_out == rows


@given(st.lists(st.sampled_from(["9999-0101-01", "9999-0101-1", "9999-0101", "x", "", "99990-101-01"]), max_size=8))
def test_each_package_row_is_in_or_named(codes):
    made = table(PACKAGES, *(package("9999-0101_a", code) for code in codes))
    found = read_directory([("p.txt", table(FINISHED, ORDINARY)), ("k.txt", made)])
    assert len(found.packages) == ("9999-0101-01" in codes)
    assert len(found.packages) + found.rows_left_out == len(codes)


@pytest.mark.skipif(not REAL.is_dir(), reason=WITHOUT_REAL)
def test_the_samples_of_finished_products_are_read():
    names = ("product_sample.txt", "package_sample.txt")
    found = read_directory([(name, (REAL / name).read_bytes()) for name in names])
    assert (len(found.products), len(found.packages)) == (3, 3)
    assert [(one.field, one.kept) for one in found.unread] == [("SUBSTANCENAME", True), ("DEASCHEDULE", True)]
