"""What a scanner sent, read as a product code: exactly one reading, or refused with the reason.

A scanner that sends the AIM symbology identifier (`]d2`, `]C1` …) says what the symbol was, and is read by that.
Without it the text is tried as a GS1 element string, a GTIN and an NDC, and refused where more than one fits; only an
element string that names no item (a lot alone) gives way, because many an NDC could also be read as one.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from calculations.errors import Fault
from formulary.identifiers.gs1 import FNC1, MAX_LENGTH, Element, parse_bracketed, parse_elements
from formulary.identifiers.gs1_associations import contradictions
from formulary.identifiers.gs1_values import gs1_date, is_calendar_date, month_date_parts
from formulary.identifiers.gtin import GTIN_LENGTHS, gtin14, is_digits
from formulary.identifiers.ndc import Ndc, ndc_readings, ndcs_in_gtin, parse_ndc

_GS1_CARRIERS = {"]d2": "GS1 DataMatrix", "]C1": "GS1-128", "]e0": "GS1 DataBar", "]Q3": "GS1 QR Code",
                 "]J1": "GS1 DotCode"}  # fmt: skip
_PLAIN_CARRIERS = {"]C0": "Code 128", "]A0": "Code 39", "]d1": "Data Matrix", "]Q1": "QR Code", "]J0": "DotCode",
                   "]I0": "Interleaved 2 of 5", "]I1": "ITF-14"}  # fmt: skip
_RETAIL_CARRIERS = {"]E0": ("EAN-13", 13), "]E4": ("EAN-8", 8)}
_COMPOSITE = "|]e0"
_ITEM_AIS = ("00", "01", "02", "03", "8006")
_SWALLOWED_DATE_AIS = ("11", "13", "15", "17")


@dataclass(frozen=True)
class Scan:
    """A product code as read. `carrier` is None where the scanner did not say what the symbol was."""

    text: str
    carrier: str | None
    elements: tuple[Element, ...] = ()
    gtin: str | None = None
    """The item's GTIN in 14 digits."""
    ndcs: tuple[Ndc, ...] = ()
    """The NDCs the code can mean: one where it was written out, three where ten digits leave the split open."""
    lot: str | None = None
    serial: str | None = None
    expiry: date | None = None
    """Last day of use; the end of the month where the code gives day 00."""
    expiry_day_given: bool = True
    doubts: tuple[str, ...] = ()
    """What a person should look at although the code was read exactly."""

    def value(self, ai: str) -> str | None:
        """The value of an application identifier, or None where the code does not carry it."""
        return next((one.value for one in self.elements if one.ai == ai), None)


def read_scan(text: str, today: date, field: str = "scan") -> Scan:
    """Read what a scanner sent; `today` settles the century of two-digit years.

    Raises:
        Fault: no product code, a damaged one, one that contradicts itself, or one with more than one reading.
    """
    if len(text) > MAX_LENGTH:
        raise Fault(field, text, f"at most {MAX_LENGTH} characters")
    text = text.strip(" \r\n\t")
    if text.startswith("]"):
        return _read_identified(text, today, field)
    if text.startswith("("):
        return _from_elements(text, None, parse_bracketed(text, field), today, field)
    if text.startswith(FNC1):
        return _from_elements(text, None, parse_elements(text[1:], field), today, field)
    try:
        by_elements = _from_elements(text, None, parse_elements(text, field), today, field)
    except Fault as found:
        by_elements, why_not = None, found
    readings = _plain_readings(text, None, field)
    if by_elements and (not readings or any(one.ai in _ITEM_AIS for one in by_elements.elements)):
        readings.append(by_elements)
    if len(readings) > 1:
        raise Fault(field, text, "one reading; set the scanner to send the symbology identifier")
    if readings:
        return readings[0]
    raise _most_telling(text, why_not, field)


