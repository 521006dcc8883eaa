"""How a template sees a snapshot: every text that it prints carries its own path into the page.

``{{ d.patient.name }}`` comes out as ``<span data-f="patient.name">SPECIMEN, Tomas</span>``, escaped. The checks then
find in the laid-out page which field stands where, and whether it stands there whole.
"""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

MARK = "data-f"
UNIT = re.compile(r"(?<!\S)[^\W\d]\w*(?:/[^\W\d]\w*){1,3}(?!\w|/)")
"""What no line may end inside: `mL/h`, `kcal/kg/day`. A unit that is torn at its stroke reads as another one."""


class Leaf:
    """One text of the snapshot. In a template it prints itself with its mark; empty text is false."""

    __slots__ = ("path", "raw")

    def __init__(self, path: str, raw: str) -> None:
        self.path = path
        self.raw = raw
        """The text without its mark, for an attribute of a drawing. Counts as not printed."""

    def __html__(self) -> Markup:
        return self.within("span")

    @property
    def nb(self) -> Markup:
        """The text on one line: a number stays with its unit."""
        return self.within("span", "nb")

    def within(self, tag: str, classes: str = "") -> Markup:
        """The text as an element of its own, ``{{ part.lot.within("td", "lot") }}``: elements cost time."""
        # Joined by hand: Markup.format took a thirtieth of a label's time. Tag and classes are the template's own.
        return Markup(f'<{tag} class="{classes}" {MARK}="{escape(self.path)}">{escape(self.raw)}</{tag}>')  # noqa: S704

    @property
    def held(self) -> Markup:
        """The text with its units held together: for a line that is full of them."""
        parts, end = [], 0
        for found in UNIT.finditer(self.raw):
            unit = f'<span class="nb" {MARK}="{escape(self.path)}">{escape(found[0])}</span>'
            parts += [str(escape(self.raw[end : found.start()])), unit]
            end = found.end()
        whole = "".join((*parts, str(escape(self.raw[end:]))))
        return Markup(f'<span {MARK}="{escape(self.path)}">{whole}</span>')  # noqa: S704 - escaped part by part

    def __str__(self) -> str:
        return str(self.__html__())

    def __bool__(self) -> bool:
        return bool(self.raw)

    def __eq__(self, other: object) -> bool:
        return self.raw == (other.raw if isinstance(other, Leaf) else other)

    def __hash__(self) -> int:
        return hash(self.raw)


class Branch:
    """A table of the snapshot, read with a dot. Its names are the snapshot's and nothing else."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields

    def __getattr__(self, name: str) -> Any:
        try:
            return self._fields[name]
        except KeyError:
            raise AttributeError(name) from None


def marked(data: Any, path: str = "") -> Any:
    """The snapshot as a template sees it."""
    if isinstance(data, str):
        return Leaf(path, data)
    if isinstance(data, Mapping):
        return Branch({key: marked(value, f"{path}.{key}" if path else key) for key, value in data.items()})
    if isinstance(data, list):
        return [marked(value, f"{path}.{index}") for index, value in enumerate(data)]
    return data
