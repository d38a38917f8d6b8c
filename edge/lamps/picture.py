"""The lamps as the camera itself sees them: a reader looks at the signal heads a few times a second."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from edge.lamps.book import LampBook
from vision.arrays import F32
from vision.events.lamps import Lamp
from vision.frame import Frame, Rect
from vision.geometry.scene import Scene
from vision.lamps.reader import LampReader

READ_S = 0.2
EARLY_S = 1e-6
# A new state must be read so often in a row before it is believed: a car that passes a head is no change of lamp.
LOOKS = 2
# Without a sure look for so long, the lamp may have changed and changed back.
LOST_AFTER_S = 1.0
# Exposure and encoding: a lamp that lights up shows within this time.
SHOWS_WITHIN_S = 0.05


class Seen(NamedTuple):
    """A new state that was read `looks` times; since: at that look; before_s: the last sure look at the old one."""

    state: Lamp
    since_s: float
    before_s: float
    looks: int


class PictureLamps:
    """Of one camera. heads_px: (n, 4) x1, y1, x2, y2 by signal group; several of one group must agree."""

    def __init__(self, reader: LampReader, heads_px: Mapping[str, F32]) -> None:
        self._reader = reader
        self._groups = [group for group, boxes in heads_px.items() for _ in boxes]
        self._boxes_px = np.concatenate(list(heads_px.values())) if heads_px else np.zeros((0, 4), np.float32)
        self._looked_s = -np.inf
        self._sure_s: dict[str, float] = {}
        self._new: dict[str, Seen] = {}

    def see(self, frame: Frame, book: LampBook) -> None:
        """Look where the last look is long enough ago, and write into the book what became certain."""
        if 0 <= frame.media_s - self._looked_s < READ_S - EARLY_S or not self._groups:
            return
        self._looked_s = frame.media_s
        for group, state in self._read(frame).items():
            self._take(group, state, frame.media_s, book)
            book.changed(group)

    def _read(self, frame: Frame) -> dict[str, Lamp]:
        """What each group shows; UNKNOWN where its heads contradict each other, or none is sure."""
        part = _around(self._boxes_px, frame.size_px)
        if part is None:
            return dict.fromkeys(self._groups, Lamp.UNKNOWN)
        x1, y1, _, _ = part
        image = frame.pixels.cut(part)
        readings = self._reader.read(image, self._boxes_px - np.array([x1, y1, x1, y1], np.float32))
        shown: dict[str, set[Lamp]] = {group: set() for group in self._groups}
        for group, reading in zip(self._groups, readings, strict=True):
            if reading.state is not Lamp.UNKNOWN:
                shown[group].add(reading.state)
        return {group: states.pop() if len(states) == 1 else Lamp.UNKNOWN for group, states in shown.items()}

    def _take(self, group: str, state: Lamp, now_s: float, book: LampBook) -> None:
        told, sure_s = book.of(group, "image"), self._sure_s.get(group)
        if state is Lamp.UNKNOWN:
            if sure_s is not None and now_s - sure_s > LOST_AFTER_S:
                told.lose()
                self._new.pop(group, None)
            return
        if told.since_s is not None and state is told.state:
            told.hear(now_s)
            self._new.pop(group, None)
            self._sure_s[group] = now_s
            return
        new = self._new.get(group)
        before_s = now_s - READ_S if sure_s is None or told.since_s is None else sure_s
        new = new._replace(looks=new.looks + 1) if new and new.state is state else Seen(state, now_s, before_s, 1)
        self._new[group] = new
        if new.looks >= LOOKS:
            half_s = (new.since_s - new.before_s) / 2
            told.tell(state, new.since_s - half_s, half_s + SHOWS_WITHIN_S)
            told.hear(now_s)
            self._sure_s[group] = now_s
            del self._new[group]


def heads_px(scene: Scene, frame_size_px: tuple[int, int]) -> dict[str, F32]:
    """(n, 4) by signal group, full-frame pixels."""
    size = np.array([*frame_size_px, *frame_size_px], np.float32)
    boxes: dict[str, list[F32]] = {}
    for head in scene.signal_heads.values():
        (x1, y1), (x2, y2) = head.box
        box = np.array([min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)], np.float32) * size
        boxes.setdefault(head.signal_group, []).append(box)
    return {group: np.stack(each) for group, each in boxes.items()}


def _around(boxes_px: F32, size_px: tuple[int, int]) -> Rect | None:
    """The part of the picture that holds all boxes, as far as they lie in it."""
    width_px, height_px = size_px
    x1, y1 = np.floor(boxes_px[:, :2].min(axis=0)).astype(int).tolist()
    x2, y2 = np.ceil(boxes_px[:, 2:].max(axis=0)).astype(int).tolist()
    part = (max(x1, 0), max(y1, 0), min(x2, width_px), min(y2, height_px))
    return part if part[2] > part[0] and part[3] > part[1] else None
