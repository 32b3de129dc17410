"""The methods of minimising, by name: the command line shows them without loading what they do."""

DESCENT = "gradient-descent"
"""Ours; the others are SciPy's."""
METHODS = {
    "bfgs": ("BFGS", False, False), "cg": ("CG", False, False), "l-bfgs-b": ("L-BFGS-B", False, True),
    "newton-cg": ("Newton-CG", True, False), "slsqp": ("SLSQP", False, True), "tnc": ("TNC", False, True),
    "trust-constr": ("trust-constr", True, True), "trust-exact": ("trust-exact", True, False),
}  # fmt: skip
"""By our names: SciPy's name, whether the Hessian is used, and whether there may be bounds."""
LOSSES = "linear", "soft_l1", "huber", "cauchy", "arctan"
"""What a fit may sum, by SciPy's names; linear is least squares."""
