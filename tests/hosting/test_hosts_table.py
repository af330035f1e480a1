"""What `tui-nn ps` prints."""

import io
import time

import pytest
from rich.console import Console

from tui_nn.hosting.roster import Status
from tui_nn.render.hosts import hosts_table

HOST = Status(
    id="f43fbba0ce67",
    name="Ein sehr langer Name eines Laufs",
    dataset="/home/jemand/Messungen/Jahresauswertung der Donaudampfschifffahrt.csv",
    status="running",
    pace=500,
    step=123_456,
    train_loss=0.0233,
    since=time.time() - 7200,
    attached=[],
    pid=1,
    version="1",
)


def printed(width: int, **values: object) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    host = Status(**{**vars(HOST), **values})  # type: ignore[arg-type]
    console.print(hosts_table([host], width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_at_80_columns_figures_are_whole_and_names_are_cut_with_a_sign() -> None:
    heading, line = printed(80)
    assert "train loss" in heading
    for figure in ("f43fbba0", "running", "500/s", "123456", "0.02330", "2h", "nobody"):
        assert figure in line.split()
    assert "Jahres" in line
    assert line.count("…") == 2


def test_in_a_wide_window_nothing_is_cut() -> None:
    _, line = printed(160)
    assert "Donaudampfschifffahrt.csv" not in line  # a data set's name is brief everywhere
    assert line.rstrip().endswith(HOST.name)


@pytest.mark.parametrize("width", [80, 120])
def test_who_looks_is_named_below_each_other(width: int) -> None:
    lines = printed(width, attached=["pts/3", "pts/4"], name="", dataset="xor")
    assert "pts/3 steers" in " ".join(" ".join(lines).split())
