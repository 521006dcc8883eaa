"""Reads a part of the house from its text, and puts it in the place of the packaged one.

House rules are the `[[values]]` and `[[populations]]` of a site; name, telephone and label stock stay in the site's own record.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from batch_records.entries import NotCanonical
from formulary.checks_set import beyond_use_faults, site_faults, supply_faults
from formulary.decoding import Reading, read_row, read_sources
from formulary.faults import DataFault
from formulary.house.usual_times import may_be_left_out
from formulary.loading import DATA, Plain, too_long_keys
from formulary.loading import content as content_of
from formulary.model import AssignedByScan, BeyondUseRules, Population, SiteProfile, SiteValue, Supplies
from formulary.toml_text import whole_text

House = tuple[SiteProfile, Supplies]
"""What the house decides beside its drugs."""


@dataclass(frozen=True, kw_only=True)
class HouseRules:
    """The numbers and the populations that the house sets, and which finished units are assigned by scan alone."""

    version: int
    values: tuple[SiteValue, ...]
    populations: tuple[Population, ...]
    digest: str
    assigned_by_scan: tuple[AssignedByScan, ...] = ()


ROWS: dict[str, type] = {"rules": HouseRules, "beyond_use": BeyondUseRules, "supplies": Supplies}
"""Part -> the kind of file it is."""
FILES = {"rules": "site/demonstration.toml", "beyond_use": "site/usp797_2023.toml", "supplies": "supplies.toml"}
"""Part -> packaged data file, the first proposal."""


_TABLES = ("values", "populations", "assigned_by_scan")


def proposal(part: str) -> str:
    """The text of the packaged part as a site would begin with it. Raises KeyError for another part."""
    text = (DATA / FILES[part]).read_text(encoding="utf-8")
    if part != "rules":
        return text
    data = tomllib.loads(text)
    rules = {"version": data["version"], **{name: data[name] for name in _TABLES if name in data}}
    used = {row["source"] for name in _TABLES for row in rules.get(name, ())}
    sources = {name: row for name, row in data["sources"].items() if name in used}
    return whole_text({**rules, "sources": sources})


def house_with(part: str, text: str, before: House) -> tuple[House | None, int, str, list[DataFault]]:
    """The house with this part in place of its own, the part's number and digest, and every fault of the text."""
    row, faults = _read(part, text)
    if row is None:
        return None, 0, "", faults
    site, supplies = before
    if isinstance(row, Supplies):
        supplies, faults = row, [*faults, *_told(part, supply_faults(row))]
    elif isinstance(row, BeyondUseRules):
        site, faults = replace(site, beyond_use=row), [*faults, *_told(part, beyond_use_faults(row))]
    else:
        site = replace(
            site, version=row.version, values=row.values, populations=row.populations, digest=row.digest,
            assigned_by_scan=row.assigned_by_scan,
        )  # fmt: skip
        faults = [*faults, *_told(part, site_faults(site)), *_missing(row, before[0])]
    return (site, supplies), row.version, row.digest, faults


def _read(part: str, text: str) -> tuple[HouseRules | BeyondUseRules | Supplies | None, list[DataFault]]:
    if too_long_keys(text):
        return None, [DataFault(part, "", "a line with very many points", "TOML with short keys")]
    try:
        data: Plain = tomllib.loads(text)
        rows, found = content_of(data)
    except (ValueError, RecursionError, NotCanonical) as problem:
        return None, [DataFault(part, "", str(problem), "TOML that can be stored and printed")]
    reading = Reading(part, given={"digest": found})
    read_sources(data.get("sources"), reading)
    row: HouseRules | BeyondUseRules | Supplies | None = read_row(ROWS[part], rows, "", reading)
    return (None if reading.faults else row), reading.faults


def _told(part: str, found: Iterable[tuple[str, object, str]]) -> list[DataFault]:
    reading = Reading(part)
    reading.take(found)
    return reading.faults


def _missing(rules: HouseRules, before: SiteProfile) -> list[DataFault]:
    """Every number that the program asks the house for must stay set, in a unit of the same kind."""
    found = {row.name: row.value for row in rules.values}
    faults = []
    for row in before.values:
        here = found.get(row.name)
        if here is None and may_be_left_out(row.name):
            continue
        if here is None:
            faults.append(DataFault("rules", f"values.{row.name}", "nothing", f"a value: {row.text}"))
        elif here.unit.dimension != row.value.unit.dimension:
            wanted = f"a unit such as {row.value.unit.shown or 'one'}"
            faults.append(DataFault("rules", f"values.{row.name}", here.unit.name, wanted))
    return faults
