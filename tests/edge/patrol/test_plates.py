"""Who passes a line with a covered plate: drawn views from behind, a finder that finds what is framed in magenta."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
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
from vision.vehicles import KIND_NAMES

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
SEAT = (0.38, 0.70, 0.62, 0.78)
STEPS, PASSES_AT = 30, 16
FRAME, LETTERS = (255, 0, 255), (0, 160, 0)
GRAIN = np.random.default_rng(1).integers(0, 255, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
SHAPES = {"motorbike": (125, 280), "car": (300, 260)}


class Finder:
    """Finds what is framed, to the pixel."""

    card = SimpleNamespace(
        thresholds=SimpleNamespace(sure=0.45, doubtful=0.2, iou=0.3), input=SimpleNamespace(pad_value=114)
    )

    def find(self, pictures: list[Any]) -> list[PlateQuads]:
        return [self._framed(picture) for picture in pictures]

    def _framed(self, picture: Any) -> PlateQuads:
        rows, columns = np.nonzero((picture == FRAME).all(axis=2))
        if not len(rows):
            return PlateQuads.empty()
        x1, y1, x2, y2 = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
        quad = np.array([[[x1, y1], [x2, y1], [x2, y2], [x1, y2]]], np.float32)
        return PlateQuads(quad, np.array([0.9], np.float32))


class Reader:
    """Reads what is written in green."""

    def look(self, pictures: list[Any]) -> list[Any]:
        return [SimpleNamespace(reading=SimpleNamespace(text=self._text(picture))) for picture in pictures]

    def _text(self, picture: Any) -> str:
        blue, green, red = picture.astype(int).transpose(2, 0, 1)
        return "59G19657" if ((green > blue + 60) & (green > red + 60)).mean() > 0.02 else ""


@dataclass(frozen=True)
class Rider:
    """What it bears: `read` a plate, `unread` one that no reader reads, `unfound` one that no finder finds, `rag` a
    plain thing, `nothing`. plain_since: before this step it bore a plate that is read."""

    track: int
    bears: str = "read"
    kind: str = "motorbike"
    away: bool = True
    size: float = 1.0
    plain_since: int = 0


def box_of(one: Rider, step: int) -> tuple[float, float, float, float]:
    """It goes up the picture and gets smaller, or comes down and gets larger."""
    far = step if one.away else STEPS - 1 - step
    width, height = SHAPES[one.kind]
    wide, tall, foot = (width - far) * one.size, (height - 2 * far) * one.size, 650 - 10 * far
    return 320 - wide / 2, foot - tall, 320 + wide / 2, foot


def picture_of(one: Rider, step: int) -> Any:
    """Grain all over, as sharp as can be, but for the grey around the plate's place."""
    image = GRAIN.copy()
    x1, y1, x2, y2 = box_of(one, step)
    a, b, c, d = (round(v) for v in (x1 + SEAT[0] * (x2 - x1), y1 + SEAT[1] * (y2 - y1), x1 + SEAT[2] * (x2 - x1),
                                     y1 + SEAT[3] * (y2 - y1)))  # fmt: skip
    edge_x, edge_y = c - a, d - b
    image[b - edge_y : d + edge_y, a - edge_x : c + edge_x] = 130
    bears = one.bears if step >= one.plain_since else "read"
    if bears == "rag":
        image[b:d, a:c] = 40
    elif bears != "nothing":
        image[b:d, a:c] = 235
        for x in range(a + 3, c - 3, 5):
            image[b + 3 : d - 3, x : x + 2] = LETTERS if bears == "read" else (20, 20, 20)
        if bears != "unfound":
            cv2.rectangle(image, (a, b), (c - 1, d - 1), FRAME, 1)
    return image


def tracks_of(one: Rider, step: int) -> Tracks:
    return Tracks(
        id=np.array([one.track]),
        xyxy_px=np.array([box_of(one, step)], np.float32),
        score=np.array([0.9], np.float32),
        kind=np.array([KIND_NAMES.index(one.kind)], np.int8),
        confirmed=np.array([True]),
        seen=np.array([True]),
        ended=np.zeros(0, np.int64),
    )


