"""`ngatu watch --site`: several cameras, one loop, one outbox; one that fails leaves the others at work."""

import json
import signal
from collections import Counter

import pytest

SITE = """\
version: 1
cameras:
  cam-1: {source: little.mp4, scene: cam-1.yaml, started_at: 2026-11-21T08:00:00Z, detect_every: 2}
  cam-2: {source: little.mp4, scene: cam-2.yaml, started_at: 2026-11-21T08:00:00Z, lamps: lamps.yaml}
"""
EARLY = {"left_to_right": {}, "right_to_left": {"car": 1}}


@pytest.fixture
def site(tmp_path, little_video, scene, lamps):
    (tmp_path / "little.mp4").write_bytes(little_video.read_bytes())
    for name in ("cam-1", "cam-2"):
        (tmp_path / f"{name}.yaml").write_text(scene.read_text().replace("cam-1", name))
    file = tmp_path / "site.yaml"
    file.write_text(SITE)
    return file


@pytest.fixture
def watch(ngatu, site, tiny_model, tmp_path):
    def run(*words):
        return ngatu(
            "watch", "--site", site, "--model", tiny_model, "--data", tmp_path / "agent", "--out",
            tmp_path / "events.jsonl", *words,
        )  # fmt: skip

    return run


def test_all_cameras_report_to_one_place_and_each_keeps_its_own_order(watch, tmp_path, events_in):
    said = watch("--json")
    assert said.code == 0, said.err
    events = events_in(tmp_path / "events.jsonl")
    assert {event["boot"] for event in events} == {said.document["boot"]}
    for name in ("cam-1", "cam-2"):
        own = [event for event in events if event["camera"] == name]
        assert [event["sequence"] for event in own] == list(range(len(own)))
        assert [event["data"]["state"] for event in own if "health" in event["type"]] == ["started", "ended"]
        found = said.document["cameras"][name]
        assert (found["frames"], found["counts"]["early"]) == (100, EARLY)
        assert (found["loop"]["decoded"], found["loop"]["dropped"]) == (100, 0)
    assert said.document["cameras"]["cam-1"]["loop"]["predicted"] == 50
    assert said.document["cameras"]["cam-2"]["findings"] == 1
    assert len(list((tmp_path / "agent" / "evidence").glob("*_cam-2_red_light_*"))) == 1


def test_without_json_people_are_told_each_cameras_counts_and_frames(watch):
    said = watch()
    assert "cam-1: decoded 100 of 100 stated frames" in said.out
    assert "100 decoded, 50 looked at, 0 unchanged, 50 predicted, 0 left out for the rate, 0 dropped" in said.out
    assert "early, right to left: car 1" in said.out


def test_a_camera_that_cannot_be_opened_is_left_out_and_told_as_an_event(watch, site, tmp_path, events_in):
    site.write_text(SITE.replace("little.mp4", "absent.mp4", 1))
    said = watch("--json")
    assert said.code == 2
    assert "camera cam-1 is left out: absent.mp4: wanted a video file" in said.err
    assert said.document["cameras"]["cam-2"]["counts"]["early"] == EARLY
    assert list(said.document["absent"]) == ["cam-1"]
    states = Counter((event["camera"], event["data"].get("state")) for event in events_in(tmp_path / "events.jsonl"))
    assert states["cam-1", "failed"] == states["cam-2", "ended"] == 1


def test_a_camera_that_fails_on_the_way_leaves_the_other_at_work(watch, site, tmp_path, little_video, events_in):
    import cv2

    from vision.sources.open import open_source

    folder = tmp_path / "pictures"
    folder.mkdir()
    with open_source(str(little_video)) as source:
        for frame in source:
            image = frame.image if frame.index < 40 else frame.image[:48]
            cv2.imwrite(str(folder / f"{frame.index:03}.png"), image)
    site.write_text(SITE.replace("little.mp4", "pictures", 1))
    said = watch("--json")
    assert said.code == 2
    assert "cam-1: frame 40: wanted a picture of 160 × 96 pixels as before" in said.err
    first, second = (said.document["cameras"][name] for name in ("cam-1", "cam-2"))
    assert (first["frames"], second["frames"], second["failure"]) == (40, 100, None)
    assert first["failure"] == first["loop"]["fault"]
    states = [event["data"]["state"] for event in events_in(tmp_path / "events.jsonl") if "health" in event["type"]]
    assert sorted(states) == ["ended", "failed", "started", "started"]


def test_where_no_camera_can_be_opened_nothing_begins(watch, site, tmp_path):
    site.write_text(SITE.replace("little.mp4", "absent.mp4"))
    said = watch("--json")
    assert said.code == 2
    assert "camera cam-2: absent.mp4: wanted a video file" in said.err
    assert not (tmp_path / "events.jsonl").exists()


