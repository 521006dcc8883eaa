"""The atoms of a chemical formula such as `CuSO4·5H2O`, for a molar mass that is computed, not remembered."""

import re

from calculations.errors import CannotCompute

_PART = re.compile(r"([A-Z][a-z]?)(\d*)|(\()|\)(\d*)")
_WATER = re.compile(r"(\d*)H2O")
_BETWEEN = re.compile(r"[.·*]")

WATERS: dict[int, str] = {
    0: "anhydrous", 1: "monohydrate", 2: "dihydrate", 3: "trihydrate", 4: "tetrahydrate", 5: "pentahydrate",
    6: "hexahydrate", 7: "heptahydrate", 10: "decahydrate", 12: "dodecahydrate",
}  # fmt: skip
"""Molecules of water per formula unit → how the form is called."""


def composition(text: str) -> dict[str, int]:
    """Atoms per formula unit, crystal water (after a dot) counted in.

    >>> composition("Ca(C6H11O7)2·H2O")
    {'Ca': 1, 'C': 12, 'H': 24, 'O': 15}

    Raises:
        CannotCompute: the text is no formula.
    """
    dry, *water = _BETWEEN.split(text)
    counted = _atoms(dry, text)
    for part in water:
        found = _WATER.fullmatch(part)
        if found is None:
            raise _no_formula(text)
        _add(counted, {"H": 2, "O": 1}, int(found[1] or 1))
    return counted


def hydrated(dry: dict[str, int], waters: int) -> dict[str, int]:
    """The atoms of a salt with so many molecules of crystal water."""
    counted = dict(dry)
    if waters:
        _add(counted, {"H": 2, "O": 1}, waters)
    return counted


def _atoms(dry: str, whole: str) -> dict[str, int]:
    levels: list[dict[str, int]] = [{}]
    place = 0
    for found in _PART.finditer(dry):
        if found.start() != place:
            raise _no_formula(whole)
        place = found.end()
        element, count, opens, times = found.groups()
        if opens:
            levels.append({})
        elif element:
            _add(levels[-1], {element: 1}, int(count or 1))
        elif len(levels) > 1:
            inner = levels.pop()
            _add(levels[-1], inner, int(times or 1))
        else:
            raise _no_formula(whole)
    if place != len(dry) or not dry or len(levels) > 1:
        raise _no_formula(whole)
    return levels[0]


def _add(counted: dict[str, int], more: dict[str, int], times: int) -> None:
    for atom, count in more.items():
        counted[atom] = counted.get(atom, 0) + count * times


def _no_formula(text: str) -> CannotCompute:
    return CannotCompute("no_formula", f"the atoms of {text}", "this is no chemical formula.")
