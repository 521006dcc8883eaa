"""A new version from an old one: files put in place, a number of its own, one curve added or changed.

The texts are edited as texts, so that remarks and order stay; each edit is then read back and must say exactly what was
meant, or it is refused. What the new version says is judged by the loader, like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formulary.nutrition.loading import PRODUCTS, SINGLE, Texts
from formulary.toml_text import numbered, with_row, with_source, without_row

PROFILE, CURVES = "profile.toml", "curves.toml"


@dataclass(frozen=True)
class TypedCurve:
    """A curve as a pharmacist typed it, still to be judged."""

    row: Mapping[str, Any]
    """The fields of a row of curves.toml, without its source."""
    populations: tuple[str, ...]
    """For whom the house relies on it; none = it stands in the set and judges no bag."""
    source: str
    """Paper, table and page that the points were read in."""
    confidence: str

    @property
    def source_id(self) -> str:
        """The name of its own entry in the files' tables of sources."""
        return f"curve_{self.row['id']}"


def file_name(sent: str) -> str:
    """Where a file of that name belongs in the set: the five single files at the top, every other among the products."""
    plain = sent.replace("\\", "/").rpartition("/")[2]
    return plain if plain in SINGLE else f"{PRODUCTS}{plain}"


def renumbered(texts: Texts, number: int) -> dict[str, str]:
    """The same files as version `number`. Raises Fault when the profile's own number cannot be told."""
    return {**texts, PROFILE: numbered(PROFILE, texts.get(PROFILE, ""), number)}


def with_curve(texts: Texts, typed: TypedCurve) -> dict[str, str]:
    """The files with this curve added, or put in the place of the one with its id. Raises Fault.

    Its source gets an entry of its own in both files; who relies on it stands in the profile.
    """
    row = {**typed.row, "source": typed.source_id}
    told = {"text": typed.source, "confidence": typed.confidence}
    curves = with_row(CURVES, texts.get(CURVES, ""), "curves", "id", row)
    found = {**texts, CURVES: with_source(CURVES, curves, typed.source_id, told)}
    bound = {"curve": row["id"], "populations": list(typed.populations), "source": typed.source_id}
    if typed.populations:
        profile = with_row(PROFILE, texts.get(PROFILE, ""), "curves", "curve", bound)
        found[PROFILE] = with_source(PROFILE, profile, typed.source_id, told)
    else:
        found[PROFILE] = without_row(PROFILE, texts.get(PROFILE, ""), "curves", "curve", str(row["id"]))
    return found
