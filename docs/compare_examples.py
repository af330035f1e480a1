"""Write the output of each command into docs/compare.md and docs/report.md, below it.

python docs/compare_examples.py
"""

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

DOCS = Path(__file__).parent
PAGES = {name: DOCS / f"{name}.md" for name in ("compare", "report")}
BLOCK = re.compile(r"```console\n\$ tui-nn ([^\n]*)\n(.*?)```", re.DOTALL)
FLOWERS = re.compile(r"    petal,stem.*?\n\n", re.DOTALL)


def examples(name: str) -> Iterator[tuple[str, str]]:
    """Each command line of a page, and the output that stands below it."""
    for block in BLOCK.finditer(PAGES[name].read_text("utf-8")):
        yield block[1], block[2]


def output(line: str) -> str:
    """What a command prints, cut after so many lines where it ends in "| head -N"."""
    from tui_nn.cli.commands import run

    command, _, lines = line.partition(" | head -")
    os.environ |= {"TUI_NN_STORE": "none", "COLUMNS": "80", "NO_COLOR": "1"}
    printed = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("flowers.csv").write_text(flowers(), "utf-8")
        with contextlib.redirect_stdout(printed):
            assert run([*shlex.split(command), "--workers", "1"]) == 0
    printed.seek(0)
    found = [line.rstrip() for line in printed.read().splitlines()]
    return "\n".join(found[: int(lines) if lines else None]).rstrip() + "\n"


def flowers() -> str:
    """The file that docs/data.md shows."""
    found = FLOWERS.search((DOCS / "data.md").read_text("utf-8"))
    assert found
    return found[0].replace("    ", "").strip() + "\n"


if __name__ == "__main__":
    for page in PAGES.values():
        text = page.read_text("utf-8")
        page.write_text(
            BLOCK.sub(lambda b: f"```console\n$ tui-nn {b[1]}\n{output(b[1])}```", text), "utf-8"
        )
