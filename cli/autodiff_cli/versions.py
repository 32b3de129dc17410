"""What is installed and what is loaded, for --version and --verbose alone; the package itself states what it may need."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata, version

from autodiff import __version__
from autodiff.messages import say, series
from autodiff.writing.width import fitted

NAME = "autodiff-cli"
UNTOLD = ("all", "test", "lint")  # extras of which the others tell, and those of developers

_NEED = re.compile(r"([\w.-]+)[^;]*(?:;(.*))?")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")


def lines() -> Iterator[str]:
    """Lines for people: the version, and of every extra which of its packages are found."""
    yield f"autodiff {__version__}"
    needs = wanted(_stated("Requires-Dist"))
    python = f"Python {platform.python_version()}"
    yield say("with {packages}", packages=series([python, *filter(None, map(_found, needs.pop("", ())))]))
    for extra, packages in needs.items():
        there, missing = [*filter(None, map(_found, packages))], [name for name in packages if packages[name] and not _found(name)]
        texts = [series(there)] if there else []
        texts += [say("not installed: {packages}", packages=series(missing))] if missing else []
        if texts:
            yield f"{fitted(f'[{extra}]', 10)} {'; '.join(texts)}"


def wanted(needs: Sequence[str]) -> dict[str, dict[str, bool]]:
    """The packages of every extra, from what the package states, and whether each is for all machines; those of the empty name
    are always needed.
    """
    found: dict[str, dict[str, bool]] = {"": {}}
    for need in needs:
        match = _NEED.match(need)
        name, marker = (match[1], match[2] or "") if match else (need, "")
        extra = _EXTRA.search(marker)
        if not extra or extra[1] not in UNTOLD:
            found.setdefault(extra[1] if extra else "", {})[name] = not _EXTRA.sub("", marker).strip()
    return found


def home() -> str:
    """The address that the package states first, or nothing."""
    return next((url.partition(", ")[2] for url in _stated("Project-URL")), "")


def running() -> Iterator[str]:
    """What runs: the program, Python, and the packages that were loaded for the command."""
    needs = wanted(_stated("Requires-Dist"))
    names = dict.fromkeys(name for packages in needs.values() for name in packages)
    loaded = [text for name in names if name.replace("-", "_") in sys.modules and (text := _found(name))]
    yield say("ran: {parts}", parts=series([f"autodiff {__version__}", f"Python {platform.python_version()}", *loaded]))


def peak() -> int:
    """The bytes of memory that were in use at most; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _found(name: str) -> str:
    """A package with its version, or nothing."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _stated(field: str) -> list[str]:
    """What the package states of itself; nothing where it runs without being installed."""
    try:
        return metadata(NAME).get_all(field) or []
    except PackageNotFoundError:
        return []
