"""A printer for tests, and eyes for what it prints: text and pictures of a PDF's pages, and what a scanner reads."""

from collections.abc import Iterator
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from compounding.documents.printing import Printer

LABEL_PRINTER_DPI = 203


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    """One warm printer for the whole run."""
    made = Printer()
    yield made
    made.close()


def text_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def picture_of(pdf: bytes, dpi: int = LABEL_PRINTER_DPI, page: int = 0) -> Any:
    """A page as a black-and-white printer of this resolution puts it on paper."""
    with pypdfium2.PdfDocument(pdf) as document:
        grey = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    return grey.point(lambda level: 255 if level > 127 else 0)


def scanned(pdf: bytes, dpi: int = LABEL_PRINTER_DPI) -> list[tuple[str, str]]:
    """Symbology and text of every code that a scanner finds on the first page."""
    return [
        (found.symbology_identifier, found.bytes.decode()) for found in zxingcpp.read_barcodes(picture_of(pdf, dpi))
    ]
