"""The NDC directory that was imported last, for search. Reference data: replaced as a whole, and nothing is decided from it.

A product's number is its place in the order of names, so that a page of a list needs no sorting. There are no foreign keys:
all rows are written and taken out together, and to check every one of them made a second import last over a minute.
"""

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base

PLAIN = Text().with_variant(Text(collation="C"), "postgresql")
"""Text in the order of its bytes on every database: what begins with given letters is then one range of an index."""
FORMS = "all forms"
ROUTES = "all routes"


class NdcProductRow(Base):
    """One product of the directory. Days are texts `yyyy-mm-dd`."""

    __tablename__ = "ndc_products"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product_id: Mapped[str] = mapped_column(unique=True)
    ndc: Mapped[str]
    code: Mapped[str] = mapped_column(PLAIN, index=True)
    """Ten digits, 6-4."""
    kind: Mapped[str]
    name: Mapped[str]
    suffix: Mapped[str]
    generic: Mapped[str]
    form: Mapped[str] = mapped_column(index=True)
    routes: Mapped[str]
    """Joined by `; `."""
    started: Mapped[str | None]
    ended: Mapped[str | None]
    category: Mapped[str]
    application: Mapped[str]
    labeler: Mapped[str]
    substances: Mapped[str]
    strengths: Mapped[str]
    units: Mapped[str]
    classes: Mapped[str]
    schedule: Mapped[str]
    excluded: Mapped[str]
    certified: Mapped[str | None]
    line: Mapped[int]
    file: Mapped[str]


class NdcPackageRow(Base):
    """One package of a product."""

    __tablename__ = "ndc_packages"

    product: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(PLAIN, primary_key=True, index=True)
    """Twelve digits, 6-4-2."""
    ndc: Mapped[str]
    description: Mapped[str]
    started: Mapped[str | None]
    ended: Mapped[str | None]
    excluded: Mapped[str]
    sample: Mapped[str]
    line: Mapped[int]
    file: Mapped[str]


class NdcTermRow(Base):
    """What a product is found by: the words of its names and of its labeler, how its names begin, and each of its routes."""

    __tablename__ = "ndc_terms"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[str] = mapped_column(primary_key=True)
    """`name`, `labeler`, `begin` or `route`; `FORMS` and `ROUTES` hold what a list offers, once each, of no product (0)."""
    term: Mapped[str] = mapped_column(PLAIN, primary_key=True)
    """A word in small letters and digits; all words of a name, in their order; a route as it is written."""
    product: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class NdcUnreadRow(Base):
    """One thing of the imported files that could not be read."""

    __tablename__ = "ndc_unread"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file: Mapped[str]
    line: Mapped[int]
    field: Mapped[str]
    found: Mapped[str]
    expected: Mapped[str]
    kept: Mapped[int]
    """1: the row is in the directory without this value."""
