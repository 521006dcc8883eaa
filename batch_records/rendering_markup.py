"""Reads the filled-in page quickly: the same tree as the HTML parser makes of it, or none.

Our templates are tidy: every element is closed, and each stands where HTML lets it stand. Such a page needs none of the HTML
parser's repairs, which are most of its time. Whatever is not surely read alike (an element or attribute that is not listed, one
that HTML would close or move, a comment, an unknown name of a character) is left to the HTML parser.
"""

import re
from html import unescape
from typing import Any

import tinyhtml5  # type: ignore[import-untyped]

from batch_records.rendering_marks import MARK

_EMPTY = frozenset(("meta", "br", "img"))
_INLINE = frozenset(("b", "i", "em", "strong", "small", "span", "sup", "sub"))
_FLOW = _INLINE | {"br", "img", "p", "div", "h1", "h2", "h3", "table"}
_INSIDE: dict[str, frozenset[str]] = {
    "": frozenset(("html",)),
    "html": frozenset(("head", "body")),
    "head": frozenset(("meta", "title")),
    "title": frozenset(),
    **dict.fromkeys(("body", "div", "td", "th"), _FLOW),
    **dict.fromkeys(("p", "h1", "h2", "h3", *_INLINE), _INLINE | {"br", "img"}),
    "table": frozenset(("thead", "tbody", "tr")),
    **dict.fromkeys(("thead", "tbody"), frozenset(("tr",))),
    "tr": frozenset(("td", "th")),
}
"""What stands inside an element without being closed or moved by an HTML parser."""
_WITHOUT_TEXT = frozenset(("", "html", "head", "table", "thead", "tbody", "tr"))
_ATTRIBUTES = {"class", "lang", "charset", "colspan", "rowspan", "src", MARK, "data-modules"}
_BEGIN = re.compile(r"\s*<!doctype html>", re.I)
_PART = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<]*")*)\s*>|([^<]+)')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"<]*)"')
_UNSURE = re.compile(r"[\0\f\r\ud800-\udfff]|&(?!(?:amp|lt|gt|quot|nbsp|#34|#39);)")
_SPACE = " \t\n"


class _Unsure(Exception):
    """Not surely read as HTML would be."""


def tree_of(html: str) -> Any | None:
    """The page's root element; None for a page that the HTML parser has to read."""
    begin = _BEGIN.match(html)
    if begin is None or _UNSURE.search(html):
        return None
    reader, at = _Reader(), begin.end()
    try:
        while part := _PART.match(html, at):
            at = part.end()
            reader.read(*part.groups())
    except _Unsure:
        return None
    return reader.root if at == len(html) and reader.whole else None


class _Reader:
    """Builds the tree. Rows that stand right in a table get the body that HTML gives them."""

    def __init__(self) -> None:
        self._above = _AN_ELEMENT.makeelement("", {})
        self._open = [self._above]

    @property
    def root(self) -> Any:
        return self._above[0]

    @property
    def whole(self) -> bool:
        """Everything is closed, and nothing is missing that HTML would add."""
        return len(self._open) == 1 and len(self._above) == 1 and len(self.root) == 2

    def read(self, slash: str, name: str, attributes: str, text: str) -> None:
        if text:
            self._text(unescape(text))
        elif slash:
            if attributes:
                raise _Unsure
            self._end(name)
        else:
            self._start(name, attributes)

    def _start(self, name: str, written: str) -> None:
        if name == "tr" and self._open[-1].tag == "table":
            self._start("tbody", "")
        parent = self._open[-1]
        attributes = _ATTRIBUTE.findall(written)
        named = {key: unescape(value) for key, value in attributes}
        in_place = parent.tag not in ("", "html") or len(parent) == (name == "body")
        known = len(named) == len(attributes) and named.keys() <= _ATTRIBUTES
        if name not in _INSIDE[parent.tag] or not in_place or not known:
            raise _Unsure
        made = parent.makeelement(name, named)
        parent.append(made)
        if name not in _EMPTY:
            self._open.append(made)

    def _end(self, name: str) -> None:
        if name == "table" and self._open[-1].tag == "tbody":
            self._open.pop()  # the body that the table was given
        if self._open[-1].tag != name:
            raise _Unsure
        self._open.pop()

    def _text(self, text: str) -> None:
        parent = self._open[-1]
        if parent.tag in _WITHOUT_TEXT and text.strip(_SPACE):
            raise _Unsure
        if parent.tag in ("", "html"):
            # White between the parts of a page: none before the head, and after the body it goes into the body.
            above = parent if parent.tag else next(iter(parent), None)
            if above is None or not len(above):
                return
            parent = above[-1] if above[-1].tag == "body" else above
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text


_AN_ELEMENT = tinyhtml5.parse("<!doctype html>", namespace_html_elements=False)
"""It knows how to make others of its kind."""
