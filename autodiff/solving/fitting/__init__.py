"""Fitting: the parameters of a formula from rows of data, by nonlinear least squares with the exact Jacobian."""
