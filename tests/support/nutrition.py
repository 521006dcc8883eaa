"""The packaged nutrition files, and what becomes of them after one change."""

import functools
from collections.abc import Mapping
from dataclasses import replace

from formulary.faults import DataFault
from formulary.model import Formulary
from formulary.nutrition.loading import nutrition_from_texts, texts_of
from formulary.nutrition.packaged import packaged_nutrition
from formulary.packaged import packaged


@functools.cache
def packaged_texts() -> Mapping[str, str]:
    """The nutrition files that come with the program."""
    return texts_of()


def changed(file: str, old: str, new: str, texts: Mapping[str, str] | None = None) -> dict[str, str]:
    """The texts with one file changed at every place; fails when nothing changes."""
    before = dict(packaged_texts() if texts is None else texts)
    assert old in before[file], f"{file} does not hold {old!r}"
    return {**before, file: before[file].replace(old, new)}


def without_row(file: str, marker: str) -> dict[str, str]:
    """The texts without the one table that holds the marker."""
    text = packaged_texts()[file]
    head, *tables = text.split("\n[[")
    kept = [table for table in tables if marker not in table]
    assert len(kept) == len(tables) - 1, f"{marker!r} stands in {len(tables) - len(kept)} tables"
    return {**packaged_texts(), file: "\n[[".join([head, *kept])}


def faults_in(texts: Mapping[str, str], formulary: Formulary | None = None) -> list[DataFault]:
    """Every fault of these texts beside the packaged formulary."""
    return nutrition_from_texts(texts, packaged() if formulary is None else formulary)[1]


def of_a_hospital() -> Formulary:
    """The packaged formulary in a hospital that is no demonstration."""
    return replace(packaged(), site=replace(packaged().site, demonstration=False))


__all__ = ["changed", "faults_in", "of_a_hospital", "packaged_nutrition", "packaged_texts", "without_row"]
