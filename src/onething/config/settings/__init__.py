"""One module per environment: dev (also the demonstration), test, prod. All three build on base."""
