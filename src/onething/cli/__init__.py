"""The console command `onething`."""

__all__ = ["main"]


def main() -> int:
    """Placeholder until the dispatcher lands."""
    return 2
