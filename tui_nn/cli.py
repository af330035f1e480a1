"""The command line: parse, call, print. Here, and at the app's edge, errors become text."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import os
import signal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
from cyclopts import App, CycloptsError, Parameter
from rich.console import Console
from rich.text import Text

from tui_nn import __version__
from tui_nn.engine import optimizers
from tui_nn.session import CommandError, SessionError, Snapshot, TrainingSession
from tui_nn.settings import (
    PRESETS,
    Settings,
    SettingsError,
    as_text,
    bounds,
    field_info,
    read_config,
)

app = App(
    name="tui-nn",
    help="Watch a neural network, written from scratch in NumPy, learn in the terminal.",
    version=__version__,
)


class UsageError(Exception):
    """A wrong option; the message says what is allowed."""


def _parameter(name: str) -> inspect.Parameter:
    field = Settings.model_fields[name]
    short = field_info(name)["short"]
    kind: Any = bool if field.annotation is bool else str
    about = f"{field.description} ({bounds(name)}; default {as_text(field.default)})"
    long = f"--{name.replace('_', '-')}"
    names = [long, f"--{short}"] if short else [long]
    annotation = Annotated[
        kind | None,
        Parameter(
            name=names,
            help=about,
            group=field_info(name)["group"],
            show_default=False,
            env_var=f"TUI_NN_{name.upper()}",
            negative=f"--no-{name.replace('_', '-')}" if kind is bool else (),
            allow_leading_hyphen=True,
        ),
    ]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
    )


def with_settings(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command every setting as an option; it receives the validated Settings."""
    own = [
        p
        for p in inspect.signature(command, eval_str=True).parameters.values()
        if p.name != "settings"
    ]
    options = [_parameter(name) for name in Settings.model_fields]

    def run(**values: Any) -> int:
        given = {name: values.pop(name) for name in Settings.model_fields if name in values}
        given = {name: value for name, value in given.items() if value is not None}
        settings = gather(given, values.pop("preset", None), values.pop("config", None))
        if values.pop("print_config", False):
            sys.stdout.write(settings.to_toml())
            return 0
        return command(settings, **values)

    common = [
        inspect.Parameter(
            "preset",
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                str | None, Parameter(help=f"a starting point: {', '.join(PRESETS)}")
            ],
        ),
        inspect.Parameter(
            "config",
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, Parameter(help="a TOML file of settings")],
        ),
        inspect.Parameter(
            "print_config",
            inspect.Parameter.KEYWORD_ONLY,
            default=False,
            annotation=Annotated[
                bool, Parameter(help="print the TOML that reproduces the run, and end", negative=())
            ],
        ),
    ]
    parameters = [*own, *common, *options]
    run.__doc__ = command.__doc__
    run.__name__ = command.__name__
    run.__signature__ = inspect.Signature(parameters, return_annotation=int)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": int}
    return run


def gather(given: dict[str, Any], preset: str | None, config: str | None) -> Settings:
    """Flags and environment over the config file over the preset over the defaults."""
    from_file = read_config(Path(config)) if config else {}
    preset = preset or from_file.pop("preset", "classic")
    if preset not in PRESETS:
        raise UsageError(f"--preset {preset}: choose from {', '.join(PRESETS)}")
    return Settings.parse({**PRESETS[preset], **from_file, **given})


def parse_pace(pace: str) -> int | None:
    """Steps a second; None is as fast as it can."""
    if pace == "max":
        return None
    if not pace.isdecimal() or int(pace) < 1:
        raise UsageError(f"--pace {pace}: steps a second, a whole number ≥ 1, or max")
    return int(pace)


LogOption = Annotated[str | None, Parameter(help="save the log as .txt, .html or .svg (else all)")]


