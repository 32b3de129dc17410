"""A formula at a point: its numbers, and what is shown of them."""
