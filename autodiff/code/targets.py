"""The languages by name; each is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

from autodiff.code.target import Target
from autodiff.errors import AutodiffError, suggestion
from autodiff.language import say

MODULES = {"python": "python", "numpy": "numpy", "c": "c", "javascript": "javascript", "rust": "rust", "duckdb": "duckdb", "sqlite": "sqlite", "postgres": "postgres", "spark": "spark"}
ALIASES = {"py": "python", "np": "numpy", "c99": "c", "js": "javascript", "rs": "rust", "sql": "duckdb", "postgresql": "postgres"}
SUFFIXES = {".py": "python", ".c": "c", ".js": "javascript", ".mjs": "javascript", ".rs": "rust", ".sql": "duckdb"}


def target(language: str) -> Target:
    """A language by its name. Raises AutodiffError, which lists those that are known."""
    key = ALIASES.get(language.casefold(), language.casefold())
    if key not in MODULES:
        near = suggestion(language, [*MODULES, *ALIASES])
        known = say("the languages are {names}", names=", ".join(MODULES))
        hint = say("did you mean '{near}'? {known}", near=near, known=known) if near else known
        raise AutodiffError("E042", say("'{language}' is no language that formulas are compiled to", language=language), hint)
    found: Target = import_module(f"autodiff.code.{MODULES[key]}").TARGET
    return found
