"""A real dask scheduler with two workers on the loopback, one of which is killed."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_execution import assert_as_alone, comparison, run

from tui_nn.compare import Cluster, PoolError

distributed = pytest.importorskip("distributed")


@contextmanager
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The scheduler's address; its process, and those of the workers."""

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    file = tmp_path / "scheduler.json"
    quiet = ("--no-dashboard", "--scheduler-file", str(file))
    processes = [start("scheduler", "--host", "127.0.0.1", "--port", "0", *quiet)]
    try:
        while not file.exists():
            time.sleep(0.05)
        options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
        processes += [start("worker", *quiet, *options) for _ in range(2)]
        yield json.loads(file.read_text())["address"], processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_killed_worker_loses_nothing_and_a_dead_scheduler_is_one_line(tmp_path: Path) -> None:
    with cluster(tmp_path) as (address, (scheduler, *workers)):
        pool = Cluster(address)
        pool.seconds = (0.05, 0.2)
        pool._client.wait_for_workers(2, timeout=30)
        assert pool.seats() == 2
        try:
            lose_a_worker(pool, workers)
            lose_the_scheduler(pool, scheduler)
        finally:
            pool.close()


def lose_a_worker(pool: Cluster, workers: list[subprocess.Popen[bytes]]) -> None:
    one = comparison("lr=0.05,0.1", repeats=3, max_steps=4000, target_loss=None)
    for changed in one.run(pool):
        if changed:
            workers[0].kill()
    assert workers[0].wait() < 0
    assert workers[1].poll() is None
    assert [result.reason for result in one.results] == ["max_steps"] * 6
    for result in one.results:
        assert_as_alone(result)


def lose_the_scheduler(pool: Cluster, scheduler: subprocess.Popen[bytes]) -> None:
    one = comparison("lr=0.05,0.1", max_steps=10**7, target_loss=None)
    news = one.run(pool)
    while not next(news):
        pass
    scheduler.kill()
    with pytest.raises(PoolError, match="the scheduler has gone"):
        list(news)
    assert any(result.step for result in one.results)


def test_nobody_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "patience", 0.3)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(PoolError) as said:
            run(comparison("lr=1,2"), Cluster(address))
        assert str(said.value).startswith(f"dask {address}: ")
        assert "\n" not in str(said.value)
