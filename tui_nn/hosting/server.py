"""The host's side of its lines: who is attached, who steers, and what each is told."""

from __future__ import annotations

import asyncio
import math
import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError, validate_call

from tui_nn import __version__
from tui_nn.datasets import Dataset
from tui_nn.hosting.directory import HostError, check_place, last_words, own_folders
from tui_nn.hosting.line import NEWS, Line
from tui_nn.runs.recorder import Recorder
from tui_nn.session import CommandError, TrainingSession, Wanted, WorkerDied
from tui_nn.session.history import History
from tui_nn.settings import Settings, SettingsError

MOST = 32  # lines at once
GRACE = 0.5  # seconds that those have in the end
CHUNK = 2**16  # points of the history in one answer
LARGEST = 1000  # rows or columns of a picture
# A session's methods by which a dashboard steers; any may watch.
STEERING = (
    *("play", "pause", "step", "run_until", "set_pace", "set", "rebuild", "reset"),
    *("edit", "branch", "recover"),
)
WATCHING = ("snapshot", "more", "weights", "steer")
ANYONE = ("attach", "status", "stop")
_WANTED = TypeAdapter(Wanted)
_checked = validate_call(config={"strict": True, "allow_inf_nan": False})


@_checked
def _changes(changes: dict[str, Any]) -> dict[str, Any]:
    """What `set` and `rebuild` are given. Raises CommandError."""
    if not Settings.model_fields.keys() >= changes.keys():
        raise CommandError("no such settings")
    return changes


