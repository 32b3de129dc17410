"""Where files are written: whole or not at all, and never over another without --force."""

from __future__ import annotations

from autodiff.data import places
from autodiff_cli import console


def save(path: str, data: str | bytes, force: bool) -> None:
    """Write a file, text as UTF-8; `-` is standard output. Raises AutodiffError where it exists already or cannot be written."""
    content = data.encode("utf-8", "replace") if isinstance(data, str) else data
    if path in places.STDOUT:
        console.write_bytes(content)
    else:
        with places.beside(path, force) as stream:
            stream.write(content)
