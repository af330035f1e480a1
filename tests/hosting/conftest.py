"""Every test has a runtime directory of its own, and leaves no host behind."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tui_nn.hosting import directory


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # Not pytest's: the path of a socket may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="nn-"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setattr(directory, "SHARED", folder)
    yield folder
    for socket in folder.rglob("*.sock"):
        if (pid := int(socket.stem)) != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "runs.sqlite3"
    monkeypatch.setenv("TUI_NN_STORE", str(path))
    return path
