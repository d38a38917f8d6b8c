"""What our loop costs besides decoding and the network: each of its stages alone, on frames with 50 objects."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from benchmarks.speed.spread import Spread, spread
from benchmarks.speed.swarm import FPS, SIZE_PX, swarm
from models.registry.resolve import resolve_model
from vision.arrays import F32, U8
from vision.detect.card import ModelCard
from vision.detect.detector import Detector
from vision.detect.lanes import Lanes
from vision.detections import Detections
from vision.events.stream import EventStream
from vision.frame import ImagePixels
from vision.geometry.lines import Line
from vision.track.tracker import Tracker
from vision.traffic.counts import IntervalCounts
from vision.traffic.crossings import LineCounter

OBJECTS = 50
STAGES = ("read", "track", "count", "event")
WARM_UP_FRAMES = 5
BOXES_EACH = 6
"""Boxes above the score that a network gives for one object before suppression."""


@dataclass(slots=True)
class _Echo:
    """A network that answers with what it was told, so that all the time is ours."""

    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    answers: list[F32]

    def run(self, canvases: U8) -> F32:
        return self.answers[0]


def overhead(frames: int) -> dict[str, Spread]:
    """Processor milliseconds per frame: `read` turns the network's numbers into boxes, `track`, `count` and `event` are
    what they say, `all` is their sum frame by frame. Shrinking the picture belongs to decoding, scaling its bytes to
    the network, which does it itself."""
    card = resolve_model(None).card
    seen = swarm(OBJECTS, frames + WARM_UP_FRAMES)
    answers = [_answer(boxes, card, frame) for frame, boxes in enumerate(seen)]
    stages = _Stages(card, answers)
    spent: dict[str, list[float]] = {name: [] for name in (*STAGES, "all")}
    for frame, boxes in enumerate(seen):
        times = stages.run(frame, boxes)
        if frame >= WARM_UP_FRAMES:
            for name, ms in zip(spent, [*times, sum(times)], strict=True):
                spent[name].append(ms)
    return {name: spread(ms) for name, ms in spent.items()}


class _Stages:
    """The stages of the loop behind the network, one frame after another."""

    def __init__(self, card: ModelCard, answers: Sequence[F32]) -> None:
        size = (card.input.height_px, card.input.width_px)
        self._answers = answers
        self._echo = _Echo((None, 3, *size), (None, *answers[0].shape[1:]), [answers[0] * 0])
        self._detector = Detector(Lanes(self._echo, 0), card, "echo")
        self._picture = np.zeros((size[1] * SIZE_PX[1] // SIZE_PX[0], size[1], 3), np.uint8)
        middle = SIZE_PX[1] / 2
        line = Line("line", "counting", ((0.0, middle), (float(SIZE_PX[0]), middle)))
        self._tracker, self._counter = Tracker(), LineCounter((line,), SIZE_PX)
        self._counts = IntervalCounts(15.0, ["line"])
        self._stream = EventStream("bench", "0", datetime(2026, 1, 1, tzinfo=UTC))

    def run(self, frame: int, boxes: Detections) -> list[float]:
        """Milliseconds of each of `STAGES`."""
        now_s, self._echo.answers[0] = frame / FPS, self._answers[frame]
        looked = self._detector.start([ImagePixels(self._picture)])
        clock = [time.thread_time()]
        looked.result()
        clock.append(time.thread_time())
        tracks = self._tracker.update(boxes, now_s)
        clock.append(time.thread_time())
        crossings = self._counter.update(tracks, frame, now_s)
        clock.append(time.thread_time())
        for body in [*crossings, *self._counts.update(crossings, now_s)]:
            self._stream.wrap(body, now_s).model_dump_json()
        clock.append(time.thread_time())
        return [float(ms) for ms in np.diff(clock) * 1000]


def _answer(boxes: Detections, card: ModelCard, seed: int) -> F32:
    """(1, 4 + classes, places) as a YOLO head gives it for these boxes: each several times, a little apart."""
    chance = np.random.default_rng(seed)
    scale = card.input.width_px / SIZE_PX[0]
    offset = np.array([0, (card.input.height_px - SIZE_PX[1] * scale) / 2], np.float32)
    corners = boxes.xyxy_px.repeat(BOXES_EACH, 0) * scale
    corners += chance.normal(0, 0.5, corners.shape)
    places = 5040 if (card.input.width_px, card.input.height_px) == (640, 384) else len(corners)
    answer = np.zeros((1, 4 + len(card.classes), max(places, len(corners))), np.float32)
    where = chance.choice(answer.shape[2], len(corners), replace=False)
    answer[0, :2, where] = (corners[:, :2] + corners[:, 2:]) / 2 + offset
    answer[0, 2:4, where] = corners[:, 2:] - corners[:, :2]
    answer[0, 4, where] = boxes.score.repeat(BOXES_EACH) * chance.uniform(0.6, 1.0, len(corners))
    return answer
