"""`tui-nn predict`: the rows of a file, with what a run says of them."""

import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from recorded import EVIL, enter

from tui_nn.cli.commands import run as command
from tui_nn.datasets import blocks, rows

FLOWERS = "petal,stem,colour,species\n" + "".join(
    f"{1.5 + i % 2 + i / 100:.2f},{30 + i},{['red', 'white', 'yellow'][i % 3]},"
    f"{['rose', 'lily'][i % 2]}\n"
    for i in range(40)
)
NEW = "id,colour,stem,petal\n007,red,31,1.6\n008,white,40,2.55\n009,blue,44,1.4\n"
SHARES = ["probability of lily", "probability of rose"]


def learn(path: Path, text: str = FLOWERS, **settings: Any) -> None:
    """A run that has learnt a file, in the store."""
    own = path.with_name("own.csv")
    own.write_text(text)
    usual = {"dataset": str(own), "optimizer": "adam", "learning_rate": 0.05, "hidden": (4,)}
    enter(path, 300, **usual | settings)


def predict(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[pl.DataFrame, str]:
    """The table on standard output, all text, and what was said of it."""
    assert command(["predict", "latest", *arguments]) == 0
    output, errors = capsys.readouterr()
    return pl.read_csv(io.StringIO(output), infer_schema=False), errors


def refused(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 2) -> str:
    assert command(["predict", "latest", *arguments]) == code
    output, errors = capsys.readouterr()
    assert output == ""
    (line,) = errors.splitlines()
    return line


def test_rows_come_back_with_class_and_probabilities(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path)
    Path("new.csv").write_text(NEW)
    found, said = predict(capsys, "new.csv")
    assert found.columns == ["id", "colour", "stem", "petal", "predicted", *SHARES]
    assert found["id"].to_list() == ["007", "008", "009"]
    assert found["predicted"].to_list() == ["rose", "lily", "rose"]
    shares = found.select(SHARES).cast(pl.Float64).to_numpy()
    assert shares.sum(axis=1) == pytest.approx(1)
    assert (shares.argmax(axis=1) == [1, 0, 1]).all()
    assert said == "tui-nn: colour: blue unknown, taken for none (1 row)\n"


def test_a_target_that_is_there_is_compared(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path)
    found, said = predict(capsys, "own.csv")
    assert found["predicted"].to_list() == found["species"].to_list()
    assert said == "tui-nn: accuracy 100.0 % of 40 rows\n"
    Path("new.csv").write_text(FLOWERS.splitlines()[0] + "\n1.5,30,red,lily\n1.5,30,red,pansy\n")
    assert predict(capsys, "new.csv")[1] == (
        "tui-nn: accuracy 0.0 % of 2 rows, 1 of them of a class that the run never saw\n"
    )


def test_a_single_class_is_compared_as_a_number(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path, "x,y\n" + "".join(f"{i},1\n" for i in range(20)))
    Path("new.csv").write_text("x,y\n1,1.0\n2,01\n3,0\n4,\n")
    assert predict(capsys, "new.csv")[1] == (
        "tui-nn: accuracy 66.7 % of 3 rows, 1 of them of a class that the run never saw\n"
    )


def test_values_are_in_the_targets_own_units(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(path, target="stem", task="regression")
    whole, said = predict(capsys, "own.csv")
    stems, values = (whole[name].cast(pl.Float64).to_numpy() for name in ("stem", "predicted"))
    r2 = 1 - np.square(stems - values).sum() / np.square(stems - stems.mean()).sum()
    assert said == f"tui-nn: R² {r2:.3f} of 40 rows\n"
    assert r2 > 0.5
    assert "probability" not in str(whole.columns)
    # By blocks it is the same.
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (64, 2**20))
    parts, said_of_parts = predict(capsys, "own.csv")
    assert parts.drop("predicted").equals(whole.drop("predicted"))
    assert parts["predicted"].cast(pl.Float64).to_numpy() == pytest.approx(values)
    assert said_of_parts == said


def test_every_format_in_and_out(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(path)
    expected, _ = predict(capsys, "own.csv")
    monkeypatch.setattr(rows, "CELLS", 64)
    frame = pl.read_csv("own.csv")
    frame.write_parquet("own.parquet")
    frame.write_ndjson("own.ndjson")
    frame.write_csv("own.tsv", separator="\t")
    arrays = {name: frame[name].to_numpy() for name in frame.columns}
    np.savez("own.npz", **{n: a.astype(str) if a.dtype == object else a for n, a in arrays.items()})
    numbers = [*SHARES, "petal", "stem"]
    for source in ("own.parquet", "own.ndjson", "own.tsv", "own.npz"):
        for out in ("a.csv", "a.tsv", "a.parquet", "a.ndjson"):
            assert command(["predict", "latest", source, "--out", out, "--force"]) == 0
            output, said = capsys.readouterr()
            assert (output, said) == (f"{out}\n", "tui-nn: accuracy 100.0 % of 40 rows\n")
            found = {
                ".csv": pl.read_csv,
                ".tsv": lambda name: pl.read_csv(name, separator="\t"),
                ".parquet": pl.read_parquet,
                ".ndjson": pl.read_ndjson,
            }[Path(out).suffix](out)
            assert found.columns == expected.columns
            for name in numbers:
                assert found[name].dtype.is_numeric()
                near = expected[name].cast(pl.Float64).to_numpy()
                assert found[name].to_numpy() == pytest.approx(near)
            for name in ("colour", "species", "predicted"):
                assert found[name].to_list() == expected[name].to_list()
    assert "--force" in refused(capsys, "own.csv", "--out", "a.csv", code=1)
    assert ".csv, .tsv" in refused(capsys, "own.csv", "--out", "a.xlsx")


def test_text_is_intact_in_files_and_plain_on_a_terminal(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = '"' + EVIL.replace('"', '""') + '"'
    learn(path, FLOWERS.replace("rose", evil))
    Path("new.csv").write_text(NEW.replace("007", evil))
    found, _ = predict(capsys, "new.csv")
    assert found["id"][0] == found["predicted"][0] == EVIL
    assert f"probability of {EVIL}" in found.columns
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert command(["predict", "latest", "new.csv"]) == 0
    output, errors = capsys.readouterr()
    assert all(c.isprintable() for c in (output + errors).replace("\n", ""))
    assert "[red]x[/red]" in output


def test_columns_that_are_there_already_keep_their_names(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path)
    assert command(["predict", "latest", "own.csv", "--out", "once.csv"]) == 0
    capsys.readouterr()
    found, said = predict(capsys, "once.csv")
    assert found.columns[-3:] == ["predicted (2)", *(f"{name} (2)" for name in SHARES)]
    assert "there is a column predicted already: the new one is predicted (2)" in said


@pytest.mark.parametrize(
    ("missing", "kept", "said"),
    [
        ("drop", 1, "2 rows with missing values left out: petal 1, colour 1"),
        ("mean", 3, "missing values filled (mean): petal 1, colour 1"),
    ],
)
def test_missing_values_are_for_the_runs_rule(
    path: Path, capsys: pytest.CaptureFixture[str], missing: str, kept: int, said: str
) -> None:
    learn(path, missing=missing)
    Path("new.csv").write_text("petal,stem,colour\n1.6,30,red\nNA,31,red\n1.6,32,\n")
    found, notes = predict(capsys, "new.csv")
    assert (found.height, notes) == (kept, f"tui-nn: {said}\n")
    if missing == "mean":
        assert found["petal"].to_list() == ["1.6", "NA", "1.6"]


@pytest.mark.parametrize("separator", [",", "\t"])
def test_blank_lines_are_no_rows_and_empty_cells_are(
    path: Path, capsys: pytest.CaptureFixture[str], separator: str
) -> None:
    learn(path, missing="mean")
    rows = 'petal,stem,colour\n\n1.6,30,"a\n\nb"\n,,\n  \n1.6,31,red\n,,\n'
    Path("new.csv").write_text(rows.replace(",", separator))
    found, notes = predict(capsys, "new.csv")
    assert found["petal"].to_list() == ["1.6", None, "1.6", None]
    assert found["colour"].to_list() == ["a\n\nb", None, "red", None]
    assert "missing values filled (mean): petal 2, stem 2, colour 2" in notes


def test_what_is_wrong_is_one_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path)
    wrong = {
        "": "is empty",
        "id,stem\n1,2\n": "has no columns petal, colour; there are id, stem",
        "petal,stem,colour\nNA,inf,red\n1,,red\n": (
            "missing or infinite values: petal 1, stem 2; the run has no rule for them"
            " (it learnt with --missing error)"
        ),
        "petal,stem,colour\n1,x,red\n2,y,red\n": (
            'column stem, row 1: "x" can\'t be, as the run learnt from numbers'
        ),
        "petal,stem,colour\n1,2,red\n1,2,red,4\n": (
            "row 2 below the names has 4 cells, not 3: 1,2,red,4"
        ),
        '{"petal": [1], "stem": 2, "colour": "red"}\n': (
            "column petal: lists, but number in the run"
        ),
    }
    for content, line in wrong.items():
        Path("new.csv").write_text(content)
        assert refused(capsys, "new.csv") == f"tui-nn: new.csv: {line}"
        assert refused(capsys, "new.csv", "--out", "a.csv") == f"tui-nn: new.csv: {line}"
    pl.DataFrame({"petal": ["x"], "stem": [1], "colour": ["red"]}).write_parquet("new.csv")
    assert '"x" can\'t be' in refused(capsys, "new.csv")
    assert not Path("a.csv").exists()
    assert "no such file" in refused(capsys, "none.csv")


KINDS = "size,wet,kind\n" + "".join(
    f"{i % 7 + 0.5},{'true' if i % 2 else 'false'},{'ab'[i % 2]}\n" for i in range(30)
)


def test_types_that_do_not_fit_are_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path, KINDS)
    days, sizes = [date(2024, 1, 1)] * 3, [0.5, 1.5, 2.5]
    for size, wet, said in (
        (sizes, [0, 1, 7], 'column wet, row 3: "7" can\'t be, as the run learnt from booleans'),
        (sizes, [0.0, 1.0, 0.5], 'column wet, row 3: "0.5" can\'t be'),
        (sizes, days, "column wet: dates, but boolean in the run"),
        (days, [True, False, True], "column size: dates, but number in the run"),
    ):
        pl.DataFrame({"size": size, "wet": wet}, strict=False).write_parquet("new.parquet")
        assert said in refused(capsys, "new.parquet")
    pl.DataFrame({"size": sizes, "wet": [0, 1, 1]}).write_parquet("new.parquet")
    assert predict(capsys, "new.parquet")[0].height == 3


def test_typed_cells_are_those_of_the_file(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path, KINDS, missing="mean")
    Path("new.csv").write_text("size,wet\n inf,TRUE\n-inf,false\nNA,\n1.50,true\n")
    assert command(["predict", "latest", "new.csv", "--out", "new.parquet"]) == 0
    found = pl.read_parquet("new.parquet")
    assert found["size"].to_list() == [np.inf, -np.inf, None, 1.5]
    assert found["wet"].to_list() == [True, False, None, True]


def test_names_alone_give_names_alone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path)
    Path("new.csv").write_text("petal,stem,colour\n")
    found, said = predict(capsys, "new.csv")
    assert (found.height, found.columns[3:], said) == (0, ["predicted", *SHARES], "")


