"""Turns a plain-data snapshot and a template into a PDF, in a process of its own.

The pages are laid out by a worker process that sees nothing but the job it is handed: no file, no network, no database.
A document that cannot be shown to carry every printed field, legibly and inside its page, is refused; see
``rendering_checks``. Nothing here knows what the document says.
"""

import base64
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from batch_records.entries import canonical, digest
from batch_records.rendering_process import RendererFailed, WorkerProcess
from batch_records.rendering_refusals import PrintRefused, check_text, leaves

__all__ = ["Page", "PrintRefused", "RenderedDocument", "Renderer", "RendererFailed", "Template"]


_ALIKE = re.compile(r"^\{# as in (\S+) #\}\n", re.M)


@dataclass(frozen=True)
class Page:
    """Paper or label stock: lengths in inches, so that a 4 x 6 in label is written as it is bought."""

    name: str
    width: str
    """Inches, as text: ``"4"``, ``"8.27"``."""
    height: str
    margin: str
    """Inches on all four sides that the printer leaves white."""
    layout: str
    """The name of the arrangement that the template must use on this stock."""
    fold: str = ""
    """Inches from the left edge to the fold of a flag label; empty for stock without a fold."""

    def as_data(self) -> dict[str, str]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Template:
    """A folder of ``metadata.toml``, ``page.html`` and style sheets, read once and identified by its digest.

    The digest covers markup, styles, metadata and the font files: whatever can change the look of a page.
    """

    kind: str
    html: str
    css: str
    metadata: Mapping[str, Any]
    fonts: Path
    digest: str

    @classmethod
    def load(cls, folder: Path, fonts: Path) -> "Template":
        """Read a template folder; ``styles`` in its metadata names the style sheets, relative to the folder.

        A line ``{# as in ../shared/quality.html #}`` of the markup stands for that file: what several kinds have alike.
        """
        metadata = tomllib.loads((folder / "metadata.toml").read_text("utf-8"))
        page = (folder / "page.html").read_text("utf-8")
        html = _ALIKE.sub(lambda line: (folder / line[1]).read_text("utf-8"), page)
        css = "\n".join((folder / name).read_text("utf-8") for name in metadata["styles"])
        return cls.of(html, css, metadata, fonts)

    @classmethod
    def of(cls, html: str, css: str, metadata: Mapping[str, Any], fonts: Path) -> "Template":
        """A template of these texts, with its digest."""
        whole = hashlib.sha256()
        for part in (html.encode(), css.encode(), json.dumps(metadata, sort_keys=True).encode()):
            whole.update(hashlib.sha256(part).digest())
        for font in sorted(fonts.glob("*.ttf")):
            whole.update(hashlib.sha256(font.read_bytes()).digest())
        return cls(metadata["kind"], html, css, metadata, fonts, whole.hexdigest())


@dataclass(frozen=True)
class RenderedDocument:
    """A finished PDF and everything that identifies how it came about."""

    kind: str
    pdf: bytes
    pdf_digest: str
    """SHA-256 of the PDF, hexadecimal."""
    template_digest: str
    snapshot: Mapping[str, Any]
    snapshot_digest: str
    """SHA-256 of the canonical JSON of the snapshot, hexadecimal."""
    page: Page
    pages: int
    engine: str
    """Name and version of the layout engine."""
    template: Template | None = None
    """What it was laid out with."""


class Renderer:
    """One warm worker process, replaced after ``jobs_each`` documents, so that its memory stays bounded.

    Safe to share between threads: documents are rendered one after the other. ``close`` ends the worker.
    """

    def __init__(self, fonts: Path, *, jobs_each: int = 150, seconds_each: float = 60) -> None:
        self._fonts = fonts
        self._jobs_each = jobs_each
        self._seconds_each = seconds_each
        self._lock = Lock()
        self._worker: WorkerProcess | None = None

    def render(self, template: Template, snapshot: Mapping[str, Any], page: Page) -> RenderedDocument:
        """Lay the snapshot out on the page.

        Raises:
            PrintRefused: the document must not be printed as it is; the snapshot or the stock has to change.
            RendererFailed: the worker died or took too long; the same call may be tried again.
        """
        for path, text in leaves(snapshot):
            if isinstance(text, str):
                check_text(path, text)
        job = {
            "template": {"html": template.html, "css": template.css, "metadata": template.metadata},
            "digest": template.digest,
            "snapshot": snapshot,
            "page": page.as_data(),
        }
        with self._lock:
            answer = self._ready().ask(job, self._seconds_each)
        if "refused" in answer:
            raise PrintRefused(**answer["refused"])
        pdf = base64.b64decode(answer["pdf"])
        return RenderedDocument(
            kind=template.kind,
            pdf=pdf,
            pdf_digest=digest(pdf),
            template_digest=template.digest,
            snapshot=snapshot,
            snapshot_digest=digest(canonical(snapshot)),
            page=page,
            pages=answer["pages"],
            engine=answer["engine"],
            template=template,
        )

    def _ready(self) -> WorkerProcess:
        if self._worker is not None and (self._worker.asked >= self._jobs_each or not self._worker.alive()):
            self._worker.end()
            self._worker = None
        if self._worker is None:
            self._worker = WorkerProcess(self._fonts)
        return self._worker

    def warm(self) -> None:
        """Start the worker now, so that the first document does not wait for it."""
        with self._lock:
            self._ready()

    def memory(self) -> int:
        """Resident memory of the worker in bytes; 0 where the system does not say."""
        status = Path(f"/proc/{self._worker.pid}/status") if self._worker else None
        if status is None or not status.exists():
            return 0
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
        return int(found[1]) * 1024 if found else 0

    def close(self) -> None:
        """End the worker; the next document starts a new one."""
        with self._lock:
            if self._worker is not None:
                self._worker.end()
                self._worker = None
