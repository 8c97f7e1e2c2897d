"""The preliminary review: everything of a case looked at once, at one end (R2.2.c)."""
