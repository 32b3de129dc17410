"""The languages by name; each is loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

from autodiff.code.target import Target
from autodiff.errors import AutodiffError, suggestion
from autodiff.messages import say

QUERIES = ("duckdb", "sqlite", "postgres", "spark")
TARGETS = ("python", "numpy", "jax", "c", "javascript", "rust", "fortran", "julia", "latex", *QUERIES)
RUN = tuple(name for name in TARGETS if name not in ("latex", *QUERIES))  # functions: others are typeset, or put to a database
ALIASES = {"py": "python", "np": "numpy", "c99": "c", "js": "javascript", "rs": "rust", "f90": "fortran"}
ALIASES |= {"jl": "julia", "tex": "latex", "sql": "duckdb", "postgresql": "postgres"}
SUFFIXES = {".py": "python", ".c": "c", ".js": "javascript", ".mjs": "javascript", ".rs": "rust", ".f90": "fortran"}
SUFFIXES |= {".jl": "julia", ".tex": "latex", ".sql": "duckdb"}


def known(language: str) -> str:
    """The name of a language, which may have been given as an alias. Raises AutodiffError, which lists those that are known."""
    key = ALIASES.get(language.casefold(), language.casefold())
    if key not in TARGETS:
        near = suggestion(language, [*TARGETS, *ALIASES])
        names = say("the languages are {names}", names=", ".join(TARGETS))
        hint = say("did you mean '{near}'? {names}", near=near, names=names) if near else names
        raise AutodiffError("E042", say("'{language}' is no language that formulas are compiled to", language=language), hint)
    return key


def target(language: str) -> Target:
    """A language that is run, by its name. Raises AutodiffError as `known` does."""
    found: Target = import_module(f"autodiff.code.{known(language)}").TARGET
    return found
