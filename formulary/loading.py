"""Reads the formulary's data files: one drug a file, supplies and site rules beside them.

Loading either gives a whole `Formulary` or raises `FormularyFaults` with every fault of every file: what is unfilled,
contradictory, unsourced, of a wrong unit, or used twice.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from batch_records.entries import NotCanonical, canonical, digest
from formulary.checks_drug import drug_faults, unlisted_excipients
from formulary.checks_set import beyond_use_faults, set_faults, site_faults, supply_faults
from formulary.decoding import Reading, read_row, read_sources
from formulary.faults import DataFault, FormularyFaults
from formulary.model import BeyondUseRules, Drug, Formulary, SiteProfile, Supplies

DATA = Path(__file__).parent / "data"
"""The data files that come with the program: all DRAFT, product codes invented."""

Plain = Mapping[str, Any]
_MOST_POINTS = 60
"""In one line. The time for a dotted key grows with the square of its parts: one line could hold the server for minutes."""


def read_plain(path: Path, folder: Path, faults: list[DataFault]) -> Plain | None:
    """A data file as plain data; None with a fault when it is missing or no TOML."""
    name = path.relative_to(folder).as_posix()
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        faults.append(DataFault(name, "", type(problem).__name__, "a readable file in UTF-8"))
    except tomllib.TOMLDecodeError as problem:
        faults.append(DataFault(name, "", str(problem), "TOML"))
    return None


def content(data: Plain) -> tuple[dict[str, Any], str]:
    """The file without its `[sources]` table, and the digest over the whole file's canonical content."""
    rows = {key: value for key, value in data.items() if key != "sources"}
    return rows, digest(canonical(_texts(data)))


