"""Proof from a real H.264 video: a package that verifies, the very frames it names, or no finding at all."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from edge.agent.places import PlaceShape
from edge.agent.witness import RING_S, Identity, Witness
from violations.evidence.ledger import LEDGER
from violations.evidence.record import ClockQuality, ModelUsed
from violations.evidence.verify import verify_package
from vision.events.bodies import Direction
from vision.events.lamps import LampSpan, LampTimeline
from vision.sources.open import open_source

BEGAN = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
IDENTITY = Identity(
    camera="cam-1",
    boot="b1",
    scene_sha256="1" * 64,
    model=ModelUsed(name="eyes", sha256="2" * 64),
    software="ngatu test",
    clock=ClockQuality(synchronised=None, error_s=None),
)
NORTH = PlaceShape("line", (np.array([[80, 10], [80, 90]], np.float32),))


def lamps(state="red", until_s=60.0):
    span = LampSpan(state=state, since_s=0, until_s=until_s, error_s=0.05, origin="file")
    return LampTimeline(group="a", spans=(span,))


@pytest.fixture
def prosecutor(tmp_path, ledger_of, prosecutor_of):
    def make(source, timeline=None, folder=tmp_path / "evidence"):
        folder.mkdir(exist_ok=True)
        witness = Witness(
            IDENTITY,
            source.ring,
            {"north": NORTH},
            ledger_of(folder),
            lambda media_s: BEGAN + timedelta(seconds=media_s),
        )
        return prosecutor_of(witness, timeline or lamps())

    return make


def packages(evidence):
    return [path for path in evidence.iterdir() if path.name != LEDGER]


def picture(package, shows):
    return cv2.imread(str(package / f"{shows}.jpg"))


@pytest.fixture
def proven(drive, prosecutor, believe, crossing, tmp_path):
    """The package of a crossing at 2.4 s (frame 60), and what the prosecutor said after each frame."""
    said = {}
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source)
        for frame in source:
            passed = [crossing(at_s=2.41, frame=61)] if frame.index == 62 else []
            said[frame.index] = judge.watch(believe(frame, *passed))
        said[120] = judge.finish()
    [folder] = packages(tmp_path / "evidence")
    return folder, said


def test_the_package_verifies_and_is_the_one_the_finding_names(proven):
    folder, said = proven
    [(_, [one])] = [(number, found) for number, found in said.items() if found]
    assert verify_package(folder, one.finding.package) == []
    assert {file.shows for file in one.finding.media} == {
        "still_before", "still_at", "still_after", "overlay", "clip", "tracks", "manifest", "seal"
    }  # fmt: skip
    for media, file in zip(one.media, one.finding.media, strict=True):
        assert (media.sha256, media.path, media.size) == (file.sha256, folder / file.name, file.size_bytes)
        assert media.path.stat().st_size == media.size


def test_the_proof_waits_for_the_pictures_after_the_line(drive, prosecutor, believe, crossing):
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source)
        ripe = [
            frame.index
            for frame in source
            if judge.watch(believe(frame, *([crossing(at_s=1.2, frame=30)] if frame.index == 32 else [])))
        ]
    assert ripe == [105]  # 1.2 s and three seconds more, at 25 frames a second


def test_the_stills_are_the_very_frames_the_manifest_names(proven, number_of, drive):
    folder, _ = proven
    stills = json.loads((folder / "manifest.json").read_text())["record"]["stills"]
    assert {one["shows"]: one["frame"] for one in stills} == {
        "still_before": 35,
        "still_at": 60,
        "still_after": 85,
        "overlay": 60,
    }
    with open_source(str(drive)) as source:
        frames = {frame.index: frame for frame in source}
    for one in stills:
        still = picture(folder, one["shows"])
        assert one["media_s"] == pytest.approx(frames[one["frame"]].media_s)
        if one["shows"] != "overlay":
            assert number_of(still) == one["frame"]
            assert np.abs(still.astype(int) - frames[one["frame"]].image).mean() < 6  # JPEG and noise


def test_the_overlay_marks_the_accused_and_leaves_the_still_untouched(proven):
    folder, _ = proven
    plain, explained = picture(folder, "still_at"), picture(folder, "overlay")
    assert plain.shape == explained.shape
    changed = np.abs(plain.astype(int) - explained).max(axis=2) > 60
    assert changed[60:90, 80].mean() > 0.9  # the line
    assert changed[56, 68:92].mean() > 0.9  # the lower edge of the box
    assert not changed[60:, 100:].any()


def test_the_clip_holds_the_original_packets_around_the_line(proven, drive, number_of):
    folder, _ = proven
    clip = json.loads((folder / "manifest.json").read_text())["record"]["clip"]
    with open_source(str(folder / clip["name"])) as cut, open_source(str(drive)) as whole:
        pairs = list(zip(cut, whole, strict=False))
    assert clip["since_s"] == 0  # 2.41 s less four is before the beginning
    assert len(pairs) == 120
    assert all(np.array_equal(one.image, other.image) for one, other in pairs[:100])


@pytest.mark.parametrize(
    ("change", "timeline"),
    [
        ({}, lamps("green")),
        ({"speed_mps": None, "speed_error_mps": None}, lamps()),
        ({"direction": Direction.LEFT_TO_RIGHT}, lamps()),
        ({"line": "south"}, lamps()),
        ({}, lamps(until_s=1.0)),
    ],
    ids=["green", "no speed", "leaving", "another line", "lamp unknown"],
)
def test_who_is_not_accused_needs_no_proof(drive, prosecutor, believe, crossing, tmp_path, change, timeline):
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source, timeline)
        said = [judge.watch(believe(frame, *([crossing(**change)] if frame.index == 60 else []))) for frame in source]
        said.append(judge.finish())
    assert not any(said)
    assert judge.unproven == 0
    assert packages(tmp_path / "evidence") == []


def unproven(drive, prosecutor, tmp_path, frames):
    """Run a prosecutor over (frame → seen or None for a frame nobody looked at); it must find nothing, and say so."""
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source)
        said = [judge.watch(seen) for frame in source if (seen := frames(frame)) is not None]
        said += [judge.finish()]
    assert not any(said)
    assert packages(tmp_path / "evidence") == []
    return judge.unproven


def test_without_a_picture_after_the_line_there_is_no_finding(drive, prosecutor, believe, crossing, tmp_path, caplog):
    """The source ends in the frame of the crossing."""
    count = unproven(
        drive,
        prosecutor,
        tmp_path,
        lambda frame: None if frame.index > 50 else believe(frame, *([crossing()] if frame.index == 50 else [])),
    )
    assert count == 1
    assert "wanted pictures before, at and after the moment, found 0.00 to 2.00 s" in caplog.text


def test_a_picture_nobody_looked_at_is_no_proof(drive, prosecutor, believe, crossing, tmp_path, caplog):
    """Nothing was analysed for a second around the line."""
    count = unproven(
        drive,
        prosecutor,
        tmp_path,
        lambda frame: None if 35 < frame.index < 65 else believe(frame, *([crossing()] if frame.index == 65 else [])),
    )
    assert (count, "no picture shows it at north" in caplog.text) == (1, True)


def test_a_picture_that_does_not_show_the_accused_is_no_proof(drive, prosecutor, believe, crossing, tmp_path):
    def frames(frame):
        hidden = 30 < frame.index < 70
        return believe(frame, *([crossing()] if frame.index == 70 else []), seen=not hidden)

    assert unproven(drive, prosecutor, tmp_path, frames) == 1


def test_another_vehicle_on_the_line_is_no_proof(drive, prosecutor, believe, crossing, tmp_path):
    def frames(frame):
        one = 8 if frame.index <= 45 else 7
        return believe(frame, *([crossing(track=8, at_s=2.4)] if frame.index == 45 else []), track=one)

    assert unproven(drive, prosecutor, tmp_path, frames) == 1


def test_of_a_camera_that_drops_frames_only_looked_at_ones_become_stills(
    drive, prosecutor, believe, crossing, number_of, tmp_path
):
    """Every seventh frame is looked at; the clip has all."""
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source)
        for frame in source:
            if frame.index % 7 == 0:
                judge.watch(believe(frame, *([crossing(at_s=2.1, frame=56)] if frame.index == 56 else [])))
        [one] = judge.finish()
    [folder] = packages(tmp_path / "evidence")
    assert verify_package(folder, one.finding.package) == []
    found = [number_of(picture(folder, shows)) for shows in ("still_before", "still_at", "still_after")]
    assert found in ([28, 49, 77], [28, 56, 77])


def test_an_accusation_outside_of_what_the_ring_holds_is_dropped(
    drive, prosecutor, believe, crossing, tmp_path, caplog
):
    count = unproven(
        drive,
        prosecutor,
        tmp_path,
        lambda frame: believe(frame, *([crossing(at_s=40.0)] if frame.index == 100 else [])),
    )
    assert count == 1
    assert "ring: wanted a clip of 36.00 to 43.00 s, found 0.00 to 4.80 s" in caplog.text


def test_a_folder_that_refuses_drops_the_accusation_and_goes_on(drive, prosecutor, believe, crossing, tmp_path, caplog):
    folder = tmp_path / "evidence"
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source)
        shutil.rmtree(folder)
        folder.write_text("in the way")
        said = [judge.watch(believe(frame, *([crossing()] if frame.index == 60 else []))) for frame in source]
        said.append(judge.finish())
    assert (any(said), judge.unproven) == (False, 1)
    assert "an accusation was dropped, because no proof could be made: evidence" in caplog.text


def test_a_full_disk_drops_the_accusation_and_leaves_nothing_behind(
    drive, prosecutor, believe, crossing, small_disk, fill
):
    folder = small_disk / "evidence"
    with open_source(str(drive), ring_s=RING_S) as source:
        judge = prosecutor(source, folder=folder)
        fill(small_disk, 12_288)
        said = [judge.watch(believe(frame, *([crossing()] if frame.index == 60 else []))) for frame in source]
        said.append(judge.finish())
    assert (any(said), judge.unproven) == (False, 1)
    assert packages(folder) == []
