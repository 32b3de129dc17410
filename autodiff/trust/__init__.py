"""Whether a number can be believed: what happens beside a point, and the status that follows."""
