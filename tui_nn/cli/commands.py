"""The commands, and where every error becomes a line of text and an exit code."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from tui_nn import __version__
from tui_nn.cli.dashboard import FPS, check_terminal, open_dashboard
from tui_nn.cli.errors import UsageError, exit_code
from tui_nn.cli.help import HelpPage
from tui_nn.cli.lists import LISTS, print_list
from tui_nn.cli.options import Options, option
from tui_nn.cli.values import check_output, check_package, parse_amount, parse_count, parse_pace
from tui_nn.cli.wording import wording
from tui_nn.render.look import PALETTES
from tui_nn.settings import short_text

EPILOGUE = (
    "Settings also come from the environment (TUI_NN_LEARNING_RATE=0.1) and from the file of "
    "--config (learning_rate = 0.1). A flag wins over the environment, the environment over the "
    "file, the file over the preset. --no-NAME turns a switch off."
)

app = App(
    name="tui-nn",
    help="Watch a neural network, written from scratch in NumPy, learn in the terminal.",
    usage="Usage: tui-nn [OPTIONS]            the dashboard, already training\n"
    "       tui-nn COMMAND [OPTIONS]    tui-nn COMMAND --help says more",
    version=__version__,
    help_format="plaintext",
    help_flags=["--help", "-h"],
    help_formatter=HelpPage(),
    help_epilogue=EPILOGUE,
)

app["--help"].help = "Show this page; tui-nn COMMAND --help shows a command's."
app["--version"].help = "Show the version."

Flattened = Annotated[Options | None, Parameter(name="*")]
LogOption = Annotated[str | None, option("save the log: .txt, .html, .svg, else all three", "FILE")]
DetachOption = Annotated[bool, option("train without a terminal; tui-nn attach comes back")]
StoreOption = Annotated[str | None, option("where runs are recorded, or none", "FILE")]
NameOption = Annotated[str, option("what the run is called in the list of runs", "TEXT")]
NoteOption = Annotated[str, option("a note on it", "TEXT")]


@app.default
def dashboard(
    *,
    options: Flattened = None,
    pace: Annotated[str | None, option("steps a second, or max [200]", "N")] = None,
    fps: Annotated[str | None, option("pictures a second at most [5]", "N")] = None,
    ascii: Annotated[bool, option("draw without braille, blocks and lines")] = False,
    palette: Annotated[
        str | None, option(f"colours: {' or '.join(PALETTES)}; remembered", "NAME")
    ] = None,
    log: LogOption = None,
    store: StoreOption = None,
    name: NameOption = "",
    note: NoteOption = "",
    detach: DetachOption = False,
    keep: Annotated[bool, option("go on without the terminal when its line drops")] = False,
) -> int:
    """Open the dashboard, already training."""
    options = options or Options()
    speed = parse_pace(pace, os.environ)
    rate = FPS if fps is None else parse_amount("--fps", fps, 0.1, 30)
    if palette is not None and palette not in PALETTES:
        raise UsageError(f"--palette {short_text(palette)}: one of {', '.join(PALETTES)}")
    settings = options.settings()
    if options.print_config:
        return print_config(settings.to_toml())
    from tui_nn.cli.data import copied, take_keys_from_terminal
    from tui_nn.runs.place import Label, store_path

    if detach:
        if log is not None:
            raise UsageError("--log: not with --detach; tui-nn runs export writes it later")
        from tui_nn.cli.hosts import begin

        return begin(settings, speed, store_path(store), Label(name, note))
    stand_in = copied(settings)
    if stand_in is not None:
        take_keys_from_terminal()
    check_terminal()
    if log is not None:
        check_output("--log", log)
    from tui_nn.ui import DashboardOptions

    asked = DashboardOptions(
        speed,
        rate,
        settings,
        log=Path(log) if log else None,
        ascii=ascii,
        palette=palette,
        store=store_path(store),
        label=Label(name, note),
        keep=keep,
        stand_in=stand_in,
    )
    return open_dashboard(asked)


@app.command(sort_key=0)
def train(
    *,
    options: Flattened = None,
    json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False,
    save_weights: Annotated[
        str | None, option("write W0, b0, W1, b1, ... at the end: .npz, .safetensors", "FILE")
    ] = None,
    init_weights: Annotated[
        str | None, option("begin with the weights of this file", "FILE")
    ] = None,
    log: LogOption = None,
    store: StoreOption = None,
    name: NameOption = "",
    note: NoteOption = "",
    detach: DetachOption = False,
) -> int:
    """Train without a dashboard, at full speed."""
    options = options or Options()
    settings = options.settings()
    if options.print_config:
        return print_config(settings.to_toml())
    from tui_nn.runs.place import Label, store_path

    files = {"--save-weights": save_weights, "--log": log}
    if detach:
        given = {**files, "--init-weights": init_weights, "--json": json or None}
        if flag := next((flag for flag, value in given.items() if value is not None), None):
            raise UsageError(f"{flag}: not with --detach; tui-nn runs export has the run later")
        from tui_nn.cli.hosts import begin

        return begin(settings, None, store_path(store), Label(name, note))
    for flag, path in files.items():
        if path is not None:
            check_output(flag, path)
    if save_weights is not None and save_weights.endswith(".safetensors"):
        check_package(save_weights)
    import asyncio

    from tui_nn.cli.train import Wishes, train

    wishes = Wishes(
        json=json,
        save_weights=Path(save_weights) if save_weights else None,
        init_weights=Path(init_weights) if init_weights else None,
        log=Path(log) if log else None,
        store=store_path(store),
        label=Label(name, note),
    )
    return asyncio.run(train(settings, wishes))


@app.command(sort_key=0)
def compare(
    group: Annotated[
        str, Parameter(help="with --resume: which comparison", show_default=False)
    ] = "",
    /,
    *,
    options: Flattened = None,
    vary: Annotated[
        list[str] | None, option("NAME=V1,V2,... or NAME=log:1e-3..1:7 (or lin:)", "NAME=...")
    ] = None,
    random: Annotated[str | None, option("so many rows, drawn by chance", "N")] = None,
    optuna: Annotated[str | None, option("so many rows, sought by Optuna", "N")] = None,
    repeats: Annotated[str | None, option("seeds of each row [5]", "N")] = None,
    workers: Annotated[str | None, option("processes that train [all cores]", "N")] = None,
    dask: Annotated[str | None, option("train on a dask cluster", "ADDRESS")] = None,
    resume: Annotated[bool, option("go on with a comparison, or the latest")] = False,
    yes: Annotated[bool, option("don't ask, however many runs there are")] = False,
    json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False,
    csv: Annotated[str | None, option("write a line for each run", "FILE")] = None,
    out: Annotated[str | None, option("write a report: HTML, SVG, TXT, CSV", "DIR")] = None,
    store: StoreOption = None,
    name: NameOption = "",
) -> int:
    """Train with several settings and seeds, and compare what comes of it."""
    options = options or Options()
    settings = options.settings()
    if options.print_config:
        return print_config(settings.to_toml())
    if csv is not None:
        check_output("--csv", csv)
    from tui_nn.cli.compare import Asked, run_compare

    asked = Asked(
        vary=tuple(vary or ()),
        random=parse_count("--random", random),
        optuna=parse_count("--optuna", optuna),
        repeats=parse_count("--repeats", repeats),
        workers=parse_count("--workers", workers, 256),
        dask=dask,
        resume=group if resume else None,
        yes=yes,
        json=json,
        csv=csv,
        out=out,
        store=store,
        name=name,
        given={
            name: value
            for name, value in vars(options).items()
            if value is not None and name != "print_config"
        },
    )
    if group and not resume:
        raise UsageError(f"{short_text(group)}: compare takes options only; did you mean --resume?")
    return run_compare(settings, asked)


@app.command(name="range-test", sort_key=0)
def sweep(
    *,
    options: Flattened = None,
    lowest: Annotated[str, option("the learning rate to begin with [1e-5]", "X")] = "1e-5",
    highest: Annotated[str, option("and the one to end with [100]", "X")] = "100",
    steps: Annotated[str, option("steps of the sweep, each at its rate [120]", "N")] = "120",
    json: Annotated[bool, option("print one JSON object, and nothing else")] = False,
) -> int:
    """Sweep the learning rate and suggest one to train with."""
    options = options or Options()
    settings = options.settings()
    if options.print_config:
        return print_config(settings.to_toml())
    from tui_nn.cli.range_test import run_range_test

    return run_range_test(settings, lowest, highest, steps, json)


@app.command(name="bench", sort_key=0, help_epilogue="")
def measure(
    *,
    only: Annotated[
        str | None, option("only work with this in its name: xor, batch", "TEXT")
    ] = None,
    rounds: Annotated[str, option("turns of each contestant [9]", "N")] = "9",
    seconds: Annotated[str, option("length of a turn [0.1]", "X")] = "0.1",
    json: Annotated[bool, option("print NDJSON, and nothing else, on stdout")] = False,
) -> int:
    """Measure this machine's speed beside NumPy loops and installed peers."""
    from tui_nn.cli.bench import run_bench

    turns = parse_count("--rounds", rounds, 1000)
    return run_bench(only, turns, parse_amount("--seconds", seconds, 0.001, 60), json)


