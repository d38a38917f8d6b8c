"""A real recording that begins with a frozen picture, seen without a calibration: nobody in it ever stands."""

import pytest

from benchmarks.accuracy.incidents import SCENES
from edge.agent.surveyor import Surveyor
from edge.loop.seen import Seen
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.events.facts import LaneFacts
from vision.geometry.scene import load_scene
from vision.pcu import pcu_table
from vision.sources.open import open_source
from vision.track.tracker import Tracker

CLIP = "vn_hcmc_boulevard_wrongway"
EVERY, LAST = 3, 170


def test_everybody_drives_and_none_is_called_queued_or_stopped(real_data):
    [video] = (real_data / "videos" / CLIP).glob("*.mp4")
    model = resolve_model(None)
    detector, tracker = Detector.open(model.file, model.card, threads=1), Tracker()
    with open_source(str(video)) as source:
        surveyor = Surveyor(load_scene(SCENES / f"{CLIP}.yaml"), source.size_px, {}, pcu_table())
        for frame in source:
            if frame.index > LAST:
                break
            if frame.index % EVERY == 0:
                [found] = detector.detect([frame.image])
                surveyor.see(Seen(frame, tracker.update(found, frame.media_s), ()))
    lanes = [one for one in surveyor.finish() if isinstance(one, LaneFacts) and one.lane == "right"]
    assert lanes[0].present_veh.value > 5
    assert lanes[0].queue_veh.value == pytest.approx(0, abs=0.5)
    assert lanes[0].stops.value <= 1
