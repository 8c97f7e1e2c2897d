"""The face everybody passes: signing in and out, and who may see a page."""
