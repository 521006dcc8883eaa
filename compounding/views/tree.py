"""A trace as a tree: what it began with, and what it led to, branch by branch."""

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Node:
    """One thing of a tree. The field names are those of the macro `tree`."""

    text: str
    note: str = ""
    """Quiet words behind it."""
    kind: str = ""
    """lot, made, patient, person, hood, place, sum, sign, batch: decides the drawing beside it."""
    link: tuple[str, tuple[tuple[str, str], ...]] | None = None
    """Endpoint and arguments of the page about it."""
    branches: tuple["Node", ...] = ()
    open: bool = True
    """Whether its branches are shown at first."""
    more: str = ""
    """How many branches are not drawn: ``and 1,240 more``."""


def to(endpoint: str, **arguments: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A link to a page."""
    return endpoint, tuple(arguments.items())


def many(count: int, word: str) -> str:
    """``1 container``, ``3 containers``, ``12 entries``."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith("y") else f"{count:,} {word}s"


def pruned(node: Node, may: Callable[[str], bool]) -> Node:
    """The same tree without the links to pages that the reader may not ask for."""
    link = node.link if node.link is not None and may(node.link[0]) else None
    return replace(node, link=link, branches=tuple(pruned(one, may) for one in node.branches))
