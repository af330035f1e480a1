"""The page of the maths shows the code as it is, and its example runs."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tui_nn.engine import activations, initializers, losses, optimizers, schedules
from tui_nn.engine.network import Pass

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "maths.md").read_text(encoding="utf-8")


def test_the_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    example = re.search(r"```python\n(.*?)```", PAGE, re.S)
    assert example
    exec(example[1], {})
    said = capsys.readouterr().out
    assert "steps;" in said
    assert np.isfinite(float(said.split()[0]))


def test_everything_is_on_it() -> None:
    for registry in (
        activations.OUTPUTS,
        losses.REGISTRY,
        initializers.REGISTRY,
        schedules.REGISTRY,
        optimizers.REGISTRY,
    ):
        for name in registry:
            assert f"`{name}`" in PAGE, name


@pytest.mark.parametrize("method", [Pass.forward, Pass.backward])
def test_its_lines_are_the_codes(method: Callable[..., object]) -> None:
    shown = re.search(rf"In `Pass.{method.__name__}`:\n\n((?:    .+\n)+)", PAGE, re.M)
    assert shown
    lines, source = (
        [line.split("#")[0].strip() for line in text.splitlines()]
        for text in (shown[1], inspect.getsource(method))
    )
    assert "\n".join(lines) in "\n".join(source)
