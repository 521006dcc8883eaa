"""The process that lays out pages: reads jobs from its input, answers with a PDF or a refusal. Started by the renderer.

It opens no file but the fonts, fetches nothing, and keeps nothing between jobs except parsed style sheets and fonts.
"""

import base64
import gc
import json
import logging
import re
import resource
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import weasyprint
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from batch_records.rendering_checks import check_marks, check_pages
from batch_records.rendering_codes import Codes
from batch_records.rendering_layout import BASE, Sheet, lay_out
from batch_records.rendering_marks import marked
from batch_records.rendering_markup import tree_of
from batch_records.rendering_refusals import PrintRefused, leaves

HEADER = 8
MOST_MEMORY = 3 * 1024**3
"""Bytes of address space: a page that wants more ends this process, and not the machine."""
MOST_SECONDS = 10
"""To fill in a template. A compounding record of hundreds of pages takes one."""
LARGEST_PAGE = 20_000_000
"""Characters of markup that are laid out; 250 unit labels have one million."""


class Closed(URLFetcher):  # type: ignore[misc]
    """Fetches nothing: pictures are drawn in the page itself and fonts are known, so no address has a good reason."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted: list[str] = []

    def fetch(self, url: str, headers: object = None) -> NoReturn:  # noqa: ARG002 - the library's signature
        self.wanted.append(url[:80])
        raise FatalURLFetchingError(f"fetch of {url[:80]!r}")


def page_rules(page: dict[str, str]) -> str:
    """The page box and, for stock with a fold, the two panels on either side of it."""
    rules = f"@page {{ size: {page['width']}in {page['height']}in; margin: {page['margin']}in; }}"
    if page["fold"]:
        margin = float(page["margin"])
        height = float(page["height"]) - 2 * margin
        before = float(page["fold"]) - margin
        after = float(page["width"]) - margin - float(page["fold"])
        rules += f".before-fold {{ width: {before:.4f}in; }} .after-fold {{ width: {after:.4f}in; }}"
        rules += f".panels {{ height: {height:.4f}in; }}"
    return rules


class Worker:
    """Keeps what is costly to make: the font configuration, the parsed style sheets, the compiled templates."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = FontConfiguration()
        self._closed = Closed()
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._codes = Codes()
        self._environment.globals = {"datamatrix": self._codes.datamatrix}
        self._sheets: dict[str, Sheet] = {}
        self._templates: dict[str, Template] = {}
        text_fonts = [path for path in sorted(fonts.glob("*.ttf")) if "Mono" not in path.name]
        covers = [set(TTFont(path).getBestCmap()) for path in text_fonts]
        self._drawable = set.intersection(*covers)

    def do(self, job: dict[str, Any]) -> dict[str, Any]:
        """One document: the first of the template's sizes at which everything fits."""
        self._check_glyphs(job["snapshot"])
        self._closed.wanted.clear()
        self._codes.made.clear()
        metadata = job["template"]["metadata"]
        sizes = metadata["sizes"]
        for index, size in enumerate(sizes):
            document = self._lay_out(job, size)
            try:
                boxes = [page._page_box for page in document.pages]
                check_pages(boxes, job["snapshot"], metadata, job["page"]["layout"])
            except PrintRefused as refused:
                if refused.code != "does_not_fit" or index == len(sizes) - 1:
                    raise
                continue
            pdf = document.write_pdf()
            break
        if self._closed.wanted:  # pictures inside drawings swallow the error
            raise FatalURLFetchingError(f"fetch of {self._closed.wanted[0]!r}")
        return {
            "pdf": base64.b64encode(pdf).decode(),
            "pages": len(document.pages),
            "engine": f"WeasyPrint {weasyprint.__version__}",
        }

    def _check_glyphs(self, snapshot: object) -> None:
        for path, text in leaves(snapshot):
            for character in text if isinstance(text, str) else "":
                if ord(character) not in self._drawable:
                    found = f"{character!a} (U+{ord(character):04X})"
                    raise PrintRefused("cannot_draw", path, found, "a character that the packaged fonts can draw")

    def _lay_out(self, job: dict[str, Any], size: str) -> Any:
        digest, page = job["digest"], job["page"]
        if digest not in self._templates:
            _check_figures(job["template"])
            self._templates[digest] = self._environment.from_string(job["template"]["html"])
        html = _filled(self._templates[digest], job, size)
        check_marks(html, job["snapshot"], job["template"]["metadata"], page["layout"])
        text = job["template"]["css"] + page_rules(page)
        if text not in self._sheets:
            self._sheets[text] = Sheet(text, self._fonts, self._closed)
        sheet = self._sheets[text]
        root = tree_of(html) if sheet.keeps else None
        if root is not None:
            return lay_out(root, sheet, self._fonts, self._closed, self._codes.made)
        source = weasyprint.HTML(string=html, url_fetcher=self._closed, base_url=BASE)
        return source.render(stylesheets=[sheet.css], font_config=self._fonts, cache=self._codes.made)


