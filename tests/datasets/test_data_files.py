"""Files of every kind and every fault: a right result, or one line that says what is wrong."""

import gzip
import io
import os
import re
import shlex
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from tui_nn.datasets import blocks
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.spool import spool
from tui_nn.experiment import Prepared, build_trainer, prepare
from tui_nn.settings import Settings, SettingsError
from tui_nn.settings.text import as_text

FLOWERS = "petal,stem,species\n1.5,3,rose\n2.5,4,lily\n1.4,5,rose\n2.6,3.5,lily\n"
KINDS = (
    "when,colour,wet,size,kind\n2020-01-02,red,true,1.5,a\n2020-01-03,blue,false,2.5,b\n"
    "2020-01-05,red,true,3.5,a\n2020-01-09,green,false,1,b\n"
)


def opened(path: Path, content: str | bytes = "", **settings: Any) -> Prepared:
    if content:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return prepare(Settings.parse({"dataset": str(path), **settings}))


def fault(path: Path, content: str | bytes = "", **settings: Any) -> str:
    with pytest.raises(SettingsError) as error:
        opened(path, content, **settings)
    assert "\n" not in str(error.value)
    assert str(error.value).isprintable()
    return str(error.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "flowers.csv"


def test_a_csv_teaches_its_last_column(path: Path) -> None:
    found = opened(path, FLOWERS)
    assert found.dataset.coordinates == ("petal", "stem")
    assert found.dataset.classes == ("lily", "rose")
    assert found.dataset.inputs.tolist() == [[1.5, 3], [2.5, 4], [1.4, 5], [2.6, 3.5]]
    assert found.dataset.targets[:, 0].tolist() == [1, 0, 1, 0]
    assert (found.settings.target, found.settings.task) == ("species", "binary")
    assert found.settings.dataset == str(path)
    assert "target species (the last column), 2 classes: lily, rose" in found.notes[0]


@pytest.mark.parametrize(
    "content",
    [
        FLOWERS.replace(",", "\t"),
        FLOWERS.replace(",", ";").replace(".", ","),
        FLOWERS.replace(",", " | "),
        FLOWERS.replace(",", "   "),
        "\n" + FLOWERS.replace("\n", "\r\n") + "\r\n\r\n",
        "\ufeff" + FLOWERS,
        FLOWERS.replace("rose", '"rose"').replace("petal", '"petal"'),
    ],
    ids=["tabs", "decimal commas", "bars", "blanks", "crlf and blank lines", "BOM", "quotes"],
)
def test_dialects_are_detected(path: Path, content: str) -> None:
    found = opened(path, content).dataset
    assert found.coordinates == ("petal", "stem")
    assert found.inputs.tolist() == [[1.5, 3], [2.5, 4], [1.4, 5], [2.6, 3.5]]
    assert found.classes == ("lily", "rose")


def test_a_table_without_names_gets_numbers(path: Path) -> None:
    found = opened(path, FLOWERS.partition("\n")[2])
    assert found.dataset.coordinates == ("column 1", "column 2")
    assert len(found.dataset.inputs) == 4
    assert "no names on top" in found.notes


def test_a_name_may_take_several_lines(path: Path) -> None:
    found = opened(path, FLOWERS.replace("stem", '"stem\n\nin, cm"')).dataset
    assert found.preprocessing is not None
    assert [one.name for one in found.preprocessing.inputs] == ["petal", "stem\n\nin, cm"]
    assert all(name.isprintable() for name in found.coordinates)
    assert found.inputs.tolist() == [[1.5, 3], [2.5, 4], [1.4, 5], [2.6, 3.5]]


def test_decimal_commas_need_no_names(path: Path) -> None:
    found = opened(path, "1,5;3,5;rose\n2,5;4,5;lily\n1,4;5,0;rose\n").dataset
    assert found.inputs.tolist() == [[1.5, 3.5], [2.5, 4.5], [1.4, 5]]


def test_names_of_numbers_are_names_and_those_given_twice_are_told_apart(path: Path) -> None:
    assert opened(path, "x,x,,y\n1,2,3,4.5\n5,6,7,8.5\n").dataset.coordinates == (
        "x",
        "x (2)",
        "column 3",
    )


def test_dates_booleans_and_categories_become_numbers(path: Path) -> None:
    found = opened(path, KINDS)
    data = found.dataset
    assert data.inputs[:, 0].tolist() == [18263, 18264, 18266, 18270]
    assert data.inputs[:, 1].tolist() == [2, 0, 2, 1]
    assert data.inputs[:, 2].tolist() == [1, 0, 1, 0]
    assert data.categories(1) == ("blue", "green", "red")
    assert data.feature_labels[1:4] == ["colour=blue", "colour=green", "colour=red"]
    assert data.network_inputs()[:, 1:4].tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert found.notes[1:] == (
        "colour: one input for each category",
        "wet: 0 or 1",
        "when: days since 1970",
    )


@pytest.mark.parametrize("form", ["parquet", "ndjson"])
def test_other_formats_hold_the_same(tmp_path: Path, form: str) -> None:
    frame = pl.read_csv(io.StringIO(KINDS), try_parse_dates=True)
    path = tmp_path / "table"
    getattr(frame, f"write_{form}")(path)
    expected = opened(tmp_path / "t.csv", KINDS).dataset
    found = opened(path).dataset
    assert found.coordinates == expected.coordinates
    assert np.array_equal(found.network_inputs(), expected.network_inputs())
    assert found.classes == expected.classes


def test_arrays(tmp_path: Path) -> None:
    inputs, truth = np.arange(8.0).reshape(4, 2), np.array(["b", "a", "b", "a"])
    np.savez(tmp_path / "t.npz", X=inputs, y=truth)
    found = opened(tmp_path / "t.npz").dataset
    assert (found.coordinates, found.classes) == (("x1", "x2"), ("a", "b"))
    assert np.array_equal(found.inputs, inputs)
    np.save(tmp_path / "t.npy", np.column_stack([inputs, [0.5, 1.5, 2.5, 3.5]]))
    assert opened(tmp_path / "t.npy").dataset.task == "regression"
    np.save(tmp_path / "o.npy", np.array([{}, {}], object), allow_pickle=True)
    assert "objects, which are never loaded" in fault(tmp_path / "o.npy")
    assert "not a whole .npy or .npz file" in fault(tmp_path / "p.npz", b"PK\x03\x04 broken")


def test_columns_are_chosen_and_dropped(path: Path) -> None:
    assert opened(path, KINDS, columns="size,wet").dataset.coordinates == ("wet", "size")
    found = opened(path, KINDS, drop=("when", "colour"), target="size")
    assert found.dataset.coordinates == ("wet", "kind")
    assert found.dataset.task == "regression"
    for wrong in ({"target": "x"}, {"columns": "wet,x"}, {"drop": "x"}):
        name = next(iter(wrong))
        assert fault(path, KINDS, **wrong).startswith(f"{name} x: no such column; there are when,")
    assert "can't be dropped" in fault(path, KINDS, drop="kind")


def test_missing_values_are_counted_and_filled(path: Path) -> None:
    gaps = "a,b,c\n1,x,1.5\n,y,2.5\n5,,3.5\n6,x,\n8,y,inf\nNA,x,4.5\n"
    said = fault(path, gaps)
    assert "missing or infinite values: a 2, b 1, c 2; --missing drop, mean, median or zero" in said
    assert opened(path, gaps, missing="drop").dataset.inputs[:, 0].tolist() == [1]
    data = opened(path, gaps, missing="median").dataset
    assert len(data.inputs) == 4  # no truth is made up
    assert data.sample(9).inputs[:, 0].tolist() == [1, 3, 5, 3]
    assert data.network_inputs()[2, 1:].tolist() == [0, 0]  # of no category
    assert opened(path, gaps, missing="zero").dataset.sample(9).inputs[1, 0] == 0


def test_rows_without_any_value_are_left_out_and_said(path: Path) -> None:
    found = opened(path, FLOWERS.replace("1.4", ",,\n\n1.4") + ",,\n")
    assert len(found.dataset.inputs) == 4
    assert "2 rows without any value left out" in found.notes


def test_inputs_are_measured_on_the_training_rows_alone(path: Path) -> None:
    rows = "".join(f"{i},{i % 2}\n" for i in range(100))
    data = opened(path, f"x,y\n{rows}", train_fraction=0.5).dataset
    told = data.network_inputs()[data.train]
    assert abs(told.mean()) < 1e-12
    assert abs(told.std() - 1) < 1e-12
    assert data.inputs[:, 0].tolist() == list(range(100))  # which are shown


def test_each_class_is_split_alike(path: Path) -> None:
    rows = "".join(f"{i},{'rare' if i % 10 == 0 else 'usual'}\n" for i in range(200))
    data = opened(path, f"x,y\n{rows}", train_fraction=0.7).dataset
    rare = data.targets[:, 0] == 0
    assert (data.train[rare].sum(), data.train[~rare].sum()) == (14, 126)


def test_a_test_file_is_what_is_tested_on(tmp_path: Path, path: Path) -> None:
    (tmp_path / "test.csv").write_text("species,stem,petal\nlily,9,8\n")
    found = opened(path, FLOWERS, test_file=str(tmp_path / "test.csv"))
    assert found.dataset.train.tolist() == [True] * 4 + [False]
    assert found.dataset.inputs[-1].tolist() == [8, 9]
    (tmp_path / "test.csv").write_text("species,stem,petal\nfern,9,8\n")
    assert "classes that the data has not: fern" in fault(path, test_file=f"{tmp_path}/test.csv")
    (tmp_path / "test.csv").write_text("stem,petal\n9,8\n")
    assert "has no column species" in fault(path, test_file=f"{tmp_path}/test.csv")


def test_the_task_is_seen_and_can_be_said(path: Path) -> None:
    numbers = "x,y\n" + "".join(f"{i},{i % 3}\n" for i in range(12))
    assert opened(path, numbers).dataset.classes == ("0", "1", "2")
    assert opened(path, numbers, task="regression").dataset.task == "regression"
    assert "y has 3 classes" in fault(path, numbers, task="binary")
    assert opened(path, FLOWERS, task="multiclass").dataset.targets.shape == (4, 2)
    one_class = FLOWERS.replace("lily", "rose")
    assert "species has one class only" in fault(path, one_class, task="multiclass")
    assert "species has words, no values" in fault(path, FLOWERS, task="regression")
    assert fault(path, numbers, task="regression", loss="cross_entropy").startswith("loss")


def test_values_are_learnt_in_one_unit_and_shown_in_their_own(path: Path) -> None:
    rows = "".join(f"{i},{1e6 + 1000 * i}\n" for i in range(50))
    found = opened(path, f"x,y\n{rows}", hidden=(8,), optimizer="lbfgs", target_loss=1e-4)
    trainer = build_trainer(found.settings, found.dataset)
    trainer.run(300)
    said = found.dataset.in_own_units(trainer.network.predict(found.dataset.network_inputs()))
    assert np.abs(said - found.dataset.targets).max() < 3000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n", "has no rows"),
        ("\n\n", "has no rows"),
        ('""\n""\n', "has no rows"),
        ("a\n1\n2\n", "no columns beside the target"),
        (b"\x00\x01\x02,1\n", "NUL bytes"),
        (b"\xff\xfea\x00,\x00", "UTF-16"),
        (gzip.compress(b"a,b", mtime=0), "is compressed"),
        ("a,b\n1,2\n1,2,3\n", "row 2 below the names has 3 cells, not 2: 1,2,3"),
        ('a,b\n1,"x\n2,y\n', "row 1 below the names: a quote that is not closed"),
        (f"a,b\n{'x' * 2**18},y\n1,z\n", "a cell of more than 128 kB: not a table"),
        ("a,b\n" + "".join(f"{i},{i}\n" for i in range(100)) + "x y,3\n", '"x y" is no number'),
        ('{"a": 1, "b": [1, 2]}\n', "column b: lists, no values: --drop b"),
        ('{"a": 1,\n', "row 1: not a JSON object"),
        (b"PAR1 and nothing", "not a whole Parquet file"),
        ("id,y\n" + "".join(f"n{i},{i % 2}\n" for i in range(300)), "more than 100 categories"),
        ("x,y\n" + "".join(f"{i},n{i}\n" for i in range(300)), "the target, y: more than 100"),
    ],
    ids=range(16),
)
def test_faults_are_said_in_a_line(path: Path, content: str | bytes, said: str) -> None:
    assert said in fault(path, content)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert fault(tmp_path).endswith("is a directory")
    assert "no such file" in fault(tmp_path / "nothing.csv")
    (tmp_path / "empty.csv").touch()
    assert fault(tmp_path / "empty.csv").endswith("is empty")
    if os.geteuid():
        (tmp_path / "empty.csv").chmod(0)
        assert "permission denied" in fault(tmp_path / "empty.csv")


