"""What docs/compare.md and docs/report.md show is what the program prints."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "compare_examples.py"
SPEC = importlib.util.spec_from_file_location("compare_examples", SCRIPT)
assert SPEC
assert SPEC.loader
EXAMPLES = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(EXAMPLES)


@pytest.mark.parametrize(("page", "number"), [*(("compare", i) for i in range(4)), ("report", 0)])
def test_each_example(page: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TUI_NN_STORE", "COLUMNS", "NO_COLOR"):
        monkeypatch.setenv(name, "")  # restores, at the end, what the script sets
    line, shown = list(EXAMPLES.examples(page))[number]
    assert EXAMPLES.output(line) == shown


def test_no_example_is_left_out() -> None:
    assert [len(list(EXAMPLES.examples(page))) for page in EXAMPLES.PAGES] == [4, 1]
