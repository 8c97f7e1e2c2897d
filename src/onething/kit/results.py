"""The answer of a check on something a person typed."""

from dataclasses import dataclass

__all__ = ["Checked"]


@dataclass(frozen=True)
class Checked:
    """`value` is what to keep. `code` and `message` are empty when all is well; the message says what to do.

    `blocks` is false for a mere warning: show it, but let the person go on.
    """

    value: str
    code: str = ""
    message: str = ""
    blocks: bool = True

    @property
    def ok(self) -> bool:
        """Whether the value may be kept."""
        return not (self.code and self.blocks)
