"""Measures this installation against floors taken in the same run. See docs/develop/bench.md."""
