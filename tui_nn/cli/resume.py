"""`tui-nn runs resume`: a recorded run goes on from its last checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tui_nn.cli.errors import RunError, UsageError
from tui_nn.cli.train import Wishes, carry_out
from tui_nn.render.tables import REASONS
from tui_nn.runs.records import Record, find, resumption
from tui_nn.runs.store import Store, StoreError
from tui_nn.session import TrainingSession
from tui_nn.settings import Settings, SettingsError, as_text, field_info, flag_of


async def resume_run(path: Path, word: str, changes: dict[str, Any], as_json: bool) -> int:
    """Go on as if it had never stopped, or with some live settings changed; returns the exit code.

    It is recorded as a run of its own, whose parent is the one that it goes on from.
    """
    try:
        with Store.for_reading(path) as store:
            record = find(store, word)
            found = resumption(store, record)
    except StoreError as error:
        raise RunError(str(error)) from None
    settings = allowed_settings(record, found.state, changes)
    session = TrainingSession(Settings.parse(found.state["settings"]), pace=None, playing=False)

    async def begin() -> None:
        await session.restore(*found)
        if changes:
            await session.set(**session.settings.differences(settings))

    return await carry_out(session, Wishes(json=as_json, store=path), begin)


def allowed_settings(record: Record, state: dict[str, Any], changes: dict[str, Any]) -> Settings:
    """The settings under which it goes on. Raises UsageError, RunError."""
    for name, value in changes.items():
        if name not in Settings.model_fields:
            raise UsageError(f"{flag_of(name)}: a run that goes on has its settings already")
        if not field_info(name)["live"]:
            spelled = f"{flag_of(name)} {as_text(value)}"
            raise UsageError(f"{spelled}: can't change in a run that goes on; begin another one")
    reason = state["trainer"]["reason"]
    if reason == "diverged":
        raise RunError(f"run {record.id}: has diverged, and can't go on")
    if reason and not changes:
        raise RunError(f"run {record.id}: {REASONS[reason]}; give another limit to go on")
    try:
        return Settings.parse(state["settings"]).changed(**changes)
    except SettingsError as error:
        raise UsageError(f"{flag_of(error.field)}: {error.reason}") from None
