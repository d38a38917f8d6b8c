import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from signals.report.cli import app

Make = Callable[..., Any]


@pytest.fixture
def ngatu() -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def events(crossing: Make, counts: Make, wrap: Make, event_file: Make) -> Path:
    file: Path = event_file(wrap([crossing(1.0), crossing(2.0, vehicle="car"), counts(0, {"motorbike": 1, "car": 1})]))
    return file


def test_report_prints_what_passed(ngatu: Make, events: Path) -> None:
    result = ngatu("report", events)
    assert result.exit_code == 0
    assert "Line stop, camera north" in result.stdout
    assert "motorbike" in result.stdout


def test_report_json_is_one_document_on_stdout(ngatu: Make, events: Path) -> None:
    document = json.loads(ngatu("report", events, "--json").stdout)
    (line,) = document["lines"]
    assert {one["vehicle"]: one["value"] for one in line["totals"]} == {"car": 1, "motorbike": 1}
    assert document["reading"]["damaged"] == 0


def test_report_names_damaged_lines_and_goes_on(ngatu: Make, events: Path) -> None:
    events.write_text(events.read_text("utf-8") + "{half\n", "utf-8")
    result = ngatu("report", events)
    assert result.exit_code == 0
    assert "1 damaged lines could not be used. The first is line 4" in " ".join(result.stderr.split())


def test_a_page_is_written_whole_or_not_at_all(ngatu: Make, events: Path, tmp_path: Path) -> None:
    assert ngatu("report", events, "--html", tmp_path / "out" / "report.html").exit_code == 0
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("report", "EVENTS", "--html", "EVENTS"), "wanted another place"),
        (("report", "EVENTS", "--html", "."), "found"),
        (("report", "EVENTS", "--interval", "7"), "--interval: wanted one of 15, 60"),
        (("report", "EVENTS", "--pcu", "mine"), "There is no table of passenger-car units mine"),
        (("report", "EVENTS", "--camera", "south"), "3 outside what was asked for"),
        (("report", "nowhere.jsonl"), "nowhere.jsonl: wanted a file of events"),
        (("report", "http://"), "found no host"),
        (("export", "EVENTS"), "wanted EVENTS and --out FOLDER"),
        (("export", "EVENTS", "--out", "OUT", "--lamps", "x.yaml"), "wanted --to hires, found --to csv"),
        (("export", "EVENTS", "--out", "OUT", "--part"), "wanted --to parquet, found --to csv"),
        (("export", "EVENTS", "--out", "OUT", "--to", "hires", "--wiring", "x.yaml"), "x.yaml"),
        (("compare",), "wanted COUNTS.csv and EVENTS"),
        (("compare", "EVENTS", "EVENTS"), "events.jsonl: wanted CSV"),
    ],
)
def test_a_wrong_wish_ends_with_one_sentence_and_leaves_nothing(
    ngatu: Make, events: Path, tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    before = events.read_bytes()
    places = {"EVENTS": events, "OUT": tmp_path / "out"}
    result = ngatu(*(places.get(word, word) for word in arguments))
    told = " ".join(result.stderr.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in told
    assert "Traceback" not in told
    assert [file.name for file in tmp_path.iterdir()] == [events.name]
    assert events.read_bytes() == before


def test_export_writes_a_log_for_atspm_tools(ngatu: Make, events: Path, tmp_path: Path) -> None:
    lamps = tmp_path / "lamps.yaml"
    lamps.write_text(
        "A:\n- {state: red, since_s: 0, until_s: 1.5}\n- {state: green, since_s: 1.5, until_s: 9}\n", "utf-8"
    )
    result = ngatu("export", events, "--to", "hires", "--out", tmp_path / "log", "--lamps", lamps)
    assert result.exit_code == 0, result.stderr
    with (tmp_path / "log" / "events.csv").open(encoding="utf-8") as text:
        rows = [(row["TimeStamp"][-4:], row["EventCode"], row["EventParam"]) for row in csv.DictReader(text)]
    assert rows == [
        ("01.0", "82", "1"), ("01.1", "81", "1"), ("01.5", "1", "1"), ("02.0", "82", "1"), ("02.1", "81", "1"),
    ]  # fmt: skip
    heading = (tmp_path / "log" / "detectors.csv").read_text("utf-8").splitlines()[0]
    assert heading.startswith("DeviceId,Phase,Parameter,Function")


def test_compare_says_error_and_geh(ngatu: Make, events: Path, tmp_path: Path) -> None:
    manual = tmp_path / "manual.csv"
    manual.write_text("since,until,line,vehicle,n\n0,15,stop,motorbike,1\n0,15,stop,car,3\n", "utf-8")
    document = json.loads(ngatu("compare", manual, events, "--json").stdout)
    assert [(one["vehicle"], one["difference"]) for one in document["movements"]] == [("motorbike", 0), ("car", -2)]
    assert document["share_geh_below_5"] == 0.5
    table = ngatu("compare", manual, events)
    assert table.exit_code == 0
    assert "50.0\N{NO-BREAK SPACE}% of 2 rows have GEH below 5" in table.stdout


@pytest.mark.parametrize("command", ["compare", "export"])
def test_templates_are_printed_without_any_events(ngatu: Make, command: str) -> None:
    result = ngatu(command, "--template")
    assert result.exit_code == 0
    assert "right_to_left" in result.stdout