@pytest.mark.parametrize(
    ("settings", "header", "row"),
    [
        ({"dataset": "xor", "features": ("x", "sin_x")}, "y,x", "0.1,0.2"),
        ({"dataset": "rings"}, "x,y", "1,2"),
        ({"dataset": "sine"}, "x", "0.25"),
        ({"dataset": "f(u, v, w) = u*v > w"}, "u,v,w", "1,2,3"),
        ({"dataset": "digits"}, ",".join(f"x{i}" for i in range(64)), ",".join(["0.5"] * 64)),
    ],
    ids=["xor", "rings", "sine", "function", "digits"],
)
def test_drawn_data_have_columns_by_their_names(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    settings: dict[str, Any],
    header: str,
    row: str,
) -> None:
    enter(path, 5, **settings)
    Path("new.csv").write_text(f"{header}\n{row}\n{row}\n")
    found, said = predict(capsys, "new.csv")
    assert (found.height, said) == (2, "")
    assert f"{header},predicted" in ",".join(found.columns)
    Path("new.csv").write_text(f"{header},truth\n{row},1\n{row},0\n")
    assert "of 2 rows" in predict(capsys, "new.csv")[1]


def test_standard_input_with_decimal_commas(path: Path) -> None:
    learn(path)
    text = NEW.replace(",", ";").replace(".", ",").replace("007", "möchte")
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "predict", "latest", "-"],
        input=text.encode("latin-1"),
        capture_output=True,
        env={**os.environ, "TUI_NN_STORE": str(path), "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr
    header, first, *_ = done.stdout.decode().splitlines()
    assert header.startswith("id;colour;stem;petal;predicted;probability of lily")
    assert first.split(";")[:5] == ["möchte", "red", "31", "1,6", "rose"]
    share = float(first.rpartition(";")[2].replace(",", "."))
    assert 0.5 < share < 1


def test_names_may_be_numbers(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path, "1,2,sum\n" + "".join(f"{i},{i / 7:.2f},{i * 8 / 7:.2f}\n" for i in range(40)))
    Path("new.csv").write_text("2,1\n3,21\n")
    found, said = predict(capsys, "new.csv")
    assert (found.columns, found.height, said) == (["2", "1", "predicted"], 1, "")
    assert float(found["predicted"][0]) == pytest.approx(24, abs=2)


def test_of_categories_that_are_many_the_first_are_named(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path)
    rows = "".join(f"1,2,tone {i // 2}\n" for i in range(200))
    Path("new.csv").write_text(f"petal,stem,colour\n{rows}1,2,red\n")
    _, said = predict(capsys, "new.csv")
    assert said.startswith("tui-nn: colour: tone 0, tone 1, tone 2,")
    assert said.endswith("tone 7 unknown, taken for none (200 rows)\n")


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"dataset": "rings", "loss": "mse"}, ["output of 0", "output of 1", "output of 2"]),
        ({"dataset": "xor", "loss": "hinge"}, ["output of 1"]),
        ({"dataset": "plane"}, []),
    ],
)
def test_what_is_no_probability_is_not_called_so(
    path: Path, capsys: pytest.CaptureFixture[str], settings: dict[str, Any], names: list[str]
) -> None:
    enter(path, 5, **settings)
    Path("new.csv").write_text("x,y\n1,-1\n")
    assert predict(capsys, "new.csv")[0].columns == ["x", "y", "predicted", *names]


