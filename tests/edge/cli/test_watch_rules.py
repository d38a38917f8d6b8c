"""`ngatu watch` with rules, a controller's feed, windows of an officer, and what it refuses of them."""

import json

import pytest

from violations.evidence.verify import verify_package

RULES = """\
markings:
  across: {points: [[0.6, 0.1], [0.6, 0.9]]}
rules:
  no-crossing: {offence: solid_line, marking: across}
  thirty: {offence: speeding, line: early, limit_kmh: 15}
"""


@pytest.fixture
def watch(ngatu, little_video, scene, tiny_model, tmp_path):
    def run(*words, started_at="2026-11-21 08:00:00+0700"):
        base = ("--scene", scene, "--model", tiny_model, "--data", tmp_path / "agent", "--out", tmp_path / "e.jsonl")
        when = ("--started-at", started_at) if started_at else ()
        return ngatu("watch", little_video, *base, *when, "--json", *words)

    return run


@pytest.fixture
def findings(tmp_path, events_in):
    def read():
        events = events_in(tmp_path / "e.jsonl")
        return [event["data"] for event in events if event["type"] == "vn.ngatu.finding.v1"]

    return read


@pytest.fixture
def feed(tmp_path):
    def write(*lines):
        file = tmp_path / "feed.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return file

    return write


def test_several_offences_of_one_vehicle_each_get_a_finding_with_a_package_of_its_own(watch, scene, findings, tmp_path):
    scene.write_text(scene.read_text() + RULES)
    assert watch().code == 0
    found = findings()
    assert sorted(one["offence"] for one in found) == ["solid_line", "speeding"]
    assert {one["place"] for one in found} == {"early", "across"}
    for one in found:
        [package] = (tmp_path / "agent" / "evidence").glob(f"*_{one['offence']}_{one['package'][:12]}")
        assert verify_package(package, one["package"]) == []
        assert "plate_ambiguous" in one["reasons_not_to_fine"]


def test_the_controllers_feed_accuses_and_its_yellow_is_kept(watch, feed, findings):
    file = feed(
        {"group": "north", "state": "yellow", "media_s": -4.0},
        {"group": "north", "state": "red", "media_s": -1.0, "error_s": 0.05},
        {"alive": True, "media_s": 60.0},
    )
    assert watch("--lamps-feed", file).code == 0
    [one] = findings()
    assert (one["offence"], one["lamp"]["origin"]) == ("red_light", "controller")
    assert "lamp_from_file" not in one["reasons_not_to_fine"]


def test_a_feed_that_says_nothing_is_counted_and_accuses_nobody(watch, feed, findings):
    said = watch("--lamps-feed", feed())
    assert said.document["withheld"] == {"lamp_unknown": 1}
    assert findings() == []


def test_an_officer_in_the_window_lets_everybody_go(watch, lamps, findings, tmp_path):
    file = tmp_path / "o.yaml"
    file.write_text(
        "officer: [{since: 2026-11-21T07:59:00+07:00, until: 2026-11-21T08:01:00+07:00, reason: at the junction}]\n"
    )
    said = watch("--lamps", lamps, "--override", file)
    assert said.document["withheld"] == {"officer": 1}
    assert findings() == []


@pytest.mark.parametrize(
    ("words", "started_at", "told"),
    [
        (("--override", "{}/none.yaml"), "2026-11-21 08:00:00+0700", "none.yaml"),
        (("--override", "{}/none.yaml"), None, "wanted --started-at beside it"),
        (("--lamps-feed", "{}/none"), None, "wanted a file, a pipe, an http(s) or an mqtt(s) address, found"),
        (("--lamps-from-image",), None, "wanted signal_heads in the scene of 'cam-1'"),
    ],
    ids=["no such windows", "windows without a time", "no feed", "no heads"],
)
def test_what_cannot_be_used_is_refused_before_anything_is_written(watch, tmp_path, words, started_at, told):
    said = watch(*(word.format(tmp_path) for word in words), started_at=started_at)
    assert said.code == 2
    assert told in said.err
    assert not (tmp_path / "agent" / "evidence").exists() or not any((tmp_path / "agent" / "evidence").iterdir())
