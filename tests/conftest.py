"""The same examples in every run: what passed once passes on another machine. And no test, nor a
program that it starts, records its runs in the store of whoever runs them."""

import gc
import os

import hypothesis

os.environ["TUI_NN_STORE"] = "none"

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


def pytest_collection_finish() -> None:
    """What is imported stays; to look through it for garbage again and again took a third of the
    time of the dashboard's tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
