"""What the markup of a site's own template may hold: the document's fields in elements of a page, and nothing that reckons.

The rules name what is allowed; whatever else the language of the templates knows is refused. So a template can neither alter a
text of the document on its way to the paper nor run for ever: what it can do is bounded by how long it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from formulary.faults import DataFault

MOST_LOOPS = 4
"""Loops in each other."""
MOST_PARTS = 20_000
"""Parts of the whole page with every macro written out; the longest packaged one has a thirtieth of it."""
GIVEN = {"d", "page", "size", "datamatrix", "loop"}
"""What every template is given."""
FILTERS = {"batch", "length", "float", "max"}
ELEMENTS = {
    "html", "head", "meta", "title", "body", "div", "p", "h1", "h2", "h3", "b", "i", "em", "strong", "small", "span", "br",
    "sup", "sub", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
DRAWING = {"svg", "path", "rect", "text"}
"""Only where the packaged template of the kind draws: a syringe."""
ATTRIBUTES = {"class", "colspan", "rowspan", "lang"}
DRAWING_ATTRIBUTES = {
    "class", "viewbox", "fill", "stroke", "stroke-width", "d", "x", "y", "rx", "width", "height", "text-anchor",
    "font-family", "font-size", "font-weight",
}  # fmt: skip
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.Not,
    nodes.And, nodes.Or, nodes.List, nodes.Name,
)  # fmt: skip
_CLASSES = re.compile(r"[a-z0-9_ -]*", re.I)
_WORDLESS = re.compile(r"[^0-9{}<>&]*")


def markup_faults(name: str, html: str, draws: bool) -> Iterator[DataFault]:
    """Everything in the markup that is not allowed, each with its line. `draws`: whether this kind has drawings."""
    try:
        tree = ImmutableSandboxedEnvironment().parse(html)
    except TemplateSyntaxError as wrong:
        yield DataFault(name, f"line {wrong.lineno}", str(wrong.message), "a template that can be read")
        return
    except RecursionError:
        yield DataFault(name, "", "conditions in conditions without end", "a template that can be read")
        return
    reader = _Reader()
    reader.read(tree)
    yield from (DataFault(name, f"line {line}", found, expected) for line, found, expected in reader.faults)
    page = _Page(draws)
    page.feed("".join(reader.text))
    page.close()
    yield from (DataFault(name, f"line {line}", found, expected) for line, found, expected in page.faults)


@dataclass(frozen=True)
class _Size:
    """How much a part comes to when it is written out: parts, and loops in each other."""

    parts: int = 1
    loops: int = 0


@dataclass
class _Reader:
    """Walks the template as the language reads it. Macros count wherever they are called."""

    macros: dict[str, _Size] = field(default_factory=dict)
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    inside: bool = False
    """A macro is being read."""

    def read(self, node: nodes.Node) -> _Size:
        """The size of a part; what is not allowed in it is told once."""
        match node:
            case nodes.TemplateData():
                self.text.append(node.data)
            case nodes.Macro():
                return self._macro(node)
            case nodes.Call():
                return self._call(node)
            case nodes.Output():
                return self._sum([self._output(one) for one in node.nodes], node)
            case nodes.For():
                self._for(node)
            case _:
                self._allowed(node)
        return self._sum([self.read(child) for child in node.iter_child_nodes()], node)

    def _output(self, node: nodes.Node) -> _Size:
        if not isinstance(node, nodes.TemplateData):
            self.text.append("x")
        if isinstance(node, nodes.Const) and not isinstance(node.value, str):
            self._no(node, str(node.value)[:40], "figures of the document alone")
        return self.read(node)

    def _sum(self, sizes: list[_Size], node: nodes.Node) -> _Size:
        loops = max((one.loops for one in sizes), default=0) + isinstance(node, nodes.For)
        found = _Size(1 + sum(one.parts for one in sizes), loops)
        if found.loops > MOST_LOOPS or found.parts > MOST_PARTS:
            self._no(node, "a page without end", f"at most {MOST_LOOPS} loops in each other and {MOST_PARTS:,} parts")
            return _Size()
        return found

    def _macro(self, node: nodes.Macro) -> _Size:
        if self.inside or node.defaults or node.name in GIVEN:
            self._no(node, f"macro {node.name}", "macros one after the other, with names of their own")
        self.inside = True
        size = self._sum([self.read(child) for child in node.body], node)
        self.inside = False
        self.macros[node.name] = size
        return _Size()

    def _call(self, node: nodes.Call) -> _Size:
        named, args = node.node, [*node.args, *node.kwargs]
        if isinstance(named, nodes.Name) and (named.name in self.macros or named.name == "datamatrix"):
            for one in args:
                self.read(one)
            return self.macros.get(named.name, _Size())
        if isinstance(named, nodes.Getattr) and named.attr == "within":
            self.read(named.node)
            texts = [one.value for one in args if isinstance(one, nodes.Const)]
            tag = str(texts[0]) if texts else ""
            if len(texts) == len(args) and tag in ELEMENTS and all(_CLASSES.fullmatch(str(text)) for text in texts):
                return _Size()
        self._no(node, "a call", "macros that stand above, the code, and fields in an element of the page")
        return _Size()

    def _for(self, node: nodes.For) -> None:
        if node.recursive or node.test is not None or not isinstance(node.target, nodes.Name):
            self._no(node, "a loop with more to it", "a loop over a list of the document")

    def _allowed(self, node: nodes.Node) -> None:
        if isinstance(node, _PLAIN):
            return
        if isinstance(node, nodes.Getattr) and not node.attr.startswith("_"):
            return
        if isinstance(node, nodes.Filter) and node.name in FILTERS:
            return
        if isinstance(node, nodes.Sub) and isinstance(node.left, nodes.Filter) and node.left.name == "float":
            return
        if isinstance(node, nodes.Const) and (not isinstance(node.value, str) or _WORDLESS.fullmatch(node.value)):
            return
        self._no(node, type(node).__name__.lower(), "fields as they are, conditions and loops alone")

    def _no(self, node: nodes.Node, found: str, expected: str) -> None:
        row = (node.lineno, found, expected)
        if row not in self.faults:
            self.faults.append(row)


class _Page(HTMLParser):
    """The elements of the page as they stand in the template."""

    def __init__(self, draws: bool) -> None:
        super().__init__()
        self._elements = ELEMENTS | DRAWING if draws else ELEMENTS
        self.faults: list[tuple[int, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self._elements:
            self._no(f"<{tag}>", "no such element: nothing active and nothing from outside")
        known = DRAWING_ATTRIBUTES if tag in DRAWING else ATTRIBUTES | ({"charset"} if tag == "meta" else set())
        for name, _ in attrs:
            if name not in known:
                self._no(f"{tag} {name}", "classes, and cells over several columns or rows alone")

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self._no("a comment", "notes for the next author as {# … #}")

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self._no("a declaration", "elements of the page")

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 - the parser's signature
        self._no("an instruction", "elements of the page")

    def _no(self, found: str, expected: str) -> None:
        self.faults.append((self.getpos()[0], repr(found[:40]), expected))
