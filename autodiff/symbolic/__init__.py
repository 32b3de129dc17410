"""Formulas as people write them: a normal form, what makes it shorter, and derivatives that are written so."""
