"""A CSV of a million rows and twenty inputs: how long it takes to open beside polars alone, and how
much memory the programs take that train on it, of which only the worker reads it.

    python benchmarks/million_rows.py [rows]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl

INPUTS, TURNS = 20, 5
RUN = ["--max-steps", "20000", "--target-loss", "none", "--store", "none"]
IMPORTS = "import polars, time; from tui_nn.datasets.opened import open_data"
OPEN = {"polars": "polars.read_csv({!r})", "tui-nn": "open_data({!r})"}


def write(path: Path, rows: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, INPUTS))
    truth = np.where(x[:, :5].sum(axis=1) + rng.normal(size=rows) > 0, "yes", "no")
    pl.DataFrame({**{f"x{i}": x[:, i] for i in range(INPUTS)}, "y": truth}).write_csv(path)


def seconds(code: str) -> float:
    """For the code, without Python's start and imports."""
    timed = f"{IMPORTS}; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True)
    return float(done.stdout)


def peaks(path: Path, *options: str) -> dict[str, float]:
    """The most memory of the program and of its worker, MB."""
    command = [sys.executable, "-m", "tui_nn", "train", "--dataset", str(path), *RUN, *options]
    found: dict[str, float] = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
                workers = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
                for name, pid in (("program", run.pid), *(("worker", pid) for pid in workers)):
                    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                    most = [
                        int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")
                    ]
                    found[name] = max([found.get(name, 0), *most])
            time.sleep(0.05)
    return found


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        write(path, rows)
        times: dict[str, list[float]] = {name: [] for name in OPEN}
        for _ in range(TURNS):
            for name, code in OPEN.items():
                times[name].append(seconds(code.format(str(path))))
        polars, ours = (statistics.median(times[name]) for name in OPEN)
        print(f"open: polars {polars:.2f} s, tui-nn {ours:.2f} s: {ours / polars:.2f} x")
        array = rows * INPUTS * 8 / 1e6
        for options in ([], ["--batch-size", "100", "--train-fraction", "0.8"]):
            found = peaks(path, *options)
            said = ", ".join(f"{name} {most:.0f} MB" for name, most in found.items())
            ratio = found["worker"] / array
            print(f"{' '.join(options) or 'defaults'}: {said}; {ratio:.2f} x {array:.0f} MB")


if __name__ == "__main__":
    main()
