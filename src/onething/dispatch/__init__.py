"""One dispatch to all departments, and what each does with its item (R2.8)."""
