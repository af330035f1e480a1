"""docs/runs.md describes the store as it is."""

from pathlib import Path

import pytest

from tui_nn.runs.schema import MIGRATIONS
from tui_nn.runs.store import Store

PAGE = (Path(__file__).parents[2] / "docs" / "runs.md").read_text()


@pytest.mark.parametrize("table", ["runs", "points", "events", "checkpoints", "groups"])
def test_each_table_is_described(tmp_path: Path, table: str) -> None:
    described = PAGE.partition(f"\n| `{table}` |")[2].partition("\n\n")[0]
    with Store(tmp_path / "runs.sqlite3") as store:
        for (column,) in store.query("SELECT name FROM pragma_table_info(?)", [table]):
            assert f"`{column}`" in described
        assert store.query("SELECT name FROM pragma_table_info(?)", [f"{table}_view"])


def test_its_version_is() -> None:
    assert f"Version {len(MIGRATIONS)} (" in PAGE
