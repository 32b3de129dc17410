"""Formulas, run forward and backward over their computation graph."""

from __future__ import annotations

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.point import showing
from autodiff.point.worksheet import Worksheet
from autodiff.version import __version__

__all__ = ["AutodiffError", "Formula", "FormulaError", "Worksheet", "__version__", "parse"]


def _notebook() -> showing.Drawer:
    """What draws them in a notebook, loaded when the first one asks."""
    from autodiff.render import notebook

    return notebook


showing.hand_in(_notebook)
