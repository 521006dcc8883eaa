"""GS1: element strings, scanner output, check digits, GTIN forms, dates and combinations."""

from contextlib import suppress
from datetime import date
from typing import Any

from calculations.errors import Fault
from formulary.identifiers.gs1 import FNC1, Element, bracketed, encode, parse_bracketed, parse_elements
from formulary.identifiers.gs1_associations import association_faults
from formulary.identifiers.gs1_values import gs1_date, is_calendar_date, month_date_parts
from formulary.identifiers.gtin import check_digit, check_digit_is_right, gtin14
from formulary.identifiers.scan import Scan, read_scan
from tests.conformance.case import CannotAnswer, Case

# Only the century of a two-digit year hangs on it, and no published case asks for a century.
TODAY = date(2026, 1, 1)
_DATES = {
    "11": "production_date", "12": "due_date", "13": "packaging_date", "15": "best_before", "16": "sell_by",
    "17": "expiry",
}  # fmt: skip
_SSCC_DIGITS = 18
_OTHER_NAMES = {
    **dict.fromkeys(("gtin8", "gtin12", "gtin13", "gtin14", "upc", "upca", "ean", "ean8", "ean13", "itf14"), "gtin"),
    **dict.fromkeys(("element_string", "barcode", "gs1", "message", "elements", "raw", "code", "symbol"), "data"),
    **dict.fromkeys(("scan_data", "scanner_output"), "scan"), "human_readable": "hri", "bracketed": "hri",
    **dict.fromkeys(("date", "expiry", "expiration"), "yymmd0"), "gln": "key", "gsrn": "key", "body": "payload",
}  # fmt: skip
_PLAIN_CARRIERS = {"]Q1": "QR Code", "]d1": "Data Matrix", "]J0": "DotCode"}
"""Symbols that may hold any text: what is no product code in them is text, not a damaged code."""


def answer(case: Case) -> dict[str, Any]:
    """The facts that the one input determines."""
    readers = {
        "data": _element_string, "scan": _scan, "hri": _bracketed, "gtin": _gtin, "payload": _payload, "key": _key,
        "yymmdd": _day_date, "yymmd0": _month_date, "sscc": _sscc,
    }  # fmt: skip
    for name, data in case.inputs.items():
        read = readers.get(_OTHER_NAMES.get(name.lower(), name.lower()))
        if read is not None and str(data).lower().startswith(("http:", "https:")):
            raise CannotAnswer("a GS1 Digital Link is a web address, and no element string")
        if read is not None:
            try:
                return read(str(data))
            except Fault as found:
                return {"valid": False, "reason": str(found)}
    raise CannotAnswer(f"no rule for inputs {sorted(case.inputs)}")


def _facts(elements: tuple[Element, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {"elements": [{"ai": one.ai, "value": one.value} for one in elements]}
    values = {one.ai: one.value for one in elements}
    names = {"01": "gtin", "00": "sscc", "10": "lot", "21": "serial"}
    facts |= {name: values[ai] for ai, name in names.items() if ai in values}
    dates = {name: gs1_date(values[ai], TODAY).isoformat() for ai, name in _DATES.items() if ai in values}
    if len(dates) == 1:
        facts["date"] = next(iter(dates.values()))
    return {**facts, **dates}


def _element_string(data: str) -> dict[str, Any]:
    if data.startswith("]"):
        return _scan(data)
    if data.startswith("("):
        return _bracketed(data)
    data = data.removeprefix(FNC1)  # in the first place it only says that GS1 data follows
    elements = parse_elements(data)
    return {"valid": True, "hri": bracketed(elements), **_facts(elements)}


def _scan(text: str) -> dict[str, Any]:
    if text[:3] in _PLAIN_CARRIERS:
        with suppress(Fault):
            return _facts_of(read_scan(text, TODAY))
        return {"carrier": _PLAIN_CARRIERS[text[:3]], "elements": []}
    return _facts_of(read_scan(text, TODAY))


def _facts_of(scan: Scan) -> dict[str, Any]:
    facts = {"valid": True, **_facts(scan.elements)}
    if scan.carrier:
        facts["carrier"] = scan.carrier
    if scan.gtin:
        facts["gtin14"] = scan.gtin
    return facts


def _bracketed(text: str) -> dict[str, Any]:
    elements = parse_bracketed(text)
    against = association_faults(elements)
    facts = {"data": encode(elements), "valid": not against, **_facts(elements)}
    return {**facts, "reason": "; ".join(against)} if against else facts


def _gtin(text: str) -> dict[str, Any]:
    whole = gtin14(text)
    facts: dict[str, Any] = {"valid": True, "gtin14": whole, "check_digit": int(whole[-1])}
    for length in (8, 12, 13):
        if not whole[: 14 - length].strip("0"):
            facts[f"gtin{length}"] = whole[14 - length :]
    return facts


def _payload(text: str) -> dict[str, Any]:
    return {"check_digit": check_digit(text)}


def _key(text: str) -> dict[str, Any]:
    return {"valid": check_digit_is_right(text)}


def _sscc(text: str) -> dict[str, Any]:
    return {"valid": len(text) == _SSCC_DIGITS and check_digit_is_right(text)}


def _day_date(text: str) -> dict[str, Any]:
    return {"valid": is_calendar_date(text)}


def _month_date(text: str) -> dict[str, Any]:
    month_date_parts(text, "yymmd0")
    return {"valid": True, "date": gs1_date(text, TODAY).isoformat()}
