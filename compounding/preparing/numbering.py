"""Numbers of orders and doses: readable, in order of the day, and with a check digit so that a slip is caught."""

import re

_DOSE = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{2,3}-[0-9]\Z")


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: catches every wrong digit and nearly every swap. Takes ASCII digits."""
    product = 10
    for digit in digits:
        product = (int(digit) + product) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def dose_number(order: str, index: int) -> str:
    """`260414-0140` and 1 give `260414-0140-01-c`."""
    body = f"{order}-{index:02d}"
    return f"{body}-{check_digit(body.replace('-', ''))}"


def is_dose_number(text: str) -> bool:
    """Whether a text is a dose number with the right check digit."""
    if not _DOSE.match(text):
        return False
    body, _, check = text.rpartition("-")
    return check_digit(body.replace("-", "")) == check


def dose_record(number: str) -> str:
    """The id of a dose's record."""
    return f"dose-{number}"


def order_record(number: str) -> str:
    """The id of an order's record."""
    return f"order-{number}"


def patient_record(mrn: str) -> str:
    """The id of a patient's record."""
    return f"patient-{mrn}"
