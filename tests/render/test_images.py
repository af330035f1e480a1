"""Images with what is said of them: the worst mistakes first, and each where it was."""

import numpy as np
import pytest

from tui_nn import datasets
from tui_nn.render.images import image_cells, kept_in_place, ranked, room
from tui_nn.render.look import Look
from tui_nn.render.thumbnails import thumbnails

POINTS = datasets.load("digits", np.random.default_rng(0)).sample(50)


def test_the_surest_mistake_is_first_and_the_surest_answer_last() -> None:
    said = POINTS.targets * 0.8 + 0.01
    said[7] = np.roll(POINTS.targets[7], 1) * 0.9
    said[3] = POINTS.targets[3] * 0.4 + np.roll(POINTS.targets[3], 1) * 0.5
    said[20] = POINTS.targets[20]
    order = ranked(POINTS, said).tolist()
    assert (order[:2], order[-1]) == ([7, 3], 20)


def test_an_image_stays_while_it_is_among_the_worst() -> None:
    found = kept_in_place(np.array([5, 1, 9, 2]), np.array([1, 7, 2, 5]))
    assert found.tolist() == [1, 9, 2, 5]


@pytest.mark.parametrize("look", [Look(), Look(dark=False), Look(colour=False), Look(ascii=True)])
@pytest.mark.parametrize("size", [(9, 6), (30, 12), (117, 33)])
def test_it_has_its_size_and_says_truth_and_prediction(look: Look, size: tuple[int, int]) -> None:
    said, (width, height) = np.roll(POINTS.targets, 1, axis=1), size
    rows, columns = room(POINTS, width, height)
    cells = image_cells("", POINTS, said, np.arange(50)[: rows * columns], width, height, look)
    assert [len(line) for line in cells] == [width] * height
    text = "\n".join("".join(one.text for one in line) for line in cells)
    assert f"{POINTS.targets[0].argmax()}|{said[0].argmax()}" in text
    assert text.isascii() or not look.ascii


@pytest.mark.parametrize("width", [26, 80, 200])
def test_every_data_set_has_a_picture(width: int) -> None:
    lines = ["".join(one.text for one in line) for line in thumbnails(width, Look()).cells]
    assert all(len(line) <= width for line in lines)
    for name in datasets.REGISTRY:
        assert any(name in line for line in lines)
