"""Where an installation lies: its own files, and what it keeps on this machine."""

from pathlib import Path

from onething.config.env import Environment

__all__ = ["home_folder", "state_folder"]


def home_folder(env: Environment) -> Path:
    """The folder that holds catalogue/ and var/: the project when run from its source tree, else the current folder."""
    project = Path(__file__).resolve().parents[3]
    return env.folder("ONETHING_HOME", project if (project / "pyproject.toml").is_file() else Path.cwd())


def state_folder(env: Environment) -> Path:
    """The folder for data, secrets and files; everything an upgrade of the program must leave alone."""
    return env.folder("ONETHING_STATE", home_folder(env) / "var")
