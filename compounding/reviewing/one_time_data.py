"""A one-time formulation as data: read by the same rules as a drug's own file, and put into the formulary of one order.

It is written in the form of a drug's data file: one `[[formulations]]`, its `[[stabilities]]`, and a `[sources]` table of
its own. Nothing of the drug itself can be changed by it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from batch_records.entries import digest
from batch_records.store import UnitOfWork
from compounding.planning.plan import ONE_TIME_MARK
from formulary.faults import DataFault
from formulary.loading import drug_from_data
from formulary.model import Drug, Formulary
from formulary.repository import drug_record

FILE = "one-time formulation"
PARTS = {"formulations", "stabilities", "sources"}
_READ: dict[str, tuple[Drug | None, tuple[DataFault, ...]]] = {}
"""Drugs with their one-time formulation, by the digest of both texts."""
_MOST = 200


def formulation_id(order: str, version: int) -> str:
    """The id of the formulation of one order version; no released formulation begins so."""
    return f"{ONE_TIME_MARK}{order.replace('-', '_')}_{version}"


def drug_text(uow: UnitOfWork, drug: str, version: int = 0) -> str:
    """The data file of a version of the drug, or of the one in force; empty when there is none."""
    record = drug_record(uow, drug)
    state = record.versions.get(version) if version else record.in_force
    return "" if state is None else state.text


def drug_with(
    drug: Drug, text_in_force: str, written: str, own_id: str, formulary: Formulary
) -> tuple[Drug | None, tuple[DataFault, ...]]:
    """The drug with this formulation first, or every fault in what was written."""
    key = digest("\n".join((formulary.digest, text_in_force, written, own_id)).encode())
    known = _READ.get(key)
    if known is None:
        if len(_READ) >= _MOST:
            _READ.clear()
        known = _READ[key] = _read(drug, text_in_force, written, own_id, formulary)
    return known


def _read(
    drug: Drug, text_in_force: str, written: str, own_id: str, formulary: Formulary
) -> tuple[Drug | None, tuple[DataFault, ...]]:
    try:
        own, base = tomllib.loads(written), tomllib.loads(text_in_force)
    except (ValueError, RecursionError) as problem:
        return None, (DataFault(FILE, "", str(problem), "TOML"),)
    faults = _shape_faults(own, base)
    if faults:
        return None, tuple(faults)
    row = {**own["formulations"][0], "id": own_id}
    stabilities = [
        {**one, "id": f"{own_id}_{number}", "formulations": [own_id]}
        for number, one in enumerate(own["stabilities"], start=1)
    ]
    merged = {
        **base,
        "formulations": [row, *base.get("formulations", [])],
        "stabilities": [*stabilities, *base.get("stabilities", [])],
        "sources": {**base.get("sources", {}), **own["sources"]},
    }
    read, found = drug_from_data(merged, FILE, formulary.site, formulary.supplies)
    if read is None or found:
        return None, tuple(found) or (DataFault(FILE, "", "nothing", "a formulation that can be read"),)
    return replace(read, status=drug.status, version=drug.version), ()


def _shape_faults(own: Mapping[str, Any], base: Mapping[str, Any]) -> list[DataFault]:
    faults = [
        DataFault(FILE, name, "a part that is not its own", ", ".join(sorted(PARTS))) for name in own.keys() - PARTS
    ]
    sources = own.get("sources")
    if not isinstance(sources, dict) or not sources:
        return [
            *faults,
            DataFault(FILE, "sources", "nothing", "the source of this formulation, with text and confidence"),
        ]
    faults += [
        DataFault(FILE, f"sources.{name}", "a name that the drug uses", "a name of its own")
        for name in sources.keys() & base.get("sources", {}).keys()
    ]
    rows = {name: own.get(name) for name in ("formulations", "stabilities")}
    for name, found in rows.items():
        if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
            faults.append(DataFault(FILE, name, "nothing", f"at least one [[{name}]]"))
        elif any(one.get("source") not in sources for one in found):
            faults.append(DataFault(FILE, f"{name}.source", "another source", "a source written here"))
    if not faults and len(own["formulations"]) != 1:
        faults.append(DataFault(FILE, "formulations", str(len(own["formulations"])), "exactly one"))
    return faults


def with_drug(formulary: Formulary, changed: Drug) -> Formulary:
    """The formulary with one drug in this form."""
    return replace(formulary, drugs=tuple(changed if one.id == changed.id else one for one in formulary.drugs))


def template_of(text_in_force: str) -> str:
    """What a pharmacist starts from: the drug's first formulation and its stabilities, to be changed and sourced anew."""
    blocks: list[list[str]] = []
    for line in text_in_force.splitlines():
        if line.startswith("["):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    first = next((block for block in blocks if block[0].startswith("[[formulations]]")), ["[[formulations]]"])
    stabilities = [block for block in blocks if block[0].startswith("[[stabilities]]")]
    stabilities.sort(key=lambda block: 'state = "diluted"' not in block)
    kept = [line for block in (first, *stabilities[:1]) for line in block]
    changed = ['source = "one_time"' if line.startswith("source = ") else line for line in kept]
    sources = ["[sources]", 'one_time = { text = "", confidence = "seen" }']
    return "\n".join([*sources, "", *changed]).strip() + "\n"
