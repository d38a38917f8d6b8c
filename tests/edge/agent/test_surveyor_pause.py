"""Frames whose places mean nothing are skipped, and nobody who ended in them is kept for ever."""

import numpy as np

from edge.agent.surveyor import Surveyor
from edge.loop.seen import Seen
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.pcu import pcu_table
from vision.tracks import Tracks


class Recorder:
    """Stands for what the surveyor asks; remembers who it was told had ended."""

    def __init__(self):
        self.ended = []

    def see(self, tracks, *_, **__):
        self.ended.append(tracks.ended.tolist())
        return []

    def skip(self, media_s):
        self.ended.append(f"skipped {media_s:.2f}")


def moment(index, *ended):
    names, none = np.zeros(0, np.int64), np.zeros(0, np.bool_)
    boxes = np.zeros((0, 4), np.float32)
    tracks = Tracks(names, boxes, np.zeros(0, np.float32), np.zeros(0, np.int8), none, none, np.array(ended, np.int64))
    return Seen(Frame(index, index / 25, np.zeros((48, 64, 3), np.uint8), 0.0), tracks, ())


def test_who_ended_in_skipped_frames_is_told_with_the_next_one(monkeypatch):
    scene = Scene.model_validate({"version": 1, "camera": "c", "counting_lines": {"l": {"line": [[0, 0.5], [1, 0.5]]}}})
    surveyor = Surveyor(scene, (64, 48), {}, pcu_table())
    recorder = Recorder()
    monkeypatch.setattr(surveyor, "_facts", recorder)
    monkeypatch.setattr(surveyor, "_incidents", Recorder())
    surveyor.see(moment(0, 1))
    surveyor.skip(moment(1, 2))
    surveyor.skip(moment(2, 3, 4))
    surveyor.see(moment(3, 5))
    surveyor.see(moment(4))
    assert recorder.ended == [[1], "skipped 0.04", "skipped 0.08", [2, 3, 4, 5], []]
