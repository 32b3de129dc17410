"""How far a result is known: budgets of uncertainty from exact gradients (JCGM 100, the GUM, and its first supplement)."""
