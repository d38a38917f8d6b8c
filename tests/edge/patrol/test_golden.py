"""Every golden recording, with all patrols at once: whoever offends is accused, and nobody else.

A recording (tests/violations/rules/golden) holds a scene, the lamps, and made-up boxes; crossings are found anew.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from edge.loop.seen import Seen
from edge.patrol.beat import Beat
from edge.patrol.patrol import Judged
from edge.patrol.patrols import patrols_of
from edge.patrol.surroundings import Surroundings
from vision.events.lamps import LampTimeline
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.crossings import LineCounter
from vision.traffic.incidents.follower import Follower
from vision.vehicles import KIND_NAMES

GOLDEN = Path(__file__).parents[2] / "violations" / "rules" / "golden"
EVERY = sorted(file.stem for file in GOLDEN.glob("*.yaml") if "\ntracks: |" in file.read_text("utf-8"))
TRAFFIC = [
    "red_light", "right_on_red", "stop_line", "wrong_way", "solid_line", "forbidden_turn", "forbidden_u_turn",
    "speeding",
]  # fmt: skip
NOTHING = np.zeros((8, 8, 3), np.uint8)


@dataclass(frozen=True)
class Recording:
    scene: Scene
    size_px: tuple[int, int]
    started: datetime
    clock_error_s: float
    lamps: dict[str, LampTimeline]
    frames: tuple[tuple[float, Tracks], ...]
    accused: set[tuple[int, str, str]]
    withheld: set[tuple[int, str]]

    def play(self, view_moved=False, lamps=None, change=lambda tracks: tracks) -> list[Judged]:
        shown = self.lamps if lamps is None else lamps
        around = Surroundings(
            lambda media_s: self.started + timedelta(seconds=media_s),
            self.scene.timezone,
            clock_error_s=lambda: self.clock_error_s,
            view_moved=lambda _since_s, _until_s: view_moved,
        )
        patrols = patrols_of(self.scene, self.size_px, set(self.lamps))
        beat = Beat(patrols, Follower(self.scene, self.size_px), around, shown)
        counter = LineCounter(self.scene.lines(self.size_px), self.size_px, self.scene.ground_plane(self.size_px))
        judged: list[Judged] = []
        for number, (media_s, there) in enumerate(self.frames):
            tracks = change(there)
            crossings = tuple(counter.update(tracks, number, media_s))
            judged += beat.see(Seen(Frame(number, media_s, NOTHING, 0.0), tracks, crossings))
        return [*judged, *beat.finish()]


@cache
def recording(name: str) -> Recording:
    said = yaml.safe_load((GOLDEN / f"{name}.yaml").read_text("utf-8"))
    return Recording(
        scene=Scene.model_validate(said["scene"]),
        size_px=tuple(said["size_px"]),
        started=datetime.fromisoformat(str(said["started"])),
        clock_error_s=said["clock_error_s"],
        lamps={
            group: LampTimeline.model_validate({"group": group, "spans": spans})
            for group, spans in said.get("lamps", {}).items()
        },
        frames=tuple(frames_of(said["tracks"])),
        accused={(track, what, where) for track, what, where in said["accused"]},
        withheld={(track, why) for track, why in said["withheld"]},
    )


@cache
def played(name: str) -> list[Judged]:
    return recording(name).play()


def frames_of(text: str):
    rows = [line.split() for line in text.splitlines()]
    before: set[int] = set()
    for media_s in sorted({float(row[0]) for row in rows}):
        here = sorted((int(row[1]), row) for row in rows if float(row[0]) == media_s)
        ids = [track for track, _ in here]
        tracks = Tracks(
            id=np.array(ids, np.int64),
            xyxy_px=np.array([[float(side) for side in row[3:]] for _, row in here], np.float32),
            score=np.full(len(here), 0.9, np.float32),
            kind=np.array([KIND_NAMES.index(row[2]) for _, row in here], np.int8),
            confirmed=np.ones(len(here), np.bool_),
            seen=np.ones(len(here), np.bool_),
            ended=np.array(sorted(before - set(ids)), np.int64),
        )
        yield media_s, tracks
        before = set(ids)


def accused(judged: list[Judged]) -> set[tuple[int, str, str]]:
    return {
        (one.occurrence.track, one.verdict.accusation.offence, one.occurrence.place)
        for one in judged
        if one.verdict.accusation
    }


def withheld(judged: list[Judged]) -> set[tuple[int, str]]:
    return {(one.occurrence.track, one.verdict.withheld.value) for one in judged if one.verdict.withheld}


@pytest.mark.parametrize("name", EVERY)
def test_the_recorded_offenders_are_accused_and_nobody_else_is(name: str):
    recorded, judged = recording(name), played(name)
    assert accused(judged) == recorded.accused
    assert withheld(judged) == recorded.withheld


@pytest.mark.parametrize("name", TRAFFIC)
def test_the_accused_was_in_sight_at_the_moment_that_shows_it(name: str):
    recorded = recording(name)
    for one in played(name):
        seen_s = [media_s for media_s, tracks in recorded.frames if one.occurrence.track in tracks.id]
        assert min(abs(media_s - one.occurrence.at_s) for media_s in seen_s) < 0.2


@pytest.mark.parametrize("name", TRAFFIC)
def test_under_a_camera_that_moved_nobody_is_accused(name: str):
    recorded = recording(name)
    judged = recorded.play(view_moved=True)
    assert not accused(judged)
    assert {track for track, _, _ in recorded.accused} <= {
        track for track, why in withheld(judged) if why == "view_moved"
    }


@pytest.mark.parametrize("name", TRAFFIC)
def test_a_track_that_is_not_believed_or_only_expected_is_nobody(name: str):
    def doubted(tracks: Tracks) -> Tracks:
        odd = tracks.id % 2 == 1
        return replace(tracks, confirmed=tracks.confirmed & odd, seen=tracks.seen & ~odd)

    assert not accused(recording(name).play(change=doubted))


@pytest.mark.parametrize("name", ["red_light", "stop_line"])
def test_where_nobody_knows_what_the_lamp_showed_it_is_said_and_nobody_is_accused(name: str):
    judged = recording(name).play(lamps={})
    assert not accused(judged)
    assert "lamp_unknown" in {why for _, why in withheld(judged)}


def test_of_a_lamp_known_only_to_the_crossing_nothing_is_concluded():
    """A feed that fell silent in the very moment: red may have ended there."""
    recorded = recording("red_light")
    cut: dict[str, Any] = {}
    for group, timeline in recorded.lamps.items():
        spans = [span for span in timeline.spans if span.since_s < 8]
        last = spans[-1].model_copy(update={"until_s": 8.4})
        cut[group] = LampTimeline(group=group, spans=(*spans[:-1], last))
    assert not accused(recorded.play(lamps=cut))


@pytest.mark.parametrize("name", EVERY)
def test_an_empty_road_is_nobodys_offence(name: str):
    def nobody(tracks: Tracks) -> Tracks:
        gone = np.zeros(len(tracks), np.bool_)
        columns = {
            each: getattr(tracks, each)[gone] for each in ("id", "xyxy_px", "score", "kind", "confirmed", "seen")
        }
        return replace(tracks, **columns)

    assert recording(name).play(change=nobody) == []
