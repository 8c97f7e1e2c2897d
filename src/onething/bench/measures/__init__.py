"""One module per group of figures. Each has `measure(run) -> list[Figure]`."""
