"""`tui-nn train` killed at random moments, again and again: python benchmarks/kill.py [TIMES]

A reader beside it sees what has been acknowledged; after the kill the store must open, and all of
that be there. Every third time it is the training process that is killed, every third time both.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tui_nn.runs import records
from tui_nn.runs.store import Store

TRAIN = [sys.executable, "-m", "tui_nn", "train", "--target-loss", "none", "--json"]
TRAIN += ["--optimizer", "adam", "--batch-size", "5"]
STANDS = """SELECT step, (SELECT count(*) FROM points WHERE run = runs.number),
    (SELECT coalesce(max(step), 0) FROM checkpoints WHERE run = runs.number)
    FROM runs ORDER BY number DESC LIMIT 1"""


def kill_one(path: Path, victim: str) -> int:
    """Train, kill, check; returns how many points had been acknowledged."""
    with Store(path) as store:
        before, seen = store.query("SELECT count(*) FROM runs")[0][0], (0, 0, 0)
        run = subprocess.Popen(
            [*TRAIN, "--store", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + random.uniform(0.3, 2.5)
        while time.monotonic() < end:
            if store.query("SELECT count(*) FROM runs")[0][0] > before:
                seen = store.query(STANDS)[0]
            time.sleep(0.005)
    started = Path(f"/proc/{run.pid}/task/{run.pid}/children")
    while victim == "worker" and not started.read_text():
        time.sleep(0.01)
    for pid in map(int, started.read_text().split()):
        if victim != "program":
            os.kill(pid, signal.SIGKILL)
    if victim != "worker":
        run.kill()
    run.wait(30)
    with Store(path) as store:
        assert not store.notice, store.notice
        assert store.query("PRAGMA quick_check") == [("ok",)]
        (now,) = store.query(STANDS) or [(0, 0, 0)]
        if store.query("SELECT count(*) FROM runs")[0][0] == before:
            assert seen == (0, 0, 0), "an acknowledged run is missing"
            return 0
        assert all(a >= b for a, b in zip(now, seen, strict=True)), (now, seen)
        last = records.find(store, "latest")
        assert last.reason == ("failed" if victim == "worker" else "interrupted"), last.reason
        assert records.points(store, last)[-1, 0] == last.step
        if seen[2]:
            assert records.checkpoint(store, last)["trainer"]["step"] >= seen[2]
    return int(seen[1])


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        path, points, recorded = Path(folder) / "runs.sqlite3", 0, 0
        for i in range(times):
            kept = kill_one(path, ("program", "worker", "both")[i % 3])
            points, recorded = points + kept, recorded + bool(kept)
            if (i + 1) % 20 == 0 or i + 1 == times:
                size = path.stat().st_size / 2**20
                print(
                    f"{i + 1} killed, {recorded} of them while recorded, "
                    f"{points} acknowledged points, none missing; {size:.1f} MB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
