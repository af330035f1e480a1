"""`tui-nn runs resume`: a recorded run goes on from its last checkpoint."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import Any

from tui_nn.cli.dashboard import FPS, open_dashboard
from tui_nn.cli.errors import RunError, UsageError
from tui_nn.engine.stopping import LIMITS
from tui_nn.experiment import stop_rules
from tui_nn.runs.records import Record, Resumption
from tui_nn.session import TrainingSession
from tui_nn.session.reasons import REASONS
from tui_nn.settings import (
    Settings,
    SettingsError,
    field_info,
    flag_of,
    goes_on,
    short_text,
    steps_per_epoch,
)


def resume_headless(
    path: Path, record: Record, found: Resumption, changes: dict[str, Any], as_json: bool
) -> int:
    """Go on as if it had never stopped, or with some live settings changed; returns the exit code.

    It is recorded as a run of its own, whose parent is the one that it goes on from.
    """
    from tui_nn.cli.train import Wishes, carry_out

    if found.state["trainer"]["reason"] == "diverged":
        raise RunError(f"run {record.id}: has diverged, and can't go on")
    before, after = settings_of(found, changes)
    if (reason := limit_reached(found, after)) is not None:
        limit = flag_of(LIMITS[reason])
        said = f"{REASONS[reason]}; give another limit to go on, as {limit} none"
        raise RunError(f"run {record.id}: {said}")
    session = TrainingSession(before, pace=None, playing=False)

    async def begin() -> None:
        await go_on(session, found, after)

    return asyncio.run(carry_out(session, Wishes(json=as_json, store=path), begin))


def resume_in_dashboard(
    path: Path, found: Resumption, changes: dict[str, Any], pace: int | None, ascii: bool
) -> int:
    """The same in the dashboard, where a run that has ended is looked at first."""
    from tui_nn.ui import DashboardOptions

    before, after = settings_of(found, changes)

    async def begin(session: TrainingSession) -> None:
        await go_on(session, found, after)

    reason = found.state["trainer"]["reason"]
    plays = not reason or bool(changes and reason != "diverged")
    return open_dashboard(
        DashboardOptions(pace, FPS, before, ascii=ascii, store=path, begin=begin, play=plays)
    )


async def go_on(session: TrainingSession, found: Resumption, settings: Settings) -> None:
    await session.restore(*found)
    if changes := session.settings.differences(settings):
        await session.set(**changes)


def settings_of(found: Resumption, changes: dict[str, Any]) -> tuple[Settings, Settings]:
    """Those of the checkpoint, and those under which it goes on. Raises UsageError."""
    for name, value in changes.items():
        if name not in Settings.model_fields:
            raise UsageError(f"{flag_of(name)}: a run that goes on has its settings already")
        if not field_info(name)["live"]:
            spelled = f"{flag_of(name)} {short_text(value)}"
            raise UsageError(f"{spelled}: can't change in a run that goes on; begin another one")
    before = Settings.parse(found.state["settings"])
    try:
        after = before.changed(**changes)
    except SettingsError as error:
        raise UsageError(f"{flag_of(error.field)}: {error.reason}") from None
    if not goes_on(before, after):
        raise UsageError("--points: other classes than its network was made for; begin another run")
    limit = LIMITS.get(limit_reached(found, after) or "")
    if limit in changes:
        spelled = f"{flag_of(limit)} {short_text(getattr(after, limit))}"
        step = found.state["trainer"]["step"]
        raise UsageError(f"{spelled}: reached already, the run is at step {step:,}")
    return before, after


def limit_reached(found: Resumption, settings: Settings) -> str | None:
    """The reason for which the run would end at once under these settings."""
    trainer = found.state["trainer"]
    step, rules, per = trainer["step"], stop_rules(settings), steps_per_epoch(settings)
    waited = trainer["best"]["last_epoch"] - trainer["best"]["epoch"]
    ends = step > 0 and step % per == 0
    loss = float(found.history[-1, 1]) if len(found.history) else math.nan
    for reason in rules.reached(step, step // per, ends, loss, waited):
        if trainer["lifted"].get(reason) != rules.limit(reason):  # past which it went on already
            return reason
    return None