def test_latin_1_is_read_and_said(path: Path) -> None:
    found = opened(path, "größe,art\n1,schön\n2,öde\n".encode("latin-1"))
    assert found.dataset.coordinates == ("größe",)
    assert found.dataset.classes == ("schön", "öde")
    assert "not UTF-8, read as Latin-1" in found.notes


def test_names_never_obey(path: Path) -> None:
    found = opened(path, "a\x1b[31m,b\n1,\x1b]0;x\x07\n2,[bold]y[/]\n3,[bold]y[/]\n")
    assert all(name.isprintable() for name in (*found.dataset.coordinates, *found.dataset.classes))
    assert all(note.isprintable() for note in found.notes)
    assert found.dataset.preprocessing is not None
    assert found.dataset.preprocessing.target.classes[0] == "\x1b]0;x\x07"  # to know it again


@pytest.mark.parametrize(
    "content",
    [
        "x,y\n1,a\n",
        "x,y\n1,a\n2,a\n3,a\n",
        "x,z,y\n5,1,a\n5,2,b\n5,3,a\n5,4,b\n",
        "x,y\n123456789012345678901234567890,1.5\n-1,2.5\n7,9.5\n",
        "x,y\n1e308,1.5\n-1e308,2.5\n7,9.5\n",
        "x,y\n1,5.5\n2,5.5\n3,5.5\n",
    ],
    ids=[
        "one row",
        "one class",
        "a constant column",
        "huge integers",
        "near overflow",
        "one value",
    ],
)
def test_odd_tables_train(path: Path, content: str) -> None:
    found = opened(path, content)
    trainer = build_trainer(found.settings, found.dataset)
    assert np.isfinite(found.dataset.network_inputs()).all()
    trainer.run(20)
    assert trainer.reason in (None, "target_loss")
    assert np.isfinite(trainer.evaluate().train_loss)


