"""Projections of lots, of the codes that were raised, and of opened containers."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class LotRow(Base):
    """What a scan, a pick list and the store room look up."""

    __tablename__ = "lots"

    record: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(index=True)
    lot: Mapped[str]
    expires: Mapped[str]
    state: Mapped[str]
    place: Mapped[str]
    on_hand: Mapped[int] = mapped_column(BigInteger)
    """Containers; below zero when more were used than received."""


class LocationRow(Base):
    """The locations of the site."""

    __tablename__ = "stock_locations"

    record: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    storage: Mapped[str]
    active: Mapped[bool]
    station: Mapped[str]


class BalanceRow(Base):
    """Containers of a lot at a location; none where there are no containers."""

    __tablename__ = "stock_balances"

    record: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str] = mapped_column(primary_key=True, index=True)
    count: Mapped[int] = mapped_column(BigInteger)
    cents: Mapped[int | None] = mapped_column(BigInteger)
    """What they cost, as last invoiced; none when nobody said."""


class MoveRow(Base):
    """The ledger: what went in or out of a location, by whom and why. Rows are added, never changed."""

    __tablename__ = "stock_moves"
    __table_args__ = (Index("stock_moves_of_kind", "kind", "at"), Index("stock_moves_at_location", "location", "at"))

    record: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    part: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    product: Mapped[str]
    lot: Mapped[str]
    location: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)
    """Containers, below zero for what went out."""
    kind: Mapped[str]
    at: Mapped[datetime]
    person: Mapped[str]
    reason: Mapped[str]
    about: Mapped[str] = mapped_column(index=True)
    """Number of the dose, batch, purchase order or count it belongs to; may be empty."""
    cents: Mapped[int | None] = mapped_column(BigInteger)
    """What the containers cost, below zero for what went out; none when the price is not known."""


class PurchaseRow(Base):
    """Purchase orders."""

    __tablename__ = "purchase_orders"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    supplier: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    drafted_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class PurchaseLineRow(Base):
    """What was ordered and what came of it."""

    __tablename__ = "purchase_lines"

    record: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True, index=True)
    status: Mapped[str]
    """That of the order."""
    ordered: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    """Taken in and undamaged."""
    price: Mapped[int | None] = mapped_column(BigInteger)
    """Cents for one container, as ordered."""


class LevelRow(Base):
    """From which count on a product is ordered for a location, and up to which."""

    __tablename__ = "stock_levels"

    record: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str]
    location: Mapped[str]
    minimum: Mapped[int] = mapped_column(BigInteger)
    maximum: Mapped[int] = mapped_column(BigInteger)


class CountRow(Base):
    """Cycle counts."""

    __tablename__ = "stock_counts"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    location: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    begun_at: Mapped[datetime]
    counted_by: Mapped[str]
    variances: Mapped[int] = mapped_column(BigInteger)
    """Lots whose count differed."""


class CodeLinkRow(Base):
    """Codes that belong to no product of the formulary: raised, linked, confirmed or withdrawn."""

    __tablename__ = "code_links"

    record: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str]
    code: Mapped[str]
    status: Mapped[str] = mapped_column(index=True)
    says: Mapped[str]
    item: Mapped[str]
    display: Mapped[str]
    changed_at: Mapped[datetime]


class OpenedRow(Base):
    """Opened containers that were kept: what a pick list and the person who clears them away look up."""

    __tablename__ = "opened_containers"

    record: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    product: Mapped[str] = mapped_column(index=True)
    display: Mapped[str]
    lot: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    usable_until: Mapped[datetime]
    reserved_for: Mapped[str]
    place: Mapped[str]
    left: Mapped[str]
    """In words: `412 mg in 4.1 mL`."""
