"""Tables as CSV, JSON Lines and Parquet, each in a folder of its own that appears whole."""

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

from signals.report.errors import OutputError, ReportError
from signals.report.layouts import Column, Layout, Row, Table, Type, Value
from signals.report.places import whole_folder

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def export(tables: Sequence[Table], form: Format, place: Path, *, part: bool = False) -> list[Path]:
    """Write every table into the new folder `place`; the files written.

    part: Parquet in folders `date=…/camera=…`, which DuckDB, Spark and pandas read as columns. Raises OutputError,
    ReportError where DuckDB is not installed. Other forms are never parted.
    """
    engine = _duckdb() if form is Format.PARQUET else None
    with whole_folder(place) as folder:
        if engine:
            _write_parquet(engine, tables, folder, part=part)
        for table in () if engine else tables:
            if form is Format.CSV:
                write_csv(table, folder / f"{table.layout.name}.csv")
            else:
                write_json_lines(table, folder / f"{table.layout.name}.jsonl")
        written = sorted(file.relative_to(folder) for file in folder.rglob("*") if file.is_file())
    return [place / file for file in written]


def write_csv(table: Table, file: Path) -> None:
    """RFC 4180 with a heading line, UTF-8; empty: not known. Text that a spreadsheet would run gets an apostrophe."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(table.layout.names())
        writer.writerows(tuple(_harmless(_plain(value)) for value in row) for row in table.rows)


def write_json_lines(table: Table, file: Path) -> None:
    """One object a line with the column names as keys."""
    with file.open("w", encoding="utf-8") as out:
        for row in table.rows:
            out.write(json.dumps(as_object(table, row), ensure_ascii=False) + "\n")


def as_object(table: Table, row: Row) -> dict[str, object]:
    return dict(zip(table.layout.names(), (_plain(value) for value in row), strict=True))


def _plain(value: Value) -> str | int | float | bool | None:
    """Moments as RFC 3339 with milliseconds and offset, everything else as it is."""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def _harmless(value: object) -> object:
    """OWASP: a spreadsheet runs text that begins like a formula; a leading apostrophe makes it text again."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _duckdb() -> ModuleType:
    """An extra, imported only here: an edge box needs no Parquet."""
    try:
        return import_module("duckdb")
    except ImportError as error:
        sentence = "--to parquet: wanted DuckDB, found none: pip install 'ngatu[report]'"
        raise ReportError("--to", sentence) from error


def _write_parquet(engine: ModuleType, tables: Sequence[Table], folder: Path, *, part: bool) -> None:
    """Through files of JSON lines, which DuckDB reads with the types said here: no column is guessed from its rows."""
    try:
        with engine.connect() as connection:
            for table in tables:
                parted = with_date(table) if part else table
                between = folder / f".{table.layout.name}.jsonl"
                write_json_lines(parted, between)
                connection.execute(_copy_order(parted.layout, between, folder, part=part))
                between.unlink()
    except engine.Error as error:
        raise OutputError(folder, f"DuckDB could not write Parquet: {error}") from error


def _copy_order(layout: Layout, source: Path, folder: Path, *, part: bool) -> str:
    """Units travel in the file's own metadata under the key `units`; DuckDB allows that for single files only."""
    columns = ", ".join(f"{_text(column.name)}: {_text(column.type)}" for column in layout.columns)
    rows = f"read_json({_text(str(source))}, format = 'newline_delimited', columns = {{{columns}}})"
    units = json.dumps({column.name: column.unit for column in layout.columns if column.unit})
    shape = "PARTITION_BY (date, camera)" if part else f"KV_METADATA {{units: {_text(units)}}}"
    target = _text(str(folder / (layout.name if part else f"{layout.name}.parquet")))
    return f"COPY (SELECT * FROM {rows}) TO {target} (FORMAT parquet, COMPRESSION zstd, {shape})"  # noqa: S608 — every part is quoted


def with_date(table: Table) -> Table:
    """The same with a last column `date`, the local day of the layout's moment, to part files by."""
    layout = table.layout
    moment = layout.names().index(layout.moment)
    day = Column("date", Type.TEXT, "", "local day")
    return Table(
        replace(layout, columns=(*layout.columns, day)),
        [(*row, _day(row[moment])) for row in table.rows],
    )


def _day(moment: Value) -> str:
    assert isinstance(moment, datetime)
    return moment.date().isoformat()


def _text(value: str) -> str:
    """As a literal of SQL."""
    return "'" + value.replace("'", "''") + "'"
