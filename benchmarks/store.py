"""What recording costs: python benchmarks/store.py

Steps a second with and without a recorder, in turns; the list of 10,000 runs; a million points.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from tui_nn.runs.place import Label
from tui_nn.runs.recorder import Recorder
from tui_nn.runs.store import Store
from tui_nn.session import TrainingSession, Wanted
from tui_nn.settings import Settings

ROUNDS, SECONDS = 7, 6.0
SMALL = Settings(target_loss=None, max_epochs=None)
LARGE = SMALL.changed(dataset="circle", samples=1000, hidden="256,256", optimizer="adam",
                      batch_size=64)  # fmt: skip


async def speed(settings: Settings, path: Path | None) -> tuple[float, float]:
    """Steps a second, by the clock and by the processor time of training, of a run that is looked
    at ten times a second, as `train` does. The second tells more on a busy machine."""
    async with TrainingSession(settings, pace=None) as session, Recorder(session, path, [], print):
        first = await session.snapshot(Wanted(predictions=False))
        assert session.pid is not None
        began, spent = time.monotonic(), processor_time(session.pid)
        while time.monotonic() - began < SECONDS:
            await asyncio.sleep(0.1)
            last = await session.snapshot(Wanted(predictions=False))
        steps = last.step - first.step
        return steps / (time.monotonic() - began), steps / (processor_time(session.pid) - spent)


def processor_time(pid: int) -> float:
    """Seconds that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compare_speeds(folder: Path, name: str, settings: Settings) -> None:
    ratios, rates = [], []
    for i in range(ROUNDS):
        paths = (None, folder / "speed.sqlite3")
        turn = paths if i % 2 else paths[::-1]
        found = {path: asyncio.run(speed(settings, path)) for path in turn}
        ratios.append(np.divide(found[paths[1]], found[None]))
        rates.append(found[None][0])
    print(f"{name}: {median(rates):.0f} steps/s", flush=True)
    for column, what in enumerate(("by the clock", "of processor time")):
        seen = sorted(float(ratio[column]) for ratio in ratios)
        print(
            f"  recorded, {what}: {median(seen):.3f} × (from {seen[0]:.3f} to {seen[-1]:.3f})",
            flush=True,
        )


def fill(path: Path, runs: int, points: int) -> float:
    """So many runs of so many points; returns the seconds that it took."""
    random, began = np.random.default_rng(0), time.perf_counter()
    rows = random.random((points, 5))
    rows[:, 0], rows[:, 3:] = np.arange(points) * 25, np.nan
    with Store(path) as store, store.transaction():
        for i in range(runs):
            number = store.begin(SMALL, Label(f"run {i}"), 1e9 + i)
            store.add_points(number, rows)
            store.end(number, "max_steps")
    return time.perf_counter() - began


def list_runs(path: Path, *arguments: str) -> float:
    command = [sys.executable, "-m", "tui_nn", *arguments]
    began = time.perf_counter()
    subprocess.run(
        [*command, "--store", str(path)] if "runs" in arguments else command,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        million, many = folder / "million.sqlite3", folder / "many.sqlite3"
        took = fill(million, 1, 1_000_000)
        print(f"a million points: {million.stat().st_size / 1e6:.1f} MB, written in {took:.1f} s")
        fill(many, 10_000, 20)
        for what in (
            ["--version"], ["runs", "list"], ["runs", "list", "--best", "train_loss"],
            ["runs", "list", "--dataset", "xor", "--json", "--limit", "all"],
            ["runs", "list", "--limit", "all"],
        ):  # fmt: skip
            seconds = median(list_runs(many, *what) for _ in range(5))
            print(f"10,000 runs, {' '.join(what)}: {seconds:.2f} s", flush=True)
        compare_speeds(folder, "2-8-8-1, full batch", SMALL)
        compare_speeds(folder, "2-256-256-1, Adam, batches of 64", LARGE)


if __name__ == "__main__":
    main()
