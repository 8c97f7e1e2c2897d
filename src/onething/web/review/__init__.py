"""The face of departments: worklist, task, the lead's board, what found no body, results (M5)."""
