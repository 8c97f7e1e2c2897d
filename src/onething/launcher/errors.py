"""What stops a start."""

__all__ = ["CannotStart"]


class CannotStart(RuntimeError):
    """Something outside the program is in the way. The message is one line and says what to do."""
