"""What may be asked of a worksheet: its graph, its paths, its explanation, its digits."""
