"""What a GS1 application identifier's (AI) value must satisfy beyond its format: check digits, dates, piece counts.

Source: GS1 General Specifications, sections 3.2 to 3.9 (which AI carries which component) and 7.12 (the century of a
two-digit year).
"""

import calendar
from datetime import date

from calculations.errors import Fault
from formulary.identifiers.gtin import check_digit_is_right, is_digits

# How many leading digits of the value are a key that ends in its check digit.
_KEY_LENGTHS = {"00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "8003": 14, "8006": 14,
                "8017": 18, "8018": 18, "8026": 14} | {f"41{n}": 13 for n in range(8)}  # fmt: skip

# Dates in six digits whose day may be 00: the last day of that month.
_MONTH_DATES = frozenset({"11", "12", "13", "15", "16", "17", "4324", "4325"})
_DAY_DATES = frozenset({"4326", "7003", "7006", "7007", "7011", "8008"})
_BIRTH_DATES = frozenset({"7250", "7251"})
# Where hours and minutes follow the date, and whether 9999 may say that there is no time.
_TIMES = {"4324": (6, True), "4325": (6, True), "7003": (6, False), "7011": (6, False), "8008": (6, False),
          "7251": (8, False)}  # fmt: skip
_PIECES = frozenset({"8006", "8026"})


def check_value(ai: str, value: str) -> None:
    """Check the components of one AI's value.

    Raises:
        Fault: a wrong check digit, an impossible date or time, or a piece number beyond the total.
    """
    field = f"AI ({ai})"
    key = value[: _KEY_LENGTHS.get(ai, 0)]
    if key and not check_digit_is_right(key):
        raise Fault(field, value, "a right check digit")
    if ai in _MONTH_DATES:
        month_date_parts(value[:6], field)
    if ai in _DAY_DATES and not is_calendar_date(value[:6]):
        raise Fault(field, value, "a date YYMMDD that exists")
    if ai == "7007" and len(value) == 12 and not is_calendar_date(value[6:]):
        raise Fault(field, value, "two dates YYMMDD that exist")
    if ai in _BIRTH_DATES:
        _check_whole_date(value[:8], field)
    if ai in _TIMES:
        start, may_be_absent = _TIMES[ai]
        _check_time(value[start:], may_be_absent, field)
    if ai in _PIECES and not 1 <= int(value[14:16]) <= int(value[16:18]):
        raise Fault(field, value, "a piece number between 1 and the total of pieces")


def month_date_parts(yymmdd: str, field: str) -> tuple[int, int, int]:
    """Year of the century, month and day of a six-digit date; day 00 stays 0.

    Raises:
        Fault: not six digits, or no such month or day in either century.
    """
    if not is_digits(yymmdd) or len(yymmdd) != 6:
        raise Fault(field, yymmdd, "a date YYMMDD in six digits")
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    # A year YY is a leap year in this century whenever it is one in the last or the next; only 00 differs (2000 is).
    if not 1 <= month <= 12 or day > calendar.monthrange(2000 + year, month)[1]:
        raise Fault(field, yymmdd, "a date YYMMDD that exists")
    return year, month, day


def is_calendar_date(yymmdd: str) -> bool:
    """Whether six digits are a date YYMMDD that exists; day 00 is not one."""
    try:
        return month_date_parts(yymmdd, "date")[2] != 0
    except Fault:
        return False


def gs1_date(yymmdd: str, today: date, field: str = "date") -> date:
    """The date that six digits mean on the day `today`; day 00 means the last day of the month.

    The century: a year more than 50 ahead of this year is in the past century, one 50 or more behind is in the next.

    Raises:
        Fault: no such date.
    """
    year, month, day = month_date_parts(yymmdd, field)
    ahead = year - today.year % 100
    century = today.year - today.year % 100 + (-100 if ahead >= 51 else 100 if ahead <= -50 else 0)
    last = calendar.monthrange(century + year, month)[1]
    if day > last:
        raise Fault(field, yymmdd, "a date YYMMDD that exists")
    return date(century + year, month, day or last)


def _check_whole_date(yyyymmdd: str, field: str) -> None:
    """A date in eight digits."""
    try:
        date(int(yyyymmdd[:4]), int(yyyymmdd[4:6]), int(yyyymmdd[6:8]))
    except ValueError:
        raise Fault(field, yyyymmdd, "a date YYYYMMDD that exists") from None


def _check_time(digits: str, may_be_absent: bool, field: str) -> None:
    """Hours, then minutes and seconds where they are given."""
    if may_be_absent and digits == "9999":
        return
    for digits_of_part, limit in zip((digits[i : i + 2] for i in range(0, len(digits), 2)), (24, 60, 60), strict=False):
        if int(digits_of_part) >= limit:
            raise Fault(field, digits, "a time of day")
