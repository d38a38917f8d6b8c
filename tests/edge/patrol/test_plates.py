"""Who passes a line without a plate: drawn views from behind, a finder that is told what to find."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml

from edge.loop.seen import Seen
from edge.patrol.patrol import Now
from edge.patrol.plates import goes_away, plate_patrol
from violations.rules.circumstances import Circumstances
from vision.events.bodies import Crossing, Direction
from vision.frame import Frame
from vision.geometry.scene import Scene
from vision.plates.finder import PlateQuads
from vision.tracks import Tracks
from vision.traffic.conduct.trail import Trail
from vision.traffic.incidents.limits import IncidentLimits
from vision.traffic.incidents.paths import Paths
from vision.traffic.incidents.road import Road
from vision.vehicles import KIND_NAMES, VehicleKind

GOLDEN = Path(__file__).parents[2] / "violations" / "rules" / "golden" / "plate_covered.yaml"
SIZE_PX = (640, 720)
SCENE = Scene.model_validate(
    {
        "version": 1,
        "camera": "test",
        "counting_lines": {"gate": {"line": [[0.0, 0.6], [1.0, 0.6]]}},
        "rules": {"plates": {"offence": "plate_covered", "line": "gate", "kinds": ["motorbike", "car"]}},
    }
)
SHARP = np.random.default_rng(1).integers(0, 255, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
NO_PLATE = PlateQuads(np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32))


def plate(score: float) -> PlateQuads:
    quad = np.array([[[60, 90], [90, 90], [90, 110], [60, 110]]], np.float32)
    return PlateQuads(quad, np.array([score], np.float32))


@dataclass
class Finder:
    """Finds in each picture it is given what it was told to, again and again from the first."""

    found: list[PlateQuads]
    card: Any = field(
        default_factory=lambda: SimpleNamespace(
            thresholds=SimpleNamespace(sure=0.45, doubtful=0.2, iou=0.3), input=SimpleNamespace(pad_value=114)
        )
    )
    asked: int = 0

    def find(self, pictures: list[Any]) -> list[PlateQuads]:
        answers = [self.found[(self.asked + number) % len(self.found)] for number in range(len(pictures))]
        self.asked += len(pictures)
        return answers


def reads(text: str) -> Any:
    look = SimpleNamespace(reading=SimpleNamespace(text=text))
    return SimpleNamespace(look=lambda pictures: [look for _ in pictures])


def alone(box_px: Any, kind: VehicleKind) -> Tracks:
    return Tracks(
        id=np.array([7]),
        xyxy_px=np.array([box_px], np.float32),
        score=np.array([0.9], np.float32),
        kind=np.array([kind], np.int8),
        confirmed=np.array([True]),
        seen=np.array([True]),
        ended=np.zeros(0, np.int64),
    )


def tracks_at(step: int, *, away: bool = True, kind: VehicleKind = VehicleKind.MOTORBIKE) -> Tracks:
    """A rider of 125 by 280 px that goes up the picture and gets smaller, or comes down and gets larger."""
    far = step if away else 29 - step
    wide, tall, foot = 125 - far, 280 - 2 * far, 650 - 10 * far
    return alone((320 - wide / 2, foot - tall, 320 + wide / 2, foot), kind)


def crossing(kind: str) -> Crossing:
    return Crossing(
        line="gate",
        role="counting",
        track=7,
        vehicle=kind,
        direction=Direction.RIGHT_TO_LEFT,
        frame=15,
        at_s=1.5,
        at_error_s=0.05,
        x=0.5,
        y=0.6,
    )


def said(found: list[PlateQuads], text: str = "", image: Any = SHARP, *, away: bool = True, **more: Any) -> set[str]:
    """The offences and doubts that come of three seconds in which the finder finds that."""
    kind = more.get("kind", VehicleKind.MOTORBIKE)
    way = [(step / 10, tracks_at(step, away=away, kind=kind)) for step in range(30)]
    return played(way, found, text, kind, image)


def played(way: Any, found: list[PlateQuads], text: str, kind: VehicleKind, image: Any, scene: Any = SCENE) -> set[str]:
    """Of (media second, tracks) one after the other; the vehicle passes the line in the 17th frame."""
    patrol = plate_patrol(scene, SIZE_PX, SimpleNamespace(finder=Finder(found), reader=reads(text)))
    assert patrol is not None
    trail, judged = Trail(), []
    calm = Circumstances(clock_error_s=0.05)
    road = Road(scene, SIZE_PX)
    for step, (media_s, tracks) in enumerate(way):
        trail.see(tracks, media_s)
        now = Now(media_s, {}, lambda _since_s, _at_s: calm, trail, road, Paths.none(), IncidentLimits())
        passed = (crossing(kind.label),) if step == 16 else ()
        judged += patrol.see(Seen(Frame(step, media_s, image, 0.0), tracks, passed), now)
    judged += patrol.finish(now)
    assert all(one.occurrence.place == "gate" for one in judged)
    return {one.verdict.accusation.offence if one.verdict.accusation else str(one.verdict.withheld) for one in judged}


def test_the_golden_recording_accuses_those_without_a_legible_plate_and_nobody_else():
    said_of = yaml.safe_load(GOLDEN.read_text("utf-8"))
    scene, judged = Scene.model_validate(said_of["scene"]), set()
    for one in said_of["vehicles"]:
        kind = VehicleKind(KIND_NAMES.index(one["kind"]))
        way = [(media_s, alone(box_px, kind)) for media_s, *box_px in one["boxes"]]
        found = [NO_PLATE if score is None else plate(score) for score in one["finds"]]
        judged |= {(one["track"], what) for what in played(way, found, one["text"], kind, SHARP, scene)}
    assert judged == {tuple(each) for each in (*said_of["accused"], *said_of["withheld"])}


def test_many_sharp_views_from_behind_without_a_plate_are_accused():
    assert said([NO_PLATE]) == {"plate_covered"}


def test_a_plate_of_which_nothing_can_be_read_in_any_view_is_accused_too():
    assert said([plate(0.9)], "") == {"plate_covered"}


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([NO_PLATE, NO_PLATE, NO_PLATE, plate(0.9)], "59G1"),
        ([NO_PLATE, NO_PLATE, NO_PLATE, plate(0.25)], ""),
    ],
    ids=["one view shows a plate", "one view may show one"],
)
def test_one_view_that_may_show_a_plate_is_enough_to_let_go(found: list[PlateQuads], text: str):
    assert said(found, text) == {"plate_perhaps_seen"}


def test_a_plate_that_is_read_is_nothing_to_speak_of():
    assert said([plate(0.9)], "59G19657") == set()


def test_who_shows_his_front_is_not_judged():
    assert said([NO_PLATE], away=False) == set()


def test_blurred_views_are_none():
    assert said([NO_PLATE], image=np.full_like(SHARP, 90)) == set()


def test_where_nobody_measured_what_the_finder_overlooks_nobody_is_accused():
    assert said([NO_PLATE], kind=VehicleKind.CAR) == {"plate_perhaps_seen"}


def test_a_track_hardly_seen_goes_nowhere():
    assert not goes_away(Trail(), crossing("motorbike"))


@pytest.mark.parametrize("rules", [{}, {"plates": {"offence": "plate_covered", "line": "gate"}}])
def test_without_a_rule_or_eyes_there_is_no_patrol(rules: dict[str, Any]):
    scene = SCENE.model_validate(SCENE.model_dump() | {"rules": rules})
    assert plate_patrol(scene, SIZE_PX, None if rules else SimpleNamespace()) is None
