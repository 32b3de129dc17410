"""Whether claimed derivatives are right, and what went wrong where they are not."""
