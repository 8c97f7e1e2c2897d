"""What faults do: processes killed at random moments, departments' systems that misbehave, and a count of what came of it."""
