"""Files that a run leaves behind: whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from tui_nn.runs.files import check_writable, write_atomically


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log.txt"
    write_atomically(path, "old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["log.txt"]


def test_permissions_are_the_umasks_and_then_the_files_own(tmp_path: Path) -> None:
    path, old = tmp_path / "log.txt", os.umask(0o027)
    try:
        write_atomically(path, "one")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write_atomically(path, "two")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    check_writable(tmp_path / "pipe")
    write_atomically(tmp_path / "pipe", "text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_a_pipe_without_a_path_is_written_to() -> None:
    reader, writer = os.pipe()  # as of /dev/stdout in a pipeline
    path = Path(f"/dev/fd/{writer}")
    check_writable(path)
    write_atomically(path, "text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    os.close(writer)


def test_what_can_not_be_written_is_known_before(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="there is no folder"):
        check_writable(tmp_path / "missing" / "log.txt")
    with pytest.raises(OSError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(OSError, match=r".+"):
        check_writable(Path("/proc/log.txt"))
    check_writable(tmp_path / "log.txt")
    assert os.listdir(tmp_path) == []
