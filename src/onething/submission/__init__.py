"""Drafts and the one submission (R2.6)."""
