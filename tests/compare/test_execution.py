"""Each result is that of the run alone, wherever and with whomever it was trained."""

import multiprocessing
import os
import signal
from concurrent.futures import Future
from typing import Any

import numpy as np
import pytest

from tui_nn.compare import Cell, Comparison, Cores, Plan, PoolError, Result, Variation
from tui_nn.compare.portions import portions
from tui_nn.compare.work import Portion, Progress, train
from tui_nn.experiment import build_trainer
from tui_nn.settings import Settings


class Here:
    """A pool that trains at once, where it is asked; `seconds`: so short that all is cut finely."""

    seconds = (0.002, 0.004)

    def __init__(self, seats: int = 2) -> None:
        self.count = seats

    def seats(self) -> int:
        return self.count

    def submit(self, portion: Portion) -> Future[list[Progress]]:
        answer: Future[list[Progress]] = Future()
        try:
            answer.set_result(train(portion))
        except Exception as error:
            answer.set_exception(error)
        return answer

    def recover(self, error: BaseException) -> bool:
        return False

    def close(self) -> None:
        pass


def comparison(*texts: str, repeats: int = 1, **settings: Any) -> Comparison:
    base = Settings.parse({"max_steps": 300, "steps_per_epoch": 100, **settings})
    return Comparison(Plan(base, tuple(map(Variation.parse, texts)), repeats))


def run(one: Comparison, pool: Any) -> None:
    for _ in one.run(pool):
        pass


def assert_as_alone(result: Result) -> None:
    trainer = build_trainer(result.cell.settings)
    trainer.run(10**6)
    assert (result.reason, result.step) == (trainer.reason, trainer.step)
    assert result.state is not None
    own = trainer.network.parameters
    np.testing.assert_allclose(result.state["parameters"], own, rtol=1e-12, atol=1e-12)
    expected = trainer.evaluate()
    if trainer.reason != "diverged":
        assert result.last["train_loss"] == pytest.approx(expected.train_loss, rel=1e-12)
    assert result.last["step"] == trainer.step


VARIED = [
    (["lr=0.3,3,30", "l1=0,0.001"], {}),
    (["optimizer=gd,adam,lbfgs", "hidden=none;4;3,3"], {"learning_rate": 0.1, "max_steps": 100}),
    (["dropout=0,0.2", "clip_norm=none,0.1"], {"dataset": "linear", "samples": 30}),
    (["schedule=constant,cosine,reduce_on_plateau", "patience=none,1"], {"train_fraction": 0.7}),
    (["batch_size=full,5", "momentum=0,0.9"], {"dataset": "circle", "samples": 30}),
    (["target_loss=none,0.2", "max_steps=70,333"], {"activation": "tanh"}),
]


@pytest.mark.parametrize(("texts", "settings"), VARIED)
def test_whatever_varies(texts: list[str], settings: dict[str, Any]) -> None:
    one = comparison(*texts, repeats=2, **settings)
    run(one, Here())
    assert one.results.done == len(one.results) == len(one.rows) * 2
    assert one.results.share_done == 1.0
    for result in one.results:
        assert_as_alone(result)


def test_histories_begin_at_0_go_up_and_end_where_the_run_does() -> None:
    one = comparison("lr=1e9,0.3", activation="relu", output_activation="linear")
    run(one, Here())
    for result in one.results:
        steps = result.history[:, 0]
        assert steps[0] == 0
        assert (np.diff(steps) > 0).all()
        assert steps[-1] == result.step
    assert [result.reason for result in one.results] == ["diverged", "max_steps"]


def test_cells_of_one_shape_are_one_portion_and_no_seat_stays_empty() -> None:
    cells = list(comparison("lr=0.1,1", "optimizer=gd,adam", repeats=5).plan.cells())
    found = portions(cells, {}, 1.0)
    assert [len(portion.cells) for portion in found] == [10, 10]
    dropped = [Cell(c.number, c.row, c.settings.changed(dropout=0.5)) for c in cells]
    assert len(portions(dropped, {}, 1.0)) == 20

    seen: list[int] = []

    class Watched(Here):
        def submit(self, portion: Portion) -> Future[list[Progress]]:
            seen.append(len(portion.cells))
            return super().submit(portion)

    run(comparison("lr=0.1,1", repeats=4, max_steps=50), Watched(seats=4))
    assert seen[:4] == [2, 2, 2, 2]


def test_one_that_fails_does_not_take_the_others_along() -> None:
    class Small(Here):
        def submit(self, portion: Portion) -> Future[list[Progress]]:
            if 2 not in portion.cells:
                return super().submit(portion)
            answer: Future[list[Progress]] = Future()
            answer.set_exception(MemoryError())
            return answer

    one = comparison("lr=0.1,0.2,0.3,0.4,0.5", max_steps=50)
    run(one, Small())
    reasons = [result.reason for result in one.results]
    assert reasons == ["max_steps", "max_steps", "failed", "max_steps", "max_steps"]
    assert one.results.by_number[2].said == "there is not enough memory for this"


def test_processes_one_of_which_is_killed() -> None:
    """What it did is done again by another."""
    one = comparison("lr=0.05,0.1", repeats=2, max_steps=4000, target_loss=None)
    pool, killed = Cores(2, here=False), False
    try:
        for changed in one.run(pool):
            workers = multiprocessing.active_children()
            if changed and workers and not killed:
                os.kill(workers[0].pid or 0, signal.SIGKILL)
                killed = True
    finally:
        pool.close()
    assert killed
    assert [result.reason for result in one.results] == ["max_steps"] * 4
    assert_as_alone(one.results.by_number[0])
    assert_as_alone(one.results.by_number[3])


def test_a_cell_that_kills_its_workers_is_given_up_and_the_others_are_done() -> None:
    class Deadly(Here):
        def submit(self, portion: Portion) -> Future[list[Progress]]:
            answer: Future[list[Progress]] = Future()
            if 1 in portion.cells:
                answer.set_exception(ConnectionError())
                return answer
            return super().submit(portion)

        def recover(self, error: BaseException) -> bool:
            return isinstance(error, ConnectionError)

    one = comparison("lr=0.1,0.2,0.3,0.4", max_steps=50)
    run(one, Deadly())
    assert [result.reason == "failed" for result in one.results] == [False, True, False, False]
    assert "worker died" in one.results.by_number[1].said


def test_a_pool_that_has_gone_is_an_error() -> None:
    class Gone(Here):
        def seats(self) -> int:
            raise PoolError("the scheduler has gone")

    with pytest.raises(PoolError):
        run(comparison("lr=1,2"), Gone())


def test_stopping_waits_for_what_is_under_way_and_keeps_it() -> None:
    one = comparison("lr=0.001,0.002", max_steps=10**7, target_loss=None)
    rounds = iter(range(3))
    for _ in one.run(Here(), stopping=lambda: next(rounds, None) is None):
        pass
    assert all(result.reason is None and result.step > 0 for result in one.results)


def test_stopping_does_not_wait_until_a_million_runs_are_sorted() -> None:
    looked_at = iter(range(1000))
    many = comparison("lr=lin:0.1..1:200")
    for _ in many.run(Here(), stopping=lambda: next(looked_at) >= 5):
        raise AssertionError("nothing must be trained any more")
    assert next(looked_at) < 10
