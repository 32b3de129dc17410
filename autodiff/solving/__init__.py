"""Where a formula is least, and where equations hold."""
