"""Writing a whole directory into its tables, in the unit of work of the entry that names it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, delete, insert

from batch_records.store import UnitOfWork
from formulary.directory.tables import FORMS, ROUTES, NdcPackageRow, NdcProductRow, NdcTermRow, NdcUnreadRow
from formulary.directory.values import Directory, ListedPackage, ListedProduct
from formulary.directory.words import beginning, words_of

_TABLES = tuple(cast(Table, row.__table__) for row in (NdcProductRow, NdcPackageRow, NdcTermRow, NdcUnreadRow))
_AT_ONCE = 10_000

Rows = Mapping[Table, Sequence[Mapping[str, Any]]]
"""Table to rows, products before what belongs to them."""


def rows_of(directory: Directory) -> Rows:
    """The rows of a directory, made before the unit of work begins so that others wait no longer than they must."""
    ordered = sorted(
        directory.products, key=lambda one: (one.title.casefold(), one.labeler.casefold(), one.code, one.product_id)
    )
    numbers = {product.product_id: number for number, product in enumerate(ordered, start=1)}
    unread = [
        {"number": number, **asdict(one), "kept": int(one.kept)} for number, one in enumerate(directory.unread, 1)
    ]
    made = (
        [_product(product, numbers[product.product_id]) for product in ordered],
        [_package(package, numbers[package.product_id]) for package in directory.packages],
        [*_offered(ordered), *(term for product in ordered for term in _terms(product, numbers[product.product_id]))],
        unread,
    )
    return dict(zip(_TABLES, made, strict=True))


def fill(uow: UnitOfWork, rows: Rows) -> None:
    """Take out what is there and put these rows in."""
    for table in reversed(_TABLES):
        uow.session.execute(delete(table))
    for table in _TABLES:
        for begin in range(0, len(rows[table]), _AT_ONCE):
            uow.session.execute(insert(table), [dict(row) for row in rows[table][begin : begin + _AT_ONCE]])


def _product(product: ListedProduct, number: int) -> dict[str, Any]:
    names = [column for column in ListedProduct.__dataclass_fields__ if column != "routes"]
    row = {name: _stored(getattr(product, name)) for name in names}
    return {**row, "number": number, "routes": "; ".join(product.routes)}


def _package(package: ListedPackage, number: int) -> dict[str, Any]:
    names = [column for column in ListedPackage.__dataclass_fields__ if column != "product_id"]
    return {**{name: _stored(getattr(package, name)) for name in names}, "product": number}


def _stored(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _offered(products: Sequence[ListedProduct]) -> list[dict[str, Any]]:
    forms = {(FORMS, product.form) for product in products if product.form}
    routes = {(ROUTES, route) for product in products for route in product.routes}
    return [{"kind": kind, "term": term, "product": 0} for kind, term in sorted(forms | routes)]


def _terms(product: ListedProduct, number: int) -> list[dict[str, Any]]:
    found = [("name", word) for word in words_of(product.name, product.suffix, product.generic, product.substances)]
    found += [("labeler", word) for word in words_of(product.labeler)]
    found += [("begin", begin) for begin in {beginning(product.title), beginning(product.generic)} if begin]
    found += [("route", route) for route in product.routes]
    return [{"kind": kind, "term": term, "product": number} for kind, term in sorted(found)]