def _read_identified(text: str, today: date, field: str) -> Scan:
    """Read text that begins with an AIM symbology identifier."""
    identifier, data = text[:3], text[3:]
    if identifier in _GS1_CARRIERS:
        return _from_elements(data, _GS1_CARRIERS[identifier], parse_elements(data, field), today, field)
    if identifier in _RETAIL_CARRIERS:
        carrier, length = _RETAIL_CARRIERS[identifier]
        linear, is_composite, rest = data.partition(_COMPOSITE)
        if len(linear) != length:
            raise Fault(field, text, f"{length} digits after {identifier}")
        more = parse_elements(rest, field) if is_composite else ()
        item = Element("01", gtin14(linear, field))
        return _from_elements(text, carrier, (item, *more), today, field)
    if identifier in _PLAIN_CARRIERS:
        carrier = _PLAIN_CARRIERS[identifier]
        readings = _plain_readings(data, carrier, field)
        if len(readings) != 1:
            raise Fault(field, text, f"one GTIN or NDC in a {carrier}")
        return readings[0]
    raise Fault(field, text, "a symbology identifier of a product code (]d2, ]C1, ]e0, ]Q3, ]E0, ]E4 …)")


def _plain_readings(data: str, carrier: str | None, field: str) -> list[Scan]:
    """What text that is no element string can be: a GTIN, an NDC, both or neither."""
    readings = []
    with suppress(Fault):
        whole = gtin14(data, field)
        readings.append(Scan(data, carrier, gtin=whole, ndcs=ndcs_in_gtin(whole)))
    with suppress(Fault):
        ndcs = ndc_readings(data, field) if is_digits(data) and len(data) == 10 else (parse_ndc(data, field),)
        # Twelve digits are an NDC only with the zero that fills the labeler; six-digit labelers are not issued yet.
        if not is_digits(data) or len(data) != 12 or data.startswith("0"):
            readings.append(Scan(data, carrier, ndcs=ndcs))
    return readings


def _from_elements(text: str, carrier: str | None, elements: tuple[Element, ...], today: date, field: str) -> Scan:
    """Gather what the elements say about the item."""
    against = contradictions(elements)
    if against:
        raise Fault(field, text, "elements that agree: " + "; ".join(against))
    values = {one.ai: one.value for one in elements}
    gtin = values.get("01") or values.get("03")
    expiry = values.get("17") or values.get("7003", "")[:6] or None
    national = values.get("715")
    ndcs = (parse_ndc(national, field),) if national else ndcs_in_gtin(gtin) if gtin else ()
    return Scan(
        text=text,
        carrier=carrier,
        elements=elements,
        gtin=gtin,
        ndcs=ndcs,
        lot=values.get("10"),
        serial=values.get("21"),
        expiry=gs1_date(expiry, today, field) if expiry else None,
        expiry_day_given=not expiry or month_date_parts(expiry, field)[2] != 0,
        doubts=_doubts(elements, expiry is not None),
    )


def _doubts(elements: tuple[Element, ...], has_expiry: bool) -> tuple[str, ...]:
    """A last lot or serial number that ends like a date element, where no expiry was read, may have lost its FNC1."""
    last = elements[-1]
    tail = last.value[-8:]
    if has_expiry or last.ai not in ("10", "21") or len(last.value) <= 8:
        return ()
    if tail[:2] in _SWALLOWED_DATE_AIS and is_calendar_date(tail[2:]):
        return (f"({last.ai}) {last.value} ends like a date: compare with the label, the scanner may drop FNC1",)
    return ()


def _most_telling(text: str, by_elements: Fault, field: str) -> Fault:
    """The fault of the reading that the text most looks like, for the person who scanned."""
    looks_like_gtin = is_digits(text) and len(text) in GTIN_LENGTHS
    try:
        parse_ndc(text, field) if "-" in text else gtin14(text, field)
    except Fault as found:
        if looks_like_gtin or "-" in text:
            return found
    return by_elements
