"""Programs killed at random moments, again and again: python benchmarks/kill.py [TIMES [SEED]]

`tui-nn train` and the dashboard, in a terminal of its own, with small and large networks, some
while another program exports the run. They record ten times as often as usual. Killed is the
program, its training process, or both; while it starts, at any time, or just when something is
being written. A reader beside it sees what has been acknowledged: after the kill the store must
open, and all of that be there.
"""

from __future__ import annotations

import fcntl
import os
import pty
import random
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import zipfile
from collections import Counter
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import NamedTuple

from tui_nn.runs import records
from tui_nn.runs.store import Store

ENDLESS = ["--target-loss", "none", "--max-epochs", "none"]
RUNS = {
    "small": ["--optimizer", "adam", "--batch-size", "5"],
    "tested": ["--dataset", "circle", "--train-fraction", "0.7", "--dropout", "0.1"],
    "large": ["--dataset", "spiral", "--hidden", "200,200", "--optimizer", "adam"],
}
PROGRAM = """
import tui_nn.runs.recorder as recorder
recorder.TICK, recorder.INTERVAL, recorder.SHARE, recorder.BLINK = 0.05, 0.3, 3, 0.05
from tui_nn.cli import main
main()
"""
VICTIMS = ("program", "worker", "both")
MOMENTS = ("start", "any time", "writing")
FRESH = 100  # kills, after which a new store is begun: checking it takes longer and longer
STANDS = """SELECT step, (SELECT count(*) FROM points WHERE run = runs.number),
    (SELECT coalesce(max(step), 0) FROM checkpoints WHERE run = runs.number)
    FROM runs ORDER BY number DESC LIMIT 1"""


class Case(NamedTuple):
    screen: str  # "train" or "dashboard"
    run: str  # of RUNS
    victim: str
    exporting: bool
    moment: str  # of MOMENTS


CASES = [Case(*parts) for parts in product(
    ("train", "dashboard"), RUNS, VICTIMS, (False, True), MOMENTS
)]  # fmt: skip


def start(case: Case, store: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM, *(["train"] if case.screen == "train" else [])]
    command += [*RUNS[case.run], *ENDLESS, "--store", str(store)]
    if case.screen == "train":
        return subprocess.Popen(
            [*command, "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    environment = os.environ | {"TERM": "xterm-256color"}
    program = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=environment
    )
    os.close(theirs)
    threading.Thread(target=drain, args=[ours], daemon=True).start()
    return program


def drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 65536):
            pass
    os.close(terminal)


def kill(program: subprocess.Popen[bytes], victim: str) -> None:
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children")
    while victim == "worker" and not children.read_text():
        time.sleep(0.01)
    for pid in map(int, children.read_text().split()):
        if victim != "program":
            os.kill(pid, signal.SIGKILL)
    if victim != "worker":
        program.kill()


def kill_one(path: Path, case: Case, chance: random.Random) -> int:
    """Train, kill, check; returns how many points had been acknowledged."""
    exported, exporter = path.with_name("export.zip"), None
    log = Path(f"{path}-wal")
    with Store(path) as store:
        before, seen = store.query("SELECT count(*) FROM runs")[0][0], (0, 0, 0)
        program, commits = start(case, path), 0
        wanted = 0 if case.moment == "start" else chance.randint(1, 3)
        patience = end = time.monotonic() + 30
        if not wanted:
            end = time.monotonic() + chance.uniform(0, 2)
        while time.monotonic() < min(end, patience):
            written = log.stat().st_mtime_ns
            if store.query("SELECT count(*) FROM runs")[0][0] > before:
                now = store.query(STANDS)[0]
                commits, seen = commits + (now != seen), now
            if case.exporting and commits and exporter is None:
                exporter = export(path, exported)
            if case.moment == "any time" and commits >= wanted and end == patience:
                end = time.monotonic() + chance.uniform(0, 1)
            time.sleep(0.002)
            writing = log.stat().st_mtime_ns != written
            if case.moment == "writing" and commits >= wanted and writing:
                time.sleep(chance.uniform(0, 0.004))
                break
        kill(program, case.victim)
        if exporter is not None:
            exporter.kill()
            exporter.wait()
    if case.victim == "worker" and case.screen == "dashboard":
        time.sleep(0.3)  # it stays open, without its training
        program.terminate()
    program.wait(30)
    if exported.exists():
        with zipfile.ZipFile(exported) as archive:
            assert archive.testzip() is None, "half an export"
    check(path, case, before, seen)
    return seen[1]


def export(path: Path, exported: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tui_nn", "runs", "export", "latest", "--force"]
    return subprocess.Popen(
        [*command, "--out", str(exported), "--store", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def check(path: Path, case: Case, before: int, seen: tuple[int, ...]) -> None:
    with Store(path) as store:
        assert not store.notice, store.notice
        assert store.query("PRAGMA quick_check") == [("ok",)]
        (now,) = store.query(STANDS) or [(0, 0, 0)]
        if store.query("SELECT count(*) FROM runs")[0][0] == before:
            assert seen == (0, 0, 0), "an acknowledged run is missing"
            return
        assert all(a >= b for a, b in zip(now, seen, strict=True)), (now, seen)
        last = records.find(store, "latest")
        expected = ["interrupted"] if case.victim == "program" else ["failed", "interrupted"]
        assert last.reason in expected, last.reason
        assert records.points(store, last)[-1, 0] == last.step
        if seen[2]:
            assert records.checkpoint(store, last)["trainer"]["step"] >= seen[2]


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    cases, points, recorded = list[Case](), 0, 0
    killed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(times):
            cases = cases or chance.sample(CASES, len(CASES))
            case, path = cases.pop(), Path(folder) / f"runs-{i // FRESH}.sqlite3"
            try:
                kept = kill_one(path, case, chance)
            except AssertionError as error:
                raise SystemExit(f"{case}: {error}") from error
            points, recorded = points + kept, recorded + bool(kept)
            killed.update([case.screen, case.victim, case.moment, *["exporting"] * case.exporting])
            if (i + 1) % 20 == 0 or i + 1 == times:
                of = ", ".join(f"{name} {number}" for name, number in killed.items())
                print(
                    f"{i + 1} killed ({of}), {recorded} of them while recorded, "
                    f"{points} acknowledged points, none missing",
                    flush=True,
                )


if __name__ == "__main__":
    main()
