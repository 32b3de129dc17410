"""Formulas over files: records in, value and gradient columns out."""
