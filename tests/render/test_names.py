"""What pinned runs are called: by what tells them from the run beside, and apart."""

from typing import Any

from tui_nn.render.names import Told, names_apart
from tui_nn.settings import Settings

ADAM: dict[str, Any] = {"optimizer": "adam", "learning_rate": 0.01}


def told(name: str = "", id: str = "3d3e91ab", step: int = 100, **settings: Any) -> Told:
    return Told(name, id, step, Settings(**settings).model_dump_json())


def named(*runs: Told, name: str = "", **settings: Any) -> list[str]:
    return names_apart(runs, name, Settings(**settings).model_dump_json())


def test_a_pin_is_called_by_the_settings_that_are_other_ones() -> None:
    assert named(told(**ADAM)) == ["adam lr 0.01"]
    assert named(told(), **ADAM) == ["gd lr 1"]
    assert named(told(hidden="4"), told(dataset="moons", hidden="none")) == [
        "hidden 4",
        "moons hidden none",
    ]
    assert named(told(dataset="/a/b/iris.csv", seed=3)) == ["iris.csv seed 3"]


def test_what_tells_pins_apart_comes_before_what_they_share() -> None:
    assert named(told(**ADAM), told(**ADAM | {"learning_rate": 0.02})) == [
        "lr 0.01 adam",
        "lr 0.02 adam",
    ]


def test_what_the_fewest_pins_share_comes_first() -> None:
    moons: dict[str, Any] = {"dataset": "moons", "learning_rate": 0.3}
    assert named(told(**moons, data_seed=4), told(**moons, seed=3), told(**ADAM)) == [
        "data seed 4 moons lr 0.3",
        "seed 3 moons lr 0.3",
        "adam lr 0.01",
    ]


def test_a_seed_that_is_auto_is_the_seed() -> None:
    assert named(told(), data_seed=5) == ["seed 0"]
    assert named(told(seed=3), data_seed=5, batch_seed=6) == ["seed 3"]
    assert named(told(seed=3, data_seed=5), batch_seed=6) == ["seed 3 data seed 5"]
    assert named(told(optimizer="adam"), data_seed=5) == ["adam lr 0.01 seed 0"]


def test_what_is_the_same_in_effect_is_no_difference() -> None:
    assert named(told(learning_rate=1.0, max_epochs=100_000, nesterov=True)) == ["3d3e91ab"]
    assert named(told(max_epochs="auto"), max_epochs=100_000) == ["3d3e91ab"]
    assert named(told(**ADAM), optimizer="adam") == ["3d3e91ab"]
    assert named(told(max_epochs=200)) == ["max epochs 200"]


def test_a_run_that_was_given_a_name_goes_by_it() -> None:
    assert named(told("mine", **ADAM)) == ["mine"]
    assert named(told("mine", dataset="moons")) == ["moons, mine"]
    assert named(told("mine", **ADAM), name="mine") == ["adam lr 0.01"]  # which this one has too
    assert named(told("mine", **ADAM), told("mine", seed=2)) == [
        "mine, adam lr 0.01",
        "mine, seed 2",
    ]


def test_where_nothing_differs_the_id_or_the_step_does() -> None:
    assert named(told(), told(id="71f0aa00")) == ["3d3e91ab", "71f0aa00"]
    assert named(told(step=5), told(step=9)) == ["3d3e91ab, 5 steps", "3d3e91ab, 9 steps"]
    assert named(told(**ADAM), told(id="71f0aa00", **ADAM)) == [
        "adam lr 0.01, 3d3e91ab",
        "adam lr 0.01, 71f0aa00",
    ]
    assert named(Told("", "3d3e91ab", 7, None), **ADAM) == ["3d3e91ab"]  # of another version
