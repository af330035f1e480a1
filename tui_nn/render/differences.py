"""What tells runs apart: the settings that differ as they were set, and in effect."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from tui_nn.datasets.plain import BRIEF, brief, called
from tui_nn.settings import Settings, applies, label, shown_text
from tui_nn.settings.rules import STAND_FOR

KEPT = 2000  # runs whose settings are remembered
FIRST_OF_ALL = ("dataset", "optimizer", "learning_rate", "hidden", "activation")  # varied most
OWN_SEEDS = ("data_seed", "weight_seed", "batch_seed")  # "auto": as the run's seed
LAST = (
    *("seed", *OWN_SEEDS),
    *("patience", "min_delta", "target_loss", "max_epochs", "max_steps"),
    *("target", "columns", "drop", "missing", "test_file"),  # which differ with the data set
)
UNSEEN = ("task", "data_hash")  # which say nothing that the data set does not
BARE = ("dataset", "optimizer", "activation")  # whose values say which setting it is


@lru_cache
def defaults() -> dict[str, Any]:
    return Settings().model_dump(mode="json")


@lru_cache(maxsize=KEPT)
def chosen(settings_json: str) -> dict[str, Any]:
    """The settings of a run, as JSON, that are not as by default, and make a difference; of another
    version those that this one knows."""
    settings, usual = defaults() | json.loads(settings_json), defaults()
    run = _as_settings(settings)
    found = {name: settings[name] for name in usual if settings[name] != usual[name]}
    return {name: value for name, value in found.items() if not _is_usual(name, run)}


def value(name: str, settings_json: str) -> Any:
    """A setting of a run, as JSON has it; instead of "auto" what this stands for."""
    if name in STAND_FOR:
        return _in_effect(name, settings_json)
    return chosen(settings_json).get(name, defaults()[name])


def differing(runs: Sequence[str]) -> list[str]:
    """The settings that differ among runs, each of them JSON; the telling ones first.

    What others decide where it is "auto" does not count as their difference, but for the learning
    rate, without which an optimizer says little.
    """
    ways = list(map(chosen, runs))
    others = dict.fromkeys(name for way in ways for name in way if name not in UNSEEN)
    found = [
        name
        for name in {"learning_rate": None, **others}
        if name == "learning_rate" or any(way.get(name) != ways[0].get(name) for way in ways)
        if name not in STAND_FOR or len({value(name, run) for run in runs} - {"auto"}) > 1
    ]
    places = {name: i for i, name in enumerate(defaults())}
    return sorted(found, key=lambda name: (_order(name), places[name]))


def setting_words(name: str, settings_json: str) -> str:
    """A setting of a run, where there is little room: "adam", "lr 0.01", "hidden 8,8"."""
    said = value(name, settings_json)
    if name in OWN_SEEDS and said == "auto":
        return setting_words("seed", settings_json)
    if name == "dataset":
        return called(said, BRIEF)
    title = "lr" if name == "learning_rate" else label(name).lower()
    text = brief(shown_text(name, said))
    return text if name in BARE else f"{title} {text}"


@lru_cache(maxsize=2 * KEPT)
def _in_effect(name: str, settings_json: str) -> Any:
    settings = defaults() | json.loads(settings_json)
    try:
        return STAND_FOR[name](_as_settings(settings))
    except (KeyError, ValueError):  # of another version
        return settings[name]


def _as_settings(settings: dict[str, Any]) -> Settings:
    """For the rules, which only look: to validate a thousand runs would hold up a key."""
    lists = {name: tuple(one) for name, one in settings.items() if isinstance(one, list)}
    return cast(Settings, SimpleNamespace(**settings | lists))


def _is_usual(name: str, run: Settings) -> bool:
    """Whether a setting that was chosen is as good as one that was not."""
    try:
        if not applies(name, run):
            return True
        rule = STAND_FOR.get(name)
        return rule is not None and rule(run) == rule(_as_settings(vars(run) | {name: "auto"}))
    except (KeyError, ValueError):  # of another version
        return False


def _order(name: str) -> int:
    if name in FIRST_OF_ALL:
        return FIRST_OF_ALL.index(name) - len(FIRST_OF_ALL)
    return LAST.index(name) + 1 if name in LAST else 0
