"""The desk's benchmarks run on a tiny load and give the figures they promise. Nothing here says how fast."""

import json
from pathlib import Path

import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.speed import desk, desk_queue
from benchmarks.speed.desk_load import Load, check_load

# Each starts a whole centre of its own.
pytestmark = pytest.mark.timeout(300)
TINY = ["--packages", "1", "--database", "sqlite", "--json"]


def figures(capsys: pytest.CaptureFixture[str]) -> dict:
    return json.loads(capsys.readouterr().out)


def test_the_desk_under_load_keeps_all_that_it_acknowledged(capsys):
    load = ["--seconds", "3", "--warm", "0", "--reviewers", "1", "--events", "20", "--cases", "10", "--workers", "1"]
    desk.main([*load, *TINY])
    found = figures(capsys)["databases"]["sqlite"]
    assert (found["events_lost"], found["verdicts_lost"], found["refused"]) == (0, 0, {})
    assert found["events_acknowledged"] == found["events_sent"] > 0
    assert found["verdicts"] >= 1
    assert {"GET /queue", "GET /cases/{id}", "POST /cases/{id}", "POST /api/events"} <= found["routes"].keys()
    assert found["server_memory_mb"] > 0


@pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")), reason="no PostgreSQL server here")
def test_the_queue_is_asked_every_question_on_a_real_postgresql(capsys):
    desk_queue.main(["--cases", "60", "--rounds", "1", "--packages", "1", "--database", "postgresql", "--json"])
    found = figures(capsys)
    assert found["worst_p95_ms"].keys() == {"postgresql"}
    assert len(found["databases"]["postgresql"]) == 15


def test_a_load_that_cannot_be_made_is_one_sentence():
    with pytest.raises(BenchmarkError, match="wanted at least 1 reviewer"):
        check_load(Load(0, 500, 90, 5))
