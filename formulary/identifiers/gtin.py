"""GS1 check digits and Global Trade Item Numbers (GTIN-8, -12, -13 and -14).

Source: GS1 General Specifications, section 7.9.1 (standard check digit) and 3.3.2 (GTIN in 14 digits, zero-filled on
the left). Only ASCII digits are digits here: other scripts' digits and superscripts are refused.
"""

from calculations.errors import Fault

GTIN_LENGTHS = (8, 12, 13, 14)


def is_digits(text: str) -> bool:
    """Whether the text is one or more ASCII digits and nothing else."""
    return text.isascii() and text.isdigit()


def check_digit(payload: str) -> int:
    """The GS1 standard (modulo 10) check digit of a key without its check digit: weights 3, 1, 3 … from the right.

    Raises:
        Fault: the payload is not all digits.
    """
    if not is_digits(payload):
        raise Fault("payload", payload, "digits only")
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return -total % 10


def check_digit_is_right(key: str) -> bool:
    """Whether the last digit of a whole key (GTIN, SSCC, GLN …) is its check digit; False where it is no key at all."""
    return len(key) > 1 and is_digits(key) and check_digit(key[:-1]) == int(key[-1])


def gtin14(text: str, field: str = "GTIN") -> str:
    """The 14-digit form of a GTIN-8, GTIN-12 (UPC-A), GTIN-13 (EAN-13) or GTIN-14.

    Raises:
        Fault: not 8, 12, 13 or 14 digits, all zeros, or the check digit is wrong.
    """
    if not is_digits(text) or len(text) not in GTIN_LENGTHS:
        raise Fault(field, text, "8, 12, 13 or 14 digits")
    if not text.strip("0"):
        raise Fault(field, text, "a number that is not all zeros")
    if not check_digit_is_right(text):
        raise Fault(field, text, f"check digit {check_digit(text[:-1])}")
    return text.zfill(14)


def gtin_as(length: int, text: str, field: str = "GTIN") -> str:
    """The same GTIN in 8, 12, 13 or 14 digits.

    Raises:
        Fault: no GTIN, or one that is longer than the form asked for.
    """
    whole = gtin14(text, field)
    if length not in GTIN_LENGTHS or whole[: 14 - length].strip("0"):
        raise Fault(field, text, f"a GTIN that fits {length} digits")
    return whole[14 - length :]