def crossing(kind: str, track: int = 7, at_s: float = 1.5) -> Crossing:
    return Crossing(
        line="gate",
        role="counting",
        track=track,
        vehicle=kind,
        direction=Direction.RIGHT_TO_LEFT,
        frame=15,
        at_s=at_s,
        at_error_s=0.05,
        x=0.5,
        y=0.6,
    )


def said(*riders: Rider) -> set[tuple[int, str]]:
    """The offences and doubts of riders who pass one after the other, three seconds each."""
    patrol = plate_patrol(SCENE, SIZE_PX, SimpleNamespace(finder=Finder(), reader=Reader()))
    assert patrol is not None
    trail, judged = Trail(), []
    calm = Circumstances(clock_error_s=0.05)
    road = Road(SCENE, SIZE_PX)
    for place, one in enumerate(riders):
        for step in range(STEPS):
            media_s, tracks = (place * STEPS + step) / 10, tracks_of(one, step)
            trail.see(tracks, media_s)
            now = Now(media_s, {}, lambda _since_s, _at_s: calm, trail, road, Paths.none(), IncidentLimits())
            passed = (crossing(one.kind, one.track, media_s - 0.1),) if step == PASSES_AT else ()
            frame = Frame(place * STEPS + step, media_s, picture_of(one, step), 0.0)
            judged += patrol.see(Seen(frame, tracks, passed), now)
    judged += patrol.finish(now)
    assert all(one.occurrence.place == "gate" for one in judged)
    return {
        (
            one.occurrence.track,
            one.verdict.accusation.offence if one.verdict.accusation else str(one.verdict.withheld),
        )
        for one in judged
    }


OTHERS = tuple(Rider(track) for track in (1, 2, 3))


def test_the_golden_recording_accuses_those_with_a_covered_plate_and_nobody_else():
    told = yaml.safe_load(GOLDEN.read_text("utf-8"))
    assert said(*(Rider(**one) for one in told["vehicles"])) == {
        tuple(each) for each in (*told["accused"], *told["withheld"])
    }


def test_a_rag_where_others_bear_plates_that_were_read_is_accused():
    assert said(*OTHERS, Rider(7, "rag")) == {(7, "plate_covered")}


def test_who_passes_before_the_others_is_judged_when_they_have_passed():
    assert said(OTHERS[0], Rider(7, "rag"), *OTHERS[1:]) == {(7, "plate_covered")}


def test_without_enough_others_whose_plates_were_read_nobody_is_accused():
    assert said(*OTHERS[:2], Rider(7, "rag")) == {(7, "plate_perhaps_seen")}
    cars = Rider(7, "rag", "car")
    assert said(*OTHERS, cars) == set(), "a motorbike's plate hangs elsewhere"


@pytest.mark.parametrize("bears", ["unread", "unfound"])
def test_a_plate_that_nobody_can_read_or_find_is_no_covered_one(bears: str):
    assert said(*OTHERS, Rider(7, bears)) == set()


def test_where_the_reader_fails_on_many_plates_nobody_is_accused():
    unread = tuple(Rider(track, "unread") for track in (4, 5))
    assert said(*OTHERS, *unread, Rider(7, "rag")) == {(7, "plate_perhaps_seen")}


def test_bare_paint_where_others_bear_plates_is_no_sign_of_a_cover():
    assert said(*OTHERS, Rider(7, "nothing")) == set()


def test_views_that_showed_a_plate_before_let_go():
    assert said(*OTHERS, Rider(7, "rag", plain_since=10)) == set()


def test_who_shows_his_front_or_is_far_away_is_not_judged():
    assert said(*OTHERS, Rider(7, "rag", away=False), Rider(8, "rag", size=0.5)) == set()


def test_a_track_hardly_seen_goes_nowhere():
    assert not goes_away(Trail(), crossing("motorbike"))


@pytest.mark.parametrize("rules", [{}, {"plates": {"offence": "plate_covered", "line": "gate"}}])
def test_without_a_rule_or_eyes_there_is_no_patrol(rules: dict[str, Any]):
    scene = SCENE.model_validate(SCENE.model_dump() | {"rules": rules})
    assert plate_patrol(scene, SIZE_PX, None if rules else SimpleNamespace()) is None
