"""The rider who really drives the wrong way down a real boulevard, with the detector and tracker that ship."""

from benchmarks.accuracy.incidents import SCENES, wrong_frames
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.geometry.scene import load_scene
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.incidents.incidents import Incidents

CLIP = "vn_hcmc_boulevard_wrongway"
FIRST, LAST = 90, 165


def test_wrong_way_rider_is_named_and_nobody_else(real_data):
    [video] = (real_data / "videos" / CLIP).glob("*.mp4")
    [true_frame] = wrong_frames(video)
    model = resolve_model(None)
    detector, tracker = Detector.open(model.file, model.card, threads=1), Tracker()
    starts = []
    with open_source(str(video)) as source:
        incidents = Incidents(load_scene(SCENES / f"{CLIP}.yaml"), source.size_px)
        for frame in source:
            if FIRST <= frame.index <= LAST:
                [detections] = detector.detect([frame.image])
                said = incidents.see(tracker.update(detections, frame.media_s), frame.media_s)
                starts += [(frame.index, one) for one in said if one.phase == "start"]
            if frame.index >= LAST:
                break
    [(frame_index, start)] = starts
    assert (start.kind, start.place, len(start.tracks)) == ("wrong_way", "right", 1)
    assert abs(frame_index - true_frame) <= 20
    assert start.x > 0.75
