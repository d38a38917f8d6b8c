"""Looks at riders, recorded: whoever is surely bareheaded or one too many is accused, and nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from edge.loop.seen import Seen
from edge.patrol.patrol import Judged, Now
from edge.patrol.riders import rider_patrol
from violations.rules.circumstances import Circumstances
from vision.frame import Frame
from vision.geometry.parts import Zone
from vision.geometry.scene import Scene
from vision.riders.card import HEAD_STATES, HeadState
from vision.riders.helmets import Head
from vision.riders.views import ViewSettings
from vision.tracks import Tracks
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import Road
from vision.vehicles import VehicleKind

GOLDEN = Path(__file__).parents[2] / "violations" / "rules" / "golden"
THRESHOLDS = {HeadState.HELMET: 0.45, HeadState.NONE: 0.65, HeadState.UNSURE: 0.0}
EVERY_LOOK = ViewSettings(a_second=100, burst=100)


@dataclass(frozen=True)
class Recording:
    scene: Scene
    size_px: tuple[int, int]
    looks: tuple[tuple[float, int, list[float], list[list[float]]], ...]
    accused: frozenset[tuple[int, str]]
    withheld: frozenset[tuple[int, str]]

    def play(self, scene: Scene | None = None, *, ends: bool = True, **around: Any) -> list[Judged]:
        """Every moment one frame; ends: the tracks end after the last one."""
        where, picture = scene or self.scene, np.zeros((self.size_px[1], self.size_px[0], 3), np.uint8)
        told: list[dict[int, list[list[float]]]] = []
        asked: list[Tracks] = []
        patrol = rider_patrol(
            where, self.size_px, lambda _crop, boxes: [heads_in(told[-1], asked[-1], boxes)], EVERY_LOOK
        )
        assert patrol is not None
        judged: list[Judged] = []
        moments = sorted({look[0] for look in self.looks})
        for number, media_s in enumerate(moments):
            here = sorted((look[1], look[2], look[3]) for look in self.looks if look[0] == media_s)
            told.append({track: heads for track, _, heads in here})
            asked.append(tracks_of([(track, box) for track, box, _ in here]))
            seen = Seen(Frame(number, media_s, picture, 0.0), asked[-1], ())
            judged += patrol.see(seen, self.now(where, media_s, around))
        last_s = moments[-1] + 1
        if ends:
            gone = replace(tracks_of([]), ended=asked[-1].id)
            judged += patrol.see(Seen(Frame(99, last_s, picture, 0.0), gone, ()), self.now(where, last_s, around))
        return [*judged, *patrol.finish(self.now(where, last_s, around))]

    def now(self, scene: Scene, media_s: float, around: dict[str, Any]) -> Now:
        calm = Circumstances(**{"clock_error_s": 0.05, **around})
        road = Road(scene, self.size_px)
        return Now(media_s, {}, lambda _since_s, _at_s: calm, Trail(), road, Paths.none(), IncidentLimits())


def heads_in(told: dict[int, list[list[float]]], tracks: Tracks, boxes: np.ndarray[Any, Any]) -> list[Head]:
    """The recorded heads of the track that is asked for, moved into the crop it is asked in."""
    sizes = np.round(tracks.xyxy_px[:, 2:] - tracks.xyxy_px[:, :2], 3)
    row = int(np.abs(sizes - (boxes[0, 2:] - boxes[0, :2])).sum(axis=1).argmin())
    row = row if len(boxes) == 1 else 0
    corner = tracks.xyxy_px[row, :2] - boxes[0, :2]
    return [head_of(head, (float(corner[0]), float(corner[1]))) for head in told[int(tracks.id[row])]]


def head_of(row: Sequence[float], corner: tuple[float, float]) -> Head:
    x1, y1, x2, y2, *chances = row
    said = dict(zip(HEAD_STATES, chances, strict=True))
    likeliest = max(said, key=said.__getitem__)
    state = likeliest if said[likeliest] >= THRESHOLDS[likeliest] else HeadState.UNSURE
    box = (x1 - corner[0], y1 - corner[1], x2 - corner[0], y2 - corner[1])
    return Head(box, state, said[likeliest], likeliest, tuple(chances))


def tracks_of(riders: Sequence[tuple[int, list[float]]]) -> Tracks:
    # No two riders of one frame have boxes of one size, so that a crop tells whose it is.
    boxes = np.array([box for _, box in riders], np.float32).reshape(-1, 4)
    boxes[:, 2] += np.arange(len(riders), dtype=np.float32) / 8
    rows = len(riders)
    return Tracks(
        id=np.array([track for track, _ in riders], np.int64),
        xyxy_px=boxes,
        score=np.full(rows, 0.9, np.float32),
        kind=np.full(rows, VehicleKind.MOTORBIKE, np.int8),
        confirmed=np.ones(rows, np.bool_),
        seen=np.ones(rows, np.bool_),
        ended=np.zeros(0, np.int64),
    )


@cache
def recording(offence: str) -> Recording:
    said = yaml.safe_load((GOLDEN / f"{offence}.yaml").read_text("utf-8"))
    return Recording(
        scene=Scene.model_validate({"version": 1, "camera": "test", "rules": said["rules"]}),
        size_px=tuple(said["size_px"]),
        looks=tuple((each[0], each[1], each[2], each[3]) for each in said["looks"]),
        accused=frozenset((track, what) for track, what in said["accused"]),
        withheld=frozenset((track, why) for track, why in said["withheld"]),
    )


def accused(judged: list[Judged]) -> set[tuple[int, str]]:
    return {(one.occurrence.track, one.verdict.accusation.offence) for one in judged if one.verdict.accusation}


def withheld(judged: list[Judged]) -> set[tuple[int, str]]:
    return {(one.occurrence.track, one.verdict.withheld.value) for one in judged if one.verdict.withheld}


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize("offence", ["no_helmet", "passengers"])
def test_the_recorded_offenders_are_accused_and_nobody_else(offence: str, ends: bool):
    recorded = recording(offence)
    judged = recorded.play(ends=ends)
    assert accused(judged) == recorded.accused
    assert withheld(judged) == recorded.withheld
    assert {one.occurrence.place for one in judged} == set(recorded.scene.rules)


@pytest.mark.parametrize("offence", ["no_helmet", "passengers"])
def test_a_moved_camera_accuses_nobody_and_an_officer_excuses_nobody(offence: str):
    recorded = recording(offence)
    assert not accused(recorded.play(view_moved=True))
    assert accused(recorded.play(officer=True)) == recorded.accused


def test_a_rule_with_a_zone_looks_only_there():
    recorded = recording("no_helmet")
    left = Zone(polygon=((0.0, 0.0), (0.3, 0.0), (0.3, 1.0), (0.0, 1.0)), purpose="helmets")
    rule = recorded.scene.rules["helmets"].model_copy(update={"zone": "left"})
    there = recorded.scene.model_copy(update={"zones": {"left": left}, "rules": {"helmets": rule}})
    judged = recorded.play(there)
    assert accused(judged) == {(1, "no_helmet")}
    assert judged[0].occurrence.place == "left"


@pytest.mark.parametrize("rules", [{}, {"helmets": {"offence": "no_helmet"}}])
def test_without_a_rule_or_a_reader_there_is_no_patrol(rules: dict[str, Any]):
    scene = Scene.model_validate({"version": 1, "camera": "test", "rules": rules})
    assert rider_patrol(scene, (640, 480), None if rules else lambda _crop, _boxes: []) is None
