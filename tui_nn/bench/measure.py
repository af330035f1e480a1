"""Measuring: contestants take turns, so that a busy machine slows all of them; medians are kept.

Ratios mean something, absolute figures little. One thread each, and seconds are those of the
processor, not of the clock: what else the machine does matters less.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from threadpoolctl import threadpool_limits

OURS = "tui-nn"
# Takes so many steps; one that does so in another process returns the seconds that they took.
Run = Callable[[int], object]


@dataclass(frozen=True)
class Work:
    """A kind of step: its name, who takes it (made when it is measured), and network-steps a step
    of each, 1 unless a contestant trains many at once."""

    name: str
    contestants: Mapping[str, Callable[[], Run]]
    networks: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """Network-steps per second: the median, the lowest and the highest of the rounds; and how many
    times as fast the engine is (median of the rounds' ratios)."""

    work: str
    contestant: str
    steps_per_second: float
    low: float
    high: float
    engine_is: float


def measure(
    work: Work,
    rounds: int = 9,
    seconds: float = 0.1,
    after_round: Callable[[], object] = lambda: None,
) -> list[Result]:
    """Let the contestants take turns, `seconds` each a round. The engine's result comes first."""
    with threadpool_limits(1):
        runs = {name: make() for name, make in work.contestants.items()}
        steps = {name: _steps_for(run, seconds) for name, run in runs.items()}
        speeds: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                speed = steps[name] / _time(run, steps[name])
                speeds[name].append(speed * work.networks.get(name, 1))
            after_round()
    ours = speeds[OURS]
    return [
        Result(
            work.name,
            name,
            statistics.median(theirs),
            min(theirs),
            max(theirs),
            statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        )
        for name, theirs in speeds.items()
    ]


def _time(run: Run, steps: int) -> float:
    start = time.process_time()
    elsewhere = run(steps)
    here = time.process_time() - start
    return max(elsewhere if isinstance(elsewhere, float) else here, 1e-6)


def _steps_for(run: Run, seconds: float) -> int:
    run(2)  # the first steps make buffers
    steps = 1
    while (spent := _time(run, steps)) < seconds / 4:
        steps *= 2
    return max(1, round(steps * seconds / spent))
