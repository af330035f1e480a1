"""A model elsewhere says what the engine says: in ONNX, PyTorch, and plain Python."""

import ast
import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import polars as pl
import pytest
from recorded import record

from tui_nn.datasets import features
from tui_nn.datasets.files import opened_file
from tui_nn.datasets.preprocessing import Input
from tui_nn.datasets.rows import read_rows
from tui_nn.engine import activations
from tui_nn.engine.types import Array
from tui_nn.runs import python_file
from tui_nn.runs.model import Model, model_of
from tui_nn.runs.onnx_file import as_onnx
from tui_nn.runs.predictions import Predictions
from tui_nn.runs.python_file import TooLarge, as_python
from tui_nn.runs.torch_file import SINE, as_state_dict, sequential
from tui_nn.session.training import Training
from tui_nn.settings import Settings

EVIL = "quote\"\"\"'''\\ {boom} $boom\nboom()\x1b[31m"
EVIL_CELL = '"' + EVIL.replace('"', '""') + '"'
EVIL_NAME = EVIL_CELL.replace("\n", " ")  # names are on one line
ROWS = 'when,stem,"col""our",wet,size,kind\n' + "".join(
    f"2020-01-{1 + i % 28:02},{i % 9 + i / 7},{['red', 'blue', 'gr een'][i % 3]},"
    f"{str(i % 2 == 0).lower()},{i % 5 * 3.5},{'abc'[i % 3]}\n"
    for i in range(60)
)
TASKS: list[dict[str, Any]] = [
    {"dataset": "xor", "hidden": (8, 8)},
    {"dataset": "rings", "hidden": (6,), "features": (features.INPUTS, *features.REGISTRY)},
    {"dataset": "sine", "hidden": (5, 4)},
]


def learnt(**settings: Any) -> Model:
    """A model after some steps; its weights are larger than such would be."""
    training = Training(Settings.parse(settings), None, True)
    training.trainer.run(20)
    training.trainer.network.parameters *= 2
    return model_of(record(training.settings), training.state())


def points(model: Model, count: int = 50) -> Array:
    """Rows in their own units, some far away."""
    rng = np.random.default_rng(0)
    columns = [
        rng.integers(-1, one.width, count)
        if one.kind == "category"
        else rng.integers(0, 2, count)
        if one.kind == "boolean"
        else rng.normal(one.mean, 3 * one.scale, count)
        for one in model.inputs
    ]
    return np.column_stack(columns).astype(float)


def cell(one: Input, value: float) -> Any:
    """A value as a row has it."""
    if one.kind == "category":
        return one.categories[int(value)] if value >= 0 else "another one"
    return bool(value) if one.kind == "boolean" else float(value)


def in_onnx(model: Model, values: Array) -> tuple[Any, Array | None]:
    """What the graph says of columns: predicted, and the shares of classes."""
    content = as_onnx(model, "a title")
    words = [j for j, one in enumerate(model.inputs) if one.kind == "category"]
    numbers = [j for j in range(len(model.inputs)) if j not in words]
    given: dict[str, Array] = {"numbers": values[:, numbers]} if numbers else {}
    if words:
        texts = [[cell(model.inputs[j], row[j]) for j in words] for row in values]
        given["categories"] = np.array(texts, object)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    found = session.run(None, given)
    return found[0], found[1] if len(found) > 1 else None


def in_python(model: Model, values: Array) -> tuple[Any, Array | None]:
    """The same of the file's predict."""
    scope: dict[str, Any] = {"__name__": "model"}
    exec(compile(as_python(model, "a title"), "model.py", "exec"), scope)
    pairs = [list(zip(model.inputs, row, strict=True)) for row in values]
    found = scope["predict"]([[cell(one, value) for one, value in pair] for pair in pairs])
    return found if isinstance(found, tuple) else (found, None)


