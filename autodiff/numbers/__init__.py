"""Number systems: what every primitive is worth in doubles, in arrays and with many digits."""
