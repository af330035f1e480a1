"""The command line: parse, call, print. What takes time to import is imported when it is needed."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """The program: exit 0 finished, 1 diverged or failed, 2 wrong usage, 130 interrupted."""
    try:
        settings = [name for name in os.environ if name.startswith("TUI_NN_")]
        if sys.argv[1:] or settings not in ([], ["TUI_NN_STORE"]):
            from tui_nn.cli.commands import run

            code = run()
        else:  # nothing to parse: the first frame does not wait for the parser
            from tui_nn.cli.dashboard import open_default
            from tui_nn.cli.errors import exit_code

            code = exit_code(open_default)
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)
