"""Lays a page out as the layout library does, and keeps between pages what it would work out anew for each.

What an element looks like follows from the rules that hold for it and from what it stands in. Both are the same from label to
label, so the computed style of an element is kept with the style sheet. The steps are the library's own, in its own order; a
test holds that the PDF is the same byte for byte as the one the library makes by itself.
"""

from functools import partial
from typing import Any

import cssselect2  # type: ignore[import-untyped]
import weasyprint
from weasyprint.css import StyleFor
from weasyprint.css.counters import CounterStyle
from weasyprint.css.targets import TargetCollector
from weasyprint.document import Document, Page
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import UA_STYLESHEET, get_html_metadata
from weasyprint.images import get_image_from_uri
from weasyprint.layout import LayoutContext, layout_document
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from batch_records.rendering_codes import Squares

BASE = "closed:/"


class Sheet:
    """A parsed style sheet for one kind of stock, with the styles of the elements that it was used for."""

    def __init__(self, text: str, fonts: FontConfiguration, fetcher: URLFetcher) -> None:
        self.css = weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)
        self.kept: dict[tuple[Any, ...], Any] = {}


class _ReadPage(weasyprint.HTML):  # type: ignore[misc]
    """A page whose tree is there already."""

    def __init__(self, root: Any, fetcher: URLFetcher) -> None:
        self.base_url = BASE
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
        self.etree_element = root


class _Styles(StyleFor):  # type: ignore[misc]
    """Computes the style of an element once for each sheet: same parent style and same declarations, same style."""

    def __init__(self, page: _ReadPage, sheet: Sheet, fonts: FontConfiguration, targets: TargetCollector) -> None:
        self._kept = sheet.kept
        super().__init__(page, [(UA_STYLESHEET, "user agent", None), (sheet.css, "user", None)], False, fonts, targets)

    def set_computed_styles(self, element: Any, parent: Any, pseudo_type: Any = None, **others: Any) -> None:
        if pseudo_type is not None or not hasattr(element, "tag"):
            super().set_computed_styles(element, parent, pseudo_type=pseudo_type, **others)
            return
        above = None if parent is None else self._computed_styles[parent, None]
        declared = self._cascaded_styles.get((element, None), {})
        # Values are told apart by identity: a kept style holds its parent and its values, so none is freed and made anew.
        # An attribute's value is made anew on each page, and is told by what it says.
        own = element.get("lang")
        key = (
            id(above),
            own,
            *((name, id(value), weight) for name, (value, weight) in declared.items() if not (own and name == "lang")),
        )
        if key in self._kept:
            self._computed_styles[element, None] = self._kept[key]
            return
        super().set_computed_styles(element, parent, **others)
        made = self._computed_styles[element, None]
        if element.tag in ("html", "body") and made["overflow"] != "visible":
            self._kept = {}  # the layout hands it to the page and changes the style: this page keeps nothing
        self._kept[key] = made


def lay_out(
    root: Any, sheet: Sheet, fonts: FontConfiguration, fetcher: URLFetcher, codes: dict[str, Squares]
) -> Document:
    """The laid-out pages of a tree that `rendering_markup` has read."""
    page = _ReadPage(root, fetcher)
    targets, counters = TargetCollector(), CounterStyle()
    for style in page._ua_counter_style():
        counters.update(style)
    styles = _Styles(page, sheet, fonts, targets)
    options = weasyprint.DEFAULT_OPTIONS
    pictures = partial(get_image_from_uri, cache=codes, url_fetcher=fetcher, options=options)
    context = LayoutContext(styles, pictures, fonts, counters, targets)
    box = build_formatting_structure(
        root, styles, context.get_image_from_uri, BASE, targets, counters, context.footnotes
    )
    pages = [Page(made) for made in layout_document(page, box, context)]
    return Document(pages, DocumentMetadata(**get_html_metadata(page)), fetcher, fonts, {}, None)
