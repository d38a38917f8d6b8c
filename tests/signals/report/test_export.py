import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signals.report.dictionary import as_text
from signals.report.errors import OutputError
from signals.report.export import Format, export
from signals.report.tables import ROWS, tables
from vision.events.bodies import Counts, Health
from vision.events.envelope import Event

Make = Callable[..., Any]
DICTIONARY = Path(__file__).parents[3] / "docs" / "data-dictionary" / "exports.md"


@pytest.fixture
def events(crossing: Make, counts: Make, line_facts: Make, lane_facts: Make, wrap: Make) -> list[Event]:
    made: list[Event] = wrap(
        [
            crossing(1.25, speed_mps=5.5, speed_error_mps=0.5),
            counts(0.0, {"motorbike": 1}),
            Counts(line="stop", since_s=15, until_s=30, coverage=0.0, counts={}),
            line_facts(0.0, 12),
            lane_facts(0.0, 20.0),
            Health(state="ended", frames=10, note="=1+1"),
        ]
    )
    return made


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_csv_has_local_times_and_media_times(events: list[Event], tmp_path: Path) -> None:
    export(tables(events), Format.CSV, tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "crossings.csv")
    assert (row["time"], row["at_s"], row["speed_mps"]) == ("2026-11-20T07:00:01.250+07:00", "1.25", "5.5")


def test_an_interval_without_vehicles_keeps_its_row_and_its_coverage(events: list[Event], tmp_path: Path) -> None:
    export(tables(events), Format.CSV, tmp_path / "out")
    passed, nobody = rows(tmp_path / "out" / "counts.csv")
    assert (passed["direction"], passed["vehicle"], passed["n"]) == ("right_to_left", "motorbike", "1")
    assert (nobody["coverage"], nobody["direction"], nobody["n"]) == ("0.0", "", "0")


def test_text_that_a_spreadsheet_would_run_is_text(events: list[Event], tmp_path: Path) -> None:
    export(tables(events), Format.CSV, tmp_path / "out")
    (row,) = rows(tmp_path / "out" / "health.csv")
    assert row["note"] == "'=1+1"


def test_facts_are_one_row_for_each_number_with_error_unit_and_reason(events: list[Event], tmp_path: Path) -> None:
    export(tables(events), Format.CSV, tmp_path / "out")
    found = {(row["about"], row["measure"], row["vehicle"]): row for row in rows(tmp_path / "out" / "facts.csv")}
    volume, queue = found["line", "volume", "motorbike"], found["lane", "queue_m", ""]
    assert (volume["value"], volume["error"], volume["unit"]) == ("12.0", "4.0", "veh")
    assert (queue["value"], queue["error"], queue["unit"], queue["lane"]) == ("20.0", "3.0", "m", "lane_1")
    unknown = found["lane", "control_delay_s", ""]
    assert (unknown["value"], unknown["why"], unknown["unit"]) == ("", "nobody asked", "s")


def test_every_number_of_the_facts_has_a_unit(events: list[Event]) -> None:
    (facts,) = [table for table in tables(events) if table.layout.name == "facts"]
    unit, grade = (facts.layout.names().index(name) for name in ("unit", "grade"))
    assert all(row[unit] or row[grade] for row in facts.rows)


def test_json_lines_hold_the_same_rows(events: list[Event], tmp_path: Path) -> None:
    export(tables(events), Format.JSON, tmp_path / "out")
    (row,) = [json.loads(line) for line in (tmp_path / "out" / "crossings.jsonl").read_text("utf-8").splitlines()]
    assert (row["camera"], row["at_s"], row["foot_hidden"]) == ("north", 1.25, False)


@pytest.mark.parametrize("part", [False, True])
def test_parquet_has_the_types_of_the_dictionary(events: list[Event], tmp_path: Path, part: bool) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the extra `report` is not installed")
    export(tables(events), Format.PARQUET, tmp_path / "out", part=part)
    where = "crossings/*/*/*.parquet" if part else "crossings.parquet"
    found = duckdb.sql(
        f"SELECT camera, epoch_ms(time), at_s, speed_mps, track FROM '{tmp_path}/out/{where}'"
    ).fetchall()
    assert found == [("north", 1763596801250 + 365 * 86400_000, 1.25, 5.5, 1)]
    types = dict(
        duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{tmp_path}/out/{where}')").fetchall()
    )
    assert (types["time"], types["speed_mps"], types["track"]) == ("TIMESTAMP WITH TIME ZONE", "DOUBLE", "BIGINT")
    assert ("date" in types) is part


def test_a_folder_with_something_in_it_is_left_as_it_was(events: list[Event], tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(OutputError, match="wanted a new or empty folder"):
        export(tables(events), Format.CSV, tmp_path / "out")
    assert [file.name for file in tmp_path.rglob("*")] == ["out", "mine.txt"]


def test_the_data_dictionary_is_that_of_the_code() -> None:
    assert DICTIONARY.read_text("utf-8") == as_text(), (
        "python -m signals.report.dictionary > docs/data-dictionary/exports.md"
    )


def test_every_row_has_a_value_for_each_column(events: list[Event]) -> None:
    for table in tables(events):
        assert {len(row) for row in table.rows} == {len(table.layout.columns)}
    assert {layout.moment in layout.names() for layout in ROWS} == {True}
