"""Settings: what they accept, how they say it, and that every way of writing them down is exact."""

import inspect
import tomllib
from typing import Any

import pytest
from any_settings import any_settings
from hypothesis import given, settings

from tui_nn.engine import optimizers, schedules
from tui_nn.experiment import build_trainer
from tui_nn.settings import (
    GROUPS,
    PRESETS,
    SECTIONS,
    Settings,
    SettingsError,
    allowed,
    applies,
    as_text,
    bounds,
    field_info,
    options,
    owners,
    read_config,
)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("learning_rate", -1, "learning_rate -1: a number above 0, at most 1e9, or auto"),
        ("learning_rate", "nan", "learning_rate nan: a number above 0, at most 1e9"),
        ("learning_rate", "1e400", "learning_rate 1e400: a number above 0, at most 1e9"),
        ("momentum", 1, "momentum 1: a number, at least 0, below 1"),
        ("samples", "1e3", "samples 1e3: a whole number from 2 to 100000"),
        ("seed", "1.5", "seed 1.5: a whole number from 0 to 4294967295"),
        ("seed", True, "seed true: a whole number from 0 to 4294967295"),
        ("max_steps", 0, "max_steps 0: a whole number from 1 to 1e12, or none"),
        ("batch_size", "many", "a whole number from 1 to 100000, or full"),
        ("optimizer", "adm", "one of gd, adam, adamw, nadam, radam, adamax, rmsprop, adagrad, "),
        ("optimizer", "adm", "lbfgs; did you mean adam?"),
        ("activation", "tanh,rel", "softplus, sine, linear; did you mean relu?"),
        ("activation", "tanh,relu,tanh", "give one, or one for each of the 2 hidden layers"),
        ("activation", "softmax", "activation softmax: one of sigmoid, tanh, relu, "),
        ("output_activation", "tanh,tanh", "output_activation tanh,tanh: one of auto, sigmoid, "),
        ("dropout", "0.1,1", "dropout 0.1,1: a number, at least 0, below 1, or one for each hidde"),
        ("eps", "2", "eps 2: a number from 0 to 1, or auto"),
        ("max_eval", 1.5, "max_eval 1.5: a whole number from 1 to 1000, or auto"),
        ("clip_norm", 0, "clip_norm 0: a number above 0, at most 1e9, or none"),
        ("line_search_fn", "wolfe", "line_search_fn wolfe: one of none, strong_wolfe"),
        ("loss", "cross_entropy", "cross_entropy: needs a data set of several classes, as rings"),
        ("features", "x,q", "features x,q: one of inputs, x, y, "),
        ("features", "x,x", "features x,x: some of inputs, x, y, x2, "),
        ("output_activation", "softmax", "softmax: needs a data set of several classes"),
        ("dataset", "", 'dataset "": one of xor, linear'),
        ("dtype", 64, "dtype 64: one of float64, float32"),
        ("hidden", "8,x", "hidden 8,x: units of each layer, as in 8,8: 1 to 1024 each"),
        ("hidden", [True], "hidden true: units"),
        ("hidden", "8,,8", "up to 16 layers, or none"),
        ("amsgrad", "maybe", "amsgrad maybe: true or false"),
        ("nesterov", True, "nesterov true: needs momentum above 0 and dampening 0"),
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
        Settings.parse({"dataset": "linear", "samples": 100_000, "hidden": [1024] * 16})
    Settings.parse({"hidden": [1024] * 16})


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"optimizer": "lbfgs", "batch_size": 8}, "optimizer lbfgs: needs full batches and no dr"),
        ({"optimizer": "lbfgs", "dropout": "0,0.1"}, "optimizer lbfgs: needs full batches and no"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "nesterov true: needs momentum ab"),
        ({"schedule": "warmup_cosine", "total_steps": 9}, "total_steps 9: must be > warmup_"),
        ({"output_activation": "tanh", "loss": "binary_cross_entropy"}, "output_activation sig"),
        ({"hidden": "4", "activation": "tanh,relu"}, "activation tanh,relu: give one, or one for"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_named(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.parse(values)
    assert said in str(error.value)
    assert error.value.field in values
    assert len(str(error.value).splitlines()) == 1


def test_what_makes_no_difference_is_no_obstacle() -> None:
    Settings.parse({"optimizer": "adam", "nesterov": True})
    Settings.parse({"schedule": "cosine", "total_steps": 9})
    Settings.parse({"optimizer": "lbfgs", "dropout": "0,0"})


def test_one_for_each_hidden_layer() -> None:
    one = Settings.parse({"activation": " tanh, relu", "dropout": "0.5,0"})
    assert (one.activation, one.dropout) == (("tanh", "relu"), (0.5, 0.0))
    again = Settings.parse({"activation": ["tanh"], "dropout": ["0.5"], "hidden": "none"})
    assert (again.activation, again.dropout) == ("tanh", 0.5)


def test_every_setting_has_a_group_a_help_and_a_short_hint() -> None:
    for name, field in Settings.model_fields.items():
        assert field_info(name)["group"] in GROUPS
        assert field_info(name)["section"] in SECTIONS
        assert field.description == field_info(name)["help"]
        assert 0 < len(field.description or "") <= 50
        assert bounds(name) in allowed(name)
        if not field_info(name)["choices"]:
            assert 0 < len(bounds(name)) < 80


@pytest.mark.parametrize("registry", [optimizers.REGISTRY, schedules.REGISTRY])
def test_every_option_is_a_setting_with_the_same_default(registry: dict[str, Any]) -> None:
    """Or with "auto", where the rules have defaults of their own."""
    defaults: dict[str, set[Any]] = {}
    for rule in registry.values():
        for option in inspect.signature(rule).parameters.values():
            if option.kind is option.KEYWORD_ONLY:
                defaults.setdefault(option.name, set()).add(option.default)
    for name, values in defaults.items():
        default, info = Settings.model_fields[name].default, field_info(name)
        assert info["live"]
        assert default == "auto" if info["word"] == "auto" else {default} == values, name
        assert info["word"] == "auto" or len(values) == 1, name


def test_a_setting_applies_where_it_makes_a_difference() -> None:
    def applying(**values: Any) -> set[str]:
        one = Settings.parse(values)
        return {name for name in Settings.model_fields if applies(name, one)}

    bare = applying()
    assert (
        not {"beta1", "eps", "rho", "gamma", "nesterov", "dampening", "penalty", "min_delta"} & bare
    )
    assert {"learning_rate", "momentum", "weight_decay", "schedule", "clip_norm", "l1"} <= bare
    assert applying(momentum=0.9) - bare == {"nesterov", "dampening"}
    assert applying(optimizer="nadam") - bare == {"beta1", "beta2", "eps", "momentum_decay"}
    assert applying(optimizer="nadam", weight_decay=0.1) >= {"decoupled_weight_decay"}
    assert bare - applying(optimizer="lbfgs") == {"momentum", "weight_decay", "maximize"}
    assert applying(schedule="step") - bare == {"step_size", "gamma"}
    assert applying(l2=0.1) - bare == {"penalty"}
    assert applying(patience=3) - bare == {"min_delta"}
    assert bare - applying(hidden=()) == {"activation", "dropout"}


def test_what_does_not_apply_is_not_given_to_a_rule() -> None:
    one = Settings(optimizer="adadelta", rho=0.5, beta1=0.1, eps="auto")
    assert options("optimizer", one) == {"rho": 0.5, "maximize": False}
    assert options("schedule", one) == {}
    assert owners("rho") == "adadelta"
    assert owners("maximize") == "all but lbfgs"
    assert owners("seed") == ""


def test_a_key_goes_on_to_the_next_choice_that_is_possible() -> None:
    one = Settings.parse({"optimizer": "rprop", "batch_size": 8})
    assert one.cycled("optimizer", 1).optimizer == "gd"  # not lbfgs
    assert Settings().cycled("optimizer", -1).optimizer == "lbfgs"
    layers = Settings(activation=("tanh", "relu"))
    assert layers.cycled("activation", 1).activation == "sigmoid"
    assert layers.cycled("activation", -1).activation == "linear"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_a_network_that_can_be_built(preset: str) -> None:
    chosen = Settings.parse(PRESETS[preset])
    assert chosen.resolved().output_activation == "sigmoid"  # the labels are 0 and 1
    build_trainer(chosen).run(1)


@settings(max_examples=60, deadline=None)
@given(any_settings())
def test_every_way_of_writing_settings_down_reads_back_the_same(one: Settings) -> None:
    assert Settings.parse(tomllib.loads(one.to_toml())) == one
    assert Settings.parse({n: as_text(v) for n, v in one.model_dump().items()}) == one
    assert Settings.parse(one.model_dump(mode="json")) == one
    assert Settings().changed(**Settings().differences(one)) == one


def test_a_config_file_may_begin_with_a_byte_order_mark(tmp_path: Any) -> None:
    (tmp_path / "run.toml").write_text("\ufeffseed = 3\n", encoding="utf-8")
    assert read_config(tmp_path / "run.toml") == {"seed": 3}
