"""The server beside a real session: who may come in, who steers, and what can't do any harm."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from tui_nn.hosting import attachment, server
from tui_nn.hosting.attachment import AttachedSession, attach
from tui_nn.hosting.directory import HostError
from tui_nn.hosting.handover import obstacle
from tui_nn.hosting.line import LONGEST_COMMAND, Line
from tui_nn.hosting.roster import Status, roster
from tui_nn.hosting.server import Server
from tui_nn.runs.recorder import Recorder
from tui_nn.session import CommandError, TrainingSession, Wanted, WorkerDied
from tui_nn.session.frames import HEADER
from tui_nn.settings import Settings

ENDLESS = Settings(target_loss=None)
pytestmark = pytest.mark.usefixtures("runtime")


@asynccontextmanager
async def served(settings: Settings = ENDLESS, **options: Any) -> AsyncIterator[Server]:
    """A session with a server, in this process."""
    async with TrainingSession(settings, **{"playing": False, **options}) as session:
        await session.snapshot()
        events = [(0, "started")]
        recorder = Recorder(session, None, events, print)
        async with Server(session, recorder, events, lambda: None) as there:
            yield there


@asynccontextmanager
async def attached(there: Server, *, steer: bool = False) -> AsyncIterator[AttachedSession]:
    assert there.path is not None
    session = await attach(there.path, steer=steer)
    async with session:
        yield session


async def status(there: Server) -> Status:
    (found,) = (await roster()).hosts.values()
    return found


async def test_an_attached_session_is_like_any_other() -> None:
    async with served() as there, attached(there) as session:
        await session.step(100)
        while (snapshot := await session.snapshot()).status != "paused":
            await asyncio.sleep(0.01)
        assert snapshot.step == 100
        assert np.array_equal(session.history, there.session.history, equal_nan=True)
        assert session.history[-1, 0] == 100
        wanted = Wanted(surface=(4, 6), neurons=(2, 2), layers=True, weights=True)
        snapshot = await session.snapshot(wanted)
        assert snapshot.surface is not None
        assert snapshot.surface.shape == (4, 6, 1)
        await session.set(learning_rate=0.5)
        await session.set_pace(100)
        await session.edit(0, 0, 0, 2.5)
        ours, theirs = await session.weights(), await there.session.weights()
        assert ours["W0"][0, 0] == 2.5
        assert {name: a.tolist() for name, a in ours.items()} == {
            name: a.tolist() for name, a in theirs.items()
        }
        await session.run_until("step", 200.0)
        assert (await session.snapshot()).goal == ["step", 200]
        assert (session.settings.learning_rate, there.session.pace) == (0.5, 100)
        await session.rebuild(seed=3)
        snapshot = await session.snapshot()
        assert (snapshot.version, session.settings.seed) == (session.version, 3)
        assert session.history[0, 0] == 0
        with pytest.raises(CommandError, match="at least 1"):
            await session.step(0)
        with pytest.raises(CommandError, match="rebuild it"):
            await session.set(hidden=(2,))
        with pytest.raises(CommandError, match="a host does not do that"):
            await session.checkpoint()


async def test_who_has_left_waits_for_no_answer() -> None:
    async with served() as there:
        async with attached(there) as session:
            await session.snapshot()
        async with asyncio.timeout(5):
            for _ in range(2):
                with pytest.raises(WorkerDied):
                    await session.play()
        assert there.session.status == "paused"


async def test_the_whole_history_comes_in_parts_and_again_after_a_branch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "CHUNK", 7)
    async with served(pace=None, playing=True) as there, attached(there) as session:
        while len((snapshot := await session.snapshot()).moments) < 9:
            await asyncio.sleep(0.01)
        await session.pause()
        await session.snapshot()
        before = session.history.copy()
        assert len(before) > 7
        assert np.array_equal(before, there.session.history, equal_nan=True)
        await session.branch(snapshot.moments[4])
        await session.snapshot()
        assert session.began_at == snapshot.moments[4]
        assert len(session.history) > 1
        assert np.array_equal(session.history, before[: len(session.history)], equal_nan=True)


async def test_one_steers_and_the_others_watch() -> None:
    async with served() as there:
        async with attached(there) as second:
            async with attached(there, steer=True) as first:
                assert (first.role, second.role) == ("attached", "attached")
                await asyncio.wait_for(second.stirred(), 5)  # it is told
                await second.snapshot()
                assert second.role == "watching"
                with pytest.raises(CommandError, match="watching only"):
                    await second.play()
                assert len((await status(there)).attached) == 2
                await first.play()
                await first.note("on we go")
                await asyncio.wait_for(second.stirred(), 5)
                assert (await second.snapshot()).status == "running"
                assert [text for _, text in second.events] == ["started", "on we go"]
            await asyncio.wait_for(second.stirred(), 5)  # the first has left
            await second.pause()
            assert second.role == "attached"
        while (await status(there)).attached:
            await asyncio.sleep(0.01)


async def test_axes_that_are_no_pair_are_refused_and_harm_nobody() -> None:
    settings = Settings(dataset="digits", target_loss=None)
    async with (
        served(settings) as there,
        attached(there, steer=True) as first,
        attached(there) as second,
    ):
        for axes in ((0,), (0, 1, 2)):
            with pytest.raises(CommandError, match="axes"):
                await second.snapshot(Wanted(surface=(4, 4), axes=axes))  # type: ignore[arg-type]
        await second.snapshot(Wanted(surface=(4, 4), axes=(0, 10**6)))  # which there are not
        await first.play()


async def test_who_watches_can_take_over() -> None:
    async with served() as there, attached(there) as first, attached(there) as second:
        await second.snapshot()
        assert second.role == "watching"
        await second.take_over()
        await asyncio.wait_for(first.stirred(), 5)  # it is told
        await first.snapshot()
        assert (first.role, second.role) == ("watching", "attached")
        await second.play()
        with pytest.raises(CommandError, match=r"T .* takes over"):
            await first.pause()
        with pytest.raises(CommandError, match="steers already"):
            await second.take_over()


async def test_the_record_of_the_layers_comes_with_the_run() -> None:
    layers = Wanted(layers=True)
    async with served() as there:
        for _ in range(2):
            await there.session.snapshot(layers)
            await there.session.step(25)
            while (await there.session.snapshot()).status != "paused":
                await asyncio.sleep(0.01)
        async with attached(there) as session:
            await session.snapshot()
            assert session.layers.steps.tolist() == [0, 25]
            assert np.array_equal(session.layers.rows, there.session.layers.rows, equal_nan=True)
            await session.snapshot(layers)
            assert session.layers.steps.tolist() == [0, 25, 50]
            await session.reset()
            assert session.layers.steps.tolist() == []


async def test_who_does_not_listen_holds_nobody_up() -> None:
    async with served(pace=None, playing=True) as there, attached(there) as session:
        assert there.path is not None
        _, deaf = await asyncio.open_unix_connection(there.path)
        hello = {"command": "attach", "version": attachment.__version__, "terminal": ""}
        line = Line(asyncio.StreamReader(), deaf)
        line.send({**hello, "steer": True})
        wanted = {"predictions": True, "surface": (1000, 1000)}
        for _ in range(20):
            line.send({"command": "snapshot", "wanted": wanted, "at": None})
        before = (await session.snapshot()).step
        async with asyncio.timeout(10):
            while (await session.snapshot()).step <= before:
                await asyncio.sleep(0.01)
        deaf.transport.abort()


BROKEN = (
    b"",
    b"\x00",
    b"\xff\xff\xff\xff",
    HEADER.pack(LONGEST_COMMAND + 1),
    HEADER.pack(10) + b"short",
    HEADER.pack(0),
    HEADER.pack(4) + b"\xc1\xc1\xc1\xc1",
    HEADER.pack(3) + msgpack.packb([1, 2]),
    HEADER.pack(2000) + b"\x91" * 2000,
    HEADER.pack(4) + msgpack.packb({b"a": 1}),
)


async def test_what_is_no_message_ends_its_line_only() -> None:
    async with served() as there:
        for broken in BROKEN:
            reader, writer = await asyncio.open_unix_connection(there.path)
            writer.write(broken)
            writer.write_eof()
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
        assert (await status(there)).status == "paused"


WRONG: tuple[dict[Any, Any], ...] = (
    {},
    {"command": None},
    {"command": ["play"]},
    {"command": "__class__"},
    {"command": "stop", "now": True},
    {"command": "attach"},
    {"command": "step", "steps": "5"},
    {"command": "step", "steps": 1.5},
    {"command": "step", "steps": 5, "self": 1},
    {"command": "set_pace", "pace": -1},
    {"command": "run_until", "what": "step", "value": float("inf")},
    {"command": "run_until", "what": "step", "value": float("nan")},
    {"command": "branch", "step": -5},
    {"command": "edit", "layer": 2**63, "row": 0, "unit": 0, "value": 0.0},
    {"command": "set", "changes": {"self": 1}},
    {"command": "set", "changes": {"learning_rate": "fast"}},
    {"command": "set", "changes": {"dataset": "drawn"}},  # without points
    {"command": "set", "changes": 5},
    {"command": "set", "changes": {"learning_rate": 0.1}, "learning_rate": 0.2},
    {"command": "set", "learning_rate": 0.2},
    {"command": "step", "steps": 5, "changes": {"learning_rate": 0.1}},
    {"command": "rebuild", "changes": {"hidden": [0]}},
    {"command": "snapshot"},
    {"command": "steer", "now": True},
    {"command": "snapshot", "wanted": {"surface": [10**6, 10**6]}, "at": None},
    {"command": "snapshot", "wanted": {"surface": [5, -5]}, "at": None},
    {"command": "snapshot", "wanted": {"layers": "all"}, "at": None},
    {"command": "snapshot", "wanted": {}, "at": "now"},
    {"command": "restore", "state": {}},
    {"command": "load_weights", "weights": [], "biases": []},
    {"command": "note", "event": 5},
    {"command": "step", "steps": 2**70},
)


async def test_what_is_no_command_is_refused_and_changes_nothing() -> None:
    async with served() as there:
        assert there.path is not None
        line = await Line.to(there.path)
        hello = {"command": "attach", "version": attachment.__version__, "terminal": "pts/1"}
        for message in WRONG:
            with pytest.raises(HostError):  # nor to one who has not said hello
                await line.ask(message)
        await line.ask({**hello, "steer": True})
        before = there.session.settings
        for message in WRONG:
            with pytest.raises(HostError):
                await line.ask(message)
        await line.ask({"command": "more"})  # the line is still there
        line.close()
        found = await status(there)
        assert (found.step, found.status, there.session.settings) == (0, "paused", before)
        assert not there.stopping


class Foreign:
    """A stream's other end, of another user."""

    def get_extra_info(self, name: str) -> "Foreign":
        return self

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        assert (level, option) == (socket.SOL_SOCKET, socket.SO_PEERCRED)
        return struct.pack("3i", 1, os.getuid() + 1, 1)

    def close(self) -> None:
        self.closed = True


