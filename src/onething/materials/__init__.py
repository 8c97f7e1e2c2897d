"""The one set of materials (R2.5)."""
