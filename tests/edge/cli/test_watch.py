"""`ngatu watch` into a file: every fact in order, a finding with its proof, and an orderly end whatever ends it."""

import os
import signal
from pathlib import Path

import pytest

from edge.agent.folder import claimed
from violations.evidence.verify import verify_package
from vision.events.envelope import EVENT


def deliver(number):
    """What the interpreter does when the signal comes; a real one would reach the test runner's process too."""
    signal.getsignal(number)(number, None)


def kinds(events):
    """Of what passed and how the agent fares; the traffic facts and the quality of the pictures stand beside it."""
    found = [event["type"].split(".")[2] for event in events]
    return [kind for kind in found if kind in ("health", "crossing", "counts", "finding")]


@pytest.fixture
def watch(ngatu, little_video, scene, tiny_model, tmp_path):
    """Watch the little video; without other words into events.jsonl."""

    def run(*words, source=little_video, out=tmp_path / "events.jsonl"):
        where = ("--out", out) if out else ()
        base = ("--scene", scene, "--model", tiny_model, "--data", tmp_path / "agent")
        return ngatu("watch", source, *base, "--started-at", "2026-11-21 08:00:00+0700", *where, *words)

    return run


def test_every_fact_is_an_event_of_the_published_kind_in_order(watch, tmp_path, events_in):
    said = watch("--json")
    assert said.code == 0
    events = events_in(tmp_path / "events.jsonl")
    assert [EVENT.validate_python(event).sequence for event in events] == list(range(len(events)))
    assert kinds(events) == ["health", "crossing", "crossing", "counts", "counts", "health"]
    assert [events[0]["data"]["state"], events[-1]["data"]["state"]] == ["started", "ended"]
    assert events[0]["time"] == "2026-11-21T01:00:00Z"
    assert {event["boot"] for event in events} == {said.document["boot"]}


def test_the_summary_tells_every_line_and_both_directions(watch, tmp_path, events_in):
    document = watch("--json").document
    assert document["counts"] == {
        "early": {"left_to_right": {}, "right_to_left": {"car": 1}},
        "north": {"left_to_right": {}, "right_to_left": {"car": 1}},
    }
    assert (document["frames"], document["waiting"], document["unkept"]) == (100, 0, 0)
    assert document["events"] == len(events_in(tmp_path / "events.jsonl"))
    assert document["withheld"] == {}
    assert document["stopped"] is document["failure"] is None


def test_the_quality_of_the_pictures_is_told(watch, tmp_path, events_in):
    watch()
    [quality] = [event["data"] for event in events_in(tmp_path / "events.jsonl") if "image_quality" in event["type"]]
    assert (quality["since_s"], quality["troubles"]) == (0, [])
    assert 0 < quality["score"] <= 1
    assert quality["pictures"] >= 3


def test_without_json_people_are_told_the_same(watch):
    said = watch()
    assert "north, right to left: car 1" in said.out
    assert "north, left to right: nobody" in said.out


def test_a_finding_comes_with_a_package_that_verifies(watch, lamps, tmp_path, events_in):
    said = watch("--lamps", lamps, "--json")
    assert said.document["findings"] == 1
    assert said.err == ""
    [finding] = [event["data"] for event in events_in(tmp_path / "events.jsonl") if "finding" in event["type"]]
    [package] = [each for each in (tmp_path / "agent" / "evidence").iterdir() if each.is_dir()]
    assert verify_package(package, finding["package"]) == []
    assert finding["line"] == "north"


def test_without_lamps_it_says_that_nobody_is_judged(watch):
    said = watch("--json")
    assert "note: no lamp states for the stop line north (--lamps, --lamps-feed, --lamps-from-image): it" in said.err


def test_a_recording_without_its_time_is_said_to_have_none(ngatu, little_video, scene, tiny_model, tmp_path):
    base = ("--scene", scene, "--model", tiny_model, "--data", tmp_path / "agent", "--out", tmp_path / "o.jsonl")
    said = ngatu("watch", little_video, *base)
    assert "labelled as if it had begun just now" in said.err


def test_a_second_watch_continues_the_file_under_another_boot(watch, tmp_path, events_in):
    first, second = watch("--json").document, watch("--json").document
    events = events_in(tmp_path / "events.jsonl")
    assert len(events) == first["events"] + second["events"]
    assert len({event["id"] for event in events}) == len(events)
    assert first["boot"] != second["boot"]


