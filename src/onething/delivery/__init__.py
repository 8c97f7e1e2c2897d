"""Results: issued once, verifiable by anyone (R2.9)."""
