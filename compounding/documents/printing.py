"""Prints a document: checks its snapshot, finds its template, has it laid out.

Fonts: DejaVu Sans Condensed, packaged beside the templates and never taken from the machine, so that a page is the same
on every server, byte for byte. It is narrow enough for a 4 x 2 in label at legible sizes and draws Latin, Greek,
Cyrillic, Hebrew and Arabic names; its licence lies beside it.
"""

from collections.abc import Mapping
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


class Printer:
    """Renders documents through one warm process. Made once, where the program is put together; close it at the end."""

    def __init__(self, renderer: Renderer | None = None) -> None:
        self._renderer = renderer or Renderer(FONTS)

    def render(self, kind: str, snapshot: Mapping[str, Any], stock: Page) -> RenderedDocument:
        """The document as PDF, with the digests of PDF, template and snapshot.

        Raises:
            Faults: the snapshot is not a complete one of this kind; each missing field is named.
            PrintRefused: it cannot be printed whole and legibly on this stock, or holds text that paper cannot show.
            RendererFailed: the layout process died or took too long; try again.
        """
        check(snapshot)
        if snapshot["kind"] != kind or kind not in KINDS:
            raise Faults([Fault("kind", snapshot["kind"], kind)])
        layouts = template(kind).metadata["layouts"]
        if stock.layout not in layouts:
            raise Faults([Fault("stock", stock.name, f"stock for {' or '.join(layouts)} pages")])
        return self._renderer.render(template(kind), snapshot, stock)

    def warm(self) -> None:
        """Start the process before the first label is wanted."""
        self._renderer.warm()

    def close(self) -> None:
        """End the process."""
        self._renderer.close()
