"""Files of every kind, and what is understood of them."""

import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from data_files import FLOWERS, fault, opened

from tui_nn.experiment import build_trainer, prepare
from tui_nn.session.training import Training
from tui_nn.settings import Settings, SettingsError
from tui_nn.settings.text import as_text

KINDS = (
    "when,colour,wet,size,kind\n2020-01-02,red,true,1.5,a\n2020-01-03,blue,false,2.5,b\n"
    "2020-01-05,red,true,3.5,a\n2020-01-09,green,false,1,b\n"
)


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


def test_blank_lines_above_the_names_are_none(path: Path) -> None:
    found = opened(path, b"\xef\xbb\xbf" + b" \t\r\n\n" * 60 + FLOWERS.encode())
    assert found.dataset.coordinates == ("petal", "stem")
    assert len(found.dataset.inputs) == 4


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_million_blank_lines_are_none(path: Path, separator: str) -> None:
    content = " \n" * 10**6 + "x,y\n" + "\n" * 10**6 + "1,2\n\n3,4\n"
    found = opened(path, content.replace(",", separator))
    assert found.dataset.inputs.tolist() == [[1], [3]]


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


def test_latin_1_is_read_and_said(path: Path) -> None:
    found = opened(path, "größe,art\n1,schön\n2,öde\n".encode("latin-1"))
    assert found.dataset.coordinates == ("größe",)
    assert found.dataset.classes == ("schön", "öde")
    assert "not UTF-8, read as Latin-1" in found.notes


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


def test_a_name_with_a_comma_is_quoted(path: Path) -> None:
    path.write_text('"a,b",y,"c ""d"""\n' + "1,2,0\n2,3,1\n" * 5)
    settings = Settings(dataset=str(path), drop='"a,b"')
    assert settings.drop == ("a,b",)
    assert as_text(settings.drop) == '"a,b"'
    assert Settings(columns='y,"a,b","c ""d"""').columns == ("y", "a,b", 'c "d"')
    assert Settings(columns=as_text(("y", 'c "d"'))).columns == ("y", 'c "d"')


def test_a_class_that_only_tests_is_said(path: Path) -> None:
    found = opened(path, "x,y\n1,a\n2,a\n3,a\n4,b\n", train_fraction=0.4)
    assert "no row to train on of class b" in found.notes
    assert "to train on" not in str(opened(path, train_fraction=1).notes)


def test_a_class_that_only_tests_after_a_live_change_is_said_once(path: Path) -> None:
    path.write_text("x,y\n" + "1,a\n2,b\n" * 4 + "3,c\n")
    run = Training(Settings.parse({"dataset": str(path)}), None, False)
    said = []
    for share in (0.9, 0.4, 0.3, 1.0, 0.4):
        run.set({"train_fraction": share})
        said.append(list(run.notes))
    note = ["no row to train on of class c"]
    assert said == [[], note, [], [], note]
