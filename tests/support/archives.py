"""Backups that somebody changed."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from batch_records.backup import MANIFEST
from batch_records.entries import digest


def repack(file: Path, change: Callable[[dict[str, bytes]], None], keep_manifest: bool = False) -> None:
    """Change the parts of a backup; its manifest fits them again unless it is kept."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    if not keep_manifest:
        told = json.loads(parts[MANIFEST])
        told["files"] = {name: digest(data) for name, data in parts.items() if name != MANIFEST}
        parts[MANIFEST] = json.dumps(told).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
