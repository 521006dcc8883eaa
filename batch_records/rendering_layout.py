"""Lays a page out as the layout library does, and keeps between pages what it would work out anew for each.

What an element looks like follows from the rules that hold for it and from what it stands in. Both are the same from label to
label, so the styles of elements are kept with the style sheet. The steps are the library's own, in its own order; a test holds
that the PDF is the same byte for byte as the one that the library makes by itself.
"""

import re
from functools import partial
from math import inf
from typing import Any

import cssselect2  # type: ignore[import-untyped]
import weasyprint
from weasyprint.css import StyleFor, declaration_precedence, find_style_attributes, preprocess_declarations
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document, Page
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import UA
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from batch_records.rendering_codes import Squares

BASE = "closed:/"
MOST_PLACES = 20_000
"""Kept at most for one style sheet; a sheet of 250 unit labels has as many."""


class _Named(cssselect2.Matcher):  # type: ignore[misc]
    """The rules that name their element."""

    def add_selector(self, selector: Any, payload: Any) -> None:
        if selector.local_name is not None:
            super().add_selector(selector, payload)


_BELOW = weasyprint.CSS(string=UA, matcher=_Named(), counter_style=CounterStyle())
"""The library's own style sheet without its rules for whatever is hidden, in a list or form, or written from right to left, and
for marks of lists and footnotes: half the time of finding what holds. `rendering_markup` reads no such page."""
_SELECTOR = re.compile(r"(?:^|[{};])([^{}@;]*)\{")
_BEYOND = re.compile(r"footnote|note\(|list-item|marker|overflow\s*:")
"""What needs the whole sheet of the library, or what its layout changes in a style."""


class Sheet:
    """A parsed style sheet for one kind of stock, with the styles of the elements that it was used for."""

    def __init__(self, text: str, fonts: FontConfiguration, fetcher: URLFetcher) -> None:
        self.css = weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)
        selectors = _SELECTOR.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.S))
        self.keeps = not _BEYOND.search(text) and not any(sign in one for one in selectors for sign in ":[\\")
        """Names, classes, and what stands around and before an element alone decide which rules hold for it."""
        self.places: dict[tuple[Any, ...], int] = {}
        """The number of a place: the same for elements of one name and class in the same place."""
        self.at: list[dict[str | None, Any]] = []
        """The styles of the element in each place, and of the marks that a rule makes before or after it."""
        self.styles: dict[tuple[Any, ...], Any] = {}


class _ReadPage(weasyprint.HTML):  # type: ignore[misc]
    """A page whose tree is there already."""

    def __init__(self, root: Any, fetcher: URLFetcher) -> None:
        self.base_url = BASE
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
        self.etree_element = root


class _Styles(StyleFor):  # type: ignore[misc]
    """The styles of a page: found by the place of an element, else by its rules, else computed and kept.

    Same place, same rules; same rules and same style around, same style.
    """

    def __init__(self, page: _ReadPage, sheet: Sheet, fonts: FontConfiguration) -> None:
        self._cascaded_styles: dict[tuple[Any, str | None], dict[str, Any]] = {}
        self._computed_styles: dict[tuple[Any, str | None], Any] = {}
        self.initial_page_sizes = {"box": None, "area": None}
        self._sheets = [(_BELOW, "user agent", None), (sheet.css, "user", None)]
        self.font_config = fonts
        self._page, self._sheet = page, sheet
        for weight, node, declarations, base in find_style_attributes(
            page.etree_element
        ):  # attributes of language alone
            self._declare(node, None, "author", None, weight, preprocess_declarations(base, declarations))
        if len(sheet.places) > MOST_PLACES:
            sheet.places.clear()
            sheet.at.clear()
        places: dict[Any, int] = {}
        for element in page.wrapper_element.iter_subtree():
            around, before = (
                -1 if one is None else places[one.etree_element] for one in (element.parent, element.previous)
            )
            node = element.etree_element
            where = around, before, node.tag, node.get("class"), node.get("lang")
            if where not in sheet.places:
                sheet.at.append(self._found(element))
                sheet.places[where] = len(sheet.at) - 1
            places[node] = sheet.places[where]
            for mark, style in sheet.at[places[node]].items():
                self._computed_styles[node, mark] = style
        self._cascaded_styles.clear()

    def _found(self, element: Any) -> dict[str | None, Any]:
        """The style by the rules that hold for an element, in their order, and of its marks."""
        node, marks = element.etree_element, {None: None if element.parent is None else element.parent.etree_element}
        for sheet, origin, _ in self._sheets:
            for specificity, _, mark, (declarations, layer) in sheet.matcher.match(element):
                if mark is not None:
                    marks[mark] = node
                self._declare(
                    node, mark, origin, None if layer is None else sheet.layers.index(layer), specificity, declarations
                )
        return {mark: self._kept(node, mark, parent) for mark, parent in marks.items()}

    def _declare(
        self,
        node: Any,
        mark: str | None,
        origin: str,
        layer: int | None,
        specificity: tuple[int, ...],
        declarations: Any,
    ) -> None:
        """What a rule declares, where nothing weightier did."""
        style = self._cascaded_styles.setdefault((node, mark), {})
        for name, value, importance in declarations:
            weight = declaration_precedence(origin, importance), inf if layer is None else layer, specificity
            if name not in style or style[name][1] <= weight:
                style[name] = value, weight

    def _kept(self, node: Any, mark: str | None, parent: Any) -> Any:
        """The computed style of these declarations in that parent's style, made once."""
        above = None if parent is None else self._computed_styles[parent, None]
        declared = self._cascaded_styles.get((node, mark), {})
        # Values are told apart by identity: a kept style holds its parent and its values, so none is freed and made anew.
        # An attribute's value is made anew on each page, and is told by what it says.
        language = node.get("lang")
        values = (
            (name, id(one), weight) for name, (one, weight) in declared.items() if not (language and name == "lang")
        )
        key = id(above), mark, language, *values
        if key not in self._sheet.styles:
            root = self._page.etree_element
            self.set_computed_styles(node, parent, root=root, pseudo_type=mark, base_url=BASE)
            self._sheet.styles[key] = self._computed_styles[node, mark]
        self._computed_styles[node, mark] = self._sheet.styles[key]
        return self._sheet.styles[key]


def lay_out(
    root: Any, sheet: Sheet, fonts: FontConfiguration, fetcher: URLFetcher, codes: dict[str, Squares]
) -> Document:
    """The laid-out pages of a tree that `rendering_markup` has read, with a sheet that keeps styles."""
    page = _ReadPage(root, fetcher)
    counters = CounterStyle()
    for style in page._ua_counter_style():
        counters.update(style)
    styles, targets = _Styles(page, sheet, fonts), TargetCollector()
    pictures = partial(get_image_from_uri, cache=codes, url_fetcher=fetcher, options=weasyprint.DEFAULT_OPTIONS)
    context = LayoutContext(styles, pictures, fonts, counters, targets)
    box = build_formatting_structure(
        root, styles, context.get_image_from_uri, BASE, targets, counters, context.footnotes
    )
    pages = [Page(made) for made in layout_document(page, box, context)]
    metadata = DocumentMetadata(title=root[0].findtext("title"), lang=root.get("lang"))
    return Document(pages, metadata, fetcher, fonts, {}, None)
