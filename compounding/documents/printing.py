"""Prints a document: checks its snapshot, finds its template, has it laid out.

Fonts: DejaVu Sans Condensed, packaged beside the templates and never taken from the machine, so that a page is the same
on every server, byte for byte. It is narrow enough for a 4 x 2 in label at legible sizes and draws Latin, Greek,
Cyrillic, Hebrew and Arabic names; its licence lies beside it.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from batch_records.rendering import Page, RenderedDocument, Renderer, Template
from calculations.errors import Fault, Faults
from compounding.documents.snapshots import KINDS, check

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"


@cache
def template(kind: str) -> Template:
    """The packaged template of a kind: ``dispensing_label/1`` lies in ``templates/dispensing_label-1``."""
    return Template.load(HERE / "templates" / kind.replace("/", "-"), FONTS)


OWN_STYLE = "page.css"
"""The style sheet that belongs to one kind; the others are shared and come with the program."""


def changed_template(kind: str, html: str, css: str) -> Template:
    """The template of a kind with a site's own markup and style; what it must print and on what stays as packaged."""
    packaged, folder = template(kind), HERE / "templates" / kind.replace("/", "-")
    styles = [css if name == OWN_STYLE else (folder / name).read_text("utf-8") for name in packaged.metadata["styles"]]
    return Template.of(html, "\n".join(styles), packaged.metadata, FONTS)


class Printer:
    """Renders documents through one warm process. Made once, where the program is put together; close it at the end.

    `choose` gives the template in force of a kind; without it the packaged ones print.
    """

    def __init__(self, renderer: Renderer | None = None, choose: Callable[[str], Template] = template) -> None:
        self._renderer = renderer or Renderer(FONTS)
        self._choose = choose

    def render(
        self, kind: str, snapshot: Mapping[str, Any], stock: Page, using: Template | None = None
    ) -> RenderedDocument:
        """The document as PDF, with the digests of PDF, template and snapshot. `using`: not the template in force but this.

        Raises:
            Faults: the snapshot is not a complete one of this kind; each missing field is named.
            PrintRefused: it cannot be printed whole and legibly on this stock, or holds text that paper cannot show.
            RendererFailed: the layout process died or took too long; try again.
        """
        check(snapshot)
        if snapshot["kind"] != kind or kind not in KINDS:
            raise Faults([Fault("kind", snapshot["kind"], kind)])
        chosen = self._choose(kind) if using is None else using
        layouts = chosen.metadata["layouts"]
        if stock.layout not in layouts:
            raise Faults([Fault("stock", stock.name, f"stock for {' or '.join(layouts)} pages")])
        return self._renderer.render(chosen, snapshot, stock)

    def choosing(self, choose: Callable[[str], Template]) -> "Printer":
        """The same process with other templates in force."""
        return Printer(self._renderer, choose)

    def warm(self) -> None:
        """Start the process before the first label is wanted."""
        self._renderer.warm()

    def close(self) -> None:
        """End the process."""
        self._renderer.close()