async def test_another_user_is_not_let_in_nor_another_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served() as there:
        assert there.path is not None
        stranger, said = Foreign(), asyncio.StreamReader()
        said.feed_data(HEADER.pack(14) + msgpack.packb({"command": "stop"}))
        await there._serve(said, stranger)  # type: ignore[arg-type]
        assert stranger.closed
        monkeypatch.setattr(attachment, "__version__", "9.9")
        with pytest.raises(HostError, match=r"is kept by tui-nn .*, this is 9\.9"):
            await attach(there.path, steer=False)
        assert there.attached == []
        assert not there.stopping


def test_what_can_not_be_detached(tmp_path: Path) -> None:
    session = TrainingSession(ENDLESS)
    assert "not recorded" in obstacle(Recorder(session, None, [], print))
    recorder = Recorder(session, tmp_path / "runs.sqlite3", [], print)
    assert obstacle(recorder) == ""
    session.status = "finished"
    assert "has ended" in obstacle(recorder)


async def test_the_last_words_reach_who_is_attached() -> None:
    async with served() as there:
        session = await attach(there.path or Path(), steer=False)
        async with session:
            await session.snapshot()
            there.farewell = "run 12 stopped"
            await there.__aexit__(None, None, None)
            await asyncio.wait_for(session.stirred(), 5)
            with pytest.raises(WorkerDied, match="run 12 stopped"):
                await session.snapshot()
            with pytest.raises(WorkerDied, match="the host is gone; tui-nn runs list"):
                await session.play()
            with pytest.raises(CommandError, match="q leaves"):
                await session.restart()


async def test_a_socket_that_vanishes_with_its_folder_comes_back(runtime: Path) -> None:
    async with served() as there:
        first = there.path
        assert first is not None
        assert first.parent == runtime / "tui-nn"
        first.unlink()
        first.parent.rmdir()
        first.parent.touch()  # as if the runtime directory were gone
        await there.keep_listening()
        assert there.path is not None
        assert there.path.parent == runtime / f"tui-nn-{os.getuid()}"
        assert (await status(there)).step == 0