def test_the_scene_must_be_that_of_the_camera(watch, site):
    site.write_text(SITE.replace("cam-2.yaml", "cam-1.yaml"))
    said = watch()
    assert said.code == 2
    assert "site.yaml:4: camera cam-2: wanted the scene of this camera, found that of 'cam-1'" in said.err


@pytest.mark.parametrize("words", [("little.mp4",), ("--scene", "a.yaml"), ("--lamps", "l.yaml")])
def test_what_the_site_file_says_cannot_be_said_beside_it(watch, words):
    said = watch(*words)
    assert said.code == 2
    assert "--site: the site file names sources, scenes" in said.err


def test_without_a_source_and_without_a_site_it_says_what_it_wants(ngatu, tmp_path):
    said = ngatu("watch", "--out", tmp_path / "o.jsonl")
    assert (said.code, "wanted a source and its --scene, or a --site file" in said.err) == (2, True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_ends_all_cameras_in_good_order(
    start_ngatu, site, tiny_model, tmp_path, until, events_in, number, code
):
    paced = SITE.replace("detect_every: 2", "paced: true, rate: 12").replace("lamps: lamps.yaml", "paced: true")
    site.write_text(paced)
    out = tmp_path / "events.jsonl"
    words = ("--model", tiny_model, "--data", tmp_path / "agent", "--out", out, "--json")
    with start_ngatu("watch", "--site", site, *words) as process:
        until(lambda: out.exists() and {b"cam-1", b"cam-2"} <= set(out.read_bytes().replace(b'"', b" ").split()))
        until(lambda: out.read_bytes().count(b"crossing") >= 2)
        process.send_signal(number)
        told, complaints = process.communicate(timeout=60)
    assert process.returncode == code, complaints
    document = json.loads(told)
    assert document["stopped"] == f"stopped by {number.name}"
    states = Counter(event["data"].get("state") for event in events_in(out) if "health" in event["type"])
    assert states["started"] == states["ended"] == 2
    assert document["cameras"]["cam-1"]["loop"]["thinned"] > 0
    assert "Traceback" not in complaints


def test_a_camera_that_is_away_at_the_start_is_watched_once_it_comes(
    start_ngatu, site, tiny_model, tmp_path, until, events_in, little_video
):
    paced = SITE.replace("detect_every: 2", "paced: true").replace("lamps: lamps.yaml", "paced: true")
    site.write_text(paced.replace("little.mp4", "later.mp4", 1))
    out = tmp_path / "events.jsonl"
    words = ("--model", tiny_model, "--data", tmp_path / "agent", "--out", out, "--json")

    def said(*parts):
        lines = out.read_text().splitlines() if out.exists() else []
        return any(all(part in line for part in parts) for line in lines)

    with start_ngatu("watch", "--site", site, *words) as process:
        until(lambda: said('"cam-1"', "source_lost") and said('"cam-2"', "crossing"))
        (tmp_path / "unfinished").write_bytes(little_video.read_bytes())
        (tmp_path / "unfinished").rename(tmp_path / "later.mp4")
        until(lambda: said('"cam-1"', "crossing"))
        process.send_signal(signal.SIGTERM)
        told, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    document = json.loads(told)
    assert document["absent"] == {}
    assert document["attempts"]["cam-1"] >= 2
    assert document["cameras"]["cam-1"]["frames"] > 0
    assert "camera cam-1 is not there yet and will be tried again" in complaints
    mine = [event for event in events_in(out) if event["camera"] == "cam-1"]
    assert len({event["id"] for event in mine}) == len(mine)
    states = [event["data"]["state"] for event in mine if "health" in event["type"]]
    assert states[0] == "source_lost"
    assert sorted(states[-3:]) == ["ended", "running", "started"]
    assert "Traceback" not in complaints


def test_a_site_all_of_whose_cameras_are_away_waits_for_them_and_can_be_ended(
    start_ngatu, site, tiny_model, tmp_path, until
):
    away = SITE.replace("little.mp4", "later.mp4").replace("detect_every: 2", "paced: true")
    site.write_text(away.replace("lamps: lamps.yaml", "paced: true"))
    out = tmp_path / "events.jsonl"
    words = ("--model", tiny_model, "--data", tmp_path / "agent", "--out", out, "--json")
    with start_ngatu("watch", "--site", site, *words) as process:
        until(lambda: out.exists() and out.read_bytes().count(b"source_lost") == 2)
        process.send_signal(signal.SIGTERM)
        told, complaints = process.communicate(timeout=60)
    assert process.returncode == 2, complaints
    assert sorted(json.loads(told)["absent"]) == ["cam-1", "cam-2"]
