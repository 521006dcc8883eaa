"""A small NDC directory made by hand, in both layouts of both kinds, with the rows that a loader stumbles over.

Codes and names are invented (labeler 99999 and its like). Where a row is wrong, the comment says how.
"""

from datetime import UTC, datetime
from pathlib import Path

from batch_records.acting import Done, Refused
from batch_records.acts import Act, Actor
from batch_records.store import Store
from formulary.directory.reading import read_directory
from formulary.directory.record import import_directory
from formulary.directory.values import Directory

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "fda_ndc"
"""The real directory, beside the project where it is at hand."""

FINISHED = [
    "PRODUCTID",
    "PRODUCTNDC",
    "PRODUCTTYPENAME",
    "PROPRIETARYNAME",
    "PROPRIETARYNAMESUFFIX",
    "NONPROPRIETARYNAME",
    "DOSAGEFORMNAME",
    "ROUTENAME",
    "STARTMARKETINGDATE",
    "ENDMARKETINGDATE",
    "MARKETINGCATEGORYNAME",
    "APPLICATIONNUMBER",
    "LABELERNAME",
    "SUBSTANCENAME",
    "ACTIVE_NUMERATOR_STRENGTH",
    "ACTIVE_INGRED_UNIT",
    "PHARM_CLASSES",
    "DEASCHEDULE",
    "NDC_EXCLUDE_FLAG",
    "LISTING_RECORD_CERTIFIED_THROUGH",
]
_NOT_OF_BULK = {
    "PROPRIETARYNAME",
    "PROPRIETARYNAMESUFFIX",
    "ROUTENAME",
    "APPLICATIONNUMBER",
    "PHARM_CLASSES",
    "NDC_EXCLUDE_FLAG",
}
UNFINISHED = [name for name in FINISHED if name not in _NOT_OF_BULK]
PACKAGES = [
    "PRODUCTID",
    "PRODUCTNDC",
    "NDCPACKAGECODE",
    "PACKAGEDESCRIPTION",
    "STARTMARKETINGDATE",
    "ENDMARKETINGDATE",
    "NDC_EXCLUDE_FLAG",
    "SAMPLE_PACKAGE",
]
BULK_PACKAGES = PACKAGES[:4]

ORDINARY = {
    "PRODUCTID": "9999-0101_a", "PRODUCTNDC": "9999-0101", "PRODUCTTYPENAME": "HUMAN PRESCRIPTION DRUG",
    "PROPRIETARYNAME": "Invencef", "NONPROPRIETARYNAME": "Inventriaxone Sodium", "DOSAGEFORMNAME": "INJECTION, POWDER",
    "ROUTENAME": "INTRAVENOUS; SOFT TISSUE", "STARTMARKETINGDATE": "20120601", "MARKETINGCATEGORYNAME": "ANDA",
    "APPLICATIONNUMBER": "ANDA000001", "LABELERNAME": "Example Pharma", "SUBSTANCENAME": "INVENTRIAXONE SODIUM",
    "ACTIVE_NUMERATOR_STRENGTH": "1", "ACTIVE_INGRED_UNIT": "g/1", "NDC_EXCLUDE_FLAG": "N",
    "LISTING_RECORD_CERTIFIED_THROUGH": "20191231",
}  # fmt: skip


def table(columns: list[str], *rows: dict[str, str] | bytes) -> bytes:
    """A file of these columns: Windows-1252, CR LF, no quoting. A row given as bytes stands as it is."""
    lines = [one if isinstance(one, bytes) else _line(columns, one) for one in rows]
    return b"\r\n".join(["\t".join(columns).encode(), *lines, b""])


def _line(columns: list[str], values: dict[str, str]) -> bytes:
    return "\t".join(values.get(name, "") for name in columns).encode("cp1252")


def row(**values: str) -> dict[str, str]:
    """The ordinary product with other values."""
    return {**ORDINARY, **values}


