"""Pages of residents and businesses: the zone, the questions, the application, progress and results (ones 1 to 6, 9)."""
