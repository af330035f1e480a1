"""The same examples in every run: what passed once passes on another machine. And no test, nor a
program that it starts, records its runs in the store of whoever runs them."""

import os

import hypothesis

os.environ["TUI_NN_STORE"] = "none"

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")
