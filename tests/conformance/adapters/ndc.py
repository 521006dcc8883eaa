"""NDC: configuration, 11 and 12 digits, and the code inside a GTIN."""

from collections.abc import Mapping
from typing import Any

from calculations.errors import Fault
from formulary.identifiers.gtin import check_digit, gtin14
from formulary.identifiers.ndc import Ndc, gtin12_of, ndc_readings, ndcs_in_gtin, parse_ndc
from formulary.identifiers.scan import read_scan
from tests.conformance.adapters.gs1_barcodes import TODAY
from tests.conformance.case import CannotAnswer, Case


def answer(case: Case) -> dict[str, Any]:
    """Every form of the code that the inputs determine."""
    for name, text in case.inputs.items():
        if name in ("data", "scan", "hri", "element_string"):
            return _from_element_string(str(text), case.inputs)
        text = _as_printed(str(text))
        if "gtin" in name or "upc" in name or "barcode" in name:
            return _from_gtin(text, case.inputs)
        if "ndc" in name or "code" in name:
            facts = _from_ndc(_split_as_told(text, case.inputs))
            facts |= _ten_as_told(facts, case.inputs)
            level = str(case.inputs.get("indicator", "0"))
            return _at_level(facts, level) if level != "0" else facts
    raise CannotAnswer("no ndc and no gtin among the inputs")


def _as_printed(text: str) -> str:
    """A code without the word NDC before it, with plain hyphens."""
    bare = text.strip()
    bare = (bare[3:] if bare[:3].upper() == "NDC" else bare).strip(" :#")
    for dash in ("\u2010", "\u2011", "\u2012", "\u2013"):
        bare = bare.replace(dash, "-")
    return bare


def _split_as_told(text: str, inputs: Mapping[str, Any]) -> str:
    """Ten digits with hyphens where the case tells the configuration (4-4-2, 5-3-2, 5-4-1)."""
    if len(text) != 10 or not (text.isascii() and text.isdecimal()):
        return text
    return next((str(one) for one in ndc_readings(text) if _is_told(one, inputs)), text)


def _is_told(ndc: Ndc, inputs: Mapping[str, Any]) -> bool:
    """Whether the case tells the configuration or the labeler of this reading."""
    told = next((str(inputs[name]) for name in ("configuration", "format", "to", "to_format") if name in inputs), "")
    return told == ndc.configuration or str(inputs.get("labeler", "")) == ndc.labeler


def _ten_as_told(facts: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The ten-digit form of eleven digits, where the case tells which of its segments was filled with a zero."""
    eleven = facts.get("ndc11")
    if eleven is None or "ndc10" in facts:
        return {}
    labeler, product, package = eleven[:5], eleven[5:9], eleven[9:]
    shorter = [
        Ndc(labeler[1:], product, package) if labeler[0] == "0" else None,
        Ndc(labeler, product[1:], package) if product[0] == "0" else None,
        Ndc(labeler, product, package[1:]) if package[0] == "0" else None,
    ]
    found = [one for one in shorter if one is not None and _is_told(one, inputs)]
    return {**_from_ndc(str(found[0])), "ndc": str(found[0])} if len(found) == 1 else {}


def _from_ndc(text: str) -> dict[str, Any]:
    if len(text) == 10 and text.isascii() and text.isdecimal():
        return _ambiguous(ndc_readings(text))
    try:
        ndc = parse_ndc(text)
    except Fault as found:
        return {"valid": False, "reason": str(found)}
    facts: dict[str, Any] = {"valid": True, "ndc12": ndc.twelve}
    if "-" in text:
        facts["configuration"] = ndc.configuration
    try:
        facts["ndc11"] = ndc.eleven
    except Fault:
        facts["ndc11_exists"] = False
    if ndc.ten:
        upc = gtin12_of(ndc)
        facts |= {"ndc10": ndc.ten, "gtin12": upc, "gtin13": "0" + upc, "gtin14": gtin14(upc)}
    return facts


def _at_level(facts: dict[str, Any], level: str) -> dict[str, Any]:
    """The GTIN-14 of another packaging level."""
    if "gtin12" in facts:
        payload = f"{level}0{facts['gtin12'][:-1]}"
        facts["gtin14"] = gtin14(f"{payload}{check_digit(payload)}")
    return facts


def _from_gtin(text: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        readings = ndcs_in_gtin(text)
    except Fault as found:
        return {"valid": False, "reason": str(found)}
    if not readings:
        return {"valid": True, "ndc": None, "carries_ndc": False}
    facts = {"valid": True, "carries_ndc": True, "gtin14": gtin14(text)}
    for one in readings:
        if _is_told(one, inputs):
            return {**_from_ndc(str(one)), **facts, "ndc": str(one)}
    return {**facts, **_ambiguous(readings)}


def _from_element_string(text: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The code inside the GTIN of an element string or a scan."""
    try:
        gtin = read_scan(text, TODAY).gtin
    except Fault as found:
        return {"valid": False, "reason": str(found)}
    return {"valid": True, "carries_ndc": False} if gtin is None else _from_gtin(gtin, inputs)


def _ambiguous(readings: tuple[Ndc, ...]) -> dict[str, Any]:
    """Ten digits: the split is open, so no 11-digit form is given, only what it could be."""
    return {
        "ndc10": readings[0].ten,
        "ambiguous": True,
        "candidates": [str(one) for one in readings],
        "ndc11_candidates": [one.eleven for one in readings],
    }
