"""What cells can be meant to be: how they are read, and what is said of it."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from test_data_files import fault, opened

from tui_nn.datasets import DataError, blocks
from tui_nn.datasets.rows import read_rows

WORDS = ["one", "two", "three"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "own.csv"


def rows(count: int, line: str) -> str:
    return "".join(line.format(i=i, two=i % 2, three=i % 3) + "\n" for i in range(count))


def column(path: Path, cells: list[str], separator: str = ";", **settings: Any) -> list[float]:
    """The first column of a table, of which the second is words that are learnt."""
    lines = [f"{cell}{separator}{WORDS[i % 2]}" for i, cell in enumerate(cells)]
    found = opened(path, "\n".join([f"x{separator}y", *lines, ""]), **settings)
    return list(found.dataset.inputs[:, 0])


def as_predicted(path: Path) -> list[float]:
    """The same as `predict` understands it."""
    with path.open("rb") as file:
        found = read_rows(file)
        cells = found.cells(pl.concat(found.frames)["x"])
        return cells.cast(pl.Float64).to_list()


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1.625,05", "625,5", "-12.345.678,9"], [1625.05, 625.5, -12345678.9]),
        (["1.625,05", "2.000", "7"], [1625.05, 2000, 7]),
        (["0,5", "2.000", "7"], [0.5, 2000, 7]),
        (["1.625,05", "2.000", "7.5"], [1625.05, 2, 7.5]),  # a decimal point: 2.000 may be one
        (["1.625,05", "2.500,50"], [1625.05, 2500.5]),
    ],
)
def test_dots_between_thousands_are_none(path: Path, cells: list[str], values: list[float]) -> None:
    assert column(path, cells) == values
    assert as_predicted(path) == values


def test_a_dot_is_between_thousands_in_every_block(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (1000, 10**6))
    values = column(path, ["0,5", "1.000", "1.625,05"] * 300)
    assert values == [0.5, 1000, 1625.05] * 300


def test_dots_that_may_be_between_thousands_are_said(path: Path) -> None:
    for head in ("x;z;y\n", "x;y;z\n"):
        found = opened(path, head + "1.234;5;a\n2.500;6;b\n", target="y" if "z;y" in head else "z")
        assert found.dataset.inputs[:, 0].tolist() == [1.234, 2.5]
        said = 'x: "1.234" is read with a decimal point; write thousands without one'
        assert said in found.notes
    assert "decimal point" not in str(opened(path, "x;y\n1.234;a\n2.5;b\n").notes)
    assert "decimal point" not in str(opened(path, "x,y\n1.234,a\n2.500,b\n").notes)


@pytest.mark.parametrize("count", [30, 300])
def test_commas_between_thousands_are_none_and_said(path: Path, count: int) -> None:
    found = opened(path, "x,y\n" + rows(count, '"{i},500.5",{two}').replace('"0,', '"1,'))
    assert found.dataset.inputs[:3, 0].tolist() == [1500.5, 1500.5, 2500.5]
    assert 'x: commas between thousands, as in "1,500.5"' in found.notes
    assert column(path, ["1,234", "7", "1,234,567"], "\t") == [1234, 7, 1234567]


def test_what_is_no_strict_number_stays_a_word(path: Path) -> None:
    found = opened(path, "x\ty\n1,5\ta\n1,234\tb\n12,34\ta\n")
    assert found.dataset.categories(0) == ("1,234", "1,5", "12,34")
    assert 'x: words, as "1,234" has commas between thousands' in found.notes


def test_leading_zeros_are_words(path: Path) -> None:
    found = opened(path, "zip,y\n" + "01067,01\n80331,1\n10115,001\n80331,1\n")
    assert found.dataset.categories(0) == ("01067", "10115", "80331")
    assert found.dataset.classes == ("001", "01", "1")
    assert 'zip, y: words, as "01067" has a leading zero' in found.notes
    values = opened(path, task="regression").dataset
    assert values.targets[:, 0].tolist() == [1, 1, 1, 1]
    many = opened(path, "zip,y\n" + "".join(f"{i:05},{i % 2}\n" for i in range(300)))
    assert many.dataset.inputs[:3, 0].tolist() == [0, 1, 2]
    assert 'zip: numbers, without the leading zeros as of "00000"' in many.notes


@pytest.mark.parametrize(
    ("dates", "days", "said"),
    [
        (["31/01/2024", "01/02/2024"], [19753, 19754], "when: day first, as in 31/01/2024"),
        (["01/31/2024", "02/01/2024"], [19753, 19754], "when: month first, as in 01/31/2024"),
        (["01/02/2024", "01/03/2024"], [19724, 19725], "when: month first, as in 01/02/2024"),
        (["2024-01-31T12:00:00Z", "2024-02-01T00:00:00.5Z"], [19753.5, 19754], ""),
        (["2024-01-31T14:00:00+02:00", "2024-02-01T00:00:00Z"], [19753.5, 19754], ""),
        (["2024-01-31 12:00", "2024-02-01 00:00"], [19753.5, 19754], ""),
    ],
)
def test_dates_are_known(path: Path, dates: list[str], days: list[float], said: str) -> None:
    found = opened(path, "when,y\n" + "".join(f"{date},{i}.5\n" for i, date in enumerate(dates)))
    assert found.dataset.inputs[:, 0].tolist() == pytest.approx(days, abs=1e-5)
    assert "when: days since 1970" in found.notes
    assert not said or said in found.notes
    assert found.dataset.preprocessing is not None
    again = type(found.dataset.preprocessing).from_dict(found.dataset.preprocessing.to_dict())
    assert again == found.dataset.preprocessing


def test_ids_are_pointed_out(path: Path) -> None:
    found = opened(path, "id,name,x,y\n" + rows(40, "{i},n{i},{three},{two}"))
    said = "id, name: another value in each row, as an id has; --drop id,name leaves them out"
    assert said in found.notes
    for harmless in (
        "x,y\n" + rows(40, "{i},{two}"),  # the only input
        "x,z,y\n" + rows(40, "{i}.5,{i},{two}").replace(",7,", ",8,"),
        "x,z,y\n" + rows(8, "{i},{three},{two}"),
    ):
        assert "id has" not in str(opened(path, harmless).notes)


def test_a_target_of_numbers_may_be_meant_otherwise(path: Path) -> None:
    found = opened(path, "x,y\n" + rows(60, "{i},1{three}0"))
    assert found.notes[0].endswith("3 classes: 100, 110, 120 (--task regression learns values)")
    said = opened(path, task="multiclass").notes[0] + opened(path, task="regression").notes[0]
    assert "--task" not in said
    for codes in ("{three}", "{two}", "{two}0"):
        assert "--task" not in opened(path, "x,y\n" + rows(60, "{i}," + codes)).notes[0]
    few = opened(path, "x,y\n1,3\n2,4\n3,5\n4,3\n").notes[0]
    assert few.endswith("values (--task multiclass learns 3 classes)")
    assert "--task" not in opened(path, "x,y\n1,3\n2,4\n3,5\n").notes[0]


def test_all_problems_are_said_at_once(path: Path) -> None:
    said = fault(path, "id,x,y\n" + rows(200, "n{i},{i},{two}").replace(",7,", ",,"))
    assert "id: more than 100 categories: --drop id leaves it out; and missing" in said
    assert said.endswith("missing or infinite values: x 1; --missing drop, mean, median or zero")


def test_the_row_that_is_wrong_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "x,y\n" + rows(50, "{i},a") + "\nfive,b\n" + rows(9, "{i},a")
    assert 'column x, row 51: "five" is no number' in fault(path, wrong)
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (100, 10**6))
    assert 'column x, row 51: "five" is no number' in fault(path, wrong)
    lines = '{"x": 1, "y": 2}\n' * 30
    for broken in ('{"x": 1, "y":\n', "[1, 2]\n", "x\n"):
        said = fault(path, lines + broken + lines)
        assert "row 31: not a JSON object" in said
        with pytest.raises(ValueError, match="row 31: not a JSON object"):
            pl.concat(read_rows(io.BytesIO((lines + broken + lines).encode())).frames)


def test_names_that_come_twice_are_said(path: Path) -> None:
    found = opened(path, "x,x,z,y\n1,2,3,4.5\n5,6,7,8.5\n")
    assert "several columns are called x: the later ones have a number behind it" in found.notes
    assert not np.array_equal(found.dataset.inputs[:, 0], found.dataset.inputs[:, 1])


# What a column is, its first block of rows need not show: 1,000 bytes here.
LATE = {
    "words after numbers": (["5"], ["five", "six"], ("5", "five", "six")),
    "words after nothing": ([""], ["five", "six"], ("five", "six")),
    "another word after true and false": (["true", "False"], ["open"], ("False", "open", "true")),
    "words after dates": (["2024-01-31"], ["open"], ("2024-01-31", "open")),
    "a new category": (["red"], ["blue"], ("blue", "red")),
    "a number among words": (["red"], ["5"], ("5", "red")),
    "dates after nothing": ([""], ["2024-01-31"], 19753.0),
    "the day first, as shown late": (["01/02/2024"], ["13/02/2024"], 19766.0),
}


@pytest.mark.parametrize(("first", "later", "said"), LATE.values(), ids=LATE.keys())
def test_what_a_column_is_may_be_shown_late(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: list[str],
    later: list[str],
    said: tuple[str, ...] | float,
) -> None:
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (1000, 10**6))
    cells = [first[i % len(first)] for i in range(300)] + [later[i % len(later)] for i in range(99)]
    lines = "".join(f"{cell},{i % 5},{WORDS[i % 2]}\n" for i, cell in enumerate(cells))
    data = opened(path, f"x,z,y\n{lines}", missing="mean").dataset
    assert said in (data.categories(0), data.inputs[-1, 0])


@pytest.mark.parametrize("target", ["y", "x"])
def test_a_slip_of_a_late_row_is_named(
    path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.setattr(blocks.Blocks.__init__, "__defaults__", (2000, 10**6))
    lines = "".join(f"{i % 9},{WORDS[i % 2]}\n" for i in range(900))
    said = fault(path, f"x,y\n{lines}fiwe,one\n{lines}", target=target)
    hint = "--target names another column" if target == "x" else "--drop x leaves it out"
    assert f'column x, row 901: "fiwe" is no number, as most of it is; mend it, or {hint}' in said


def test_a_slip_among_dates_is_named(path: Path) -> None:
    days = "".join(f"{2000 + i // 28}-02-{1 + i % 28:02},{i}.5\n" for i in range(200))
    said = fault(path, f"when,y\n{days}n.d.,1.5\n{days}")
    assert 'column when, row 201: "n.d." is no date as the others; mend it, or' in said


def test_decimal_commas_may_be_shown_late(path: Path) -> None:
    assert column(path, ["1"] * 100 + ["1,5"] * 100) == [1.0] * 100 + [1.5] * 100
    assert as_predicted(path) == [1.0] * 100 + [1.5] * 100


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"x": 3, "y": 1}', "column x, row 31: 3, but true in row 1: of one type only"),
        ('{"x": [1], "y": 1}', "column x, row 31: [1], but true in row 1: of one type only"),
        ('{"x": NaN, "y": 1}', "row 31: NaN is no JSON: write null where there is no number"),
    ],
)
def test_what_polars_does_not_read_of_ndjson_is_said(path: Path, line: str, said: str) -> None:
    rows = '{"x": true, "y": 2}\n{"y": 3}\n' * 15
    assert fault(path, f"{rows}{line}\n{rows}").endswith(said)


TABLE = "x,z,y\n" + "".join(f"{i}.5,{i % 5},{WORDS[i % 2]}\n" for i in range(20))


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("# by hand\n\n" + TABLE, "# by hand"),
        ("# on 2024-01-31, again\n" * 80 + TABLE, "# on 2024-01-31, again, "),
        ("#\n# " + TABLE, "#"),
        ("# " + TABLE.replace(",", " "), ""),
        ("# by hand\n# " + TABLE.replace(",", "  "), "# by hand"),
        ("# by hand\n" + TABLE.replace(",", " "), "# by hand"),
        ("# as many words\n" + TABLE.replace(",", " "), "# as many words"),
        ("# one, two, three\n" + TABLE, "# one, two, three"),
        ("Sales,,\n\n" + TABLE, "Sales,,"),
        ("Sales report\n" + TABLE, "Sales report"),
        ("sep=,\n" + TABLE, "sep=,"),
        ("Sales;;\nsince 2020;;\n" + TABLE.replace(",", ";"), "Sales;;, since 2020;;"),
        (TABLE.partition("\n")[2], ""),
        ("#" + TABLE, ""),
        ('"x\nin cm",z,y\n' + TABLE.partition("\n")[2], ""),
    ],
    ids=range(15),
)
def test_what_stands_above_a_table_is_left_out(path: Path, content: str, note: str) -> None:
    found = opened(path, content)
    assert found.dataset.inputs[:, 0].tolist() == [i + 0.5 for i in range(20)]
    said = [one for one in found.notes if one.startswith("left out above the table: ")]
    assert bool(said) == bool(note)
    assert f"left out above the table: {note}" in "".join([*said, "left out above the table: "])
    assert found.dataset.coordinates[1] in ("z", "column 2")
    with path.open("rb") as file:
        assert len(pl.concat(read_rows(file).frames)) == 20
    if note and content[-5] != " ":  # blanks separate only what all rows have
        assert "row 21 below the names has 4 cells, not 3" in fault(
            path, content + "1,2,3,4\n".replace(",", content[-5])
        )


@pytest.mark.parametrize("name", ["#id", "# id", "#7"])
def test_a_sign_before_names_of_numbers_makes_no_comment(path: Path, name: str) -> None:
    found = opened(path, f"{name},2019,y\n1,2,5.5\n2,3,7\n3,5,8\n")
    assert found.dataset.coordinates == (name[1:].strip(), "2019")
    assert len(found.dataset.inputs) == 3
    opened(path, "#1,2,5.5\n1,2,5.5\n2,3,7\n3,5,8\n")  # a row that somebody has commented out
    assert opened(path).dataset.coordinates == ("column 1", "column 2")


def test_a_column_may_be_called_by_a_sign(path: Path) -> None:
    found = opened(path, "#,z,y\n1,2,a\n2,3,b\n3,5,a\n")
    assert found.dataset.coordinates == ("#", "z")
    assert len(found.notes) == 1


@pytest.mark.parametrize("header", ["x,z,y,", "x,z,y", ""])
def test_a_separator_at_the_end_of_each_row_makes_no_column(path: Path, header: str) -> None:
    rows = TABLE.partition("\n")[2].replace("\n", ",\n")
    found = opened(path, f"{header}\n{rows}")
    assert '"," ends each row: there is no column behind it' in found.notes
    assert found.dataset.inputs[:, 1].tolist() == [i % 5 for i in range(20)]
    assert found.dataset.classes == ("one", "two")
    with path.open("rb") as file:
        (frame,) = read_rows(file).frames
    assert frame.shape == (20, 3)


@pytest.mark.parametrize("header", ["x,z,y,", ""])
@pytest.mark.parametrize("rows", [60, 200_000])
def test_what_stands_late_behind_a_last_separator_is_not_lost(
    path: Path, header: str, rows: int
) -> None:
    content = f"{header}\n" + "1,2,3,\n2,3,5,\n" * (rows // 2) + "1,2,3,7\n1,2,3,8\n"
    if rows == 60:  # seen from the beginning of the file
        assert opened(path, content, missing="drop").dataset.inputs.shape == (2, 3)
        return
    said = 'a row has "7" behind its last ",", where those before have nothing'
    assert fault(path, content).endswith(said)
    with path.open("rb") as file, pytest.raises(DataError, match=re.escape(said)):
        list(read_rows(file).frames)


def test_columns_without_any_value_are_left_out(path: Path) -> None:
    found = opened(path, "x,none,y,void\n1,,a,\n2,NA,b,\n4,,a,\n", target="y")
    assert found.dataset.coordinates == ("x",)
    assert "none, void: no value in any row, left out" in found.notes
    pl.DataFrame({"x": [1.5, 2.5], "none": [None, None], "y": ["a", "b"]}).write_parquet(path)
    assert opened(path).dataset.coordinates == ("x",)
    (path.parent / "more.csv").write_text("x,none,y\n1,5,a\n2,6,b\n")
    more = opened(path, "x,none,y\n1,,a\n2,,b\n", test_file=str(path.parent / "more.csv"))
    assert more.dataset.inputs.tolist() == [[1], [2], [1], [2]]


def test_words_that_differ_in_capitals_only_are_said(path: Path) -> None:
    lines = "".join(
        f"{['red', 'Red', 'blue'][i % 3]},{['Yes', 'yes', 'no'][i % 3]}\n" for i in range(9)
    )
    notes = opened(path, f"x,y\n{lines}").notes
    assert "x: Red, red differ in capitals only" in notes
    assert "y: Yes, yes differ in capitals only" in notes
    assert "capitals" not in str(opened(path, "x,y\nred,Yes\nblue,no\n").notes)


@pytest.mark.parametrize(
    ("cells", "values", "note"),
    [
        (["12%", "7.5 %", "-3%"], [12, 7.5, -3], 'x: numbers, without the sign of "12%"'),
        (["12,5 %", "7 %"], [12.5, 7], 'x: numbers, without the sign of "12.5 %"'),
        (["€ 1.200,50", "€ 7,00"], [1200.5, 7], 'x: numbers, without the sign of "€ 1200.50"'),
        (["1.200,50 €", "2.000 €"], [1200.5, 2000], 'x: numbers, without the sign of "1200.50 €"'),
        (["$5", "-$7.25", "$1,234.5"], [5, -7.25, 1234.5], 'as in "$1,234.5"'),
        (["7:30", "12:45", "23:59:30"], [7.5, 12.75, 23 + 59.5 / 60], 'x: hours, as of "7:30"'),
    ],
)
def test_units_and_times_are_numbers(
    path: Path, cells: list[str], values: list[float], note: str
) -> None:
    assert column(path, cells) == pytest.approx(values)
    assert note in str(opened(path).notes)


@pytest.mark.parametrize("cells", [["12%", "0.5"], ["€ 5", "$ 5"], ["5%6", "1%"], ["7:75", "1:30"]])
def test_what_is_no_unit_of_all_stays_a_word(path: Path, cells: list[str]) -> None:
    found = opened(path, "".join(f"{cell};{WORDS[i % 2]}\n" for i, cell in enumerate(cells * 2)))
    assert set(found.dataset.categories(0)) == set(cells)


def test_names_stand_on_top_of_units(path: Path) -> None:
    assert opened(path, "12%,1.5\n7%,2.5\n9%,1.5\n").dataset.inputs[:, 0].tolist() == [12, 7, 9]


def test_three_columns_of_decimal_commas_need_no_names(path: Path) -> None:
    found = opened(path, "0,5;1,5;2,5\n0,25;2,5;3,5\n1,5;3;-4,1\n").dataset
    assert found.inputs.tolist() == [[0.5, 1.5], [0.25, 2.5], [1.5, 3]]
    assert opened(path, "1,a;b,2\n3,c;d,4\n").dataset.inputs[:, 0].tolist() == [1, 3]


def test_commas_before_a_point_are_not_decimal(path: Path) -> None:
    found = opened(path, "x;y\n1,234.50;1\n2,500;2\n3,100.25;5\n")
    assert found.dataset.inputs[:, 0].tolist() == [1234.5, 2500, 3100.25]
    assert 'x: commas between thousands, as in "1,234.50"' in found.notes


def test_an_empty_column_has_no_name_on_top(path: Path) -> None:
    found = opened(path, "1,,a\n2,,b\n3,,a\n4,,b\n", missing="mean")
    assert found.dataset.inputs[:, 0].tolist() == [1, 2, 3, 4]


def test_a_very_long_number_that_is_none_is_found_to_be_a_word(path: Path) -> None:
    assert column(path, ["1" * 100_000 + "x", "2"]) == [0, 1]
