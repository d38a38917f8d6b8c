"""Recorded roads: whoever offends is accused, and nobody else. The recordings lie in tests/violations/rules/golden."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from edge.patrol.places import place_patrol
from violations.rules.circumstances import Circumstances
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.tracks import Tracks
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.follower import Follower
from vision.vehicles import KIND_NAMES

GOLDEN = Path(__file__).parents[2] / "violations" / "rules" / "golden"
OFFENCES = ("wrong_lane", "bus_lane", "no_entry", "pavement", "illegal_stop", "illegal_parking", "box_blocking")
NOTHING = np.zeros((8, 8, 3), np.uint8)
Change = Callable[[Tracks], Tracks]


@dataclass(frozen=True)
class Recording:
    """A scene, who was where in it, and who is to be accused of what and withheld for why."""

    scene: Scene
    size_px: tuple[int, int]
    started: datetime
    clock_error_s: float
    frames: tuple[tuple[float, Tracks], ...]
    accused: frozenset[tuple[int, str, str]]
    withheld: frozenset[tuple[int, str]]

    def play(self, change: Change = lambda tracks: tracks, scene: Scene | None = None, **around: Any) -> list[Judged]:
        where = scene or self.scene
        patrol, follower, trail = place_patrol(where, self.size_px), Follower(where, self.size_px), Trail()
        assert patrol is not None
        judged: list[Judged] = []
        for number, (media_s, there) in enumerate(self.frames):
            tracks = change(there)
            trail.see(tracks, media_s)
            paths = follower.look(tracks, media_s)
            now = Now(media_s, {}, self.circumstances(around), trail, follower.road, paths, follower.limits)
            judged += patrol.see(Seen(Frame(number, media_s, NOTHING, 0.0), tracks, ()), now)
        return [*judged, *patrol.finish(now)]

    def circumstances(self, around: Mapping[str, Any]) -> Callable[[float, float], Circumstances]:
        calm = Circumstances(clock_error_s=self.clock_error_s)
        return lambda _since_s, at_s: replace(calm, **{"local": self.started + timedelta(seconds=at_s), **around})


@cache
def recording(offence: str) -> Recording:
    said = yaml.safe_load((GOLDEN / f"{offence}.yaml").read_text("utf-8"))
    return Recording(
        scene=Scene.model_validate(said["scene"]),
        size_px=tuple(said["size_px"]),
        started=datetime.fromisoformat(str(said["started"])),
        clock_error_s=said["clock_error_s"],
        frames=tuple(frames_of(said["tracks"])),
        accused=frozenset((track, what, where) for track, what, where in said["accused"]),
        withheld=frozenset((track, why) for track, why in said["withheld"]),
    )


def frames_of(text: str) -> Iterator[tuple[float, Tracks]]:
    rows = [line.split() for line in text.splitlines()]
    before: set[int] = set()
    for media_s in sorted({float(row[0]) for row in rows}):
        here = sorted((int(row[1]), row) for row in rows if float(row[0]) == media_s)
        ids = [track for track, _ in here]
        yield (
            media_s,
            Tracks(
                id=np.array(ids, np.int64),
                xyxy_px=np.array([[float(side) for side in row[3:]] for _, row in here], np.float32),
                score=np.full(len(here), 0.9, np.float32),
                kind=np.array([KIND_NAMES.index(row[2]) for _, row in here], np.int8),
                confirmed=np.ones(len(here), np.bool_),
                seen=np.ones(len(here), np.bool_),
                ended=np.array(sorted(before - set(ids)), np.int64),
            ),
        )
        before = set(ids)


def accused(judged: list[Judged]) -> set[tuple[int, str, str]]:
    return {
        (one.occurrence.track, one.verdict.accusation.offence, one.occurrence.place)
        for one in judged
        if one.verdict.accusation
    }


def withheld(judged: list[Judged]) -> set[tuple[int, str]]:
    return {(one.occurrence.track, one.verdict.withheld.value) for one in judged if one.verdict.withheld}


@pytest.mark.parametrize("offence", OFFENCES)
def test_the_recorded_offenders_are_accused_at_a_moment_that_shows_them_and_nobody_else_is(offence: str):
    recorded = recording(offence)
    judged = recorded.play()
    assert accused(judged) == recorded.accused
    assert withheld(judged) == recorded.withheld
    moments = {media_s: set(tracks.id.tolist()) for media_s, tracks in recorded.frames}
    for one in judged:
        assert one.occurrence.track in moments[one.occurrence.at_s]
        assert one.occurrence.since_s < one.occurrence.at_s


@pytest.mark.parametrize("offence", ["wrong_lane", "pavement", "box_blocking"])
@pytest.mark.parametrize("around", [{"officer": True}, {"priority_near": True}, {"view_moved": True}], ids=str)
def test_what_excuses_all_leaves_nobody_accused(offence: str, around: dict[str, Any]):
    assert not accused(recording(offence).play(**around))


@pytest.mark.parametrize("offence", ["bus_lane", "no_entry"])
@pytest.mark.parametrize(
    ("around", "why"),
    [
        ({"local": None}, {"hours_unsure"}),
        ({"clock_error_s": None}, {"hours_unsure"}),
        ({"clock_error_s": 7200.0}, {"hours_unsure"}),
        ({"local": datetime.fromisoformat("2026-11-16T12:00+07:00")}, set()),
    ],
    ids=str,
)
def test_hours_bind_nobody_whom_the_clock_does_not_surely_place_in_them(
    offence: str, around: dict[str, Any], why: set[str]
):
    judged = recording(offence).play(**around)
    assert not accused(judged)
    assert {reason for _, reason in withheld(judged)} == why


@pytest.mark.parametrize("offence", ["wrong_lane", "box_blocking"])
def test_a_track_that_is_not_believed_is_nobody(offence: str):
    def doubted(tracks: Tracks) -> Tracks:
        return replace(tracks, confirmed=np.zeros(len(tracks), np.bool_))

    assert recording(offence).play(doubted) == []


@pytest.mark.parametrize("offence", ["illegal_stop", "illegal_parking", "box_blocking"])
def test_time_in_which_a_vehicle_is_hidden_is_no_time_that_it_stood(offence: str):
    recorded = recording(offence)
    count = 0

    def half_seen(tracks: Tracks) -> Tracks:
        nonlocal count
        count += 1
        return replace(tracks, seen=np.full(len(tracks), count % 4 < 2))

    assert not accused(recorded.play(half_seen))


@pytest.mark.parametrize("offence", ["wrong_lane", "bus_lane"])
def test_nothing_is_surely_inside_where_every_foot_is_cut_off(offence: str):
    recorded = recording(offence)
    height_px = recorded.size_px[1]

    def covered(tracks: Tracks) -> Tracks:
        """Somebody unknown stands before every foot."""
        x1, _, x2, y2 = tracks.xyxy_px.T
        before = np.stack([x1, y2 - 4, x2, np.full(len(x1), height_px - 3)], axis=1).astype(np.float32)
        return Tracks(
            id=np.concatenate([tracks.id, tracks.id + 1000]),
            xyxy_px=np.concatenate([tracks.xyxy_px, before]),
            score=np.tile(tracks.score, 2),
            kind=np.tile(tracks.kind, 2),
            confirmed=np.concatenate([tracks.confirmed, np.zeros(len(x1), np.bool_)]),
            seen=np.tile(tracks.seen, 2),
            ended=tracks.ended,
        )

    judged = recorded.play(covered)
    assert not accused(judged)
    assert "foot_hidden" in {why for _, why in withheld(judged)}


def test_a_scene_without_such_rules_needs_no_patrol():
    recorded = recording("no_entry")
    assert place_patrol(recorded.scene.model_copy(update={"rules": {}}), recorded.size_px) is None


@pytest.mark.parametrize("offence", ["wrong_lane", "no_entry", "box_blocking"])
def test_without_a_calibration_the_same_are_accused_or_fewer(offence: str):
    recorded = recording(offence)
    blind = recorded.scene.model_copy(update={"calibration": None})
    assert accused(recorded.play(scene=blind)) <= recorded.accused


def test_pavements_need_a_calibration():
    recorded = recording("pavement")
    assert recorded.play(scene=recorded.scene.model_copy(update={"calibration": None})) == []


def test_a_step_back_in_time_begins_anew():
    recorded = recording("no_entry")
    twice = replace(recorded, frames=(*recorded.frames[:12], *recorded.frames[:12], *recorded.frames[12:]))
    assert accused(twice.play()) == recorded.accused
