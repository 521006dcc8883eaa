"""Two names side by side: which letters of each are to be underlined, so that look-alikes can be told apart."""

import re

_CAPITALS = re.compile(r"[A-Z]{2,}")


def differing(name: str, other: str) -> tuple[str, str]:
    """The part of each name that tells them apart: its tall-man letters, else what does not agree.

    `ceFAZolin`, `cefTRIAXone` give `FAZ`, `TRIAX`; `1 g`, `500 mg` give the whole of each; equal names give nothing.
    """
    if name == other:
        return "", ""
    tall = _CAPITALS.search(name), _CAPITALS.search(other)
    if tall[0] and tall[1] and tall[0].group() != tall[1].group():
        return tall[0].group(), tall[1].group()
    return _rest(name, other)


def _rest(name: str, other: str) -> tuple[str, str]:
    """Whole words where they differ, without the beginning and the end that both share."""
    first, second = name.split(), other.split()
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    return " ".join(first), " ".join(second)