@app.default
@with_settings
def dashboard(
    settings: Settings,
    *,
    pace: Annotated[str, Parameter(help="steps a second, or max")] = "500",
    log: LogOption = None,
) -> int:
    """Open the dashboard, already training."""
    speed = parse_pace(pace)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("the dashboard needs a terminal; without one: tui-nn train")
    if os.environ.get("TERM") in (None, "", "dumb"):
        raise UsageError("the dashboard needs more than TERM=dumb; use tui-nn train")
    if log is not None:
        check_writable("--log", Path(log))
    from tui_nn.ui import run_dashboard

    return asyncio.run(run_dashboard(settings, speed, Path(log) if log else None))


@app.command
@with_settings
def train(
    settings: Settings,
    *,
    json: Annotated[bool, Parameter(help="NDJSON on stdout, nothing else", negative=())] = False,
    save_weights: Annotated[str | None, Parameter(help="write W0, b0, … to this .npz")] = None,
    init_weights: Annotated[str | None, Parameter(help="begin from this .npz")] = None,
    log: LogOption = None,
) -> int:
    """Train without a dashboard, at full speed."""
    for name, path in (("--save-weights", save_weights), ("--log", log)):
        if path is not None:
            check_writable(name, Path(path))
    arrays = read_weights(init_weights) if init_weights else None
    return asyncio.run(_train(settings, json, arrays, save_weights, log))


async def _train(
    settings: Settings,
    as_json: bool,
    arrays: dict[str, Any] | None,
    save_weights: str | None,
    log_path: str | None,
) -> int:
    from tui_nn.render.log import RunLog
    from tui_nn.render.maps import surface_shape

    interrupted = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, interrupted.set)
    run_log, stderr = RunLog(), Console(stderr=True)
    run_log.add(0, "started")
    async with TrainingSession(settings, pace=None, playing=False) as session:
        if arrays is not None:
            await session.load_weights(arrays)
        await session.play()
        with progress_bar(stderr, settings) as show:
            while True:
                snapshot = await session.snapshot(predictions=False)
                show(snapshot)
                if as_json and snapshot.reason is None:
                    print_event("progress", snapshot)
                if snapshot.reason is not None or interrupted.is_set():
                    break
                try:
                    await asyncio.wait_for(interrupted.wait(), 0.1)
                except TimeoutError:
                    continue
        if snapshot.reason is None:
            await session.pause()
        snapshot = await session.snapshot(surface=surface_shape(36, 18))
        reason = snapshot.reason or "interrupted"
        run_log.add(snapshot.step, reason)
        if save_weights:
            write_weights(Path(save_weights), await session.weights())
        if log_path:
            paths = run_log.save(
                Path(log_path), settings, snapshot, session.history, session.dataset
            )
            stderr.print(Text(f"log saved: {', '.join(map(str, paths))}"), soft_wrap=True)
        if as_json:
            print_event("end", snapshot, reason=reason, settings=settings)
        else:
            print_result(snapshot, session)
    return {"interrupted": 130, "diverged": 1}.get(reason, 0)


def progress_bar(stderr: Console, settings: Settings) -> Any:
    """A context whose value shows a snapshot; silent where stderr is no terminal."""
    from contextlib import contextmanager

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    @contextmanager
    def context() -> Any:
        # The loss falls over decades: progress is how far its logarithm has come.
        columns = (
            TextColumn("step {task.fields[step]}"),
            BarColumn(),
            TextColumn("loss {task.fields[loss]:.5f}"),
            TimeElapsedColumn(),
        )
        with Progress(
            *columns, console=stderr, transient=True, disable=not stderr.is_terminal
        ) as progress:
            total = settings.max_steps or (
                settings.max_epochs * settings.steps_per_epoch if settings.max_epochs else None
            )
            task = progress.add_task("", total=1.0, step=0, loss=math.nan)
            first: list[float] = []

            def show(snapshot: Snapshot) -> None:
                first.append(snapshot.train_loss) if not first else None
                shares = [snapshot.step / total] if total else []
                target, loss = settings.target_loss, snapshot.train_loss
                if target and first[0] > target and loss > 0:
                    shares.append(math.log(first[0] / loss) / math.log(first[0] / target))
                done = max(0.0, min(1.0, max(shares, default=0.0)))
                progress.update(task, completed=done, step=snapshot.step, loss=loss)

            yield show

    return context()


