"""The page on the library is written from its docstrings; every public name has one, with an example that is run."""

import inspect
import runpy
from typing import Any

from console import ROOT

import autodiff

MODULE = runpy.run_path(str(ROOT / "docs/python.py"))
PUBLIC: dict[Any, tuple[str, ...]] = MODULE["PUBLIC"]
INTERNAL = {
    autodiff.Formula: {"names", "bind", "unvalued", "compiled", "program", "resolved"},
    autodiff.Worksheet: {
        "prepared", "tape", "wrt", "free", "active", "places", "algebra", "values", "partials", "adjoints", "cancelled", "special",
        "value_node", "adjoint", "strays", "pushed", "judged", "lost", "owned", "shown", "step", "shown_gradient", "reverse",
        "uses", "nudged",
    },
}  # fmt: skip
"""What other rooms of the house use, and programs better leave alone."""


def test_the_page_is_current() -> None:
    assert (ROOT / "docs/python.md").read_text(encoding="utf-8") == MODULE["page"](), "run python docs/python.py"


def test_every_name_is_public_or_internal() -> None:
    assert {found for name in autodiff.__all__ if callable(found := getattr(autodiff, name))} <= {*PUBLIC}
    for kind, internal in INTERNAL.items():
        names = {name for name in dir(kind) if not name.startswith("_")}
        assert names - {*PUBLIC[kind]} - internal == set(), kind.__name__


def test_every_public_name_is_told_with_an_example() -> None:
    """Data members have theirs in the example of the class; so have tuples, whose members are listed."""
    told = [(thing.__name__, thing) for thing in PUBLIC]
    told += [(f"{thing.__name__}.{name}", inspect.getattr_static(thing, name)) for thing in PUBLIC for name in PUBLIC[thing]]
    for name, thing in told:
        text = inspect.getdoc(thing) or ""
        assert text, name
        assert inspect.ismemberdescriptor(thing) or hasattr(thing, "_fields") or ">>> " in text, name
