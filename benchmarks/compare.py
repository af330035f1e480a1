"""64 runs of xor at once, beside one after the other, and beside PyTorch; what a cluster costs.

python benchmarks/compare.py [--dask]

In turns, several rounds, medians of ratios. The comparison's time has the start of its processes in
it, and is given without it, too. PyTorch (eager) does two of the runs and is scaled by the steps.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from tui_nn.compare import Cluster, Comparison, Cores, Plan, Pool, Variation
from tui_nn.experiment import build_dataset, build_trainer
from tui_nn.settings import Settings, learning_rate

ROUNDS, RUNS, TORCH_RUNS = 5, 64, 2
SEEDS = (Variation.parse("seed=" + ",".join(map(str, range(RUNS)))),)
XOR = Settings(max_steps=100_000)
LONG = XOR.changed(target_loss=0.0005)  # some ten times as many steps


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def one_by_one(plan: Plan) -> int:
    """The steps of all runs together."""
    trainers = [build_trainer(cell.settings) for cell in plan.cells()]
    for trainer in trainers:
        trainer.run(10**9)
    return sum(trainer.step for trainer in trainers)


def together(plan: Plan, pool: Pool) -> Comparison:
    comparison = Comparison(plan)
    for _ in comparison.run(pool):
        pass
    return comparison


def with_start(plan: Plan, workers: int) -> None:
    pool = Cores(workers)
    together(plan, pool)
    pool.close()


def in_torch(settings: Settings) -> int:
    """The same run by the book: modules, SGD, the loss looked at as often. Its steps."""
    import torch

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    trainer, dataset = build_trainer(settings), build_dataset(settings)
    layers: list[torch.nn.Module] = []
    for weights, biases in zip(trainer.network.weights, trainer.network.biases, strict=True):
        linear = torch.nn.Linear(*weights.shape)
        linear.weight.data = torch.tensor(weights.T)
        linear.bias.data = torch.tensor(biases)
        layers += [linear, torch.nn.Sigmoid()]
    model, measure = torch.nn.Sequential(*layers), torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=float(learning_rate(settings)))
    inputs, truth = torch.tensor(dataset.inputs), torch.tensor(dataset.targets)
    for step in range(1, (settings.max_steps or 0) + 1):
        optimizer.zero_grad()
        loss = measure(model(inputs), truth)
        loss.backward()
        optimizer.step()
        if step % 500 == 0 and measure(model(inputs), truth).item() <= (settings.target_loss or 0):
            break
    return step


def check(plan: Plan, pool: Pool) -> None:
    """Every result is that of the run alone."""
    comparison, worst, same = together(plan, pool), 0.0, 0
    for result in comparison.results:
        trainer = build_trainer(result.cell.settings)
        trainer.run(10**9)
        assert (trainer.step, trainer.reason) == (result.step, result.reason)
        assert result.state is not None
        off = np.abs(result.state["parameters"] - trainer.network.parameters)
        worst, same = max(worst, float(off.max())), same + (not off.any())
    print(f"{same} of {RUNS} results bit for bit those alone; largest difference {worst:g}")


def compare(name: str, settings: Settings, pool: Pool, workers: int) -> None:
    plan, found = Plan(settings, SEEDS), []
    steps = one_by_one(plan)
    for _ in range(ROUNDS):
        alone = seconds(lambda: one_by_one(plan))
        whole = seconds(lambda: with_start(plan, workers))
        running = seconds(lambda: together(plan, pool))
        found.append((alone, whole, running))
    alone, whole, running = (median(column) for column in zip(*found, strict=True))
    ratio = [median(row[0] / row[i] for row in found) for i in (1, 2)]
    print(
        f"{name} ({steps:,} steps): one by one {alone:.2f} s; {workers} workers {whole:.2f} s, "
        f"{ratio[0]:.1f} ×; with processes that run already {running:.2f} s, {ratio[1]:.1f} ×",
        flush=True,
    )


def beside_torch(pool: Pool) -> None:
    plan, found = Plan(XOR, SEEDS), []
    cells = list(plan.cells())[:TORCH_RUNS]
    steps = sum(result.step for result in together(plan, pool).results)
    for _ in range(3):
        began = time.perf_counter()
        taken = sum(in_torch(cell.settings) for cell in cells)
        theirs = (time.perf_counter() - began) * steps / taken
        found.append(theirs / seconds(lambda: together(plan, pool)))
    print(f"PyTorch eager, one thread: {median(found):.0f} × as long", flush=True)


def cluster_overhead() -> None:
    """What a cell costs beside its training, on a scheduler with two workers on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scheduler.json"
        quiet = ["--no-dashboard", "--scheduler-file", str(file)]
        kind = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *quiet]
        processes = [subprocess.Popen(kind, stderr=subprocess.DEVNULL)]
        while not file.exists():
            time.sleep(0.1)
        kind = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", *quiet]
        kind += ["--no-nanny", "--local-directory", folder]
        processes += [subprocess.Popen(kind, stderr=subprocess.DEVNULL) for _ in range(2)]
        try:
            import json

            pool = Cluster(json.loads(file.read_text())["address"])
            pool._client.wait_for_workers(2)
            for name, settings in (("in populations", XOR), ("singly", XOR.changed(dropout=0.1))):
                for count in (10, 100, 1000):
                    seeds = (Variation.parse("seed=" + ",".join(map(str, range(count)))),)
                    plan = Plan(settings.changed(max_steps=1), seeds)
                    together(plan, pool)
                    took = median(seconds(lambda p=plan: together(p, pool)) for _ in range(3))
                    print(f"dask, {count} cells {name}: {1000 * took / count:.2f} ms a cell")
            pool.close()
        finally:
            for process in processes:
                process.kill()


def main() -> None:
    if "--dask" in sys.argv:
        cluster_overhead()
        return
    pool = Cores(2)
    check(Plan(XOR, SEEDS), pool)
    compare("64 runs of xor", XOR, pool, 2)
    compare("64 runs to a tenth of the loss", LONG, pool, 2)
    beside_torch(pool)
    pool.close()


if __name__ == "__main__":
    main()
