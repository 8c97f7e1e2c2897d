"""Starts what the product needs on one machine: an embedded PostgreSQL, the web server and the worker.

Nothing here imports Django: the launcher is the parent of those processes, and a parent that holds no database
connection and no thread can start and stop them safely.
"""
