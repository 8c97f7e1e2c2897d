"""One installation runs once, and a later start finds it."""

import subprocess
import sys
from pathlib import Path

import pytest

from onething.launcher.running import AlreadyRunning, note_address, the_only_one

HOLD = """
import sys, time
from pathlib import Path
from onething.launcher.running import note_address, the_only_one
with the_only_one(Path(sys.argv[1])):
    note_address(Path(sys.argv[1]), "http://127.0.0.1:8000")
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_running_one_is_named_until_it_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning) as caught, the_only_one(tmp_path):
            pass
        assert (caught.value.address, caught.value.process) == ("http://127.0.0.1:8000", holder.pid)
        assert "http://127.0.0.1:8000" in str(caught.value)
        holder.kill()
    # Its note is still there, but the lock went with the process.
    assert (tmp_path / "run.json").exists()
    with the_only_one(tmp_path):
        note_address(tmp_path, "http://127.0.0.1:8001")
    assert not (tmp_path / "run.json").exists()


def test_while_it_starts_there_is_no_address_yet(tmp_path: Path) -> None:
    with the_only_one(tmp_path), pytest.raises(AlreadyRunning, match="already starting"), the_only_one(tmp_path):
        pass
