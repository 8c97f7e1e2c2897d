"""The one form: everything asked once (R2.4)."""
