"""`tui-nn runs export`: every format holds what the store has, and nothing is overwritten."""

import json
import os
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars
import pytest
import safetensors.numpy
from recorded import EVIL, enter, said
from rich.text import Text

from tui_nn.cli import run_files
from tui_nn.cli.commands import run as command
from tui_nn.cli.export import FORMATS as MODELS
from tui_nn.cli.formats import FORMATS
from tui_nn.runs import records
from tui_nn.runs.store import Store
from tui_nn.session import HISTORY_COLUMNS
from tui_nn.settings import Settings, read_config


def test_exports_lose_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = enter(path, train_fraction=0.7, seed=3)
    with Store(path) as store:
        history, state = records.points(store, run), records.checkpoint(store, run)
    for kind in ("csv", "ndjson", "npz", "safetensors", "parquet", "toml", "zip"):
        assert said(capsys, "export", "latest", "--out", f"run.{kind}") == f"run.{kind}\n"
    table = np.genfromtxt("run.csv", delimiter=",", names=True)
    assert table.dtype.names == HISTORY_COLUMNS
    assert np.array_equal(np.array(table.tolist()), history, equal_nan=True)
    lines = [json.loads(line) for line in Path("run.ndjson").read_text().splitlines()]
    assert [line["test_loss"] for line in lines] == history[:, 3].tolist()
    frame = polars.read_parquet("run.parquet")
    assert frame.dtypes == [polars.Int64, *[polars.Float64] * 4]
    assert np.array_equal(frame.to_numpy(), history, equal_nan=True)
    settings = read_config(Path("run.toml"))
    assert Settings.parse(settings) == Settings(train_fraction=0.7, seed=3)
    others = safetensors.numpy.load_file("run.safetensors")
    with np.load("run.npz") as arrays:
        assert list(arrays) == ["W0", "b0", "W1", "b1", "W2", "b2"]
        assert all(np.array_equal(arrays[name], others[name]) for name in arrays)
        flat = np.concatenate([arrays[name].ravel() for name in arrays])
    assert sorted(flat) == sorted(state["trainer"]["parameters"])
    for kind in ("npz", "safetensors"):
        again = ["--init-weights", f"run.{kind}", "--max-steps", "1", "--json", "--seed", "4"]
        assert command(["train", *again, "--save-weights", f"again.{kind}"]) == 0
        assert Path(f"again.{kind}").stat().st_size == Path(f"run.{kind}").stat().st_size


