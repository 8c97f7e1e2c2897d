"""The demonstration's own system of one body: its key, kept in the installation's folder, and the process of `onething run`.

The body is invented and called so by its name. The system is the reference department: it accepts and grants what comes in
from today on, each act after a while, so that a visitor can watch; people of the body may be faster.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from onething.launcher.ports import HOST
from onething.launcher.supervisor import Service

__all__ = ["PORT", "OwnSystem", "read", "seat", "service"]

# Vaccination certificates of the newborn: a body that exists only here.
BODY = "demo-hailing-disease-control"
# Where `onething run` tells its preparation on which port the system will listen.
PORT = "ONETHING_OWN_SYSTEM_PORT"
PAUSE_SECONDS = 20


@dataclass(frozen=True)
class OwnSystem:
    """What the process needs, and the body's name for people."""

    name: str
    key_id: str
    secret: str
    port: int


def _file(state: Path) -> Path:
    return state / "own-system.json"


def read(state: Path) -> OwnSystem | None:
    """The system that was seated before, if any."""
    try:
        return OwnSystem(**json.loads(_file(state).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def seat(state: Path, *, port: int, at: datetime) -> OwnSystem | None:
    """Give the body's system a key, or find it again, and tell the product where it listens. With tables within reach.

    None where there is no such body, and where somebody else has connected a system for it.
    """
    from onething.exchange.models import ApiClient  # Django is set up only now
    from onething.exchange.services import add_client, move_system
    from onething.parties.models import Organisation

    body = Organisation.objects.filter(key=BODY).first()
    if body is None:
        return None
    known, url = read(state), f"http://{HOST}:{port}/told"
    holding = ApiClient.objects.holding(at=at).filter(system__organisation=body)
    if known is not None and holding.filter(key_id=known.key_id).exists():
        move_system(key_id=known.key_id, push_url=url)
        made = OwnSystem(body.name, known.key_id, known.secret, port)
    elif holding.exists():
        return None
    else:
        key = add_client(organisation=BODY, push_url=url, at=at)
        made = OwnSystem(body.name, key.key_id, key.secret, port)
    _write(_file(state), json.dumps(asdict(made)))
    return made


def service(system: OwnSystem, state: Path, base: str) -> Service:
    """The process: of the product it has the interface's address and the key, nothing else."""
    command = [
        sys.executable, "-m", "onething.referencedept", "--base", base, "--key-id", system.key_id,
        "--file", str(state / "own-system.sqlite3"), "--listen", str(system.port),
        "--pause", str(PAUSE_SECONDS), "--only-new",
    ]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "LANG"}}
    return Service("body's own system", command, own_env={**kept, "ONETHING_DEPT_SECRET": system.secret})


def _write(path: Path, text: str) -> None:
    """Readable by nobody else: it holds a secret."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
