"""The processes of the installation: web, worker and a system for each body, killed without warning and started again."""

import os
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from onething.bench.faults.schedule import OFF
from onething.bench.scratch import Scratch
from onething.bench.server import web_command
from onething.launcher.ports import HOST, random_free_port
from onething.launcher.processes import spawn

if TYPE_CHECKING:
    import subprocess

__all__ = ["Processes", "System"]


@dataclass(frozen=True)
class System:
    """A body's own system: where it listens, its key, its own database."""

    body: str
    port: int
    key_id: str
    secret: str
    file: Path

    @property
    def push_url(self) -> str:
        """Where it is told of changes."""
        return f"http://{HOST}:{self.port}/told"


@dataclass
class Processes:
    """Everything that runs, by name. `kills` counts what was killed, `ended` what went by itself: that is a fault."""

    scratch: Scratch
    systems: list[System] = field(default_factory=list)
    port: int = field(default_factory=random_free_port)
    kills: Counter[str] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where the pages and the interface are."""
        return f"http://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What all of them say."""
        return self.scratch.state / "processes.log"

    def start(self, name: str) -> None:
        """Start web or worker."""
        command = web_command(self.port, workers=2) if name == "web" else [sys.executable, "-m", "onething.cli.worker"]
        self._spawn(name, command, self.scratch.env)

    def kill(self, name: str) -> None:
        """End it and whatever it started as a power cut would: no handler runs, nothing is finished."""
        process = self.running.pop(name)
        if process.poll() is not None:
            self.ended.append(f"{name} ended by itself with {process.returncode}")
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills[name.partition(":")[0]] += 1

    def behave(self, stage: str) -> None:
        """All systems of bodies from now on behave like this; they too are killed, not asked."""
        for one in self.systems:
            name = f"system:{one.body}"
            if name in self.running:
                self.kill(name)
            if stage != OFF:
                self._start_system(name, one, stage)

    def stop(self) -> None:
        """Kill all that is left."""
        for name in list(self.running):
            self.kill(name)

    def _start_system(self, name: str, system: System, stage: str) -> None:
        command = [
            sys.executable, "-m", "onething.referencedept", "--base", self.base, "--key-id", system.key_id,
            "--file", str(system.file), "--listen", str(system.port), "--every", "0.5", "--most-wait", "2",
        ]  # fmt: skip
        command += ["--fault", stage] if stage else []
        self._spawn(name, command, {"PYTHONPATH": os.pathsep.join(sys.path), "ONETHING_DEPT_SECRET": system.secret})

    def _spawn(self, name: str, command: list[str], env: dict[str, str]) -> None:
        with self.log.open("ab") as log:
            output: IO[bytes] = log
            self.running[name] = spawn(command, death_signal=signal.SIGKILL, env=env, output=output)
