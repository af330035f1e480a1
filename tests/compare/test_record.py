"""A comparison in the store: each cell a whole run, whatever happened on the way."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_execution import Here, assert_as_alone, comparison, run

from tui_nn.compare import Comparison, Group, Plan
from tui_nn.runs import records
from tui_nn.runs.schema import MIGRATIONS
from tui_nn.runs.store import Store, StoreError
from tui_nn.session.training import Training


def recorded(store: Store, name: str = "rates", **settings: Any) -> Comparison:
    one = comparison("lr=0.3,3", "hidden=4;3,3", repeats=2, **settings)
    one.record(Group.begin(store, name, one.plan.to_json()))
    return one


def stopped_after_six_rounds(store: Store) -> Comparison:
    one = recorded(store, max_steps=1500, target_loss=None)
    rounds = iter(range(8 + 6))  # it is asked for each cell, and then before each round
    for _ in one.run(Here(), stopping=lambda: next(rounds, None) is None):
        pass
    return one


def resumed(store: Store, name: str = "rates") -> Comparison:
    group, plan = Group.find(store, name)
    one = Comparison(Plan.from_json(plan))
    one.record(group)
    return one


def test_each_cell_is_a_run_that_can_go_on(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = recorded(store)
        run(one, Here())
        found = records.records(store, group="rates")
        assert len(found) == 8
        for record in found:
            result = next(r for r in one.results if r.cell.settings == record.parsed)
            assert (record.reason, record.step) == (result.reason, result.step)
            assert record.ended is not None
            np.testing.assert_array_equal(records.points(store, record), result.history)
            training = Training(record.parsed, None, False)
            training.restore(records.checkpoint(store, record))
            training.set({"max_steps": 600, "target_loss": None})
            training.trainer.run(10**6)
            assert training.trainer.step == 600


def test_what_was_interrupted_goes_on_bit_for_bit(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = stopped_after_six_rounds(store)
        begun = [result for result in one.results if result.step]
        assert begun
        reasons = [record.reason for record in records.records(store, group="rates")]
        assert reasons == ["interrupted"] * len(begun)

        again = resumed(store)
        assert [r.step for r in again.results] == [r.step for r in one.results]
        run(again, Here())
        for result in again.results:
            assert_as_alone(result)
        found = records.records(store, group="rates")
        assert [record.reason for record in found] == ["max_steps"] * 8
        for record in found:  # nothing twice, nothing left out
            steps = records.points(store, record)[:, 0]
            np.testing.assert_array_equal(steps, np.arange(0, 1501, 25))


def test_what_was_deleted_meanwhile_is_begun_anew_and_all_is_recorded(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = stopped_after_six_rounds(store)
        gone, *others = records.records(store, group="rates")
        records.remove(store, [gone])
        run(one, Here())
        assert one.notice == ""
        found = records.records(store, group="rates")
        assert {record.number for record in others} < {record.number for record in found}
        assert [record.reason for record in found] == ["max_steps"] * 8
        for record in found:
            steps = records.points(store, record)[:, 0]
            np.testing.assert_array_equal(steps, np.arange(0, 1501, 25))


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        run(recorded(store), Here())

        class Idle(Here):
            def submit(self, portion: object) -> Any:
                raise AssertionError

        again = resumed(store, "")  # the latest
        run(again, Idle())
        assert again.results.done == 8
        assert [summary.done for summary in again.summaries()] == [2] * 4
        assert all(summary.typical for summary in again.summaries())


def test_what_failed_is_trained_once_more_and_in_its_own_run(tmp_path: Path) -> None:
    class Broken(Here):
        def submit(self, portion: Any) -> Any:
            answer: Future[Any] = Future()
            answer.set_exception(MemoryError())
            return answer

    class Counting(Here):
        trained = 0

        def submit(self, portion: Any) -> Any:
            self.trained += len(portion.cells)
            return super().submit(portion)

    with Store(tmp_path / "runs.sqlite3") as store:
        run(recorded(store, max_steps=50), Broken())
        assert {r.reason for r in records.records(store, group="rates")} == {"failed"}
        run(resumed(store), Here())
        run(resumed(store), idle := Counting())
        assert idle.trained == 0
        found = records.records(store, group="rates")
        assert [record.reason for record in found] == ["max_steps"] * 8


def test_a_damaged_checkpoint_leaves_nothing_of_its_run(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = recorded(store, max_steps=50)
        run(one, Here())
        store.query("UPDATE checkpoints SET arrays = x'00'")
        store.query("INSERT INTO points SELECT number, 77, 1, 1, 1, 1 FROM runs")
        run(resumed(store), Here())
        found = records.records(store, group="rates")
        assert len(found) == 8
        for record in found:
            assert records.points(store, record)[:, 0].tolist() == [0, 25, 50]


def test_a_write_that_fails_is_made_up_for(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = stopped_after_six_rounds(store)
        group, one.group = one.group, None
        assert group is not None
        run(one, Here())
        store.query("ALTER TABLE checkpoints RENAME TO hidden")
        with pytest.raises(StoreError):
            group.save(one.results)
        store.query("ALTER TABLE hidden RENAME TO checkpoints")
        group.save(one.results)
        for record in records.records(store, group="rates"):
            steps = records.points(store, record)[:, 0]
            np.testing.assert_array_equal(steps, np.arange(0, 1501, 25))


def test_names_are_used_once_and_unknown_ones_refused(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        with pytest.raises(StoreError, match="no comparison yet"):
            Group.find(store, "")
        recorded(store)
        with pytest.raises(StoreError, match="--resume rates"):
            recorded(store)
        with pytest.raises(StoreError, match="nothing: no such comparison"):
            Group.find(store, "nothing")


def test_one_that_is_being_trained_is_left_alone(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = recorded(store, max_steps=10**6, target_loss=None)
        for changed in one.run(Here()):
            if changed:
                with Store(tmp_path / "runs.sqlite3") as other, pytest.raises(StoreError) as said:
                    resumed(other)
                assert "being trained by another program" in str(said.value)
                break


def test_a_store_that_fails_costs_the_record_not_the_result(tmp_path: Path) -> None:
    with Store(tmp_path / "runs.sqlite3") as store:
        one = recorded(store, max_steps=50)
        store.query("DROP TABLE checkpoints")
        run(one, Here())
    assert one.results.done == 8
    assert one.notice.startswith("not recorded: store")


def test_a_store_of_version_1_becomes_one_of_today(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite3"
    with Store(path) as store:
        for kind, name in (
            ("VIEW", "groups_view"),
            ("INDEX", "runs_by_group"),
            ("TABLE", "groups"),
        ):
            store.query(f"DROP {kind} {name}")
        store.query("ALTER TABLE runs DROP COLUMN paused")
        store.query("PRAGMA user_version = 1")
    with Store(path) as store:
        recorded(store)
        assert store.query("PRAGMA user_version") == [(len(MIGRATIONS),)]
        assert store.query("SELECT name, runs FROM groups_view") == [("rates", 0)]
