"""The same examples in every run: what passed once passes on another machine. And no test, nor a
program that it starts, records its runs in the store of whoever runs them."""

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from warm_start import Nursery

os.environ["TUI_NN_STORE"] = "none"
# Compiled once, not by each of the hundreds of programs that the tests start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# The programs that the tests start share the cores: BLAS threads would wait for each other there.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def pytest_configure() -> None:
    import hypothesis  # now that it is compiled once, too

    hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """What is imported stays; to look through it for garbage again and again took a third of the
    time of the dashboard's tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(autouse=True)
def warm_start(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Programs and workers need not import anything, where the system can do that, but for the
    tests of how they start."""
    if sys.platform == "linux" and request.node.get_closest_marker("cold_start") is None:
        nursery = request.getfixturevalue("nursery")
        monkeypatch.setattr("subprocess._fork_exec", nursery.start)
        yield
        nursery.end_all()
    else:
        yield
