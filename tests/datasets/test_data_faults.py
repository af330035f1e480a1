"""Every fault of a file: one line that says what is wrong, or a right result all the same."""

import bz2
import gzip
import io
import lzma
import os
import re
import shlex
import zipfile
from pathlib import Path

import numpy as np
import pytest
from data_files import FLOWERS, fault, opened

from tui_nn.datasets import DataError
from tui_nn.datasets.files import opened_file
from tui_nn.datasets.spool import spool
from tui_nn.experiment import build_trainer, prepare
from tui_nn.settings import Settings, SettingsError


def zipped(**files: str) -> bytes:
    """A zip of these."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr("folder/", "")
        for name, text in files.items():
            found.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b\n", "has no rows"),
        ("\n\n", "has no rows"),
        ('""\n""\n', "has no rows"),
        ("a\n1\n2\n", "no columns beside the target"),
        (b"\x00\x01\x02,1\n", "NUL bytes"),
        (b"\xff\xfea\x00\x00\xdc\x00", "can't be unpacked: "),
        (gzip.compress(b"a,b", mtime=0), "has no rows"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9], "can't be unpacked: "),
        (zipped(a="a,b\n1,2\n", b="a,b\n1,2\n"), "is a zip of 2 files, not one: a, b"),
        (zipped(), "is a zip of 0 files"),
        ("a,b\n1,2\n1,2,3\n", "row 2 below the names has 3 cells, not 2: 1,2,3"),
        ('a,b\n1,"x\n2,y\n', "row 1 below the names: a quote that is not closed"),
        (f"a,b\n{'x' * 2**18},y\n1,z\n", "a cell of more than 128 kB: not a table"),
        ("a,b\n" + "".join(f"{i},{i}\n" for i in range(100)) + "x y,3\n", '"x y" is no number'),
        ('{"a": 1, "b": [1, 2]}\n', "column b: lists, no values: --target names another column"),
        (
            '{"a": [1], "b": {"c": 1}, "d": 1, "y": 2}\n',
            "columns a, b: lists and structs, no values: --drop a,b leaves them out",
        ),
        ("x,y\n,1\n,2\n", "no columns beside the target have values"),
        ('{"a": 1,\n', "row 1: not a JSON object"),
        (b"PAR1 and nothing", "not a whole Parquet file"),
        ("id,y\n" + "".join(f"n{i},{i % 2}\n" for i in range(300)), "more than 100 categories"),
        ("x,y\n" + "".join(f"{i},n{i}\n" for i in range(300)), "the target, y: more than 100"),
    ],
    ids=range(21),
)
def test_faults_are_said_in_a_line(path: Path, content: str | bytes, said: str) -> None:
    assert said in fault(path, content)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"a,b\n1,2\n", mtime=0)[:-9],
        zipped(a="a,b\n1,2\n", b="a,b\n1,2\n"),
        b"\xff\xfea\x00\x00\xdc\x00",
    ],
    ids=["gzip", "zip", "UTF-16"],
)
def test_nothing_stays_open_of_what_can_not_be_unpacked(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "flowers.csv"
    path.write_bytes(content)
    before = set(os.listdir("/proc/self/fd"))
    with pytest.raises(DataError) as fault:
        opened_file(str(path))
    assert fault.value is not None  # which holds all that was at work
    assert set(os.listdir("/proc/self/fd")) <= before


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert fault(tmp_path).endswith("is a directory")
    assert "no such file" in fault(tmp_path / "nothing.csv")
    (tmp_path / "empty.csv").touch()
    assert fault(tmp_path / "empty.csv").endswith("is empty")
    if os.geteuid():
        (tmp_path / "empty.csv").chmod(0)
        assert "permission denied" in fault(tmp_path / "empty.csv")


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(FLOWERS.encode()),
        bz2.compress(FLOWERS.encode()),
        lzma.compress(FLOWERS.encode()),
        zipped(flowers=FLOWERS),
        FLOWERS.encode("utf-16"),
    ],
    ids=["gzip", "bzip2", "xz", "zip", "UTF-16"],
)
def test_compressed_files_are_unpacked(path: Path, content: bytes) -> None:
    plain = opened(path, FLOWERS)
    found = opened(path, content)
    assert np.array_equal(found.dataset.inputs, plain.dataset.inputs)
    assert found.settings.data_hash == plain.settings.data_hash
    read, write = os.pipe()
    with os.fdopen(write, "wb") as pipe:
        pipe.write(content)
    with spool(f"/proc/self/fd/{read}") as copy:
        os.close(read)
        copy.seek(0)
        assert copy.read().decode() == FLOWERS


def test_a_file_may_be_in_the_home_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(path.parent))
    path.write_text(FLOWERS)
    (path.parent / "more.csv").write_text(FLOWERS)
    found = opened(Path("~/flowers.csv"), test_file="~/more.csv")
    assert found.settings.dataset == str(path)
    assert found.settings.test_file == str(path.parent / "more.csv")
    assert "~/none.csv: no such file" in fault(Path("~/none.csv"))


def test_what_is_on_the_web_is_not_looked_for(path: Path) -> None:
    with pytest.raises(SettingsError, match=r"is on the web: curl -L URL \| tui-nn … -"):
        prepare(Settings.parse({"dataset": "https://example.org/iris.csv"}))


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
