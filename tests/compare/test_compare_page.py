"""What docs/compare.md shows is what the program prints."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "compare_examples.py"
SPEC = importlib.util.spec_from_file_location("compare_examples", SCRIPT)
assert SPEC
assert SPEC.loader
EXAMPLES = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLES)
PAGE = EXAMPLES.PAGE.read_text("utf-8")


@pytest.mark.parametrize("number", range(3))
def test_each_example(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TUI_NN_STORE", "COLUMNS", "NO_COLOR"):
        monkeypatch.setenv(name, "")  # restores, at the end, what the script sets
    line, shown = list(EXAMPLES.examples(PAGE))[number]
    assert EXAMPLES.output(line) == shown


def test_there_are_three_of_them() -> None:
    assert len(list(EXAMPLES.examples(PAGE))) == 3
