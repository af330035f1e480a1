"""Clipping agrees with torch.nn.utils, in place too, and member by member."""

from typing import Any

import numpy as np
import pytest

from tui_nn.engine.clipping import clip_norm, clip_value

GRADIENTS = np.random.default_rng(1).normal(size=(3, 113)) * [[0.01], [1.0], [100.0]]


def test_a_long_gradient_is_shortened_and_a_short_one_left() -> None:
    out = np.empty(2)
    assert clip_norm(np.array([3.0, 4.0]), 1.0, out) == 5.0
    assert out == pytest.approx([0.6, 0.8], rel=1e-6)
    clip_norm(np.array([0.3, 0.4]), 1.0, out)
    assert out.tolist() == [0.3, 0.4]
    clip_value(np.array([-3.0, 0.5]), 1.0, out)
    assert out.tolist() == [-1.0, 0.5]


def test_a_population_is_clipped_by_members() -> None:
    together = GRADIENTS.copy()
    norms = clip_norm(together, 2.0, together)
    for row, gradients, norm in zip(together, GRADIENTS, norms, strict=True):
        alone = gradients.copy()
        assert clip_norm(alone, 2.0, alone) == norm
        assert alone.tobytes() == row.tobytes()


@pytest.mark.parametrize("max_norm", [0.1, 5.0, 1e6])
@pytest.mark.parametrize("special", [None, np.inf, np.nan])
def test_both_agree_with_torch_live(max_norm: float, special: float | None) -> None:
    torch: Any = pytest.importorskip("torch")
    for gradients in GRADIENTS.copy():
        if special is not None:
            gradients[3] = special
        theirs = torch.zeros(113, dtype=torch.float64)
        theirs.grad = torch.tensor(gradients)
        norm = torch.nn.utils.clip_grad_norm_([theirs], max_norm)
        ours = gradients.copy()
        with np.errstate(invalid="ignore"):  # inf·0, as in PyTorch
            np.testing.assert_allclose(clip_norm(gradients, max_norm, ours), norm, 1e-14)
        np.testing.assert_allclose(ours, theirs.grad, 1e-14)

        theirs.grad = torch.tensor(gradients)
        torch.nn.utils.clip_grad_value_([theirs], max_norm / 10)
        clip_value(gradients, max_norm / 10, ours)
        np.testing.assert_array_equal(ours, theirs.grad)
