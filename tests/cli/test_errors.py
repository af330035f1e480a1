"""What ends the program with a line of text, and what with an error of its own."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from recorded import enter

from tui_nn.cli.errors import exit_code


def test_what_asks_says_so_where_standard_input_is_closed(path: Path) -> None:
    enter(path)
    for arguments, code in (("rm latest", 2), ("resume latest --max-steps 300", 0)):
        command = f"{sys.executable} -m tui_nn runs {arguments} <&-"
        done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)


def test_only_what_the_system_says_of_a_file_is_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.dup2", lambda *files: None)

    def failing(error: OSError) -> int:
        def command() -> None:
            raise error

        return exit_code(command)

    assert failing(BrokenPipeError(errno.EPIPE, "Broken pipe")) == 1
    assert capsys.readouterr().err == ""
    assert failing(OSError(errno.ENOSPC, "No space left on device")) == 1
    assert capsys.readouterr().err == "tui-nn: output: No space left on device\n"
    with pytest.raises(TimeoutError):
        failing(TimeoutError())
