"""The console command: subcommands, exit codes, and that each loads only what it needs."""

import subprocess
import sys

import pytest

from onething import cli


def test_help_lists_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == cli.OK
    said = capsys.readouterr().out
    assert all(name in said for name in cli.COMMANDS)


@pytest.mark.parametrize("words", [[], ["nonsense"], ["run", "--port", "0"], ["run", "--port", "x"], ["plan"]])
def test_wrong_use_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == cli.USAGE
    assert "usage: onething" in capsys.readouterr().err


def test_a_subcommand_that_is_not_installed_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "absent", "not there")
    assert cli.main(["absent"]) == cli.USAGE
    assert "onething absent is not part of this installation" in capsys.readouterr().err


def test_help_and_run_do_not_load_django() -> None:
    loaded = "import sys; from onething.cli import main\ntry: main({words})\nexcept SystemExit: pass\nsys.exit('django' in sys.modules)"
    for words in (["--help"], ["run", "--help"]):
        done = subprocess.run([sys.executable, "-c", loaded.format(words=words)], check=False, capture_output=True)
        assert done.returncode == 0, words
