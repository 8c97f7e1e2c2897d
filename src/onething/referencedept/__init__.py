"""A small department's system of its own: a process that speaks only the interface, for demonstrations and for tests of faults.

It imports nothing of the product, as somebody else's system would not: what it knows stands in
docs/develop/department-systems.md.
"""
