"""Settings: what they accept, how they say it, and that every way of writing them down is exact."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.experiment import build_trainer
from tui_nn.settings import (
    GROUPS,
    PRESETS,
    Settings,
    SettingsError,
    allowed,
    as_text,
    bounds,
    field_info,
    read_config,
)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("learning_rate", -1, "learning_rate -1: a number above 0, at most 1e9"),
        ("learning_rate", "nan", "learning_rate nan: a number above 0, at most 1e9"),
        ("learning_rate", "1e400", "learning_rate 1e400: a number above 0, at most 1e9"),
        ("momentum", 1, "momentum 1: a number, at least 0, below 1"),
        ("samples", "1e3", "samples 1e3: a whole number from 2 to 100000"),
        ("seed", "1.5", "seed 1.5: a whole number from 0 to 4294967295"),
        ("seed", True, "seed true: a whole number from 0 to 4294967295"),
        ("max_steps", 0, "max_steps 0: a whole number from 1 to 1e12, or none"),
        ("batch_size", "many", "batch_size many: full, or 1 to 100000"),
        ("optimizer", "adm", "optimizer adm: one of gd, adam; did you mean adam?"),
        ("dataset", "", 'dataset "": one of xor, linear'),
        ("dtype", 64, "dtype 64: one of float64, float32"),
        ("hidden", "8,x", "hidden 8,x: units of each layer, as in 8,8: 1 to 1024 each"),
        ("hidden", [True], "hidden true: units"),
        ("hidden", "8,,8", "up to 16 layers, or none"),
        ("amsgrad", "maybe", "amsgrad maybe: true or false"),
        ("nesterov", True, "nesterov: needs a momentum above 0"),
        ("optimiser", "gd", "optimiser: no such setting; did you mean optimizer?"),
        ("dataset", "x\n" * 99, "dataset x x x x x x x x x x x x x x x x x x x...: one of"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(name: str, value: Any, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.parse({name: value})
    assert said in str(error.value)
    assert error.value.field == name
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "layers"),
    [
        ("16", (16,)), ("8,8", (8, 8)), ("8, 4", (8, 4)), (16, (16,)), ([16, 2], (16, 2)),
        ("none", ()), ("", ()), ([], ()),
    ],
)  # fmt: skip
def test_hidden_layers_are_written_as_one_likes(value: Any, layers: tuple[int, ...]) -> None:
    assert Settings.parse({"hidden": value}).hidden == layers


def test_a_network_that_no_memory_holds_is_refused() -> None:
    with pytest.raises(SettingsError, match="samples 100000: at most 6103 with 16384 hidden"):
        Settings.parse({"samples": 100_000, "hidden": [1024] * 16})
    Settings.parse({"hidden": [1024] * 16})


def test_every_setting_has_a_group_a_help_and_a_short_hint() -> None:
    for name, field in Settings.model_fields.items():
        assert field_info(name)["group"] in GROUPS
        assert field.description == field_info(name)["help"]
        assert 0 < len(field.description or "") <= 50
        assert 0 < len(bounds(name)) < 80
        assert bounds(name) in allowed(name)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_a_network_that_can_be_built(preset: str) -> None:
    chosen = Settings.parse(PRESETS[preset])
    assert chosen.output_activation == "sigmoid"  # the labels are 0 and 1
    build_trainer(chosen).run(1)


def a_value(name: str) -> st.SearchStrategy[Any]:
    field, info = Settings.model_fields[name], field_info(name)
    if info["choices"]:
        return st.sampled_from(info["choices"])
    if name == "hidden":
        return st.lists(st.integers(1, 1024), max_size=16).map(tuple)
    if name == "batch_size":
        return st.integers(1, 100_000) | st.just("full")
    if field.annotation is bool:
        return st.booleans()
    limits = {k: getattr(r, k) for r in field.metadata for k in ("gt", "ge", "lt", "le")
              if hasattr(r, k)}  # fmt: skip
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    if "int" in str(field.annotation):
        value: st.SearchStrategy[Any] = st.integers(low, high)
    else:
        value = st.floats(low, high, allow_nan=False, allow_infinity=False,
                          exclude_min="gt" in limits, exclude_max="lt" in limits)  # fmt: skip
    return value | st.none() if "None" in str(field.annotation) else value


any_settings = (
    st.fixed_dictionaries({name: a_value(name) for name in Settings.model_fields})
    .filter(lambda values: not values["nesterov"] or values["momentum"] > 0)
    .filter(lambda values: values["samples"] * sum(values["hidden"]) <= 10**8)
    .map(Settings.parse)
)


@settings(max_examples=60, deadline=None)
@given(any_settings)
def test_every_way_of_writing_settings_down_reads_back_the_same(one: Settings) -> None:
    assert Settings.parse(tomllib.loads(one.to_toml())) == one
    assert Settings.parse({n: as_text(v) for n, v in one.model_dump().items()}) == one
    assert Settings.parse(one.model_dump(mode="json")) == one
    assert Settings().changed(**Settings().differences(one)) == one


def test_a_config_file_may_begin_with_a_byte_order_mark(tmp_path: Any) -> None:
    (tmp_path / "run.toml").write_text("\ufeffseed = 3\n", encoding="utf-8")
    assert read_config(tmp_path / "run.toml") == {"seed": 3}
