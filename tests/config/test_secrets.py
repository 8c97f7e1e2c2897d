"""Secrets an installation makes for itself."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onething.config.secrets import kept_secret


def test_a_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key"
    first = kept_secret(path)
    assert len(first) >= 40
    assert kept_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["key"]


def test_starts_at_the_same_moment_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: kept_secret(tmp_path / "key"), range(16)))
    assert len(secrets) == 1
