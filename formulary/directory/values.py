"""What the NDC directory lists, as frozen values: products, their packages, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Layout(StrEnum):
    """What the rows of a file are, known by its columns."""

    PRODUCTS = "products"
    PACKAGES = "packages"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One active substance with its strength as the directory writes it: `80`, `mg/mL`."""

    substance: str
    strength: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedProduct:
    """One row of a product file. Texts stand as they were written; a field that the file does not have is empty."""

    product_id: str
    """The directory's own key of the row: one code can have several rows."""
    ndc: str
    """Labeler and product, as written: `0002-0800`."""
    code: str
    """The same in ten digits, six of the labeler and four of the product: `0000020800`."""
    kind: str
    """`HUMAN PRESCRIPTION DRUG`, `BULK INGREDIENT` …"""
    name: str
    """Proprietary name."""
    suffix: str
    generic: str
    """Nonproprietary name."""
    form: str
    routes: tuple[str, ...]
    started: date | None
    ended: date | None
    category: str
    """Marketing category."""
    application: str
    labeler: str
    substances: str
    """The list as written, parts joined by `; `."""
    strengths: str
    units: str
    classes: str
    schedule: str
    """`CII` to `CV`; empty where the directory names none."""
    excluded: str
    """The directory's flag; `N` or empty where the product is not excluded."""
    certified: date | None
    """Until when the listing is certified."""
    line: int
    file: str

    @property
    def title(self) -> str:
        """The name for a list: proprietary name with suffix, else the nonproprietary one."""
        return f"{self.name} {self.suffix}".strip() or self.generic

    @property
    def ingredients(self) -> tuple[Ingredient, ...]:
        """Substance by substance; empty where the three lists are not of one length, so that none is paired wrongly."""
        return paired(self.substances, self.strengths, self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPackage:
    """One row of a package file."""

    product_id: str
    ndc: str
    """As written: `0002-0800-01`."""
    code: str
    """In twelve digits, 6-4-2."""
    description: str
    started: date | None
    ended: date | None
    excluded: str
    sample: str
    """`Y`: given away as a sample."""
    line: int
    file: str


@dataclass(frozen=True, slots=True)
class Unread:
    """One thing that could not be read."""

    file: str
    line: int
    """Counted from 1, the line of column names."""
    field: str
    """The column's name; `line` where it is the row itself."""
    found: str
    expected: str
    kept: bool
    """True: the row is in the directory without this value. False: the row is not in it."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that was read."""

    name: str
    digest: str
    """SHA-256 of its bytes."""
    layout: Layout
    rows: int


@dataclass(frozen=True)
class Directory:
    """A whole directory, as read from its files."""

    files: tuple[FileRead, ...]
    products: tuple[ListedProduct, ...]
    packages: tuple[ListedPackage, ...]
    unread: tuple[Unread, ...]

    @property
    def rows_left_out(self) -> int:
        """How many rows are not in the directory."""
        return len({(one.file, one.line) for one in self.unread if not one.kept})


def parts_of(text: str) -> list[str]:
    """The parts of a list joined by `;`. A semicolon inside brackets belongs to a name, where the brackets close."""
    if ";" not in text:
        return [text.strip()] if text.strip() else []
    parts, depth, begin = [], 0, 0
    for place, sign in enumerate(text):
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth -= 1
        elif sign == ";" and depth == 0:
            parts.append(text[begin:place].strip())
            begin = place + 1
    if depth != 0:
        return [part.strip() for part in text.split(";")]
    return [*parts, text[begin:].strip()]


def paired(substances: str, strengths: str, units: str) -> tuple[Ingredient, ...]:
    """Ingredients of three lists of one length; none where the lengths differ."""
    lists: Sequence[list[str]] = [parts_of(substances), parts_of(strengths), parts_of(units)]
    if len({len(one) for one in lists}) != 1:
        return ()
    return tuple(Ingredient(*three) for three in zip(*lists, strict=True))
