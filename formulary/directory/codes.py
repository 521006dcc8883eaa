"""A product code in the directory's forms, and every reading of a code as people and scanners write it.

All codes are compared in the twelve digits of 6-4-2 (labeler, product, package), product codes in the first ten of them.
Where what was typed has several readings, all are given and none is chosen.
"""

import re
from dataclasses import dataclass

from calculations.errors import Fault
from formulary.identifiers.gtin import GTIN_LENGTHS, check_digit_is_right, is_digits
from formulary.identifiers.ndc import TEN_DIGIT_CONFIGURATIONS, Ndc, ndc_readings, ndcs_in_gtin, parse_ndc

PRODUCT_LENGTHS = ((4, 4), (5, 3), (5, 4), (6, 4), (6, 3))
"""Labeler and product; the ten-digit configurations without their package, and the forms with six digits of the labeler."""
_EXPECTED = "an NDC with or without hyphens and package, a labeler's 4 to 6 digits, or a GTIN"
_LONGEST = 20


@dataclass(frozen=True)
class CodeReading:
    """One way to read what was typed: the digits that a code in the directory begins with."""

    code: str
    """6 digits of a labeler, 10 of a product or 12 of a package."""

    @property
    def product(self) -> str:
        """The same without the package."""
        return self.code[:10]


def product_code(text: str, field: str) -> str:
    """Ten digits of a product code as the directory writes it: `0002-0800` gives `0000020800`.

    Raises:
        Fault: no labeler and product of 4-4, 5-3, 5-4 or 6-4 digits.
    """
    labeler, _, product = text.partition("-")
    if (len(labeler), len(product)) not in PRODUCT_LENGTHS[:4] or not is_digits(labeler) or not is_digits(product):
        raise Fault(field, text, "labeler and product with a hyphen: 4-4, 5-3, 5-4 or 6-4 digits")
    return labeler.zfill(6) + product.zfill(4)


def package_code(text: str, field: str) -> tuple[str, str]:
    """The product part as written, and the twelve digits, of a package code as the directory writes it.

    Raises:
        Fault: no code of 4-4-2, 5-3-2, 5-4-1, 5-4-2 or 6-4-2 digits with hyphens.
    """
    if text.count("-") != 2:
        raise Fault(field, text, "a package code with two hyphens")
    ndc = parse_ndc(text, field)
    if "*" in text:
        raise Fault(field, text, "digits and two hyphens")
    return f"{ndc.labeler}-{ndc.product}", ndc.twelve


def readings_of(typed: str, field: str = "ndc") -> tuple[CodeReading, ...]:
    """Every code that was perhaps meant, the same one once.

    Raises:
        Fault: nothing that a code, part of a code or GTIN can be.
    """
    text = re.sub(r"[\s\u2010-\u2015\u2212]", lambda sign: "" if sign[0].isspace() else "-", typed)[: _LONGEST + 1]
    if not text or len(text) > _LONGEST:
        raise Fault(field, typed[:_LONGEST], _EXPECTED)
    found = _with_hyphens(text, field) if "-" in text else _digits(text)
    if not found:
        raise Fault(field, typed, _EXPECTED)
    return tuple(dict.fromkeys(found))


def _with_hyphens(text: str, field: str) -> list[CodeReading]:
    segments = text.split("-")
    if len(segments) == 3 and segments[2]:
        return [CodeReading(parse_ndc(text, field).twelve)]
    labeler, product = segments[0], "-".join(segments[1:]).removesuffix("-")
    if not is_digits(labeler) or len(segments) > 3:
        return []
    if not product:
        return [CodeReading(labeler.zfill(6))] if 4 <= len(labeler) <= 6 else []
    if (len(labeler), len(product)) not in PRODUCT_LENGTHS or not is_digits(product):
        return []
    return [CodeReading(labeler.zfill(6) + product.zfill(4))]


def _digits(text: str) -> list[CodeReading]:
    if not is_digits(text):
        return []
    found: list[CodeReading] = []
    if 4 <= len(text) <= 6:
        found.append(CodeReading(text.zfill(6)))
    if len(text) in GTIN_LENGTHS[1:] and text.strip("0") and check_digit_is_right(text):
        found += [CodeReading(ndc.twelve) for ndc in ndcs_in_gtin(text)]
    if len(text) == 10:
        found += [CodeReading(ndc.twelve) for ndc in ndc_readings(text)]
        found.append(CodeReading(text))
    if len(text) in (11, 12):
        found.append(CodeReading(parse_ndc(text).twelve))
    if len(text) in (8, 9):
        found += [_product(text, lengths) for lengths in PRODUCT_LENGTHS if sum(lengths) == len(text)]
    return found


def _product(digits: str, lengths: tuple[int, int]) -> CodeReading:
    return CodeReading(digits[: lengths[0]].zfill(6) + digits[lengths[0] :].zfill(4))


def configuration_of(ndc: Ndc) -> str | None:
    """`4-4-2`, `5-3-2` or `5-4-1` where the code has a ten-digit form, `5-4-2` for eleven digits, else None."""
    lengths = (len(ndc.labeler), len(ndc.product), len(ndc.package))
    return ndc.configuration if lengths in (*TEN_DIGIT_CONFIGURATIONS, (5, 4, 2)) else None
