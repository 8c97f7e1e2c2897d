"""`onething bench` from outside: it measures in a database of its own and takes it away, whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from onething.bench.names import GROUPS
from onething.bench.scratch import PREFIX

COMMAND = [sys.executable, "-m", "onething.cli", "bench"]
PATIENCE = 120


def databases(process: int) -> list[str]:
    """What the bench of a process (or of its child) has on the server now."""
    told = connection.settings_dict
    server = psycopg.connect(
        host=told["HOST"], port=told["PORT"] or None, user=told["USER"], password=told["PASSWORD"], dbname="postgres"
    )
    with server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]).fetchall()
    return [name for (name,) in rows if int(name.removeprefix(f"{PREFIX}_").partition("_")[0]) >= process]


@pytest.mark.parametrize("words", [["--only", "magic"], ["--json", "/no/such/folder/x.json"], ["--rounds", "3"]])
def test_wrong_use_is_told_at_once(words: list[str]) -> None:
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert words[1] in done.stderr or words[0] in done.stderr or all(name in done.stderr for name in GROUPS)


@pytest.mark.django_db(transaction=True)
def test_a_run_leaves_a_table_a_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    words = [*COMMAND, "--only", "planning,transfer", "--quick", "--json", str(file)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        table, progress = process.communicate(timeout=PATIENCE)
    told = json.loads(file.read_text("utf-8"))
    assert [one["name"] for one in told["figures"]] == ["plan", "plan-median", "first-view", "next-view"], progress
    assert process.returncode == (0 if told["ok"] else 1)
    assert all(one["name"] in table for one in told["figures"])
    assert all(one["value"] > 0 for one in told["figures"])
    assert all(one["budget"] and one["raw"] for one in told["figures"] if one["name"] != "plan-median")
    assert "planning every one-thing" in progress
    assert databases(process.pid) == []


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_stopped_cleans_up_as_well() -> None:
    words = [*COMMAND, "--only", "growth"]
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env) as process:
        until = time.monotonic() + PATIENCE
        while not databases(process.pid) and time.monotonic() < until:
            time.sleep(0.1)
        assert databases(process.pid)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 130, said
    assert databases(process.pid) == []
