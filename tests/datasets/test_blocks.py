"""Files in blocks of whole rows, which are read ahead; and pipes."""

import io
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from data_files import FLOWERS, fault, opened

from tui_nn.datasets import blocks
from tui_nn.datasets.errors import DataError
from tui_nn.datasets.spool import spool


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


def test_a_quote_that_stays_open_is_given_up_soon() -> None:
    text = b'a,b\n1,"' + b"x,1\n" * 500_000
    began = time.process_time()
    with pytest.raises(DataError, match="a line, or a cell in quotes, of more than 1 MB"):
        list(blocks.Blocks(io.BytesIO(text), block=2**16, longest=2**20))
    assert time.process_time() - began < 1
    quotes = b'a,"' + b'""\n' * 100_000 + b'"\n1,2\n'
    assert list(blocks.Blocks(io.BytesIO(quotes), block=2**30)) == [quotes]


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
