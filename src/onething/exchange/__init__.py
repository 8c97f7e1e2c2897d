"""Departments' own systems: who they are, what they are told, what they report (R2.8.c, R5.11)."""
