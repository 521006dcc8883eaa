"""Search in the directory: by words of name and labeler, by a code in any writing, by form and route."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, intersect, or_, select

from batch_records.store import UnitOfWork
from formulary.directory.codes import CodeReading, readings_of
from formulary.directory.tables import FORMS, ROUTES, NdcPackageRow, NdcProductRow, NdcTermRow, NdcUnreadRow
from formulary.directory.values import ListedPackage, ListedProduct, Unread, parts_of
from formulary.directory.words import after, beginning, words_of

MOST_WORDS = 8


@dataclass(frozen=True)
class Search:
    """What is looked for; an empty field narrows nothing. Every word is the beginning of a word there."""

    name: str = ""
    labeler: str = ""
    ndc: str = ""
    form: str = ""
    route: str = ""

    @property
    def empty(self) -> bool:
        """Nothing is looked for."""
        return not any((self.name, self.labeler, self.ndc, self.form, self.route))


@dataclass(frozen=True)
class Found:
    """One page of what was found."""

    count: int
    products: tuple[ListedProduct, ...]
    packages_missing: bool = False
    """A code with a package was asked for. No such package is listed, only a product that it could belong to."""


@dataclass(frozen=True)
class Choices:
    """What a list of forms and routes offers."""

    forms: tuple[str, ...]
    routes: tuple[str, ...]


def search(uow: UnitOfWork, wanted: Search, limit: int, skip: int = 0) -> Found:
    """Products in the order of their names; those whose name begins with what was typed come first.

    Raises:
        Fault: the code is none, in any writing.
    """
    parts = [*_words("name", wanted.name), *_words("labeler", wanted.labeler)]
    if wanted.form:
        parts.append(_numbers.where(NdcProductRow.form == wanted.form))
    if wanted.route:
        parts.append(_with_term("route", NdcTermRow.term == wanted.route))
    packages_missing = False
    if wanted.ndc:
        readings = readings_of(wanted.ndc)
        listed = _by_package(uow, readings)
        parts.append(_numbers.where(NdcProductRow.number.in_(listed) if listed else _by_product(readings)))
        packages_missing = not listed and all(len(reading.code) == 12 for reading in readings)
    # INTERSECT: each part is one range of an index, whatever a planner believes about words that are often together
    fitting = (intersect(*parts) if len(parts) > 1 else (parts or [_numbers])[0]).subquery()
    count = uow.session.execute(select(func.count()).select_from(fitting)).scalar_one()
    order = [*_first(fitting.c.number, wanted.name), fitting.c.number]
    page = list(uow.session.execute(select(fitting.c.number).order_by(*order).limit(limit).offset(skip)).scalars())
    rows = {row.number: row for row in uow.session.execute(_listed.where(NdcProductRow.number.in_(page))).scalars()}
    return Found(count, tuple(_product(rows[number]) for number in page), packages_missing and count > 0)


_numbers = select(NdcProductRow.number.label("number"))
_listed = select(NdcProductRow)


def _first(number: ColumnElement[int], name: str) -> list[ColumnElement[int]]:
    typed = beginning(name)
    return [case((number.in_(_with_term("begin", _begins_with(typed))), 0), else_=1)] if typed else []


def _words(kind: str, text: str) -> list[Select[int]]:
    """One set of products a word. A text without a single letter or digit finds nothing."""
    words = sorted(words_of(text), key=len, reverse=True)[:MOST_WORDS]
    if text.strip() and not words:
        return [_numbers.where(false())]
    return [_with_term(kind, _begins_with(word)).distinct() for word in words]


def _with_term(kind: str, condition: ColumnElement[bool]) -> Select[int]:
    return select(NdcTermRow.product.label("number")).where(NdcTermRow.kind == kind, condition)


def _begins_with(text: str) -> ColumnElement[bool]:
    return (NdcTermRow.term >= text) & (NdcTermRow.term < after(text))


def _by_package(uow: UnitOfWork, readings: Iterable[CodeReading]) -> list[int]:
    codes = [reading.code for reading in readings if len(reading.code) == 12]
    if not codes:
        return []
    wanted = select(NdcPackageRow.product).where(NdcPackageRow.code.in_(codes)).distinct()
    return list(uow.session.execute(wanted).scalars())


def _by_product(readings: Iterable[CodeReading]) -> ColumnElement[bool]:
    column = NdcProductRow.code
    return or_(
        *(
            column == reading.product
            if len(reading.code) >= 10
            else (column >= reading.code) & (column < after(reading.code))
            for reading in readings
        )
    )


def choices(uow: UnitOfWork) -> Choices:
    """Every form and every route of the directory."""
    forms, routes = (
        tuple(sorted(uow.session.execute(select(NdcTermRow.term).where(NdcTermRow.kind == kind)).scalars()))
        for kind in (FORMS, ROUTES)
    )
    return Choices(forms, routes)


def product_of(uow: UnitOfWork, product_id: str) -> tuple[ListedProduct, tuple[ListedPackage, ...]] | None:
    """A product with its packages; None where the directory has none under this key."""
    row = uow.session.execute(select(NdcProductRow).where(NdcProductRow.product_id == product_id)).scalar_one_or_none()
    if row is None:
        return None
    packages = select(NdcPackageRow).where(NdcPackageRow.product == row.number).order_by(NdcPackageRow.code)
    found = uow.session.execute(packages).scalars()
    return _product(row), tuple(_package(package, product_id) for package in found)


def unread(uow: UnitOfWork, limit: int | None = None, skip: int = 0) -> tuple[Unread, ...]:
    """What could not be read at the last import, in the order of the files."""
    wanted = select(NdcUnreadRow).order_by(NdcUnreadRow.number).limit(limit).offset(skip)
    rows = uow.session.execute(wanted).scalars()
    return tuple(Unread(row.file, row.line, row.field, row.found, row.expected, bool(row.kept)) for row in rows)


def _product(row: NdcProductRow) -> ListedProduct:
    values = {name: getattr(row, name) for name in ListedProduct.__dataclass_fields__}
    return ListedProduct(**_with_days(values), routes=tuple(parts_of(values.pop("routes"))))


def _package(row: NdcPackageRow, product_id: str) -> ListedPackage:
    names = [name for name in ListedPackage.__dataclass_fields__ if name != "product_id"]
    return ListedPackage(**_with_days({name: getattr(row, name) for name in names}), product_id=product_id)


def _with_days(values: dict[str, Any]) -> dict[str, Any]:
    """The stored texts of days as days; `routes` is left to the caller."""
    days = {name: date.fromisoformat(values[name]) for name in ("started", "ended", "certified") if values.get(name)}
    return {name: value for name, value in values.items() if name != "routes"} | days
