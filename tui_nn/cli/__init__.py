"""The command line: parse, call, print. What takes time to import is imported when it is needed."""

from __future__ import annotations


def main() -> None:
    """The program: exit 0 finished, 1 diverged or failed, 2 wrong usage, 130 interrupted."""
    try:
        from tui_nn.cli.commands import run

        code = run()
    except KeyboardInterrupt:
        code = 130
    raise SystemExit(code)
