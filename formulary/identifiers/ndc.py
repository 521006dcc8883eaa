"""National Drug Codes: their configurations, their 10-, 11- and 12-digit forms, and their place inside a GTIN.

An NDC is labeler, product and package. Printed with hyphens it has 10 digits (4-4-2, 5-3-2 or 5-4-1); billing and most
databases write 11 (5-4-2); Veterans Affairs files write a six-digit labeler with a leading zero (6-4-2, 6-4-1, 6-3-2,
6-3-1, an asterisk standing for the zero that fills a segment); the FDA rule of 5 March 2026 makes it 12 (6-4-2).
Sources: 21 CFR 207.33; 45 CFR 162.1002 (11 digits); GS1 US, NDC inside GTIN-12 with number system character 3.

Ten digits without hyphens do not say which of the three splits they are: all three readings are given, none chosen.
"""

from dataclasses import dataclass

from calculations.errors import Fault
from formulary.identifiers.gtin import check_digit, gtin14, is_digits

TEN_DIGIT_CONFIGURATIONS = ((4, 4, 2), (5, 3, 2), (5, 4, 1))
_ELEVEN = (5, 4, 2)
_TWELVE = (6, 4, 2)
_SIX_DIGIT_LABELER = (_TWELVE, (6, 4, 1), (6, 3, 2), (6, 3, 1))
_KNOWN = (*TEN_DIGIT_CONFIGURATIONS, _ELEVEN, *_SIX_DIGIT_LABELER)
_LONGEST = 14  # 6-4-2 and two hyphens
_EXPECTED = "an NDC with hyphens (4-4-2, 5-3-2, 5-4-1, 5-4-2 or 6-4-2), 11 digits or 12 digits"


@dataclass(frozen=True)
class Ndc:
    """A National Drug Code in the segments it was written with."""

    labeler: str
    product: str
    package: str

    @property
    def configuration(self) -> str:
        """The lengths of the segments, as in `5-4-2`."""
        return f"{len(self.labeler)}-{len(self.product)}-{len(self.package)}"

    @property
    def eleven(self) -> str:
        """Eleven digits, 5-4-2, no hyphens: the form to compare two codes in.

        Raises:
            Fault: the labeler has six digits that do not begin with zero, so no 11-digit form exists.
        """
        if len(self.labeler) == 6 and self.labeler[0] != "0":
            raise Fault("NDC", str(self), "a labeler of five digits; a six-digit labeler has no 11-digit form")
        return self.labeler[-5:].zfill(5) + self.product.zfill(4) + self.package.zfill(2)

    @property
    def twelve(self) -> str:
        """Twelve digits, 6-4-2, no hyphens."""
        return self.labeler.zfill(6) + self.product.zfill(4) + self.package.zfill(2)

    @property
    def ten(self) -> str | None:
        """The ten digits that are printed and bar-coded, or None where the code was not written in a ten-digit form."""
        digits = self.labeler + self.product + self.package
        return digits if len(digits) == 10 and len(self.labeler) < 6 else None

    def __str__(self) -> str:
        return f"{self.labeler}-{self.product}-{self.package}"


def parse_ndc(text: str, field: str = "NDC") -> Ndc:
    """Read an NDC with hyphens, or 11 digits (5-4-2), or 12 digits (6-4-2).

    Raises:
        Fault: anything else. Ten digits without hyphens are refused because they have three readings (`ndc_readings`).
    """
    if "-" in text:
        return _parse_segments(text, field)
    if not is_digits(text) or len(text) not in (10, 11, 12):
        raise Fault(field, text, _EXPECTED)
    if len(text) == 10:
        readings = ", ".join(str(one) for one in ndc_readings(text))
        raise Fault(field, text, f"hyphens, as ten digits could be {readings}")
    return _split(text, _ELEVEN if len(text) == 11 else _TWELVE)


def ndc_readings(ten_digits: str, field: str = "NDC") -> tuple[Ndc, ...]:
    """The three codes that ten digits without hyphens could be (4-4-2, 5-3-2, 5-4-1).

    Raises:
        Fault: not ten digits.
    """
    if not is_digits(ten_digits) or len(ten_digits) != 10:
        raise Fault(field, ten_digits, "10 digits")
    return tuple(_split(ten_digits, lengths) for lengths in TEN_DIGIT_CONFIGURATIONS)


def ndcs_in_gtin(gtin: str) -> tuple[Ndc, ...]:
    """The NDCs a GTIN could carry: three readings where it is built on number system 3 (prefix 03), else none.

    The first digit of a GTIN-14 (packaging level) is not part of the code.

    Raises:
        Fault: no GTIN.
    """
    whole = gtin14(gtin)
    return ndc_readings(whole[3:13]) if whole[1:3] == "03" else ()


def gtin12_of(ndc: Ndc) -> str:
    """The GTIN-12 (UPC-A) that carries a ten-digit NDC: 3, the ten digits, check digit.

    Raises:
        Fault: the code was not written in a ten-digit form, so the ten digits are not known.
    """
    if ndc.ten is None:
        raise Fault("NDC", str(ndc), "one of the ten-digit forms (4-4-2, 5-3-2, 5-4-1)")
    payload = "3" + ndc.ten
    return payload + str(check_digit(payload))


def _parse_segments(text: str, field: str) -> Ndc:
    """Read the form with hyphens; with a six-digit labeler an asterisk may stand for the zero that fills a segment."""
    if len(text) > _LONGEST:
        raise Fault(field, text[:_LONGEST], _EXPECTED)
    segments = text.split("-")
    lengths = tuple(len(one) for one in segments)
    if lengths not in _KNOWN:
        raise Fault(field, text, _EXPECTED)
    labeler, product, package = segments
    if len(labeler) == 6:
        product, package = (one.replace("*", "0", 1) if one.startswith("*") else one for one in (product, package))
        if lengths != _TWELVE and labeler[0] != "0":
            raise Fault(field, text, "a six-digit labeler that begins with 0, or the form 6-4-2")
    if not all(is_digits(one) for one in (labeler, product, package)):
        raise Fault(field, text, "digits and two hyphens")
    return Ndc(labeler, product, package)


def _split(digits: str, lengths: tuple[int, int, int]) -> Ndc:
    """Cut digits into segments of the given lengths."""
    labeler, product, _ = lengths
    return Ndc(digits[:labeler], digits[labeler : labeler + product], digits[labeler + product :])
