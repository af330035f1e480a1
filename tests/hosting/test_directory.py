"""The folder of the sockets is the user's alone, or not used."""

import os
import socket
from pathlib import Path

import pytest

from tui_nn.hosting.directory import HostError, check_place, folders, own_folders, sockets
from tui_nn.hosting.roster import roster


def test_the_runtime_directory_is_the_first_choice(runtime: Path) -> None:
    here, there = own_folders()
    assert here == runtime / "tui-nn"
    assert there == runtime / f"tui-nn-{os.getuid()}"
    assert here.stat().st_mode & 0o777 == 0o700


def test_one_that_is_not_ours_alone_is_passed_by(runtime: Path, tmp_path: Path) -> None:
    open_to_all, elsewhere = folders()
    open_to_all.mkdir()
    open_to_all.chmod(0o755)
    (open_to_all / "1.sock").touch()
    tmp_path.chmod(0o700)
    elsewhere.symlink_to(tmp_path)
    (tmp_path / "2.sock").touch()
    assert list(sockets()) == []
    with pytest.raises(HostError, match="must be yours alone"):
        check_place()
    elsewhere.unlink()
    assert list(own_folders()) == [elsewhere]


def test_a_runtime_directory_of_another_user_is_none(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `su`, which leaves the variable."""
    monkeypatch.setattr(os, "getuid", lambda: 12345678)
    assert folders() == [runtime / "tui-nn-12345678"]


async def test_what_a_dead_host_said_last_is_told_once(runtime: Path) -> None:
    folder = next(own_folders())
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / "77.sock"))
    left.close()
    (folder / "77.log").write_text("Traceback …\nValueError: of a kind\n")
    assert (await roster()).wrong == ["host 77 is gone: ValueError: of a kind"]
    assert (await roster()).wrong == []
    assert list(folder.iterdir()) == []
