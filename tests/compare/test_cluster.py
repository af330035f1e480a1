"""A real dask scheduler with two workers on the loopback, one of which is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_execution import assert_as_alone, comparison, run

from tui_nn.compare import Cluster, PoolError

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
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
        import json

        yield json.loads(file.read_text())["address"], processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_a_killed_worker_loses_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, (_, first, second) = cluster
    one = comparison("lr=0.05,0.1", repeats=3, max_steps=4000, target_loss=None)
    pool, killed = Cluster(address), False
    pool.seconds = (0.05, 0.2)
    pool._client.wait_for_workers(2, timeout=30)
    assert pool.seats() == 2
    try:
        for changed in one.run(pool):
            if changed and not killed:
                os.kill(first.pid, signal.SIGKILL)
                killed = True
    finally:
        pool.close()
    assert killed
    assert second.poll() is None
    assert [result.reason for result in one.results] == ["max_steps"] * 6
    for result in one.results:
        assert_as_alone(result)


def test_a_scheduler_that_dies_is_one_line_and_what_is_done_is_kept(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, (scheduler, *_) = cluster
    one = comparison("lr=0.05,0.1", max_steps=10**7, target_loss=None)
    pool = Cluster(address)
    pool.seconds = (0.05, 0.1)
    with pytest.raises(PoolError, match="the scheduler has gone"):
        for changed in one.run(pool):
            if changed:
                scheduler.kill()
    pool.close()
    assert any(result.step for result in one.results)


def test_nobody_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "patience", 0.3)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(PoolError) as said:
            run(comparison("lr=1,2"), Cluster(address))
        assert str(said.value).startswith(f"dask {address}: ")
        assert "\n" not in str(said.value)
