"""The saved log has everything, in each of its three formats."""

from pathlib import Path

import pytest

from tui_nn.render.log import MAP_SURFACE, RunLog
from tui_nn.session import TrainingSession, Wanted
from tui_nn.settings import Settings


async def save(path: Path, **settings: object) -> list[Path]:
    log = RunLog()
    log.add(0, "started")
    session = TrainingSession(Settings(**settings), pace=None, playing=False)  # type: ignore[arg-type]
    async with session:
        await session.step(60)
        while (await session.snapshot()).step < 60:
            pass
        log.add(60, "[b]stopped[/b]")
        return log.save(path, session, await session.snapshot(Wanted(surface=MAP_SURFACE)))


async def test_a_log_without_a_suffix_is_all_three(tmp_path: Path) -> None:
    paths = await save(tmp_path / "run.1", optimizer="adam", train_fraction=0.7, dataset="linear")
    assert [path.name for path in paths] == ["run.1.txt", "run.1.html", "run.1.svg"]
    text = paths[0].read_text()
    for part in ("Learning rate", "adam", "[b]stopped[/b]", "test loss", "◆ best", "✗", "○"):
        assert part in text
    assert "tui-nn --dataset linear --train-fraction 0.7 --optimizer adam" in text
    assert max(map(len, text.splitlines())) <= 100
    assert "\x1b" not in text
    assert paths[1].read_text().startswith("<!DOCTYPE html>")
    assert paths[2].read_text().startswith("<svg")


async def test_a_log_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (path,) = await save(tmp_path / "run.txt")
    before = path.read_text()
    with pytest.raises(OSError, match="No such"):
        await save(tmp_path / "nowhere" / "run.txt")
    assert path.read_text() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.txt"]
