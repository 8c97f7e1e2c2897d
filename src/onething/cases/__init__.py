"""The case, its items, their states and clocks (R5.4, R5.5)."""
