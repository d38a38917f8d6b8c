"""`ngatu signals wave` and `plans` as somebody calls them."""

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from vision.events.bodies import Crossing, Direction
from vision.events.stream import EventStream


def ngatu(*words):
    command = [sys.executable, "-m", "signals.cli", "signals", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def crossings(file, at_s):
    stream = EventStream("cam_1", "b", datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
    body = {"line": "stop", "role": "stop", "vehicle": "car", "direction": Direction.RIGHT_TO_LEFT}
    events = [
        stream.wrap(Crossing(track=n + 1, frame=n, at_s=at, at_error_s=0.1, x=0.5, y=0.5, **body), at)
        for n, at in enumerate(at_s)
    ]
    file.write_text("\n".join(one.model_dump_json() for one in events))


def test_a_street_is_coordinated_drawn_and_tabled_with_the_arrivals_that_were_measured(street_file, tmp_path):
    events = tmp_path / "events.jsonl"
    crossings(events, [3.0, 30.0, 200.0])
    svg, png, table = tmp_path / "wave.svg", tmp_path / "wave.png", tmp_path / "wave.csv"
    done = ngatu("wave", street_file, "--svg", svg, "--png", png, "--csv", table, "--arrivals", events, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["street"] == "Phố Huế"
    assert told["outbound_band_s"] > 5
    assert told["junctions"][1]["arrivals"]["outbound"]["of"] == 3
    assert len(list(ET.parse(svg).getroot().iter("{http://www.w3.org/2000/svg}circle"))) == 6
    assert png.read_bytes().startswith(b"\x89PNG")
    rows = list(csv.reader(table.read_text().splitlines()))
    assert sum(row[0] == "arrival" for row in rows) == 3


def test_people_read_a_table(street_file):
    done = ngatu("wave", street_file)
    assert done.returncode == 0, done.stderr
    assert "Bạch Mai" in done.stdout
    assert "s outbound" in done.stdout


def test_the_plan_of_a_moment_and_the_week_after_it(library_file):
    done = ngatu("plans", library_file, "--at", "2026-11-27T07:00:00", "--holiday", "2026-11-28", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["running"] == "peak"
    assert told["days"]["2026-11-28"] == {"00:00": "night"}
    assert told["days"]["2026-11-29"] == {"00:00": "peak"}
    assert "Đại La: peak at 27/11/2026 07:00" in ngatu("plans", library_file, "--at", "2026-11-27T07:00:00").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("wave", "nosuch.yaml"), "wanted a file"),
        (("plans", "nosuch.yaml"), "wanted a file"),
        (("plans", "{library}", "--holiday", "Tết"), "wanted a date such as"),
        (("wave", "{street}", "--svg", "."), "found a folder"),
        (("wave", "{street}", "--arrivals", "{street}"), "{street}"),
    ],
)
def test_wrong_input_is_one_sentence_and_exit_code_2(street_file, library_file, words, sentence):
    files = {"street": street_file, "library": library_file}
    done = ngatu(*(word.format(**files) for word in words))
    assert done.returncode == 2
    assert sentence.format(**files) in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_more_traffic_than_the_street_carries_is_told_with_what_would_help(street_file):
    street_file.write_text(street_file.read_text().replace("side: {pcu_h: 400}", "side: {pcu_h: 1900}"))
    done = ngatu("wave", street_file)
    assert done.returncode == 2
    assert "Lower the flows" in done.stderr
