"""A session: a run in another process, the commands that it takes, and how it stands."""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any, BinaryIO, ClassVar, Literal, Self

from tui_nn.datasets import Dataset
from tui_nn.engine.types import Array
from tui_nn.session import protocol
from tui_nn.session.history import History
from tui_nn.session.layer_record import LayerRecord
from tui_nn.session.process import CommandError, WorkerDied
from tui_nn.session.protocol import Snapshot, Wanted
from tui_nn.settings import Settings, field_info, goes_on

KEEP: Literal["keep"] = "keep"
Earlier = Array | Literal["keep"] | None


class Session:
    """What all sessions share, whoever carries out the commands: a worker of their own, or a host,
    whose run others may look at too.

    pace: steps a second, or None for as fast as it can.
    `settings`, `shown` and `status` are as the last answer said. `shown` are the points that a
    snapshot's predictions are of: the data set itself is the worker's alone. `notes`: what the
    worker has to say of a file that it has opened.

    Every command raises CommandError where it is impossible and WorkerDied where there is no
    process to carry it out. Commands may be given from several tasks, and a task may be cancelled:
    they are carried out one after the other, and each whole.
    """

    hosted: ClassVar[bool] = False  # whether a host keeps the run, for several dashboards
    stand_in: BinaryIO | None = None  # a file with the content of data that can be read only once

    def __init__(self, settings: Settings, pace: int | None, playing: bool) -> None:
        self.settings = settings
        self.pace = pace
        self.playing = playing
        self.shown: Dataset
        self.notes: list[str] = []
        self.status = "paused"  # or "running" or "finished"
        self._turn = asyncio.Lock()
        self._run: int | None = None  # the worker's number of the run that the history is of
        self._told: dict[str, Any] = {}  # the settings of the last answer
        self.last_step = 0  # that the last answer was given at
        self.version = 0  # counts the changes of settings, points and run
        self.began_at = 0  # the step of the run's beginning, not 0 if it goes on from another
        self.origin: Any = None  # what `restore` was told of where the run comes from
        self._history = History()
        self.layers = LayerRecord()  # of the run, by the snapshots that had any
        self.steers = True  # whether our commands would be carried out
        self.events: list[tuple[int, str]] = []  # a host's, as its answers bring them

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Leave the run."""
        raise NotImplementedError

    async def stirred(self) -> None:
        """Wait until there is nobody any more, or another dashboard has changed the run."""
        raise NotImplementedError

    async def restart(self, **changes: Any) -> None:
        """Go on when the worker has died, with these changes of the settings."""
        raise NotImplementedError

    async def _send(self, message: bytes) -> bytes:
        """Send a message and return the answer's body. Raises WorkerDied."""
        raise NotImplementedError

    @property
    def role(self) -> str:
        """What a dashboard is to the host that keeps the run: "attached", or "watching" without
        being allowed to steer; "" without a host."""
        return ""

    async def take_over(self) -> None:
        """Steer a host's run from now on; who did, watches. CommandError: there is no other."""
        raise CommandError("this dashboard steers already")

    async def note(self, event: str) -> None:
        """Have a host enter an event, which its next answer brings to everyone."""
        raise CommandError("there is no host")

    async def ready(self) -> None:
        """Wait until the worker has made the data set and the network. CommandError: it can't."""
        await self._ask("pass")

    @property
    def run_number(self) -> int | None:
        """Changes whenever the steps begin anew: with it begins another history."""
        return self._run

    @property
    def history(self) -> Array:
        """(points, HISTORY_COLUMNS): every reported step that an answer has brought."""
        return self._history.rows

    @property
    def run_history(self) -> History:
        """The same, as the object that grows; another run has another one."""
        return self._history

    async def snapshot(self, wanted: Wanted | None = None, at: int | None = None) -> Snapshot:
        """The network between two steps; at: as it was at that step, or the last kept before."""
        reply = await self._ask("snapshot", wanted=dataclasses.asdict(wanted or Wanted()), at=at)
        snapshot = Snapshot(**reply["snapshot"])
        self.pace = snapshot.pace
        while reply.get("more"):  # of the history
            reply = await self._ask("more")
        return snapshot

    async def play(self) -> None:
        """Train on, also past the limit that ended the run."""
        await self._ask("play")
        self.playing = True

    async def pause(self) -> None:
        await self._ask("pause")
        self.playing = False

    async def set_pace(self, pace: int | None) -> None:
        """Steps a second, at least 1; None for as fast as it can."""
        if pace is not None and pace < 1:
            raise CommandError(f"pace {pace}: at least 1 step a second, or max")
        await self._ask("set_pace", pace=pace)
        self.pace = pace

    async def step(self, steps: int = 1) -> None:
        """Take so many steps at full speed, then pause."""
        if steps < 1:
            raise CommandError(f"step {steps}: at least 1")
        await self._ask("step", steps=steps)
        self.playing = False

    async def run_until(self, what: str, value: float) -> None:
        """Train on until one of `goal.GOALS` is as low, as high, or as late."""
        await self._ask("run_until", what=what, value=value)
        self.playing = True

    async def branch(self, step: int) -> None:
        """Go back to the last moment that is not later than `step`, and train on from there."""
        await self._ask("branch", KEEP, step=step)

    async def recover(self) -> None:
        """Bring a diverged run back to its last moment, with half the learning rate."""
        await self._ask("recover", KEEP)

    async def edit(self, layer: int, row: int, unit: int, value: float) -> None:
        """Set a weight by hand; the row after the last input is the biases."""
        await self._ask("edit", layer=layer, row=row, unit=unit, value=value)

    async def reset(self) -> None:
        """Back to step 0 with the same seed."""
        await self._ask("reset")

    async def set(self, **changes: Any) -> None:
        """Change live settings, or `goes_on`; the run goes on with its parameters."""
        known = [name for name in changes if name in Settings.model_fields]
        fixed = [name for name in known if not field_info(name)["live"]]
        draws = "dataset" in fixed
        if fixed and not (draws and goes_on(self.settings, self.settings.changed(**changes))):
            raise CommandError(f"{fixed[0]}: can't change while a network trains; rebuild it")
        await self._ask("set", changes=changes)

    async def rebuild(self, **changes: Any) -> None:
        """Begin again at step 0 with some settings changed."""
        await self._ask("rebuild", changes=changes)

    async def checkpoint(self) -> dict[str, Any]:
        """Everything the rest of the run depends on; `restart` goes on from the last one."""
        state: dict[str, Any] = (await self._ask("checkpoint"))["state"]
        return state

    async def restore(
        self, state: dict[str, Any], earlier: Array | None = None, origin: object = None
    ) -> None:
        """Go on from a checkpoint; of its history (None: that of now) what comes before is kept.

        origin: for those who show and record the run; it is forgotten when another one begins.
        """
        earlier = self.history if earlier is None else earlier
        await self._ask("restore", earlier, origin, state=state)

    async def weights(self) -> dict[str, Array]:
        """Copies of the parameters: W0, b0, W1, b1, …; W of shape (fan_in, fan_out)."""
        reply = await self._ask("weights")
        arrays: dict[str, Array] = {}
        for i, (weights, biases) in enumerate(zip(reply["weights"], reply["biases"], strict=True)):
            arrays |= {f"W{i}": weights, f"b{i}": biases}
        return arrays

    async def load_weights(self, arrays: dict[str, Array]) -> None:
        """Begin at step 0 with these parameters, named and shaped as `weights` gives them."""
        layers = len(arrays) // 2
        names = {f"{kind}{i}" for kind in "Wb" for i in range(layers)}
        if arrays.keys() != names:
            raise CommandError(f"weights: {', '.join(arrays)}; not W0, b0, W1, b1, …")
        await self._ask(
            "load_weights",
            weights=[arrays[f"W{i}"] for i in range(layers)],
            biases=[arrays[f"b{i}"] for i in range(layers)],
        )

    async def _ask(
        self, command: str, earlier: Earlier = None, origin: object = None, **values: Any
    ) -> dict[str, Any]:
        """Give a command; earlier: the history of which the run that it begins is the end, or KEEP
        for what there is of it when its turn has come; origin: of that run."""
        # Shielded: a caller that is cancelled must not leave half a reply in the pipe.
        return await asyncio.shield(self._exchange({"command": command, **values}, earlier, origin))

    async def _exchange(
        self, message: dict[str, Any], earlier: Earlier = None, origin: object = None
    ) -> dict[str, Any]:
        async with self._turn:
            return await self._tell(message, earlier, origin)

    async def _tell(
        self, message: dict[str, Any], earlier: Earlier = None, origin: object = None
    ) -> dict[str, Any]:
        """The same for who has the turn."""
        kept = self.history if isinstance(earlier, str) else earlier
        try:
            answer = await self._send(protocol.encode(message))
        except WorkerDied:
            self.status = "paused"  # nothing runs any more
            raise
        return self._take_in(answer, kept, origin)

    def _take_in(self, answer: bytes, earlier: Array | None, origin: object) -> dict[str, Any]:
        """What an answer says. Raises CommandError, WorkerDied."""
        reply = protocol.decode(answer)
        if "error" in reply:
            raise CommandError(reply["error"], reply.get("field", ""))
        if "gone" in reply:  # a host's last words
            raise WorkerDied(reply["gone"])
        self._remember(reply, earlier, origin)
        if "snapshot" in reply:
            reply["snapshot"]["version"] = self.version
        return reply

    def _remember(self, reply: dict[str, Any], earlier: Array | None, origin: object) -> None:
        """Take over how the run stands; a new one has a new history and no checkpoint yet."""
        self.status = reply["status"]
        settings = self.settings
        if reply["settings"] != self._told:  # seldom; to validate them takes a while
            self._told, settings = reply["settings"], Settings.parse(reply["settings"])
        begins = reply["run"] != self._run
        self.last_step = reply["step"]
        self.version += begins or settings is not self.settings
        if begins:
            self._run, self._history, self.origin = reply["run"], History(), origin
            self._begin_run(reply, earlier)
        if "points" in reply:
            self.shown = Dataset.from_dict(reply["points"])
            self.notes = reply["notes"] or self.notes
        self.settings = settings
        if "history" in reply:
            self._history.append(reply["history"])
        if "state" in reply:
            self._history.checkpoint = reply["state"]
        seen = reply.get("snapshot")
        if seen and seen["layers"] and seen["moment"] is None:
            self.layers = self.layers.grown(seen["step"], seen["layers"])

    def _begin_run(self, reply: dict[str, Any], earlier: Array | None) -> None:
        """Where the run of this answer begins, and what there is of it already."""
        self.began_at, self.layers = reply["step"], LayerRecord()
        if earlier is not None:
            self._history.append(earlier[earlier[:, 0] < reply["step"]])