def print_event(event: str, snapshot: Snapshot, **more: Any) -> None:
    """One line of NDJSON; what is not a finite number is null."""
    line: dict[str, Any] = {"event": event}
    if "reason" in more:
        line["reason"] = more["reason"]
    for name in (
        "step",
        "epoch",
        "train_loss",
        "train_accuracy",
        "test_loss",
        "test_accuracy",
        "seconds",
    ):
        value = getattr(snapshot, name)
        line[name] = value if value is None or math.isfinite(value) else None
    if "settings" in more:
        speed = snapshot.step / snapshot.seconds if snapshot.seconds else 0.0
        line["steps_per_second"] = speed
        line["settings"] = more["settings"].model_dump(mode="json")
    print(json.dumps(line), flush=True)


def print_result(snapshot: Snapshot, session: TrainingSession) -> None:
    from tui_nn.render.chart import loss_chart
    from tui_nn.render.maps import TruthAndPrediction
    from tui_nn.render.tables import result_table

    console = Console()
    width = min(console.width, 100)
    target = session.settings.target_loss
    console.print(loss_chart(session.history, width - 1, 15, log=True, target=target))
    if snapshot.predictions is not None:
        half = min(36, width // 2 - 2)
        # Half blocks without their colours say nothing.
        surface = snapshot.surface if half == 36 and console.color_system else None
        console.print(TruthAndPrediction(session.dataset, snapshot.predictions, surface, half, 18))
    console.print(result_table(snapshot))


def read_weights(path: str) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except OSError as error:
        raise UsageError(f"--init-weights {path}: {error.strerror or 'not an .npz file'}") from None
    except (ValueError, AttributeError, EOFError, zipfile.BadZipFile):
        raise UsageError(f"--init-weights {path}: not an .npz file of arrays") from None


def write_weights(path: Path, arrays: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        np.savez(file, **arrays)
    os.replace(temporary, path)


def check_writable(option: str, path: Path) -> None:
    """Say before training, not after it, that a file can't be written."""
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"{option} {path}: there is no folder {folder}")
    if path.is_dir():
        raise UsageError(f"{option} {path}: is a folder")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{option} {path}: the folder {folder} can't be written to")


@app.command(name="datasets")
def list_datasets() -> int:
    """The built-in data sets, a line on each."""
    from tui_nn.datasets import REGISTRY

    for name, source in REGISTRY.items():
        print(f"{name:12} {source.description}")
    return 0


@app.command(name="optimizers")
def list_optimizers() -> int:
    """The optimizers, a line on each."""
    for name, rule in optimizers.REGISTRY.items():
        print(f"{name:12} {(rule.__doc__ or '').splitlines()[0]}")
    return 0


def fail(message: str, code: int) -> NoReturn:
    stderr = Console(stderr=True, highlight=False)
    stderr.print(Text(f"tui-nn: {message}"), soft_wrap=True)
    raise SystemExit(code)


def main() -> None:
    """The program: exit 0 finished, 1 failed or diverged, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        # A locale without UTF-8 gets question marks for our glyphs, not a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = app(exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        fail(" ".join(str(error).split()), 2)
    except SettingsError as error:
        name = f"--{error.field.replace('_', '-')}" if error.field else ""
        fail(str(error).replace(f"{error.field}:", f"{name}:", 1), 2)
    except (UsageError, CommandError) as error:
        fail(str(error), 2)
    except SessionError as error:
        fail(str(error), 1)
    except BrokenPipeError:
        # The reader of our output has left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
    except OSError as error:
        fail(f"{error.filename or ''}: {error.strerror}", 1)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