def difference(model: Model, values: Array, found: tuple[Any, Array | None]) -> float:
    """The largest one between what is said elsewhere and what the engine says."""
    predicted, shares = found
    outputs = model.outputs(values)
    if model.is_regression:
        return float(np.abs(predicted - outputs[:, 0]).max())
    assert shares is not None
    expected = np.array(model.classes)[model.chosen(outputs)]
    clear = np.abs(outputs - model.boundary).min(axis=1) > 1e-6
    assert (np.asarray(predicted)[clear] == expected[clear]).all()
    return float(np.abs(shares - model.shares(outputs)).max())


@pytest.mark.parametrize("settings", TASKS, ids=lambda settings: settings["dataset"])
@pytest.mark.parametrize("activation", activations.REGISTRY)
def test_every_activation_is_the_same_elsewhere(activation: str, settings: dict[str, Any]) -> None:
    model = learnt(activation=activation, **settings, learning_rate=0.01)
    values = points(model)
    assert difference(model, values, in_onnx(model, values)) < 1e-6
    assert difference(model, values, in_python(model, values)) < 1e-12


@pytest.mark.parametrize(
    "settings",
    [
        {"missing": "mean"},
        {"task": "regression", "target": "size", "drop": "when"},
        {"columns": 'col"our', "target": "wet"},
        {"columns": "stem", "features": "x,x2,sin_x", "loss": "mse", "output_activation": "tanh"},
        {"columns": "stem,size", "features": "xy,inputs,y2,sin_y", "dtype": "float32"},
        {"target": "wet", "loss": "hinge", "hidden": "none"},
    ],
    ids=lambda settings: ",".join(map(str, settings.values())),
)
def test_own_data_is_taken_in_elsewhere(settings: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS.replace("gr een", EVIL_CELL))
    model = learnt(dataset=str(path), learning_rate=0.1, **settings)
    values = points(model)
    if model.fills:
        values[::7, 1], values[::9, 4] = np.nan, np.inf
    near = 1e-6 if settings.get("dtype") else 1e-12
    finite = np.where(np.isinf(values), np.nan, values)
    assert difference(model, finite, in_onnx(model, values)) < near
    assert difference(model, finite, in_python(model, values)) < near


def test_what_is_missing_is_refused_where_there_is_no_rule() -> None:
    model = learnt(dataset="xor")
    with pytest.raises(ValueError, match="missing"):
        in_python(model, np.array([[0.5, np.nan]]))
    shares = in_onnx(model, np.array([[0.5, np.nan], [0.5, 0.5]]))[1]
    assert shares is not None
    assert np.isnan(shares).any(axis=1).tolist() == [True, False]


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"columns": 'col"our', "target": "wet"},
        {"task": "regression", "target": "size"},
        {"missing": "mean"},
        {"columns": "stem,size", "target": "wet", "activation": "relu"},
    ],
    ids=range(5),
)
def test_onnx_says_nothing_of_what_is_missing(settings: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS)
    model = learnt(dataset=str(path), **settings)
    session = onnxruntime.InferenceSession(as_onnx(model, ""), providers=["CPUExecutionProvider"])
    words = [one for one in model.inputs if one.kind == "category"]
    numbers = len(model.inputs) - len(words)
    given: dict[str, Any] = {}
    if numbers:
        given["numbers"] = np.zeros((5, numbers))
        given["numbers"][[0, 1, 2], [0, numbers - 1, 0]] = np.nan, np.inf, -np.inf
    if words:
        given["categories"] = np.full((5, len(words)), "red", object)
        given["categories"][4, -1] = ""
    gaps = np.array([numbers > 0] * 3 + [False, bool(words)]) & (not model.fills)
    predicted, *shares = session.run(None, given)
    if model.is_regression:
        assert np.isnan(predicted).tolist() == gaps.tolist()
    else:
        assert [one == "" for one in predicted] == gaps.tolist()
        assert np.isnan(shares[0]).tolist() == [[gap] * shares[0].shape[1] for gap in gaps]


def test_onnx_says_which_columns_it_takes(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS)
    graph = onnx.load_from_string(as_onnx(learnt(dataset=str(path)), "a title"))
    said = {one.key: one.value for one in graph.metadata_props}
    assert json.loads(said["numbers"]) == ["when", "stem", "wet", "size"]
    assert json.loads(said["categories"]) == ['col"our']
    assert json.loads(said["classes"]) == ["a", "b", "c"]
    assert graph.doc_string == "a title"