def package(product_id: str, code: str, text: str = "1 VIAL in 1 CARTON", **more: str) -> dict[str, str]:
    """One package."""
    ndc = code.rpartition("-")[0]
    return {"PRODUCTID": product_id, "PRODUCTNDC": ndc, "NDCPACKAGECODE": code, "PACKAGEDESCRIPTION": text, **more}


UGLY_PRODUCTS = table(
    FINISHED,
    row(),
    row(PRODUCTID="99999-102_b", PRODUCTNDC="99999-102", PROPRIETARYNAME='=Café "Nº 1"',
        LABELERNAME="Müller & Söhne", DEASCHEDULE="CII"),
    row(PRODUCTID="99999-0103_c", PRODUCTNDC="99999-0103", SUBSTANCENAME="A; B; C", ACTIVE_NUMERATOR_STRENGTH="1; 2"),  # uneven
    row(PRODUCTID="99999-0104_d", PRODUCTNDC="99999-0104", SUBSTANCENAME="POLY(X; 450 MW)", NDC_EXCLUDE_FLAG="E"),  # ; in a name
    row(PRODUCTID="99999-0105_e", PRODUCTNDC="99999-0105", STARTMARKETINGDATE="20120230"),  # no such day
    row(PRODUCTID="99999-0106_f", PRODUCTNDC="99999-01O6"),  # a letter O in the code
    row(PRODUCTID="9999-0101_a"),  # the same key again
    b"99999-0107_g\t99999-0107",  # a row that ends too early
    row(PRODUCTID="99999-0108_h", PRODUCTNDC="99999-0108", NONPROPRIETARYNAME="", PROPRIETARYNAME=""),  # no name
    row(PRODUCTID="99999-0109_i", PRODUCTNDC="99999-0109", DEASCHEDULE="@CII"),  # no schedule; a spreadsheet's formula
    "\t".join(row(PRODUCTID="99999-0110_j").get(name, "") for name in FINISHED).encode() + b"\x81",  # no cp1252
    row(PRODUCTID="99999-0111_k", PRODUCTNDC="99999-0111", LABELERNAME="Bell\x07"),  # a control character
)  # fmt: skip
BULK_PRODUCTS = table(
    UNFINISHED,
    row(PRODUCTID="012345-0201_x", PRODUCTNDC="012345-0201", PRODUCTTYPENAME="BULK INGREDIENT",
        NONPROPRIETARYNAME="Inventol", DOSAGEFORMNAME="POWDER"),
)  # fmt: skip
UGLY_PACKAGES = table(
    PACKAGES,
    package("9999-0101_a", "9999-0101-01", STARTMARKETINGDATE="20120601", NDC_EXCLUDE_FLAG="N", SAMPLE_PACKAGE="N"),
    package("9999-0101_a", "9999-0101-02", SAMPLE_PACKAGE="Y"),
    package("99999-102_b", "99999-102-01"),
    package("99999-0103_c", "99999-0103-1"),
    package("99999-0103_c", "99999-0103-XX"),  # no code
    package("99999-0104_d", "99999-0103-2"),  # another product's code
    package("99999-0199_z", "99999-0199-1"),  # no such product
    package("9999-0101_a", "9999-0101-01"),  # the same package again
)
BULK_PACKAGE = table(BULK_PACKAGES, package("012345-0201_x", "012345-0201-01", "1 DRUM in 1 DRUM"))

UGLY_FILES = [
    ("package.txt", UGLY_PACKAGES),
    ("product.txt", UGLY_PRODUCTS),
    ("unfinished_product.txt", BULK_PRODUCTS),
    ("unfinished_package.txt", BULK_PACKAGE),
]
"""As a person would name them: packages first."""


def ugly() -> Directory:
    """The small directory, read."""
    return read_directory(UGLY_FILES)


def take_in(
    store: Store, directory: Directory | None = None, key: str = "directory-1", role: str = "pharmacist"
) -> Done | Refused:
    """Import a directory (the small one) as somebody of a role."""
    actor = Actor("person-marlow", "J. Marlow", frozenset({role}), "RPh")
    return import_directory(
        store, directory or ugly(), Act(actor, "console", datetime(2026, 4, 14, 17, tzinfo=UTC), key, -240)
    )
