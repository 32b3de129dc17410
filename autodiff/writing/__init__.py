"""Tape to text: formulas in our language, in LaTeX and in MathML; names, numbers and widths."""