class Client:
    """Who is at the other end of a line, and how much it knows."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.terminal = ""
        self.told = False  # that there is news
        self.history: History | None = None  # which it has so many points of
        self.points = self.events = 0
        self.shown: Dataset | None = None  # the points that it has


class Server:
    """A context in which others may talk to a host's session.

    changed: called when someone has left, or `stop` is asked for (see `stopping`).
    """

    def __init__(
        self,
        session: TrainingSession,
        recorder: Recorder,
        events: list[tuple[int, str]],
        changed: Callable[[], None],
    ) -> None:
        self.session, self.recorder, self.events, self.changed = session, recorder, events, changed
        self.attached: list[Client] = []  # the first one steers
        self.stopping = False
        self.farewell = ""  # what all hear in the end, and then instead of any answer
        self._lines: dict[Line, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None
        self.path: Path | None = None

    async def __aenter__(self) -> Self:
        await self.keep_listening()
        return self

    async def __aexit__(self, kind: object, error: object, traceback: object) -> None:
        if self._server is not None:
            self._server.close()
        if kind is None and self.path is not None:  # else its log is there to be read
            last_words(self.path)
        for line in self._lines:
            line.send({"gone": self.farewell or "the host has failed"})
            line.close()
        if self._lines:  # who does not listen is not waited for
            await asyncio.wait(self._lines.values(), timeout=GRACE)

    async def keep_listening(self) -> None:
        """Have a socket; another one where it has vanished with its folder. Raises HostError."""
        if self.path is not None and self.path.exists():
            return
        if self._server is not None:
            self._server.close()
        check_place()
        for folder in own_folders():
            self.path = folder / f"{os.getpid()}.sock"
            self.path.unlink(missing_ok=True)
            with suppress(OSError):  # as of a path that is too long
                self._server = await asyncio.start_unix_server(self._serve, self.path)
                return
        raise HostError(f"{self.path} can't be made")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one process, until it closes or says what is no message."""
        line = Line(reader, writer)
        if not line.is_ours or len(self._lines) >= MOST:
            line.close()
            return
        client = Client(line)
        serving = asyncio.current_task()
        assert serving is not None
        self._lines[line] = serving
        try:
            with suppress(ValueError, ConnectionError):
                while (message := await line.command()) is not None:
                    client.told = False
                    if answer := await self._answer(client, message):
                        line.send(answer)
                        await writer.drain()
        finally:
            del self._lines[line]
            line.close()
            self._leave(client)

    def obituary(self, error: WorkerDied) -> str:
        """Last words on a run whose worker is gone."""
        run = self.recorder.run.id
        return f"{error}; tui-nn runs resume {run} goes on from what was saved last"

    def _leave(self, client: Client) -> None:
        if client in self.attached:
            self.attached.remove(client)
            self._tell_others(client)
            self.changed()

    async def _answer(self, client: Client, message: dict[str, Any]) -> dict[str, Any]:
        command = message.pop("command", None)
        try:
            return await self._carry_out(client, command, message)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            return {"error": f"{command}: {where}: {first['msg']}"}
        except (CommandError, SettingsError) as error:
            return {"error": str(error), "field": error.field}
        except WorkerDied as error:
            return {"gone": self.farewell or self.obituary(error)}

    async def _carry_out(
        self, client: Client, command: object, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        """The arguments are those of a method here or of the session, checked by its annotations.

        Raises CommandError, SettingsError, ValidationError, WorkerDied.
        """
        if self.farewell:
            return {"gone": self.farewell}
        if command in ANYONE or (command in WATCHING and client in self.attached):
            answer: dict[str, Any]
            answer = await _checked(partial(getattr(self, f"_{command}"), client))(**arguments)
            return answer
        if command not in (*STEERING, "note") or client not in self.attached:
            raise CommandError("a host does not do that")
        if client is not self.attached[0]:
            raise CommandError(
                "watching only: another dashboard steers; T (or tui-nn attach --steer) takes over"
            )
        if command == "note":
            _checked(self._note)(**arguments)
        else:
            if command in ("set", "rebuild"):
                arguments = _changes(**arguments)
            await _checked(getattr(self.session, str(command)))(**arguments)
        self._tell_others(client)
        return self._stand(client)

    def _note(self, event: str) -> None:
        self.events.append((self.session.last_step, event[:1000]))

    async def _attach(
        self, client: Client, version: str, terminal: str, steer: bool
    ) -> dict[str, Any]:
        if version != __version__:
            raise CommandError(
                f"run {self.recorder.run.id} is kept by tui-nn {__version__}, this is {version}; "
                f"stop it, and resume it with this one"
            )
        if client not in self.attached:
            client.terminal = terminal[:40]
            client.events = self.recorder.run.first_event
            self.attached.insert(0 if steer else len(self.attached), client)
            self._tell_others(client)
        return {
            "id": self.recorder.run.id,
            "pace": self.session.pace,
            "settings": self.session.settings.model_dump(mode="json"),
            "steers": client is self.attached[0],
        }

    async def _steer(self, client: Client) -> dict[str, Any]:
        """It steers from now on; who did, watches."""
        self.attached.remove(client)
        self.attached.insert(0, client)
        self._tell_others(client)
        return self._stand(client)

    async def _snapshot(
        self, client: Client, wanted: dict[str, Any], at: int | None
    ) -> dict[str, Any]:
        what = _WANTED.validate_python(wanted)
        if not all(0 < side <= LARGEST for side in (*(what.surface or ()), *(what.neurons or ()))):
            raise CommandError(f"snapshot: a picture has 1 to {LARGEST} rows and columns")
        snapshot = await self.session.snapshot(what, at)
        while snapshot.version != self.session.version:  # another one has been faster
            snapshot = await self.session.snapshot(what, at)
        return {"snapshot": snapshot.to_dict(), **self._stand(client)}

    async def _more(self, client: Client) -> dict[str, Any]:
        return self._stand(client)

    async def _weights(self, client: Client) -> dict[str, Any]:
        arrays = list((await self.session.weights()).values())  # W0, b0, W1, b1, …
        return {"weights": arrays[::2], "biases": arrays[1::2], **self._stand(client)}

    def _stand(self, client: Client) -> dict[str, Any]:
        """How the run stands, as a worker would say it, and what the client does not know yet."""
        session = self.session
        begins = client.history is not session.run_history
        if begins:
            client.history, client.points = session.run_history, 0
        rows = session.history[client.points : client.points + CHUNK]
        events = self.events[client.events :]
        client.points += len(rows)
        client.events += len(events)
        answer: dict[str, Any] = {
            "id": self.recorder.run.id,
            "run": session.run_number,
            "step": session.last_step,
            "status": session.status,
            "settings": session.settings.model_dump(mode="json"),
            "began_at": session.began_at,
            "history": rows,
            "more": client.points < len(session.history),
            "events": events,
            "steers": client is self.attached[0],
        }
        if begins:  # from then on its own snapshots bring what it looks at
            answer["layers"] = session.layers
        if client.shown is not session.shown:
            client.shown = session.shown
            answer |= {"points": session.shown.to_dict(), "notes": session.notes}
        return answer

    async def _status(self, client: Client) -> dict[str, Any]:
        """As far as is known: a long step under way need not be waited for."""
        run, session = self.recorder.run, self.session
        return {
            "id": run.id,
            "name": run.label.name,
            "dataset": session.settings.dataset,
            "status": session.status,
            "pace": session.pace,
            "step": session.last_step,
            "train_loss": float(session.history[-1, 1]) if len(session.history) else math.nan,
            "since": run.began,
            "attached": [client.terminal for client in self.attached],  # the first one steers
            "pid": os.getpid(),
            "version": __version__,
        }

    async def _stop(self, client: Client) -> dict[str, Any]:
        """It is answered by the farewell, when all is saved."""
        self.stopping = True
        self.changed()
        return {}

    def _tell_others(self, client: Client) -> None:
        """That there is news, once until they ask."""
        for other in self.attached:
            if other is not client and not other.told:
                other.told = True
                other.line.writer.write(NEWS)
