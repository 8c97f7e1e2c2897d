"""One feedback: what departments find, one notice, one answer (R2.7)."""