def _texts(value: Any) -> Any:
    """Plain data with every value that has no canonical form as its text; reading it then names the fault."""
    if isinstance(value, Mapping):
        return {key: _texts(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_texts(entry) for entry in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def supplies_from_data(data: Plain, file: str) -> tuple[Supplies | None, list[DataFault]]:
    """The supplies of one file, and its faults."""
    rows, found_digest = content(data)
    reading = Reading(file, given={"digest": found_digest})
    read_sources(data.get("sources"), reading)
    supplies = read_row(Supplies, rows, "", reading)
    if supplies is not None:
        reading.take(supply_faults(supplies))
    return supplies, reading.faults


def site_from_data(
    data: Plain, beyond_use: Plain, file: str, rules_file: str
) -> tuple[SiteProfile | None, list[DataFault]]:
    """The site profile with its beyond-use rule set, and the faults of both files."""
    rows, rules_digest = content(beyond_use)
    rules_reading = Reading(rules_file, given={"digest": rules_digest})
    read_sources(beyond_use.get("sources"), rules_reading)
    rules = read_row(BeyondUseRules, rows, "", rules_reading)
    if rules is not None:
        rules_reading.take(beyond_use_faults(rules))
    site_rows, site_digest = content(data)
    site_rows.pop("beyond_use", None)
    reading = Reading(file, given={"digest": site_digest, "beyond_use": rules})
    read_sources(data.get("sources"), reading)
    site = read_row(SiteProfile, site_rows, "", reading)
    if site is not None:
        reading.take(site_faults(site))
    return (site if rules is not None else None), [*rules_reading.faults, *reading.faults]


def drug_from_data(
    data: Plain, file: str, site: SiteProfile, supplies: Supplies, *, released: bool = False
) -> tuple[Drug | None, list[DataFault]]:
    """One drug of a data file (or of a record that holds the same content), and every fault in it: what cannot be read, and
    what contradicts itself among the rest. None when anything could not be read.

    `released`: it was released before; rules that are younger than such versions are then not held against it.
    """
    rows, found_digest = content(data)
    drug_id, of = rows.get("id"), rows.get("of")
    given = {"drug": drug_id, "digest": found_digest}
    reading = Reading(file, given=given, of=of if isinstance(of, str) else None, in_part=True)
    read_sources(data.get("sources"), reading)
    drug = read_row(Drug, rows, "", reading)
    whole = not reading.faults
    if drug is not None:
        populations = frozenset(row.id for row in site.populations)
        solutions = frozenset(row.id for row in supplies.solutions)
        reading.take(drug_faults(drug, populations, solutions))
        if not released:
            reading.take(unlisted_excipients(drug))
    return (drug if whole else None), reading.faults


def too_long_keys(text: str) -> bool:
    """Whether a line could hold the reader of TOML for minutes."""
    return any(line.count(".") > _MOST_POINTS for line in text.splitlines())


def drug_from_text(
    text: str, file: str, site: SiteProfile, supplies: Supplies, *, released: bool = False
) -> tuple[Drug | None, list[DataFault]]:
    """One drug from the text of a data file, and every fault in it; text that is no TOML is one fault. `released`: as above."""
    if too_long_keys(text):
        return None, [DataFault(file, "", "a line with very many points", "TOML with short keys")]
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as problem:  # also nested too deep, and numbers too long to be read
        return None, [DataFault(file, "", str(problem), "TOML")]
    try:
        return drug_from_data(data, file, site, supplies, released=released)
    except NotCanonical as problem:
        return None, [DataFault(file, "", str(problem), "text that can be stored and printed")]


def load_supplies(folder: Path = DATA) -> Supplies:
    """The supplies alone. Raises FormularyFaults."""
    faults: list[DataFault] = []
    supplies = _supplies(folder, faults)
    if supplies is None or faults:
        raise FormularyFaults(faults)
    return supplies


def load_site(folder: Path = DATA, site: str = "demonstration") -> SiteProfile:
    """The site profile alone. Raises FormularyFaults."""
    faults: list[DataFault] = []
    profile = _site(folder, site, faults)
    if profile is None or faults:
        raise FormularyFaults(faults)
    return profile


def _supplies(folder: Path, faults: list[DataFault]) -> Supplies | None:
    data = read_plain(folder / "supplies.toml", folder, faults)
    if data is None:
        return None
    supplies, found = supplies_from_data(data, "supplies.toml")
    faults.extend(found)
    return supplies


def _site(folder: Path, name: str, faults: list[DataFault]) -> SiteProfile | None:
    file = f"site/{name}.toml"
    data = read_plain(folder / file, folder, faults)
    if data is None:
        return None
    rules_name = data.get("beyond_use")
    if not isinstance(rules_name, str) or not rules_name.isidentifier():
        faults.append(DataFault(file, "beyond_use", repr(rules_name), "the name of a beyond-use rule set"))
        return None
    rules = read_plain(folder / "site" / f"{rules_name}.toml", folder, faults)
    if rules is None:
        return None
    profile, found = site_from_data(data, rules, file, f"site/{rules_name}.toml")
    faults.extend(found)
    return profile


def load_formulary(folder: Path = DATA, *, version: int = 1, site: str = "demonstration") -> Formulary:
    """The whole formulary of a folder. Raises FormularyFaults with every fault of every file."""
    faults: list[DataFault] = []
    supplies = _supplies(folder, faults)
    profile = _site(folder, site, faults)
    drugs: list[Drug] = []
    for path in sorted((folder / "drugs").glob("*.toml")):
        data = read_plain(path, folder, faults)
        if data is None or supplies is None or profile is None:
            continue
        file = path.relative_to(folder).as_posix()
        if data.get("id") != path.stem:
            faults.append(DataFault(file, "id", repr(data.get("id")), f"the file's name, {path.stem!r}"))
        drug, found = drug_from_data(data, file, profile, supplies)
        faults.extend(found)
        if drug is not None:
            drugs.append(drug)
    if supplies is None or profile is None:
        raise FormularyFaults(faults)
    formulary = assemble(version, profile, supplies, tuple(drugs))
    faults.extend(set_faults(formulary))
    if faults:
        raise FormularyFaults(faults)
    return formulary


def assemble(version: int, site: SiteProfile, supplies: Supplies, drugs: tuple[Drug, ...]) -> Formulary:
    """A frozen set of drugs that were read before; its digest covers the digests of all its parts."""
    parts = {
        "site": site.digest,
        "beyond_use": site.beyond_use.digest,
        "supplies": supplies.digest,
        "drugs": {drug.id: drug.digest for drug in drugs},
    }
    return Formulary(version=version, digest=digest(canonical(parts)), site=site, supplies=supplies, drugs=tuple(drugs))
