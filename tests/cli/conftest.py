"""A store for the commands that look back."""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store, which is the one of the environment."""
    path = tmp_path / "runs.sqlite3"
    monkeypatch.setenv("TUI_NN_STORE", str(path))
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    return path
