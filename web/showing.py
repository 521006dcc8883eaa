"""How values become text on a page: quantities, times, findings. Filters and functions of every template."""

from collections.abc import Mapping
from datetime import date, datetime
from numbers import Rational
from typing import Any
from uuid import uuid4

from flask import Flask

from calculations.printing import show, show_number
from calculations.quantity import Quantity
from web.drawing import limit_bar, range_drawing, syringe_drawing
from web.services import services
from web.stations import at_stations, place_name


def shown(value: Any) -> Any:
    """A quantity (or its stored form) and a plain exact number as printed; text and markup as they are; nothing as nothing."""
    if isinstance(value, Quantity):
        return show(value)
    if isinstance(value, Mapping) and {"value", "unit"} <= set(value):
        return show(Quantity.from_data(value))
    if isinstance(value, Rational) and not isinstance(value, bool):
        return show_number(value)
    return "" if value is None else value


def local(at: datetime) -> datetime:
    """The instant on the site's wall clock."""
    return at.astimezone(services().zone)


def clock_time(at: datetime) -> str:
    """``14:06``, on the site's 24 h clock."""
    return local(at).strftime("%H:%M")


def day(at: datetime, year: bool = True) -> str:
    """``14 Apr 2026``: the month in letters, so that no one reads it the other way round."""
    there = local(at)
    return f"{there.day} {there:%b}" + (f" {there.year}" if year else "")


def day_and_time(at: datetime, year: bool = True) -> str:
    """``24 Apr 2026, 13:41``."""
    return f"{day(at, year)}, {clock_time(at)}"


def date_words(day_of: date) -> str:
    """``31 Mar 2027`` for a day of the calendar, which has no time and no zone."""
    return f"{day_of.day} {day_of:%b} {day_of.year}"


def iso_day(text: str) -> str:
    """The same for a day as it is stored."""
    return date_words(date.fromisoformat(text))


def margin_fact(finding: Any) -> tuple[str, str]:
    """Name and text of a finding's margin: ``("Over by", "140 mg, 15.6 %")``. Empty where there is none."""
    parts = {name: _quantity(_of(finding, name)) for name in ("figure", "limit", "margin")}
    margin, limit, figure = parts["margin"], parts["limit"], parts["figure"]
    if not isinstance(margin, Quantity):
        return ("Margin", str(margin)) if margin else ("", "")
    text = show(margin if margin.number >= 0 else Quantity(-margin.number, margin.unit, margin.of))
    if isinstance(limit, Quantity) and limit.number > 0:
        share = abs(margin.amount_in(limit.unit) / limit.number) * 100
        text += f", {show_number(share, 1)} %"
    if margin.number >= 0:
        return "Inside by", text
    over = isinstance(figure, Quantity) and isinstance(limit, Quantity) and figure > limit
    return "Over by" if over else "Under by", text


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)


def _quantity(value: Any) -> Any:
    return Quantity.from_data(value) if isinstance(value, Mapping) and "unit" in value else value


def add_showing(app: Flask) -> None:
    """Make these available in every template."""
    app.jinja_env.filters.update(shown=shown, clock_time=clock_time, day=day, day_and_time=day_and_time, local=local)
    app.jinja_env.filters.update(date_words=date_words, iso_day=iso_day, place_name=place_name, at_stations=at_stations)
    app.jinja_env.globals.update(
        new_key=lambda: uuid4().hex,
        margin_fact=margin_fact,
        syringe_drawing=syringe_drawing,
        limit_bar=limit_bar,
        range_drawing=range_drawing,
    )