def test_a_zip_has_all_of_it_and_says_what_it_is(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = enter(path, name=EVIL)
    said(capsys, "export", "latest", "--out", "run.zip")
    said(capsys, "export", "latest", "--out", "run.csv")
    with zipfile.ZipFile("run.zip") as archive:
        names = archive.namelist()
        assert archive.read("metrics.csv") == Path("run.csv").read_bytes()
        assert json.loads(archive.read("run.json"))["id"] == run.id
        readme = archive.read("README.txt").decode()
        for kind in ("report.html", "log.html"):
            assert b"<b>y" not in archive.read(kind)
    offered = [kind for kind, format in run_files.FORMATS.items() if format.in_zip]
    assert len(names) == len(offered) + 1 == len({*names})
    assert all(name in readme for name in names if name != "README.txt")
    assert "Left out" not in readme


def test_formats_are_those_that_are_offered() -> None:
    assert (*run_files.FORMATS, "zip") == FORMATS


def test_a_model_in_python_has_a_name_that_python_can_import(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = enter(path)
    assert command(["export", "latest"]) == 0
    place = Path(capsys.readouterr().out.strip())
    assert (place.name, place.stem.isidentifier()) == (f"model_{run.id}.py", True)
    assert said(capsys, "export", "latest", "--format", "python", "--force").strip() == str(place)


@pytest.mark.parametrize("arguments", [["show", "latest", "--html"], ["export", "x", "--out"]])
def test_where_a_file_is_needed_it_says_so(
    path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    wrong = said(capsys, *arguments, "-", code=2)
    assert wrong == f"tui-nn: {arguments[-1]}: needs the name of a file\n"


def test_the_log_in_every_form(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = enter(path, name="first")
    texts = {}
    for kind in ("txt", "ansi", "html", "svg"):
        place = said(capsys, "export", "latest", "--format", kind).strip()
        texts[kind] = Path(place).read_text()
        assert run.id in texts[kind]
    assert "\x1b[" in texts["ansi"]
    assert Text.from_ansi(texts["ansi"]).plain.split()[:3] == texts["txt"].split()[:3]
    ElementTree.fromstring(texts["svg"])


def test_several_runs_go_into_a_folder(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [enter(path, dataset=dataset) for dataset in ("xor", "circle", "xor")]
    said(capsys, "export", runs[0].id, runs[1].id, "--format", "toml", "--out", "a/b")
    assert {*os.listdir("a/b")} == {f"tui-nn-{run.id}.toml" for run in runs[:2]}
    said(capsys, "export", "--dataset", "xor", "--since", "1d", "--format", "csv", "--out", "c")
    assert {*os.listdir("c")} == {f"tui-nn-{run.id}.csv" for run in runs[::2]}
    said(capsys, "export", "--dataset", "none", code=1)
    Path("file.csv").write_text("")
    wrong = said(capsys, "export", runs[0].id, runs[1].id, "--out", "file.csv", code=2)
    assert "several files need a folder" in wrong


def test_what_is_not_installed_is_named(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(path)
    absent = ("polars", "safetensors", "safetensors.numpy", "tensorboardX", "torch")
    for module in (*absent, "onnx", "onnx.helper"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "tensorboardX.event_file_writer", None)
    for kind, package in (
        ("parquet", "polars"), ("safetensors", "safetensors"), ("tensorboard", "tensorboardX"),
        ("onnx", "onnx"), ("torch-state-dict", "torch"),
    ):  # fmt: skip
        wrong = said(capsys, "export", "latest", "--format", kind, code=1)
        extra = kind.removesuffix("-state-dict")
        hint = f"needs the {package} package: pip install 'tui-nn[{extra}]'"
        assert wrong == f"tui-nn: --format {kind}: {hint}\n"
    assert sorted(os.listdir()) == [path.name, f"{path.name}.lock"]  # no folder that was to hold it
    for option in ("--save-weights", "--init-weights"):
        Path("a.safetensors").touch()
        assert command(["train", option, "a.safetensors"]) == 2
        assert "needs the safetensors package" in capsys.readouterr().err
    said(capsys, "export", "latest", "--out", "run.zip")
    with zipfile.ZipFile("run.zip") as archive:
        assert "parquet: needs the polars package" in archive.read("README.txt").decode()
        assert "metrics.csv" in archive.namelist()


def test_a_report_is_written_and_replaced_by_force_only(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = enter(path, name="first")
    assert said(capsys, "show", "latest", "--html", "a.html") == "a.html\n"
    assert f"Run {run.id} on xor" in Path("a.html").read_text()
    assert "--force" in said(capsys, "show", "latest", "--html", "a.html", code=1)
    said(capsys, "show", "latest", "--html", "a.html", "--force")
    assert "one of them" in said(capsys, "show", "latest", "--html", "b", "--json", code=2)


def test_a_file_is_replaced_by_force_only(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    enter(path)
    Path("a.csv").write_text("mine")
    refused = said(capsys, "export", "latest", "--out", "a.csv", code=1)
    assert refused == "tui-nn: --out a.csv: is there already; --force replaces it\n"
    assert Path("a.csv").read_text() == "mine"
    said(capsys, "export", "latest", "--out", "a.csv", "--force")
    assert Path("a.csv").read_text().startswith("step,")
    assert sorted(os.listdir()) == ["a.csv", "runs.sqlite3", "runs.sqlite3.lock"]


def test_a_model_is_written_the_short_way(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = enter(path, activation=("sine", "tanh"), name="waves")
    for kind in MODELS:
        if kind == "torch-state-dict" and find_spec("torch") is None:
            continue
        assert command(["export", "waves", "--format", kind]) == 0
        place, hint = capsys.readouterr()
        assert said(capsys, "export", run.id, "--format", kind, "--force") == place
        assert ("class Sine" in hint) == (kind == "torch-state-dict")
    assert command(["export", "latest", "--out", "model.py"]) == 0
    assert capsys.readouterr().out == "model.py\n"
    assert "sine(a @ W0 + b0)" in Path("model.py").read_text()
    assert command(["export", "latest", "--out", "model.csv"]) == 2
    assert "--out model.csv: one of npz," in capsys.readouterr().err
