"""Zooming and panning over the steps of a run."""

from tui_nn.render.window import Window


def test_the_whole_run_ends_at_a_round_number() -> None:
    assert Window().limits(0) == (0, 1)
    assert Window().limits(1234) == (0, 1500)


def test_a_window_at_the_right_end_stays_with_the_newest() -> None:
    window = Window().zoomed(0.5, None, 1234)
    assert window == Window(750)
    for last in (1234, 1300, 5000):
        start, end = window.limits(last)
        assert start <= last <= end < last + 750 / 8
    # It moves only now and then.
    assert len({window.limits(last) for last in range(2000, 2750)}) <= 9


def test_the_anchor_stays_where_it_is() -> None:
    window = Window().zoomed(0.5, 400, 1000)
    start, end = window.limits(1000)
    assert (400 - start) / (end - start) == 0.4
    assert window.zoomed(2, 400, 1000) == Window()


def test_panning_ends_at_both_ends() -> None:
    window = Window(100).panned(-0.25, 1000)
    assert window.start == 875
    assert window.panned(1, 1000) == Window(100)
    assert window.panned(-100, 1000) == Window(100, 0)
    assert Window().panned(1, 1000) == Window()


def test_a_step_is_brought_into_the_window() -> None:
    assert Window(100).showing(200, 1000) == Window(100, 150)
    assert Window(100, 150).showing(200, 1000) == Window(100, 150)