def test_a_state_dict_fits_the_modules_that_are_named() -> None:
    torch: Any = pytest.importorskip("torch")
    for activation in activations.REGISTRY:
        dtype, near = ("float32", 1e-5) if activation == "tanh" else ("float64", 1e-8)
        model = learnt(dataset="rings", activation=activation, dtype=dtype, learning_rate=0.01)
        scope: dict[str, Any] = {"nn": torch.nn}
        exec(SINE, scope)
        module = eval(sequential(model.network), scope)
        content = io.BytesIO(as_state_dict(model.network))
        module.load_state_dict(torch.load(content, weights_only=True))
        values = points(model)
        with torch.no_grad():
            found = module(torch.tensor(values, dtype=getattr(torch, dtype))).numpy()
        assert np.abs(found - model.outputs(values)).max() < near, activation


def test_a_network_too_large_for_a_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_file, "MOST", 100)
    with pytest.raises(TooLarge, match="105 parameters, more than a text is good for"):
        as_python(learnt(dataset="xor"), "a title")


def test_what_others_wrote_is_no_code(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS.replace("blue", EVIL_CELL).replace("stem", EVIL_NAME))
    text = as_python(learnt(dataset=str(path)), EVIL)
    assert all(c.isprintable() or c == "\n" for c in text)
    names = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    assert "boom" not in names


PLAIN = "a,b,y\n" + "".join(
    f"{i / 10},{(i * 7) % 10 + 0.5},{'pé' if i % 3 else 'q'}\n" for i in range(30)
)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (PLAIN, "utf-8"),
        (PLAIN.replace(",", ";").replace(".", ","), "utf-8-sig"),
        (PLAIN.replace(",", "\t").replace("\n", "\r\n"), "latin-1"),
        (PLAIN.replace(",", ",  "), "latin-1"),
        (PLAIN.replace(",", "  "), "utf-8"),
        (PLAIN.replace(",", " | "), "utf-8"),
        (PLAIN.partition("\n")[2], "utf-8"),
        (PLAIN.partition("\n")[2].replace(",", ";").replace(".", ","), "utf-8"),
        (PLAIN.replace("a,b", '"a\nb",'), "utf-8"),
        (f"# by hand\n\nA title\n{PLAIN}", "utf-8"),
        (f"# by hand\n# {PLAIN}", "utf-8"),
        (PLAIN.replace("a,", "#,", 1), "utf-8"),
        (f"# by hand, again\n# {PLAIN.replace(',', ' ')}", "utf-8"),
        (PLAIN.replace("\n", ",\n"), "utf-8"),
        (PLAIN.replace("\n", ",\n").replace(",\n", "\n", 1), "utf-8"),
        (PLAIN.replace("\n", ",\n").partition("\n")[2], "utf-8"),
        ("0,1,y\n" + "".join(f"{i % 2},{i % 3 % 2},{i}.5\n" for i in range(30)), "utf-8"),
        ("".join(f"0,{i + 1};1,{i % 7};2,{i}\n" for i in range(30)), "utf-8"),
        ("a;b;y\n" + "".join(f"{2000 + i:,}.5;3,{i:03};q{i % 2}\n" for i in range(30)), "utf-8"),
        (f"# one, two, three\n{PLAIN}", "utf-8"),
    ],
    ids=range(20),
)
def test_the_file_reads_what_the_run_has_learnt_from(
    text: str, encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(text.encode(encoding))
    model = learnt(dataset=str(path))
    found, expected = by_itself(model, path, capsys)
    assert found[0] == expected.columns
    said = model.classes or ("predicted",)
    for cells, column in zip(
        list(zip(*found[1:], strict=True))[-len(said) :], expected[:, -len(said) :], strict=True
    ):
        assert [*map(float, cells)] == pytest.approx(column.to_list())


def by_itself(
    model: Model, path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[list[list[str]], pl.DataFrame]:
    """The table that the file writes, and the one that is to be expected."""
    scope: dict[str, Any] = {"__name__": "model"}
    exec(compile(as_python(model, "a title"), "model.py", "exec"), scope)
    scope["main"](str(path))
    found = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))
    with opened_file(str(path)) as file:
        rows = read_rows(file, [one.name for one in model.inputs])
        return found, pl.concat(Predictions(model, rows).frames())