def test_five_hundred_columns(path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = "".join(",".join(f"{v:.3f}" for v in row) + ",a\n" for row in rng.normal(size=(20, 500)))
    found = opened(path, ",".join([*(f"c{i}" for i in range(500)), "y"]) + "\n" + rows)
    assert found.dataset.network_inputs().shape == (20, 500)


def test_blocks_end_with_rows_and_a_line_without_end_is_refused() -> None:
    text = b'a,b\n1,"x\ny"\n2,z\n' * 20
    parts = list(blocks.Blocks(io.BytesIO(text), block=37))
    assert b"".join(parts) == text
    assert len(parts) > 5
    assert all(part.count(b'"') % 2 == 0 and part.endswith(b"\n") for part in parts)
    with pytest.raises(DataError, match="a line, or a cell in quotes, of more"):
        list(blocks.Blocks(io.BytesIO(b"x" * 5000), block=100, longest=1000))


def test_many_blocks_are_one_table(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    values, names = rng.normal(size=(500, 2)), rng.choice(["u", "v", "w"], 500)
    rows = "".join(f"{x!r},{y!r},{n}\n" for (x, y), n in zip(values.tolist(), names, strict=True))
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (1000, 10**6))
    data = opened(path, f"x,y,n\n{rows}").dataset
    assert np.array_equal(data.inputs, values)
    assert np.array_equal(np.array(data.classes)[data.targets.argmax(axis=1)], names)


def test_what_a_late_block_holds_counts_for_the_whole_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks are read ahead: none of them may be lost, nor its error, when reading starts anew."""
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (100, 10**6))
    rows = [f"{i},{'öde' if i == 300 else 'wald'}" for i in range(500)]
    found = opened(path, ("x,art\n" + "\n".join(rows) + "\n\n").encode("latin-1"))
    assert "not UTF-8, read as Latin-1" in found.notes
    assert found.dataset.inputs.ravel().tolist() == list(range(500))
    assert found.dataset.classes == ("wald", "öde")
    many = "x,y\n" + "1,2\n" * 300
    assert "row 301 below the names has 3 cells, not 2" in fault(path, many + "1,2,3\n")
    assert "holds NUL bytes" in fault(path, many + "1,\0\n")


def test_a_file_is_known_by_what_it_holds(path: Path) -> None:
    settings = opened(path, FLOWERS).settings
    assert len(settings.data_hash) == 16
    assert prepare(settings).settings == settings
    path.write_text(FLOWERS + "1,1,rose\n")
    with pytest.raises(SettingsError, match="has changed"):
        prepare(settings)
    path.unlink()
    with pytest.raises(SettingsError, match="no such file"):
        prepare(settings)


def test_how_a_file_is_read_is_forgotten_with_it(path: Path) -> None:
    settings = opened(path, FLOWERS).settings
    other = settings.changed(dataset="rings")
    assert (other.target, other.task, other.data_hash) == ("auto", "auto", "auto")
    assert settings.changed(target="stem").task == "auto"


def test_many_rows_are_learnt_in_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.experiment.LARGE", 100)
    rows = "x,y\n" + "".join(f"{i},{i % 2}\n" for i in range(1000))
    found = opened(path, rows, train_fraction=0.8)
    assert (found.settings.batch_size, found.settings.steps_per_epoch) == (256, 4)
    assert "batches of 256, an epoch is one pass" in found.notes[-1]
    found = opened(path, rows, batch_size=50)
    assert found.settings.steps_per_epoch == 20
    assert build_trainer(found.settings, found.dataset).steps_per_epoch == 20
    again = prepare(found.settings.changed(batch_size=100, steps_per_epoch="auto"), found)
    assert again.settings.steps_per_epoch == 10
    found = opened(path, rows, batch_size=50, steps_per_epoch=500)
    assert found.settings.steps_per_epoch == 500
    assert prepare(found.settings.changed(batch_size="full")).settings.batch_size == "full"


def test_a_pipe_is_copied_and_a_silent_one_given_up(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(DataError, match=r"nothing came for 0\.2 seconds"):
        spool(str(fifo), silence=0.2)
    writer = threading.Thread(target=fifo.write_text, args=(FLOWERS,))
    writer.start()
    with spool(str(fifo)) as copy:
        writer.join()
        copy.seek(0)
        assert copy.read().decode() == FLOWERS


def test_a_pipe_without_end_and_a_device_are_refused() -> None:
    read, write = os.pipe()
    os.write(write, b"x" * 1000)
    with pytest.raises(DataError, match="through a pipe"):
        spool(f"/proc/self/fd/{read}", most=500)
    os.close(read)
    os.close(write)
    assert fault(Path("/dev/zero")).endswith("is no file; - reads standard input")


def test_without_polars_one_line_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    assert fault(path, FLOWERS).endswith("needs the polars package: pip install 'tui-nn[data]'")


def test_the_wrong_row_is_the_one_that_is_named(path: Path) -> None:
    rows = "1,2,a\n2,3,b\n" * 3
    content = f"x,y,c\n,,\n{rows}4,5,a,9\n{rows}"
    assert "row 8 below the names has 4 cells, not 3: 4,5,a,9" in fault(path, content)
    for broken in ('1,"2"3,a', '1,"2,a'):
        said = fault(path, f"x,y,c\n{rows}{broken}\n{rows}")
        assert "row 7 below the names: a quote that is not closed" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x,c\r1,a\r2,b\r", "lines end in CR alone"),
        (b"PK\x03\x04" + bytes(90), "of Excel, save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(90), "save its table as CSV"),
        (b'[{"x": 1, "c": 2}]', "is one JSON list"),
        (b'[\n  {"x": 1, "c": 2}\n]', "is one JSON list"),
    ],
)
def test_what_other_programs_write_is_said(path: Path, content: bytes, said: str) -> None:
    assert said in fault(path, content)


def test_a_name_with_a_comma_is_quoted(path: Path) -> None:
    path.write_text('"a,b",y,"c ""d"""\n' + "1,2,0\n2,3,1\n" * 5)
    settings = Settings(dataset=str(path), drop='"a,b"')
    assert settings.drop == ("a,b",)
    assert as_text(settings.drop) == '"a,b"'
    assert Settings(columns='y,"a,b","c ""d"""').columns == ("y", "a,b", 'c "d"')
    assert Settings(columns=as_text(("y", 'c "d"'))).columns == ("y", 'c "d"')


def test_a_name_that_is_nearly_right_is_named(path: Path) -> None:
    assert fault(path, FLOWERS, target="specis").endswith("; did you mean species?")
    assert fault(path, FLOWERS, drop="petl").endswith("; did you mean petal?")
    assert fault(path, FLOWERS, columns="petal,Stem").endswith("; did you mean stem?")
    assert "did you mean" not in fault(path, FLOWERS, target="q")


def test_names_are_given_as_a_shell_and_a_list_take_them(path: Path) -> None:
    names = ["a,b", "c d", "it's", "e"]
    head = ",".join(f'"{name}"' for name in names)
    rows = "".join(f"{','.join(f'w{i}' for _ in names)},{i % 2}\n" for i in range(300))
    said = fault(path, f"{head},y\n{rows}")
    (hint,) = re.findall(r"--drop .* leaves them out", said)
    option, value = shlex.split(hint.removesuffix(" leaves them out"))
    assert option == "--drop"
    assert Settings(drop=value).drop == tuple(names)
    assert 'there are "a,b", c d, it\'s, e, y' in fault(path, target="zzz")
    assert 'missing or infinite values: "a,b" 1, c d 1' in fault(
        path, '"a,b",c d,y\n1,,0\n,2,1\n3,4,0\n'
    )
    lists = fault(path, '{"a b,c": [1], "y": 2}\n')
    assert "--drop '\"a b,c\"' leaves it out" in lists


def test_a_quote_that_stays_open_is_given_up_soon() -> None:
    text = b'a,b\n1,"' + b"x,1\n" * 500_000
    began = time.process_time()
    with pytest.raises(DataError, match="a line, or a cell in quotes, of more than 1 MB"):
        list(blocks.Blocks(io.BytesIO(text), block=2**16, longest=2**20))
    assert time.process_time() - began < 1
    quotes = b'a,"' + b'""\n' * 100_000 + b'"\n1,2\n'
    assert list(blocks.Blocks(io.BytesIO(quotes), block=2**30)) == [quotes]


def test_a_class_that_only_tests_is_said(path: Path) -> None:
    found = opened(path, "x,y\n1,a\n2,a\n3,a\n4,b\n", train_fraction=0.4)
    assert "no row to train on of class b" in found.notes
    assert "to train on" not in str(opened(path, train_fraction=1).notes)
