"""The interactive page: a formula and its passes as one file for a browser."""