@pytest.mark.parametrize("columns", ["auto", "stem,size"])
def test_rows_with_infinite_values_are_left_out_too(
    columns: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS)
    chosen = {} if columns == "auto" else {"columns": columns}
    model = learnt(dataset=str(path), missing="drop", **chosen)
    lines = [line.split(",") for line in ROWS.splitlines()[:6]]
    lines[1][1], lines[2][1], lines[3][4], lines[4][4] = "inf", "-1e999", "NA", "  "
    path.write_text("".join(f"{','.join(line)}\n" for line in lines))
    found, expected = by_itself(model, path, capsys)
    assert len(found) == 2 == expected.height + 1


def test_what_the_file_can_not_read_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(ROWS)
    scope: dict[str, Any] = {"__name__": "model"}
    exec(compile(as_python(learnt(dataset=str(path)), "a title"), "model.py", "exec"), scope)
    wrong = ROWS.splitlines()[1].replace("true", "7").replace("false", "7")
    for content, said in {
        "": "has no columns when, stem,",
        "when\n1\n": "has no columns stem,",
        f"{ROWS}1,2,3,4,5,6,7,8\n": "a row has more cells than the 6 of the first",
        f"{ROWS.splitlines()[0]}\n{wrong}\n": "7: neither true nor false",
    }.items():
        path.write_text(content)
        with pytest.raises(SystemExit, match=said):
            scope["main"](str(path))
    with pytest.raises(SystemExit, match="No such file"):
        scope["main"](str(tmp_path / "none.csv"))


def test_the_file_says_which_categories_it_has_not_learnt(tmp_path: Path) -> None:
    path, file = tmp_path / "own.csv", tmp_path / "model.py"
    path.write_text(ROWS)
    model = learnt(dataset=str(path), missing="drop")
    file.write_text(as_python(model, "a title"))
    path.write_text(ROWS.replace("red", "pink", 2).replace("blue", "mau\x1bve", 1))
    done = subprocess.run(
        [sys.executable, "-I", str(file), "own.csv"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr == 'col"our: pink, mau?ve unknown, taken for none (3 rows)\n'
    assert len(done.stdout.splitlines()) == 61
    assert "say_unknown" not in as_python(learnt(dataset="xor"), "a title")


def test_the_file_predicts_by_itself(tmp_path: Path) -> None:
    path, file = tmp_path / "own.csv", tmp_path / "model.py"
    path.write_text(ROWS)
    model = learnt(dataset=str(path), missing="drop")
    file.write_text(as_python(model, "a title"))
    (tmp_path / "new.csv").write_text(ROWS.replace("2020-01-02", "NA"))
    done = subprocess.run(
        [sys.executable, "-I", str(file), "new.csv"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stderr == ""
    with opened_file(str(tmp_path / "new.csv")) as new:
        (frame,) = Predictions(model, read_rows(new)).frames()
    header, *found = csv.reader(io.StringIO(done.stdout))
    assert (header, len(found)) == (frame.columns, 57)
    for cells, column in zip(zip(*found, strict=True), frame, strict=True):
        if column.dtype == pl.Float64:
            assert [*map(float, cells)] == pytest.approx(column.to_list())
        else:
            assert [*cells] == column.to_list()
    command = f"{sys.executable} -I model.py new.csv | head -1"
    piped = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    (tmp_path / "new.csv").write_text(ROWS + ROWS.split("\n", 1)[1] * 500)  # more than a pipe holds
    long = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert (piped.stderr, long.stderr) == ("", "")
    assert piped.stdout == long.stdout == done.stdout.split("\n")[0] + "\n"
