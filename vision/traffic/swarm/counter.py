"""Counts over lines where boxes merge: by tracks while the line is sparse, by moving area while it is a swarm.

Swept area is the share of the line that is covered, times the speed of what covers it. Where vehicles hide one
another, a covered share c stands for more of them. Strewn at random they would be -ln(1 - c) (the Poisson covering of
Hall, *Introduction to the Theory of Coverage Processes*, 1988); but riders keep apart, and c itself is what they
would be beside one another. The geometric mean of the two is taken: on drawn swarms the truth lay between them
(benchmarks/README.md). Vehicles per swept area are learned while the line is sparse.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from scipy.special import ndtri

from vision.arrays import U8
from vision.events.bodies import Crossing, Direction
from vision.events.incidents import SwarmFlow
from vision.geometry.lines import Line
from vision.tracks import Tracks
from vision.traffic.errors.shipped import shipped_error_model
from vision.traffic.swarm.calibration import Calibration
from vision.traffic.swarm.strip import Motion, Strip

MOST_COVERED = 0.97
MOST_HIDDEN = 0.4


class CountErrors(Protocol):
    """What the error model promises of a tracked count."""

    def interval(self, count: float, coverage: float = 1.0, *, level: float = 0.9) -> tuple[float, float]: ...


@dataclass(frozen=True, slots=True)
class SwarmSettings:
    """
    interval_s     length of each record, media seconds
    swarm_from     covered share from which on, and tracked_below the one below which no more, a line is a swarm
    settle_s       the share is smoothed over so long, so that one bus makes no swarm
    chunk_s        area is learned from tracks in chunks of so long: a chunk counts
    learn_below    while the line stays as sparse as this,
    learn_overlap  and two boxes on it overlap by this (IoU) for at most two fifths of the time
    level          of every interval told
    """

    interval_s: float = 15.0
    swarm_from: float = 0.38
    tracked_below: float = 0.28
    settle_s: float = 1.5
    learn_below: float = 0.25
    learn_overlap: float = 0.3
    chunk_s: float = 5.0
    level: float = 0.9

    def __post_init__(self) -> None:
        if not 0 < self.learn_below <= self.tracked_below < self.swarm_from < 1:
            raise ValueError(
                "SwarmSettings: wanted 0 < learn_below <= tracked_below < swarm_from < 1, "
                f"found {self.learn_below}, {self.tracked_below}, {self.swarm_from}"
            )


@dataclass(slots=True)
class Way:
    """One direction over one line in the open interval."""

    calibration: Calibration = field(default_factory=Calibration)
    tracked: int = 0
    tracked_trusted: int = 0
    area: float = 0.0


@dataclass(slots=True)
class Watch:
    """One line in the open interval. hidden_s: how long in the chunk boxes hid one another, or the line was full."""

    line: Line
    strip: Strip
    ways: dict[Direction, Way]
    covered: float = 0.0
    swarm: bool = False
    watched_s: float = 0.0
    swarm_s: float = 0.0
    chunk_s: float = 0.0
    hidden_s: float = 0.0


class SwarmCounter:
    """The lines of one camera. `small_size_px` (width, height) is that of every luma picture it will see."""

    def __init__(
        self,
        lines: Sequence[Line],
        frame_size_px: tuple[int, int],
        small_size_px: tuple[int, int],
        settings: SwarmSettings | None = None,
        errors: CountErrors | None = None,
    ) -> None:
        self._settings = settings or SwarmSettings()
        self._errors = errors or shipped_error_model()
        self._small_size_px = small_size_px
        self._watches = [
            Watch(line, Strip(line, frame_size_px, small_size_px), {way: Way() for way in Direction}) for line in lines
        ]
        self._since_s: float | None = None
        self._last_s = -math.inf

    def mode(self, line: str) -> Literal["tracked", "swarm"]:
        """How a line is counted just now."""
        return "swarm" if next(each.swarm for each in self._watches if each.line.name == line) else "tracked"

    def covered(self, line: str) -> float:
        """The smoothed covered share of a line."""
        return next(each.covered for each in self._watches if each.line.name == line)

    def see(self, luma: U8, tracks: Tracks, crossings: Sequence[Crossing], media_s: float) -> list[SwarmFlow]:
        """Take in one picture and the crossings its frame made certain; the records of an interval that ended.

        ValueError for a picture of another size. Walkers are no traffic.
        """
        if luma.shape[::-1] != self._small_size_px:
            raise ValueError(f"luma: wanted width and height {self._small_size_px}, found {luma.shape[::-1]}")
        place = media_s // self._settings.interval_s
        ended: list[SwarmFlow] = []
        if self._since_s is None:
            self._since_s = place * self._settings.interval_s
        elif place * self._settings.interval_s > self._since_s:
            ended = self.finish()
            self._since_s = place * self._settings.interval_s
        step_s = media_s - self._last_s
        self._last_s = media_s
        for watch in self._watches:
            motion = watch.strip.look(luma, media_s)
            apart = not _overlap(tracks, watch.line, self._settings.learn_overlap)
            self._look(watch, motion, [one for one in crossings if one.line == watch.line.name], step_s, apart)
        return ended

    def finish(self) -> list[SwarmFlow]:
        """The records of the open interval, which is closed."""
        if self._since_s is None:
            return []
        told = [
            self._told(watch, way, of)
            for watch in self._watches
            if watch.watched_s > 0
            for way, of in watch.ways.items()
        ]
        for watch in self._watches:
            watch.watched_s = watch.swarm_s = 0.0
            for way in watch.ways.values():
                way.tracked = way.tracked_trusted = 0
                way.area = 0.0
        self._since_s = None
        return told

    def _look(
        self, watch: Watch, motion: Motion | None, crossings: Sequence[Crossing], step_s: float, apart: bool
    ) -> None:
        """`apart`: no two boxes at the line hide one another."""
        counted = dict.fromkeys(Direction, 0)
        for one in crossings:
            counted[one.direction] += one.vehicle != "pedestrian"
        watched = 0 < step_s <= 1.0
        watch.watched_s += step_s if watched else 0.0
        areas = dict.fromkeys(Direction, 0.0)
        if motion is not None:
            self._switch(watch, float(motion.covered.mean()), step_s)
            areas = swept(motion, watch.covered, watch.strip.length_px, step_s)
        for way, of in watch.ways.items():
            of.tracked += counted[way]
            of.tracked_trusted += 0 if watch.swarm else counted[way]
            of.area += areas[way] if watch.swarm else 0.0
            of.calibration.learn(counted[way], areas[way])
        watch.swarm_s += step_s if watched and watch.swarm else 0.0
        full = motion is None or watch.covered > self._settings.learn_below
        watch.hidden_s += self._settings.chunk_s if full else 0.0 if apart else step_s
        self._close_chunk(watch, step_s if watched else 0.0)

    def _switch(self, watch: Watch, covered: float, step_s: float) -> None:
        """Smooth the covered share; change the mode with hysteresis, and never to one that is not calibrated."""
        watch.covered += min(step_s / self._settings.settle_s, 1.0) * (covered - watch.covered)
        if watch.swarm:
            watch.swarm = watch.covered > self._settings.tracked_below
        else:
            known = any(of.calibration.known for of in watch.ways.values())
            watch.swarm = known and watch.covered >= self._settings.swarm_from

    def _close_chunk(self, watch: Watch, step_s: float) -> None:
        watch.chunk_s += step_s
        if watch.chunk_s >= self._settings.chunk_s:
            for of in watch.ways.values():
                of.calibration.close_chunk(watch.chunk_s, watch.hidden_s <= MOST_HIDDEN * watch.chunk_s)
            watch.chunk_s = watch.hidden_s = 0.0

    def _told(self, watch: Watch, way: Direction, of: Way) -> SwarmFlow:
        settings = self._settings
        assert self._since_s is not None
        coverage = min(watch.watched_s / settings.interval_s, 1.0)
        swarm_share = min(watch.swarm_s / watch.watched_s, 1.0)
        low, high = self._errors.interval(of.tracked_trusted, level=settings.level)
        estimate = float(of.tracked_trusted)
        if swarm_share and of.calibration.known:
            more = of.calibration.per_area * of.area
            error = float(ndtri((1 + settings.level) / 2)) * of.calibration.relative_error() * more
            estimate += more
            low, high = low + max(more - error, 0.0), high + more + error
        elif swarm_share:
            # Nothing ever came this way while it was sparse: tracks are all there is.
            estimate, (low, high) = float(of.tracked), self._errors.interval(of.tracked, level=settings.level)
        return SwarmFlow(
            line=watch.line.name,
            direction=way,
            since_s=self._since_s,
            until_s=self._since_s + settings.interval_s,
            coverage=coverage,
            mode="swarm" if swarm_share else "tracked",
            swarm_share=swarm_share,
            estimate=estimate,
            low=min(low, estimate),
            high=max(high, estimate),
            level=settings.level,
            tracked=of.tracked,
        )


def _overlap(tracks: Tracks, line: Line, most: float) -> bool:
    """Whether two boxes that reach over the line overlap by more than this."""
    ends = np.array(line.ends_px, np.float64)
    low, high = ends.min(axis=0), ends.max(axis=0)
    x1, y1, x2, y2 = tracks.xyxy_px.T
    box = tracks.xyxy_px[(x2 > low[0]) & (x1 < high[0]) & (y2 > low[1]) & (y1 < high[1])]
    if len(box) < 2:
        return False
    shared = np.minimum(box[:, None, 2:], box[None, :, 2:]) - np.maximum(box[:, None, :2], box[None, :, :2])
    both = np.maximum(shared, 0).prod(axis=2)
    area = both.diagonal()
    iou = both / np.maximum(area[:, None] + area[None] - both, 1e-9)
    return bool((iou - np.eye(len(box)) > most).any())


def swept(motion: Motion, covered: float, length_px: float, step_s: float) -> dict[Direction, float]:
    """Covered length times way, square small-picture pixels, to each hand of the line.

    `covered` is the smoothed share of the whole line: it says how many hide behind those that are seen.
    """
    share = min(covered, MOST_COVERED)
    hidden = math.sqrt(-math.log1p(-share) / share) if share > 0 else 1.0
    area = hidden * motion.covered * motion.rows_per_s * step_s * length_px / len(motion.covered)
    return {
        Direction.RIGHT_TO_LEFT: float(area[area > 0].sum()),
        Direction.LEFT_TO_RIGHT: float(-area[area < 0].sum()),
    }