def test_what_a_crash_left_half_written_is_removed_at_the_start(watch, lamps, tmp_path):
    evidence = tmp_path / "agent" / "evidence"
    left = evidence / ".unfinished-0123"
    left.mkdir(parents=True)
    (left / "still_at.jpg").write_bytes(b"half")
    said = watch("--lamps", lamps, "--json")
    assert "1 packages that a crash left unfinished were removed" in said.err
    assert [folder.name.startswith(".") for folder in evidence.iterdir() if folder.is_dir()] == [False]


def test_a_second_agent_in_the_same_folder_is_refused_and_the_first_goes_on(watch, tmp_path):
    with claimed(tmp_path / "agent"):
        said = watch("--json")
    assert said.code == 2
    assert f"found process {os.getpid()} at work there; give each agent a folder of its own" in said.err
    assert not (tmp_path / "events.jsonl").exists()
    assert watch("--json").code == 0


def test_two_agents_never_write_into_one_file(watch, tmp_path, ngatu, little_video, scene, tiny_model):
    watch()
    other = ("--scene", scene, "--model", tiny_model, "--data", tmp_path / "other", "--out", tmp_path / "events.jsonl")
    before = (tmp_path / "events.jsonl").read_bytes()
    with (tmp_path / "events.jsonl").open("a") as held:
        import fcntl

        fcntl.flock(held, fcntl.LOCK_EX)
        said = ngatu("watch", little_video, *other)
    assert (said.code, "found another writing to it" in said.err) == (2, True)
    assert (tmp_path / "events.jsonl").read_bytes() == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)], ids=["Ctrl-C", "SIGTERM"])
def test_told_to_stop_it_finishes_the_frame_and_commits_all_it_saw(
    watch, tmp_path, events_in, monkeypatch, number, code
):
    from edge.cli import watch as module

    real = module.look

    def look(*arguments):
        for seen in real(*arguments):
            if seen.frame.index == 60:
                deliver(number)
            yield seen

    monkeypatch.setattr(module, "look", look)
    said = watch("--json")
    assert said.code == code
    events = events_in(tmp_path / "events.jsonl")
    assert kinds(events) == ["health", "crossing", "crossing", "counts", "counts", "health"]
    assert events[-1]["data"]["state"] == "ended"
    assert events[-1]["data"]["frames"] == said.document["frames"] == 61
    assert events[-1]["data"]["note"].startswith(f"stopped by {number.name}; ")
    assert said.document["stopped"] == f"stopped by {number.name}"
    assert signal.getsignal(number) != signal.SIG_IGN


def test_a_source_that_fails_on_the_way_keeps_what_was_seen(watch, tmp_path, events_in, little_video):
    """A folder whose pictures change size in the middle: the lines no longer fit."""
    import cv2

    from vision.sources.open import open_source

    folder = tmp_path / "pictures"
    folder.mkdir()
    with open_source(str(little_video)) as source:
        for frame in source:
            image = frame.image if frame.index < 70 else frame.image[:48]
            cv2.imwrite(str(folder / f"{frame.index:03}.png"), image)
    said = watch("--json", source=folder)
    assert said.code == 2
    assert "ngatu: frame 70: wanted a picture of 160 × 96 pixels as before, found 160 × 48" in said.err
    events = events_in(tmp_path / "events.jsonl")
    assert kinds(events) == ["health", "crossing", "crossing", "counts", "counts", "health"]
    assert events[-1]["data"]["state"] == "failed"
    assert "frame 70" in events[-1]["data"]["note"]
    assert said.document["failure"].startswith("frame 70")


def test_a_damaged_source_is_told_as_an_event(watch, little_video, tmp_path, events_in):
    cut = Path(tmp_path / "cut.mp4")
    content = little_video.read_bytes()
    cut.write_bytes(content[: -len(content) // 10])
    said = watch("--json", source=cut)
    states = [event["data"]["state"] for event in events_in(tmp_path / "events.jsonl") if "health" in event["type"]]
    assert (said.code, states) == (0, ["started", "source_damaged", "ended"])


@pytest.mark.parametrize("where", [("--out", "o.jsonl", "--centre", "http://127.0.0.1:9"), ()], ids=["both", "neither"])
def test_events_go_to_exactly_one_place(watch, where, tmp_path):
    said = watch(*where, out=None)
    assert said.code == 2
    assert "--out, --centre: wanted one of the two places for the events, found both or neither" in said.err
    assert not (tmp_path / "agent").exists()
