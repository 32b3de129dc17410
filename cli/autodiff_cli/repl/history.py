"""Where the lines of former conversations are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def folder() -> Path:
    """The folder for what a program remembers, as the system has it. Raises RuntimeError where the user has no home."""
    given = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(given):
        return Path(given)
    if os.name == "nt" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"])
    return Path.home() / ("Library/Application Support" if sys.platform == "darwin" else ".local/state")


def place(name: str) -> str:
    """A file of history, its folder made; nothing where there can be none."""
    try:
        where = folder() / "autodiff"
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return ""
    return str(where / name)
