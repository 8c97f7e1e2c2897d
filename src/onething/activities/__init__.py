"""Joint activities (联合评估、审图、勘验、验收)."""
