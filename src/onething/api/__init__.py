"""The interface for departments' own systems: signed requests, versioned (R2.8.c/2, R5.11)."""
