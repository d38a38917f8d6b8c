"""A drawn street: a picture of 1000 × 1000 pixels in which 10 pixels are a metre and everybody drives up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from vision.events.lamps import Lamp
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.traffic.facts.traffic_facts import FactBody, TrafficFacts

SIZE_PX = (1000, 1000)
PX_PER_M = 10.0


@dataclass(frozen=True)
class Driver:
    """Drives up from (x, y), metres from the upper left corner; seen from since_s until its track ends at until_s.

    Whoever comes to y = stop_at before go_s waits there until then.
    """

    track: int
    x: float
    y: float
    mps: float
    since_s: float = 0.0
    until_s: float = 1e9
    stop_at: float | None = None
    go_s: float = 0.0
    kind: int = 2
    confirmed: bool = True

    def place(self, t: float) -> tuple[float, float]:
        driven_s = max(t - self.since_s, 0.0)
        if self.stop_at is not None:
            to_stop_s = (self.y - self.stop_at) / self.mps
            driven_s = min(driven_s, to_stop_s) + max(t - max(self.go_s, self.since_s + to_stop_s), 0.0)
        return self.x, self.y - self.mps * driven_s


def tracks_at(drivers: Sequence[Driver], t: float, gone: Iterable[int] = ()) -> Tracks:
    rows = sorted((each for each in drivers if each.since_s <= t < each.until_s), key=lambda each: each.track)
    feet = np.array([each.place(t) for each in rows], np.float64).reshape(-1, 2) * PX_PER_M
    around_px = np.array([-9.0, -44.0, 9.0, 0.0])
    boxes = (np.hstack([feet, feet]) + around_px).astype(np.float32)
    count = len(rows)
    return Tracks(
        id=np.array([each.track for each in rows], np.int64),
        xyxy_px=boxes.reshape(-1, 4),
        score=np.full(count, 0.9, np.float32),
        kind=np.array([each.kind for each in rows], np.int8),
        confirmed=np.array([each.confirmed for each in rows], np.bool_),
        seen=np.ones(count, np.bool_),
        ended=np.array(sorted(gone), np.int64),
    )


def street(**more: object) -> Scene:
    """Two lanes of 3.5 m × 80 m, a stop line at their end 15 m from the top, and a line 50 m further back."""
    square = [(0, 0), (1, 0), (1, 1), (0, 1), (0.5, 0.3), (0.2, 0.8)]
    parts: dict[str, object] = {
        "version": 1,
        "camera": "street",
        "lanes": {
            name: {
                "polygon": [[x, 0.15], [x + 0.035, 0.15], [x + 0.035, 0.95], [x, 0.95]],
                "direction": [[x + 0.02, 0.9], [x + 0.02, 0.2]],
                "free_speed_mps": 10.0,
            }
            for name, x in (("left", 0.4), ("right", 0.435))
        },
        "stop_lines": {
            "stop": {
                "line": [[0.39, 0.15], [0.48, 0.15]],
                "entering": "right_to_left",
                "signal_group": "main",
                "lanes": ["left", "right"],
            }
        },
        "counting_lines": {"upstream": {"line": [[0.39, 0.65], [0.48, 0.65]]}},
        "calibration": {
            "source": "drawn",
            "points": [{"at": list(map(float, p)), "metres": [p[0] * 100.0, (1 - p[1]) * 100.0]} for p in square],
        },
    }
    return Scene.model_validate({**parts, **more})


def watched(
    scene: Scene,
    drivers: Sequence[Driver],
    seconds: float,
    fps: float = 10.0,
    lamps: Sequence[tuple[float, Lamp]] = (),
    intervals_s: Sequence[float] = (15, 60, 300, 900),
    skipped: Iterable[tuple[float, float]] = (),
) -> Iterator[FactBody]:
    """Every body said of this street. lamps: (since, state) of the group `main`. skipped: times nobody looked."""
    counter = LineCounter(scene.lines(SIZE_PX), SIZE_PX, scene.ground_plane(SIZE_PX))
    facts = TrafficFacts(scene, SIZE_PX, intervals_s=intervals_s)
    here: set[int] = set()
    for frame in range(round(seconds * fps)):
        t = frame / fps
        if any(since <= t < until for since, until in skipped):
            continue
        now = {each.track for each in drivers if each.since_s <= t < each.until_s}
        tracks = tracks_at(drivers, t, here - now)
        here = now
        shown = [state for since, state in lamps if since <= t]
        yield from facts.see(tracks, counter.update(tracks, frame, t), t, {"main": shown[-1]} if shown else None)
    yield from facts.finish()


@pytest.fixture(scope="session")
def on_street():
    """Says what a drawn street gives: (drivers, seconds, …) → bodies."""

    def watch(drivers, seconds, scene=None, **more):
        return list(watched(scene or street(), drivers, seconds, **more))

    return watch


@pytest.fixture(scope="session")
def run_stopped():
    """Says what a drawn street gives whose stream repeats one picture from stops_at_s to until_s, then goes on."""

    def run(scene, drivers, *, stops_at_s, until_s, seconds, fps=10.0):
        facts = TrafficFacts(scene, SIZE_PX, intervals_s=(15,))
        bodies = []
        for frame in range(round(seconds * fps)):
            t = frame / fps
            stopped = stops_at_s <= t < until_s
            shown_s = stops_at_s if stopped else t if t < stops_at_s else t - (until_s - stops_at_s)
            bodies += facts.see(tracks_at(drivers, shown_s), (), t, stopped=stopped)
        return [*bodies, *facts.finish()]

    return run


@pytest.fixture(scope="session")
def make_driver():
    return Driver


@pytest.fixture(scope="session")
def make_street():
    return street
