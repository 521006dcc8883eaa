"""Two products or supplies with one NDC or GTIN: a scan would take one for the other."""

from collections import defaultdict
from collections.abc import Iterator

from calculations.errors import Fault
from formulary.consistency.contradiction import Check, Contradiction
from formulary.identifiers.ndc import ndcs_in_gtin, parse_ndc
from formulary.model import Formulary, Item, Product


def code_contradictions(formulary: Formulary) -> Iterator[Contradiction]:
    """Every code that stands on more than one thing, across drugs and supplies."""
    owners: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in formulary.items:
        for written in _codes(item):
            owners[written].append(item)
    for (kind, code), items in owners.items():
        if len(items) > 1:
            yield _shared(formulary, kind, code, items)
    for item in formulary.items:
        if item.codes.gtin is None or item.codes.ndc is not None:
            continue
        for inside in _inside(item.codes.gtin):
            others = [one for one in owners.get(("NDC", inside), ()) if one is not item]
            if others:
                yield _shared(formulary, "GTIN", f"{item.codes.gtin}, which holds an NDC", [item, *others])


def _codes(item: Item) -> Iterator[tuple[str, str]]:
    if item.codes.gtin is not None:
        yield "GTIN", item.codes.gtin
    if item.codes.ndc is not None:
        try:
            yield "NDC", parse_ndc(item.codes.ndc).twelve
        except Fault:
            return


def _inside(gtin: str) -> list[str]:
    try:
        return [ndc.twelve for ndc in ndcs_in_gtin(gtin)]
    except Fault:
        return []


def _shared(formulary: Formulary, kind: str, code: str, items: list[Item]) -> Contradiction:
    drugs = list(dict.fromkeys(item.drug for item in items if isinstance(item, Product)))
    shown = {drug.id: drug.display for drug in formulary.drugs}
    written = next((item.codes.ndc for item in items if kind == "NDC" and item.codes.ndc), None) or code
    return Contradiction(
        check=Check.CODES,
        drug=drugs[0] if drugs else "",
        display=shown.get(drugs[0], "") if drugs else "Supplies",
        subject=items[0].display,
        field=kind,
        found=f"{written} on {' and on '.join(item.display for item in items)}",
        expected="a code that one thing alone carries",
        mend="Read the code off each package and mend the wrong one; until then a scan is not to be trusted.",
        others=tuple(drugs[1:]),
    )