def _filled(template: Template, job: Mapping[str, Any], size: str) -> str:
    """The markup of the page. Refused: a template that does not come to an end, or that asks for what is not there."""
    kind = str(job["template"]["metadata"]["kind"])
    try:
        with _at_most(MOST_SECONDS):
            html = template.render(d=marked(job["snapshot"]), page=job["page"], size=size)
    except (ArithmeticError, MemoryError, RecursionError, TimeoutError, TypeError, ValueError) as error:
        found = f"{type(error).__name__}: {error}"[:120]
        raise PrintRefused("template", kind, found, "a template that can be filled in") from error
    if len(html) > LARGEST_PAGE:
        raise PrintRefused("template", kind, f"{len(html):,} characters", f"at most {LARGEST_PAGE:,}")
    return html


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Raise TimeoutError when what stands inside takes longer."""

    def late(*_: object) -> NoReturn:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _check_figures(template: Mapping[str, Any]) -> None:
    """A figure that stands in the template right beside a field would be read as part of it: 1 before 6 mL/h reads 16."""
    text = _TAG.sub(" | ", _INLINE.sub("", str(template["html"])))
    found = _BESIDE_A_FIELD.search(text)
    if found is not None:
        kind = str(template["metadata"]["kind"])
        raise PrintRefused("template", kind, repr(found[0][:60]), "fields with no figure of the template beside them")


_INLINE = re.compile(r"</?(?:b|i|em|strong|span|small|sup|sub|u|s)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
_BESIDE_A_FIELD = re.compile(r"\d[.,]?\s*\{\{[^}]*\}\}|\{\{[^}]*\}\}\s*[.,]?\d")


def answer(worker: Worker, job: dict[str, Any]) -> dict[str, Any]:
    """A PDF or a refusal as data; any other error ends the process, and the renderer says so."""
    try:
        return worker.do(job)
    except PrintRefused as refused:
        said = refused
    except UndefinedError as error:
        said = PrintRefused(
            "undefined_field", job["template"]["metadata"]["kind"], str(error), "every field of the template"
        )
    except TemplateError as error:
        said = PrintRefused("template", job["template"]["metadata"]["kind"], str(error), "a template that can be read")
    except FatalURLFetchingError as error:
        said = PrintRefused(
            "fetch_refused", job["template"]["metadata"]["kind"], str(error), "a page that needs no file"
        )
    return {"refused": {"code": said.code, "field": said.field, "found": said.found, "expected": said.expected}}


def main(stdin: BinaryIO, stdout: BinaryIO, fonts: Path) -> None:
    """Answer jobs until the input ends, which it does when the renderer is gone."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    worker = Worker(fonts)
    gc.collect()
    gc.freeze()
    gc.disable()  # laying out makes many boxes that point at each other: cleared once a document, after its answer
    while header := stdin.read(HEADER):
        job = json.loads(stdin.read(int(header, 16)))
        body = json.dumps(answer(worker, job)).encode()
        stdout.write(b"%08x" % len(body) + body)
        stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer, Path(sys.argv[1]))
