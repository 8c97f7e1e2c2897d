"""Child processes that are talked to by lines."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from select import select

__all__ = ["Child", "child"]

PATIENCE = 180


@dataclass
class Child:
    """One process that answers each line with a line."""

    process: "subprocess.Popen[str]"

    def tell(self, line: str) -> None:
        """Give it something to do."""
        stream = self.process.stdin
        if stream is not None:
            stream.write(f"{line}\n")
            stream.flush()

    def answer(self) -> str:
        """Its next line. Raises LookupError when none comes in time; what it had to say stands above."""
        stream = self.process.stdout
        line = stream.readline() if stream is not None and select([stream], [], [], PATIENCE)[0] else ""
        if not line:
            msg = "a process of the bench gave no answer"
            raise LookupError(msg)
        return line.strip()


@contextmanager
def child(command: Sequence[str], env: Mapping[str, str]) -> Iterator[Child]:
    """Run it for the time of the block. It ends when its standard input does, so it cannot outlive the bench."""
    process = subprocess.Popen(  # noqa: S603  # our own modules, no shell
        list(command), env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Child(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
