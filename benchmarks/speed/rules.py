"""Cost of the rules and of keeping plate views: `python -m benchmarks.speed.rules [--tracks N] [--json]`.

Milliseconds of CPU time per frame, at `N` drawn riders in a full-HD picture with every kind of rule in the scene, no
network included: what is measured runs at every frame, networks run only when somebody is accused.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import process_time_ns
from typing import Any

import cv2
import numpy as np
from rich.console import Console

from benchmarks.report import circumstances, table
from benchmarks.speed.swarm import FPS, SIZE_PX, swarm
from edge.loop.seen import Seen
from edge.patrol.beat import Beat
from edge.patrol.patrols import patrols_of
from edge.patrol.surroundings import Surroundings
from vision.events.lamps import LampSpan, LampTimeline
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.plates.best_shots import BestShots
from vision.track.tracker import Tracker
from vision.traffic.crossings import LineCounter
from vision.traffic.incidents.follower import Follower

GOAL_MS = 1.0
SECONDS = 20.0
SCENE: dict[str, Any] = {
    "version": 1,
    "camera": "swarm",
    "lanes": {
        "up": {"polygon": [[0.0, 0.0], [0.5, 0.0], [0.5, 1.0], [0.0, 1.0]], "direction": [[0.25, 0.9], [0.25, 0.1]]},
        "down": {"polygon": [[0.5, 0.0], [1.0, 0.0], [1.0, 1.0], [0.5, 1.0]], "direction": [[0.75, 0.1], [0.75, 0.9]]},
    },
    "stop_lines": {
        "south": {"line": [[0.0, 0.6], [0.5, 0.6]], "entering": "right_to_left", "signal_group": "a"},
        "north": {"line": [[0.5, 0.4], [1.0, 0.4]], "entering": "left_to_right", "signal_group": "a"},
    },
    "counting_lines": {"west": {"line": [[0.1, 0.2], [0.1, 0.9]]}, "east": {"line": [[0.9, 0.2], [0.9, 0.9]]}},
    "zones": {
        "kerb": {"polygon": [[0.0, 0.7], [0.1, 0.7], [0.1, 1.0], [0.0, 1.0]], "purpose": "pavement"},
        "box": {"polygon": [[0.3, 0.4], [0.7, 0.4], [0.7, 0.6], [0.3, 0.6]], "purpose": "keep clear"},
        "bay": {"polygon": [[0.9, 0.0], [1.0, 0.0], [1.0, 0.3], [0.9, 0.3]], "purpose": "no stopping"},
    },
    "movements": {"left": {"entry": "south", "exit": "west"}, "round": {"entry": "south", "exit": "south"}},
    "markings": {"middle": {"points": [[0.5, 0.0], [0.49, 0.3], [0.51, 0.7], [0.5, 1.0]]}},
    "rules": {
        "r1": {"offence": "stop_line", "stop_line": "south"},
        "r2": {"offence": "stop_line", "stop_line": "north"},
        "r3": {"offence": "wrong_way", "lane": "up"},
        "r4": {"offence": "wrong_way", "lane": "down"},
        "r5": {"offence": "solid_line", "marking": "middle"},
        "r6": {"offence": "forbidden_turn", "movement": "left"},
        "r7": {"offence": "forbidden_u_turn", "movement": "round"},
        "r8": {"offence": "speeding", "line": "east", "limit_kmh": 50},
        "r9": {"offence": "wrong_lane", "lane": "up", "kinds": ["truck"]},
        "r10": {"offence": "pavement", "zone": "kerb"},
        "r11": {"offence": "box_blocking", "zone": "box", "after_s": 5.0},
        "r12": {"offence": "illegal_stop", "zone": "bay", "after_s": 30.0},
        "r13": {"offence": "no_entry", "zone": "bay", "kinds": ["truck"]},
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Mean milliseconds per frame. follow_ms: of following every vehicle, which incidents and rules share. judged: how
    often a rule was asked and had something to say."""

    tracks: float
    frames: int
    follow_ms: float
    rules_ms: float
    views_ms: float
    judged: int

    @property
    def together_ms(self) -> float:
        return self.follow_ms + self.rules_ms + self.views_ms


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.rules", description=__doc__)
    parser.add_argument("--tracks", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="print JSON on stdout and nothing else there")
    given = parser.parse_args(arguments)
    cost = measure(given.tracks)
    if given.json:
        print(json.dumps(_document(cost)))
        return 0
    head = ("tracks", "frames", "following, ms a frame", "rules", "plate views", "together", "goal")
    costs = (cost.follow_ms, cost.rules_ms, cost.views_ms, cost.together_ms)
    row = (f"{cost.tracks:.0f}", cost.frames, *(f"{each:.3f}" for each in costs))
    Console().print(table(head, [(*row, f"< {GOAL_MS:g}")]), highlight=False, soft_wrap=True)
    return 0


def measure(tracks: int, seconds: float = SECONDS) -> Cost:
    """The mean over `seconds` of a swarm; the tracker and the line counter before it are not counted."""
    cv2.setNumThreads(1)  # as the product has it
    scene = Scene.model_validate(SCENE)
    lamps = {"a": LampTimeline(group="a", spans=(LampSpan(state="red", since_s=-9, until_s=1e6, origin="controller"),))}
    follower = Follower(scene, SIZE_PX)
    beat = Beat(patrols_of(scene, SIZE_PX, {"a"}), follower, Surroundings(None, scene.timezone), lamps)
    shots, judged, live = BestShots(), 0, 0
    ns = np.zeros(3)
    frames = list(_seen(scene, tracks, int(seconds * FPS)))
    for seen in frames:
        live += int(seen.tracks.confirmed.sum())
        times_ns = [process_time_ns()]
        follower.look(seen.tracks, seen.frame.media_s)
        times_ns.append(process_time_ns())
        judged += sum(1 for _ in beat.see(seen))
        times_ns.append(process_time_ns())
        shots.see(seen.frame, seen.tracks)
        times_ns.append(process_time_ns())
        ns += np.diff(times_ns)
    follow_ms, rules_ms, views_ms = (ns / len(frames) / 1e6).tolist()
    return Cost(live / len(frames), len(frames), follow_ms, rules_ms, views_ms, judged)


def _seen(scene: Scene, riders: int, frames: int) -> Iterator[Seen]:
    tracker, counter = Tracker(), LineCounter(scene.lines(SIZE_PX), SIZE_PX)
    image = np.random.default_rng(0).integers(0, 255, (SIZE_PX[1], SIZE_PX[0], 3), np.uint8)
    for index, detections in enumerate(swarm(riders, frames)):
        media_s = index / FPS
        tracks = tracker.update(detections, media_s)
        yield Seen(Frame(index, media_s, image, 0.0), tracks, tuple(counter.update(tracks, index, media_s)))


def _document(cost: Cost) -> dict[str, Any]:
    around = circumstances()
    return {
        "date": around.date,
        "machine": around.machine,
        "commit": around.commit,
        "load": around.load,
        "tracks": round(cost.tracks, 1),
        "frames": cost.frames,
        "follow_ms": round(cost.follow_ms, 4),
        "rules_ms": round(cost.rules_ms, 4),
        "views_ms": round(cost.views_ms, 4),
        "ms": round(cost.together_ms, 4),
        "judged": cost.judged,
        "goal_ms": GOAL_MS,
    }


if __name__ == "__main__":
    sys.exit(main())
