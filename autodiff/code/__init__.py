"""Formulas as source text of other languages."""
