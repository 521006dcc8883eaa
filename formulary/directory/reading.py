"""Reading the files of the NDC directory: tab-separated, no quoting, Windows-1252 (or UTF-8), lists joined by `; `.

Two layouts of each kind are known, of finished and of unfinished drugs; a file is recognised by the names of its columns, in
any order. Every row that can be told from all others is kept, with whatever of it can be read; what could not be read is
reported with its line, field, what stood there and what was expected.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from calculations.errors import Fault, Faults
from formulary.directory.rows import Row, read_package, read_product
from formulary.directory.values import Directory, FileRead, Layout, ListedPackage, ListedProduct, Unread

NEEDED: Mapping[Layout, frozenset[str]] = {
    Layout.PACKAGES: frozenset({"PRODUCTID", "PRODUCTNDC", "NDCPACKAGECODE", "PACKAGEDESCRIPTION"}),
    Layout.PRODUCTS: frozenset(
        {"PRODUCTID", "PRODUCTNDC", "PRODUCTTYPENAME", "NONPROPRIETARYNAME", "DOSAGEFORMNAME", "STARTMARKETINGDATE",
         "LABELERNAME", "SUBSTANCENAME", "ACTIVE_NUMERATOR_STRENGTH", "ACTIVE_INGRED_UNIT"}
    ),
}  # fmt: skip
"""The columns by which a file is known. Others are read where they are there."""
LONGEST_LINE = 20_000
"""Bytes; the longest of the real directory has under 5,000."""
_BOM = b"\xef\xbb\xbf"


@dataclass
class _Collected:
    """What was read so far."""

    products: dict[str, ListedProduct] = field(default_factory=dict)
    packages: dict[tuple[str, str], ListedPackage] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    """One file cut into lines, its columns known."""

    name: str
    digest: str
    layout: Layout
    columns: tuple[str, ...]
    lines: Sequence[bytes]
    encoding: str


def read_directory(files: Iterable[tuple[str, bytes]]) -> Directory:
    """The directory that these files (name, bytes) hold together. Product files are read before package files.

    Raises:
        Faults: a file that is neither layout, no product file, or files without a single row.
    """
    opened, faults = _open_all(files)
    if not faults and not any(file.layout is Layout.PRODUCTS for file in opened):
        faults = [Fault("files", "no file of products", "at least one product file; packages belong to products")]
    if faults:
        raise Faults(faults)
    collected = _Collected()
    for layout in (Layout.PRODUCTS, Layout.PACKAGES):
        for file in (one for one in opened if one.layout is layout):
            _read_file(file, collected)
    if not collected.products:
        raise Faults([Fault("files", "not one product that can be read", "a directory")])
    return Directory(
        tuple(collected.files),
        tuple(collected.products.values()),
        tuple(collected.packages.values()),
        tuple(collected.unread),
    )


def _open_all(files: Iterable[tuple[str, bytes]]) -> tuple[list[_File], list[Fault]]:
    opened: list[_File] = []
    faults: list[Fault] = []
    for name, raw in files:
        try:
            opened.append(_open(name, raw))
        except Fault as fault:
            faults.append(fault)
    digests = [file.digest for file in opened]
    for place, file in enumerate(opened):
        if file.digest in digests[:place]:
            faults.append(Fault(file.name, "the same bytes as another file", "each file once"))
    return opened, faults


def _open(name: str, raw: bytes) -> _File:
    encoding = _encoding(raw)
    lines = raw.removeprefix(_BOM).replace(b"\r\n", b"\n").split(b"\n")
    head = lines[0][:LONGEST_LINE].decode(encoding, "replace")
    columns = tuple(column.strip().strip('"').upper() for column in head.split("\t"))
    found = next((layout for layout, needed in NEEDED.items() if needed <= set(columns)), None)
    if found is None:
        expected = "the columns of the directory's product or package file, separated by tabs"
        raise Fault(name, f"columns {', '.join(columns)[:100]}", expected)
    if len(set(columns)) != len(columns):
        raise Fault(name, "a column that is there twice", "each column once")
    return _File(name, hashlib.sha256(raw).hexdigest(), found, columns, lines[1:], encoding)


def _encoding(raw: bytes) -> str:
    """UTF-8 where the whole file is, which text in Windows-1252 with any accent in it practically never is."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _read_file(file: _File, collected: _Collected) -> None:
    rows = 0
    for number, raw in enumerate(file.lines, start=2):
        if not raw.strip():
            continue
        rows += 1
        row = Row(file.name, number)
        _read_line(file, raw, row, collected)
        collected.unread += row.unread
    collected.files.append(FileRead(file.name, file.digest, file.layout, rows))


def _read_line(file: _File, raw: bytes, row: Row, collected: _Collected) -> None:
    """One row into what was collected, or its faults into the row."""
    values = _values(file, raw, row)
    if values is None:
        return
    if file.layout is Layout.PRODUCTS:
        product = read_product(values, row)
        if product is None:
            return
        first = collected.products.setdefault(product.product_id, product)
        if first is not product:
            row.leave_out(
                "PRODUCTID", product.product_id, f"a row of its own; line {first.line} of {first.file} has it"
            )
        return
    package = read_package(values, row, collected.products)
    if package is None:
        return
    known = collected.packages.setdefault((package.product_id, package.code), package)
    if known is not package:
        row.leave_out("NDCPACKAGECODE", package.ndc, f"a package named once; line {known.line} of {known.file} has it")


def _values(file: _File, raw: bytes, row: Row) -> dict[str, str] | None:
    if len(raw) > LONGEST_LINE:
        row.leave_out("line", f"{len(raw):,} bytes", f"at most {LONGEST_LINE:,}")
        return None
    try:
        text = raw.decode(file.encoding)
    except UnicodeDecodeError as wrong:
        row.leave_out("line", f"the byte {raw[wrong.start]:#04x} at place {wrong.start + 1}", "text in Windows-1252")
        return None
    cells = [cell.strip() for cell in text.rstrip("\r").split("\t")]
    if len(cells) != len(file.columns):
        row.leave_out("line", f"{len(cells)} columns", f"{len(file.columns)} columns")
        return None
    if not text.replace("\t", "").rstrip("\r").isprintable():
        return _printable(file, cells, row)
    return dict(zip(file.columns, cells, strict=True))


def _printable(file: _File, cells: Sequence[str], row: Row) -> dict[str, str] | None:
    """A row with signs that no page shows: no-break spaces become spaces, anything else leaves the row out."""
    values = {name: " ".join(cell.split()) for name, cell in zip(file.columns, cells, strict=True)}
    for name, cell in values.items():
        if not cell.isprintable():
            row.leave_out(name, ascii(cell)[1:-1], "text without control characters")
            return None
    return values
