"""The rider who really drives the wrong way down a real boulevard is accused, and nobody else is."""

from pathlib import Path

import yaml

from benchmarks.accuracy.incidents import SCENES, wrong_frames
from edge.loop.seen import Seen
from edge.patrol.beat import Beat
from edge.patrol.patrols import patrols_of
from edge.patrol.surroundings import Surroundings
from models.registry.resolve import resolve_model
from vision.detect.detector import Detector
from vision.geometry.scene import Scene
from vision.sources.open import open_source
from vision.track.tracker import Tracker
from vision.traffic.incidents.follower import Follower

CLIP = "vn_hcmc_boulevard_wrongway"
FIRST, LAST = 90, 165


def ruled(file: Path) -> Scene:
    """The drawn scene, its lanes one-way by a rule."""
    drawn = yaml.safe_load(file.read_text("utf-8"))
    rules = {f"one-way-{lane}": {"offence": "wrong_way", "lane": lane} for lane in drawn["lanes"]}
    return Scene.model_validate(drawn | {"rules": rules})


def test_the_wrong_way_rider_is_accused_and_nobody_else_is(real_data):
    [video] = (real_data / "videos" / CLIP).glob("*.mp4")
    [true_frame] = wrong_frames(video)
    model, scene = resolve_model(None), ruled(SCENES / f"{CLIP}.yaml")
    detector, tracker = Detector.open(model.file, model.card, threads=1), Tracker()
    accused = {}
    with open_source(str(video)) as source:
        size_px = source.size_px
        beat = Beat(patrols_of(scene, size_px, ()), Follower(scene, size_px), Surroundings(None, scene.timezone), {})
        for frame in source:
            if FIRST <= frame.index <= LAST:
                [detections] = detector.detect([frame.image])
                for one in beat.see(Seen(frame, tracker.update(detections, frame.media_s), ())):
                    if one.verdict.accusation is not None:
                        accused.setdefault((one.occurrence.track, one.verdict.accusation.offence), frame.index)
            if frame.index >= LAST:
                break
    [((_, offence), frame_index)] = accused.items()
    assert offence == "wrong_way"
    assert abs(frame_index - true_frame) <= 20
