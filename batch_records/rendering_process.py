"""The worker process behind the renderer: started with a bare environment, asked over pipes, ended when it misbehaves.

A message is eight hexadecimal digits of length and that many bytes of JSON.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HEADER = 8


class RendererFailed(Exception):
    """The process that lays out pages died or took too long. Nothing was printed; the job may be tried again."""


def font_settings(fonts: Path) -> str:
    """Font settings that know the packaged fonts and nothing of the machine's own: a page looks the same everywhere."""
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{fonts}</dir></fontconfig>"
    )


class WorkerProcess:
    """One running worker. Not thread-safe: the renderer asks under its lock."""

    def __init__(self, fonts: Path) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="printing-")
        home = Path(self._home.name)
        (home / "fonts.conf").write_text(font_settings(fonts), "utf-8")
        self._complaints = (home / "stderr").open("w+b")
        root = Path(__file__).resolve().parent.parent
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(root),
            "PYTHONHASHSEED": "0",
            "FONTCONFIG_FILE": str(home / "fonts.conf"),
            "XDG_CACHE_HOME": str(home),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
        }
        self._process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
            [sys.executable, "-m", "batch_records.rendering_worker", str(fonts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env=environment,
            cwd=home,
        )
        self.asked = 0

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send one job and wait for its answer; a worker that fails is ended, so that the next job gets a new one."""
        body = json.dumps(job).encode()
        self.asked += 1
        deadline = time.monotonic() + seconds
        try:
            stdin = self._process.stdin
            if stdin is None:
                raise OSError("no pipe to the worker")
            stdin.write(b"%08x" % len(body) + body)
            stdin.flush()
            length = int(self._read(HEADER, deadline), 16)
            answer: dict[str, Any] = json.loads(self._read(length, deadline))
        except (OSError, ValueError, TimeoutError) as error:
            said = self._last_words()
            self.end()
            raise RendererFailed(f"the page layout process failed ({error or type(error).__name__}). {said}") from error
        return answer

    def _read(self, wanted: int, deadline: float) -> bytes:
        stdout = self._process.stdout
        if stdout is None:
            raise OSError("no pipe from the worker")
        parts = bytearray()
        while len(parts) < wanted:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stdout], [], [], left)[0]:
                raise TimeoutError("took too long")
            part = os.read(stdout.fileno(), wanted - len(parts))
            if not part:
                raise OSError("the process ended before it answered")
            parts += part
        return bytes(parts)

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "It said nothing."

    def end(self) -> None:
        """End the process and clear its folder; harmless when it is gone already."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # unsent bytes for a process that is gone
                    continue
        self._complaints.close()
        self._home.cleanup()
