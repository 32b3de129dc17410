"""Spellings that lose digits, recognised in a formula, and the stable ones that are offered for them."""
