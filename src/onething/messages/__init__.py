"""Messages to applicants (R5.7)."""
