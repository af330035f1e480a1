"""Options: which source of a value wins, and how what is wrong is said. No process is started."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.cli.commands import app, run
from tui_nn.cli.errors import UsageError
from tui_nn.cli.lists import LISTS
from tui_nn.cli.options import Options, gather
from tui_nn.cli.values import parse_pace
from tui_nn.settings import SECTIONS, Settings, flag_of


def test_flag_over_environment_over_file_over_preset_over_default(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('preset = "adam"\nlearning_rate = 0.2\nseed = 2\n')
    config, environ = str(tmp_path / "run.toml"), {"TUI_NN_SEED": "3", "HOME": "/"}

    def chosen(flags: dict[str, str], environ: dict[str, str]) -> tuple[str, float, int]:
        result = gather(flags, environ)
        return result.optimizer, result.learning_rate, result.seed

    assert chosen({}, {}) == ("gd", "auto", 0)
    assert chosen({"preset": "adam"}, {}) == ("adam", "auto", 0)
    assert chosen({"config": config}, {}) == ("adam", 0.2, 2)
    assert chosen({"config": config, "preset": "classic"}, {}) == ("gd", 0.2, 2)
    assert chosen({"config": config}, environ) == ("adam", 0.2, 3)
    assert chosen({"config": config, "seed": "4"}, environ) == ("adam", 0.2, 4)
    everything = {"TUI_NN_CONFIG": config, "TUI_NN_PRESET": "classic", "TUI_NN_PACE": "9"}
    assert chosen({}, everything) == ("gd", 0.2, 2)


def options(arguments: list[str]) -> Settings:
    _, bound, _ = app.parse_args(["train", *arguments], exit_on_error=False, print_error=False)
    given = bound.arguments.get("options") or Options()
    return given.settings()  # type: ignore[no-any-return]


def one_each_away(values: dict[str, object]) -> dict[str, object]:
    """Without what is given for each of two hidden layers."""
    return {name: v for name, v in values.items() if name == "hidden" or not isinstance(v, tuple)}


@settings(max_examples=40, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "dataset": st.sampled_from(["xor", "circle"]),
            "hidden": st.lists(st.integers(1, 99), max_size=3).map(tuple),
            "learning_rate": st.floats(1e-9, 1e9),
            "momentum": st.floats(0.1, 0.9),
            "nesterov": st.just(True),
            "batch_size": st.just("full") | st.integers(1, 50),
            "target_loss": st.none() | st.floats(0, 1),
            "max_steps": st.none() | st.integers(1, 10**12),
            "activation": st.just("relu") | st.just(("relu", "gelu_tanh")),
            "dropout": st.floats(0, 0.9) | st.just((0.1, 0.0)),
            "optimizer": st.sampled_from(["gd", "adam", "rprop"]),
            "eps": st.just("auto") | st.floats(0, 1),
            "line_search_fn": st.none() | st.just("strong_wolfe"),
            "schedule": st.sampled_from(["constant", "one_cycle"]),
            "three_phase": st.booleans(),
            "clip_norm": st.none() | st.floats(0.1, 9),
            "patience": st.none() | st.integers(1, 9),
        },
    )
    .filter(lambda values: "momentum" in values or "nesterov" not in values)
    .map(lambda values: values if len(values.get("hidden", "88")) == 2 else one_each_away(values))
)
def test_to_flags_reproduces_the_settings(values: dict[str, object]) -> None:
    one = Settings.parse(values)
    assert options(one.to_flags()) == one


def test_a_switch_can_be_turned_off(tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("amsgrad = true\n")
    config = ["--config", str(tmp_path / "run.toml")]
    assert options(config).amsgrad
    assert not options([*config, "--no-amsgrad"]).amsgrad


def test_the_printed_config_is_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flags = ["--preset", "playground", "--hidden", "none", "--lr", "0.3", "--max-steps", "none"]
    assert run(["train", *flags, "--print-config"]) == 0
    (tmp_path / "run.toml").write_text(capsys.readouterr().out)
    assert options(["--config", str(tmp_path / "run.toml")]) == options(flags)


def test_pace() -> None:
    assert parse_pace(None, {}) == 200
    assert parse_pace("20", {"TUI_NN_PACE": "7"}) == 20
    assert parse_pace(None, {"TUI_NN_PACE": "max"}) is None
    for wrong in ("0", "-1", "1.5", "fast", "", "²", "1" * 5000):
        with pytest.raises(UsageError, match=r"--pace .*: steps a second, 1 to 1e6, or max"):
            parse_pace(wrong, {})
    with pytest.raises(UsageError, match="TUI_NN_PACE=x: steps"):
        parse_pace(None, {"TUI_NN_PACE": "x"})


@pytest.mark.parametrize("command", [[], ["train"], ["range-test"]])
def test_the_help_has_every_option_on_80_columns(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*command, "--help"]) == 0
    page = capsys.readouterr().out
    lines = [line.rstrip() for line in page.splitlines()]
    assert all(len(line) <= 80 for line in lines)
    for heading in (*SECTIONS, "Run"):
        assert heading in lines
    for name in Settings.model_fields:
        assert f"  {flag_of(name)}" in page
    assert "--learning-rate, --lr X   how far an update goes (auto: by optimizer): above" in page
    assert "None" not in page
    assert "OPTIONS" not in page.partition("\n\n")[2]  # no option is positional
    assert "(adam, adamw, nadam, radam, adamax)" in " ".join(page.split())
    assert len(lines) < 220


WRONG = [
    ("train --learning-rate -1", "--learning-rate -1: a number above 0, at most 1e9"),
    ("train --lr -1", "--learning-rate -1: a number above 0, at most 1e9"),
    ("train --hidden 8,x", "--hidden 8,x: units of each layer, as in 8,8: 1 to 1024 each, up to"),
    ("train --optimizer adm", "--optimizer adm: one of gd, adam, adamw, nadam, radam, "),
    ("train --nesterov", "--nesterov: needs momentum above 0 and dampening 0"),
    ("train --optimizer lbfgs --batch-size 5", "--optimizer lbfgs: needs full batches and no"),
    ("train --loss cross_entropy", "--loss cross_entropy: needs a data set of several classes"),
    ("train --schedule warmup_cosine --total-steps 9", "--total-steps 9: must be > warmup_steps"),
    ("train --activation tanh,relu,elu", "--activation tanh,relu,elu: give one, or one for each"),
    ("train --eps x", "--eps x: a number from 0 to 1, or auto"),
    ("train --preset clasic", "--preset clasic: one of classic, adam, playground; did you mean cl"),
    ("train --learnin-rate 1", "--learnin-rate: no such option; did you mean --learning-rate?"),
    ("train -lr 1", "-lr: no such option; did you mean --lr?"),
    ("train --lr", "--lr: needs a value, a number above 0, at most 1e9"),
    ("train --lr --json", "--lr: needs a value, a number above 0, at most 1e9"),
    ("train --lr 1 --learning-rate 2", "--learning-rate: given twice"),
    ("train --amsgrad=5", "--amsgrad 5: a switch takes no value"),
    ("train --pace 5", "--pace: no such option here; the dashboard has it"),
    ("--json", "--json: no such option here; tui-nn train has it"),
    ("train more", "more: train takes options only"),
    ("trian --lr 1", "trian: no such command; did you mean train?"),
    ("--lr 1 train", "train: a command comes before the options"),
    ("--pace fast", "--pace fast: steps a second, 1 to 1e6, or max"),
    ("", "the dashboard needs a terminal; without one: tui-nn train"),
    ("--palette color-blind", "--palette color-blind: one of standard, colour-blind"),
    ("train --config missing.toml", "--config missing.toml: No such file or directory"),
    ("train --config .", "--config .: Is a directory"),
    ("train --config text", "--config text: not TOML: "),
    ("train --config latin", "--config latin: not UTF-8"),
    ("train --config key", "key: learning_rat: no such setting; did you mean learning_rate?"),
    ("train --config type", 'type: learning_rate = "abc": a number above 0, at most 1e9'),
    ("train --config table", "table: hidden = \"{'a': 1}\": units of each layer"),
    ("train --log nowhere/log", "--log nowhere/log: there is no folder"),
    ("train --save-weights .", "--save-weights .: is a folder"),
    ("train --init-weights missing.npz", "--init-weights missing.npz: No such file or directory"),
    ("train --init-weights text", "--init-weights text: not an .npz file of plain arrays"),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the wrong files lie."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text").write_text("x = = 1")
    (tmp_path / "latin").write_bytes(b"x = '\xe9'")
    (tmp_path / "key").write_text("learning_rat = 1")
    (tmp_path / "type").write_text('learning_rate = "abc"')
    (tmp_path / "table").write_text("hidden = {a = 1}")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("line", "said"), WRONG, ids=[line or "(bare)" for line, _ in WRONG])
def test_wrong_usage_is_one_line(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line.split()) == 2
    output = capsys.readouterr()
    assert output.err.startswith(f"tui-nn: {said}")
    assert output.err.count("\n") == 1
    assert output.out == ""


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("TUI_NN_LEARNING_RATE", "x", "TUI_NN_LEARNING_RATE=x: a number above 0, at most 1e9"),
        ("TUI_NN_LERNING_RATE", "1", "TUI_NN_LERNING_RATE: no such setting; did you mean TUI_NN_L"),
        ("TUI_NN_CONFIG", "/missing", "TUI_NN_CONFIG=/missing: No such file or directory"),
        ("TUI_NN_PRESET", "x", "TUI_NN_PRESET=x: one of classic, adam, playground"),
    ],
)
def test_a_wrong_variable_is_named(
    variable: str, value: str, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv(variable, value)
    assert run(["train"]) == 2
    assert capsys.readouterr().err.startswith(f"tui-nn: {said}")


@pytest.mark.parametrize("command", LISTS)
def test_every_registry_has_a_list_on_80_columns(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([command]) == 0
    option, *lines = capsys.readouterr().out.splitlines()
    assert option.strip() == LISTS[command][2]
    # A line each: a name, and what there is to say of it.
    assert [line.split()[0] for line in lines] == list(LISTS[command][1])
    assert all(len(line.split()) > 1 for line in lines)


def test_a_closed_standard_input_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", None)  # as it is after `<&-`
    assert run([]) == 2
    assert "needs a terminal" in capsys.readouterr().err
