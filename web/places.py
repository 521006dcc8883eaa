"""Where things are on this machine."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The directory that holds the launcher and the packages."""
