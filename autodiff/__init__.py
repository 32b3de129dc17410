"""Formulas, run forward and backward over their computation graph."""

from autodiff.errors import AutodiffError, FormulaError
from autodiff.formula import Formula, parse
from autodiff.point.worksheet import Worksheet

__all__ = ["AutodiffError", "Formula", "FormulaError", "Worksheet", "parse"]
__version__ = "0.1.0"
