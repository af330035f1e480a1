"""Write the output of each command into docs/compare.md, below it.

python docs/compare_examples.py
"""

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).with_name("compare.md")
BLOCK = re.compile(r"```console\n\$ tui-nn (compare [^\n]*)\n(.*?)```", re.DOTALL)


def examples(page: str) -> Iterator[tuple[str, str]]:
    """Each command line, and the output that stands below it."""
    for block in BLOCK.finditer(page):
        yield block[1], block[2]


def output(line: str) -> str:
    """What a command prints, cut after so many lines where it ends in "| head -N"."""
    from tui_nn.cli.commands import run

    command, _, lines = line.partition(" | head -")
    os.environ |= {"TUI_NN_STORE": "none", "COLUMNS": "80", "NO_COLOR": "1"}
    printed = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(printed):
        assert run([*shlex.split(command), "--workers", "1"]) == 0
    printed.seek(0)
    found = [line.rstrip() for line in printed.read().splitlines()]
    return "\n".join(found[: int(lines) if lines else None]).rstrip() + "\n"


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    PAGE.write_text(
        BLOCK.sub(lambda b: f"```console\n$ tui-nn {b[1]}\n{output(b[1])}```", text), "utf-8"
    )