def test_a_run_of_a_comparison_needs_its_file(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("own.csv").write_text(FLOWERS)
    asked = ["--dataset", "own.csv", "--vary", "seed=1", "--repeats", "1", "--workers", "1"]
    assert command(["compare", *asked, "--max-steps", "20", "--json"]) == 0
    capsys.readouterr()
    Path("new.csv").write_text(NEW)
    assert predict(capsys, "new.csv")[0].height == 3
    Path("own.csv").unlink()
    assert "needs the file that it learnt from: " in refused(capsys, "new.csv", code=1)


@pytest.mark.parametrize(
    ("truths", "said"),
    [
        (["30", "1.625,05", "2.625,05"], '1 row; 2 have a target that is no number, as "1.625,05"'),
        (["x", "y", ""], 'R² of no row; 2 have a target that is no number, as "x"'),
        (["inf", "31", "30"], '2 rows; 1 has a target that is no number, as "inf"'),
    ],
)
def test_a_target_that_is_no_number_is_said(
    path: Path, capsys: pytest.CaptureFixture[str], truths: list[str], said: str
) -> None:
    learn(path, target="stem", task="regression")
    rows = "".join(f'1.5,"{truth}",red,rose\n' for truth in truths)
    Path("new.csv").write_text(f"petal,stem,colour,species\n{rows}")
    assert predict(capsys, "new.csv")[1].endswith(f"{said}\n")


def test_a_target_of_lists_is_no_number(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = '{"petal": 1.5, "colour": "red", "species": "rose", "stem": 1}'
    for target, wrong, said in (
        ("stem", row.replace('"stem": 1', '"stem": [1]'), "of no row; 1 has a target that is no"),
        ("species", row.replace('"rose"', "[1]"), "1 of them of a class that the run never saw"),
    ):
        learn(path, target=target)
        Path("new.ndjson").write_text(f"{wrong}\n")
        assert command(["predict", "latest", "new.ndjson", "--out", f"{target}.ndjson"]) == 0
        assert said in capsys.readouterr().err


def test_a_column_that_lacks_is_looked_for_near_by(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path)
    Path("new.csv").write_text('petal,stem,"co,l",color\n1,2,x,red\n')
    said = refused(capsys, "new.csv")
    assert 'has no column colour; there are petal, stem, "co,l", color; did you mean color?' in said


def test_numbers_and_dates_are_read_as_the_run_read_its_own(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f"{1 + i % 28:02}/02/2024;{i}.000,5;{i}\n" for i in range(1, 50))
    learn(path, f"when;size;value\n{rows}", task="regression")
    assert command(["export", "latest", "--out", "model.py"]) == 0
    found = []
    for separator, row in (
        (";", "03/02/2024;2.000,5;1"),
        (",", '03/02/2024,"2,000.5",1'),
        (",", "2024-02-03,2000.5,1"),
        (",", "2024-02-03T00:00:00Z,2000.5,1"),
    ):
        Path("new.csv").write_text("when,size,id\n".replace(",", separator) + f"{row}\n")
        assert command(["predict", "latest", "new.csv", "--out", "a.parquet", "--force"]) == 0
        assert ('size: commas between thousands, as in "2,000.5"' in capsys.readouterr().err) == (
            "2,000.5" in row
        )
        table = pl.read_parquet("a.parquet")
        assert table["size"].to_list() == [2000.5]
        alone = [sys.executable, "-I", "model.py", "new.csv"]
        done = subprocess.run(alone, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found += [table["predicted"][0], float(done.stdout.strip().rpartition(",")[2])]
    assert found == pytest.approx([found[0]] * 8)


def test_what_new_rows_may_mean_otherwise_is_said(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learn(path)
    Path("new.csv").write_text("petal;petal;stem;colour\n1.234;2;30;red\n")
    assert command(["predict", "latest", "new.csv"]) == 0
    said = capsys.readouterr().err
    assert 'tui-nn: petal: "1.234" is read with a decimal point' in said
    assert "tui-nn: several columns are called petal: the first one is taken" in said


@pytest.mark.parametrize(("end", "said"), [("1,,red", "stem 1"), ("1,x,red", 'row 41: "x"')])
def test_nothing_is_written_of_a_file_that_is_wrong_late(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    end: str,
    said: str,
) -> None:
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (64, 2**20))
    learn(path)
    Path("new.csv").write_text("petal,stem,colour\n" + "1,2,red\n" * 40 + end + "\n")
    assert said in refused(capsys, "new.csv")
    done = subprocess.run(
        [sys.executable, "-m", "tui_nn", "predict", "latest", "-"],
        input=Path("new.csv").read_bytes(),
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_file_is_read_once(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    learn(path)
    Path("new.csv").write_text("petal,stem,colour\n" + "1.50,30,red\n" * 100_000)
    predict(capsys, "own.csv")  # imports what it needs

    def read() -> int:
        return int(Path("/proc/self/io").read_text().split()[1])

    before = read()
    assert command(["predict", "latest", "new.csv"]) == 0
    assert read() - before < 1.5 * Path("new.csv").stat().st_size


def test_units_and_times_are_read_as_numbers(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = ["{}%,{}:30,{}.5", "{} %,{}:30,{}.5"]
    rows = "".join(cells[i % 2].format(i, i % 24, i) + "\n" for i in range(40))
    learn(path, f"share,at,value\n{rows}", task="regression")
    assert command(["export", "latest", "--out", "model.py"]) == 0
    found = []
    for text in (
        "share,at,value\n5%,5:30,5.5\n",
        "share,at,value\n5,5.5,5.5\n",
        "share;at;value\n5,0 %;5:30:00;5,5\n",
    ):
        Path("new.csv").write_text(text)
        assert command(["predict", "latest", "new.csv", "--out", "a.parquet", "--force"]) == 0
        table = pl.read_parquet("a.parquet")
        assert table.select("share", "at", "value").row(0) == (5, 5.5, 5.5)
        alone = [sys.executable, "-I", "model.py", "new.csv"]
        done = subprocess.run(alone, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        found += [table["predicted"][0], float(done.stdout.strip().rpartition(",")[2])]
    assert found == pytest.approx([found[0]] * 6)


def test_a_target_with_a_unit_is_compared(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{i},€ {i}.50\n" for i in range(40))
    learn(path, f"x,price\n{rows}")
    assert "of 40 rows" in predict(capsys, "own.csv")[1]