@app.command(sort_key=1, help_epilogue="")
def recipes(
    dataset: Annotated[
        str | None, Parameter(help="of this built-in data set only", show_default=False)
    ] = None,
) -> int:
    """Settings that work on each built-in data set, some that fail, and why."""
    from tui_nn.cli.lists import print_recipes

    return print_recipes(dataset)


app.command(
    "tui_nn.cli.runs:app",
    name="runs",
    help="Recorded runs: list, show, diff, rename, export, resume.",
    sort_key=0,
)

for _place, _help in {
    "report:report": "Carry out the assignment's experiments: a report.",
    "predict:predict": "Predict the rows of a file with a run.",
    "export:export": "Write a run's model for elsewhere: NumPy, ONNX, PyTorch, Python.",
    "hosts:attach": "Open the dashboard on a run that goes on without a terminal.",
    "hosts:ps": "List the runs that go on without a terminal.",
    "hosts:stop": "Save a run that goes on without a terminal, and end it.",
}.items():
    app.command(f"tui_nn.cli.{_place}", help=_help, help_epilogue="", sort_key=0)

for _name, (_help, *_) in LISTS.items():
    app.command(partial(print_list, _name), name=_name, help=_help, help_epilogue="", sort_key=1)


def print_config(toml: str) -> int:
    sys.stdout.write(toml)
    return 0


def run(arguments: list[str] | None = None) -> int:
    """Carry out a command line (None: the program's own); returns the exit code."""

    def command() -> object:
        try:
            return app(
                arguments, exit_on_error=False, print_error=False, result_action="return_value"
            )
        except CycloptsError as error:
            raise UsageError(wording(error, app)) from None

    return exit_code(command)
