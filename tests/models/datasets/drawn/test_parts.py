"""Plates, heads and lamps of drawn scenes: they lie where they are told to, and are what they are told to be."""

from collections import Counter

import cv2
import numpy as np
import pytest

from models.datasets.drawn.camera import Camera
from models.datasets.drawn.chance import random_scene
from models.datasets.drawn.garage import MODELS, heads_of, model
from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.number_plates import NUMBERS, drawn_plate
from models.datasets.drawn.parts import parts_in_view
from models.datasets.drawn.render import place
from models.datasets.drawn.scene import Participant
from models.datasets.drawn.sight import seen
from models.datasets.drawn.signals import LIT, Signal, signal_places, with_pole
from models.datasets.drawn.stage import build_stage
from models.datasets.drawn.studio import Studio
from models.datasets.plates.plate import Layout
from vision.events.lamps import Lamp
from vision.vehicles import VehicleKind

K = VehicleKind
LARGE_PX = (480, 288)


@pytest.fixture(scope="module")
def large():
    """Draws close-ups under an even sky."""
    studio = Studio(LARGE_PX)
    studio.set_stage([], [], build_stage(random_scene((1, 1), LARGE_PX)).light)
    yield studio
    studio.close()


def close_up(
    everyone: list[Participant],
    signals: tuple[Signal, ...] = (),
    lamp: Lamp = Lamp.RED,
    bend: float = 0.0,
    *,
    pitch: float = 0.13,
):
    """A camera 2 m high that looks along the road, who is placed, and their parts."""
    camera = Camera((0.0, 0.0, 1.6), 0.0, pitch, 0.0, 900.0, LARGE_PX, bend)
    placed = place(everyone)
    return camera, placed, parts_in_view(camera, everyone, placed, signals, lamp=lamp, rng=np.random.default_rng(5))


@pytest.mark.parametrize("bend", [0.0, -0.1])
@pytest.mark.parametrize(
    ("kind", "heading", "layouts"),
    [
        (K.MOTORBIKE, 0.1, {Layout.MOTORBIKE}),
        (K.CAR, -0.2, {Layout.CAR_LONG, Layout.CAR_SHORT}),
        (K.CAR, np.pi + 0.2, {Layout.CAR_LONG, Layout.CAR_SHORT}),
        (K.BUS, 0.05, {Layout.CAR_LONG, Layout.CAR_SHORT}),
        (K.TRUCK, np.pi, {Layout.CAR_LONG, Layout.CAR_SHORT}),
    ],
)
def test_a_straightened_quad_gives_the_plate_back(large, kind, heading, layouts, bend):
    distance, pitch = {K.MOTORBIKE: (4.0, 0.33), K.CAR: (7.5, 0.15)}.get(kind, (9.0, 0.13))
    for number in range(3):
        camera, placed, parts = close_up([Participant(kind, number, 0.3, distance, heading)], bend=bend, pitch=pitch)
        (plate,) = parts.plates
        image, ids = large.draw_with_ids(camera, placed, stickers=[plate.sticker], marks=[plate.mark])
        assert plate.text.layout in layouts
        clean = plate.sticker.piece.image
        height, width = clean.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32) - 0.5
        turn = cv2.getPerspectiveTransform((plate.quad_px - 0.5).astype(np.float32), corners)
        straight = cv2.warpPerspective(image, turn, (width, height), flags=cv2.INTER_LINEAR)
        # A camera gives back no finer strokes than it saw.
        wanted = cv2.GaussianBlur(clean, (0, 0), 3)
        assert np.corrcoef(straight.mean(2).ravel(), wanted.mean(2).ravel())[0, 1] > 0.8, (kind, number)
        assert seen(camera, [plate.mark], ids)[0].visible_share > 0.85


def test_a_plate_that_looks_away_or_is_behind_something_is_not_told(large):
    away = [Participant(K.MOTORBIKE, 1, 0.0, 5.0, np.pi)]
    assert close_up(away)[2].plates == ()
    hidden = [Participant(K.MOTORBIKE, 1, 0.0, 9.0, 0.0), Participant(K.BUS, 2, 0.0, 7.0, np.pi / 2)]
    camera, placed, parts = close_up(hidden)
    _, ids = large.draw_with_ids(camera, placed, marks=parts.marks())
    (plate,) = [one for one in parts.plates if one.owner == 1]
    assert not [one for one in seen(camera, [plate.mark], ids) if one.visible_share > 0.05]


def test_quads_lie_in_the_box_of_their_vehicle_where_that_is_told(frames):
    told = 0
    for frame in frames:
        boxes = dict(zip(frame.number.tolist(), frame.xyxy_px.tolist(), strict=True))
        for owner, quad in zip(frame.plates.owner.tolist(), frame.plates.quad_px, strict=True):
            if owner in boxes:
                x1, y1, x2, y2 = boxes[owner]
                assert quad[:, 0].min() >= x1 - 2 and quad[:, 0].max() <= x2 + 2
                assert quad[:, 1].min() >= y1 - 2 and quad[:, 1].max() <= y2 + 2
                told += 1
    assert told >= 3


def test_a_cars_plates_bear_one_number_on_blanks_of_every_layout():
    for number in range(0, NUMBERS, 40):
        long, short = drawn_plate(number, Layout.CAR_LONG), drawn_plate(number, Layout.CAR_SHORT)
        assert long.text.text == short.text.text and (long.text.lines, short.text.lines) == (1, 2)
        assert drawn_plate(number, Layout.MOTORBIKE).text.layout is Layout.MOTORBIKE
    assert len({drawn_plate(number, Layout.MOTORBIKE).text.text for number in range(40)}) == 40


def test_every_kind_of_road_vehicle_has_plates_and_none_stands_on_its_head():
    for kind in (K.MOTORBIKE, K.CAR, K.BUS, K.TRUCK):
        for number in range(0, MODELS[kind], 30):
            plates = model(kind, number).plates
            assert len(plates) == (1 if kind is K.MOTORBIKE else 2)
            for one in plates:
                corners = one.corners_m()
                assert corners[:2, 2].min() > corners[2:, 2].max()
                assert np.cross(one.right, one.up)[1] * one.at_m[1] > 0, "a plate looks away from its vehicle"


def test_riders_heads_lie_on_their_machine_and_are_dressed_as_told(frames):
    told = Counter()
    for frame in frames:
        boxes = {n: (kind, box) for n, kind, box in zip(frame.number, frame.kind, frame.xyxy_px, strict=True)}
        heads = frame.heads
        for owner, (x1, y1, x2, y2), cover in zip(heads.owner, heads.xyxy_px, heads.cover, strict=True):
            if owner in boxes:
                kind, (left, top, right, foot) = boxes[owner]
                assert kind in (K.MOTORBIKE, K.BICYCLE)
                assert left - 1 <= x1 and x2 <= right + 1 and top - 1 <= y1 and y2 <= foot + 1
                told[cover] += 1
    assert told[Cover.HELMET] >= 3


def test_most_motorbike_riders_wear_a_helmet_and_many_do_not():
    covers = Counter(cover for number in range(60) for cover, _ in heads_of(K.MOTORBIKE, number))
    assert covers[Cover.HELMET] > 0.5 * covers.total()
    assert set(covers) == set(Cover)


def test_a_head_behind_another_head_is_not_told(large):
    two = next(number for number in range(MODELS[K.MOTORBIKE]) if len(heads_of(K.MOTORBIKE, number)) == 2)
    camera = Camera((0.0, -3.0, 1.75), 0.0, 0.0, 0.0, 700.0, LARGE_PX)
    everyone = [Participant(K.MOTORBIKE, two, 0.0, 3.0, 0.0)]
    placed = place(everyone)
    parts = parts_in_view(camera, everyone, placed, (), lamp=Lamp.RED, rng=np.random.default_rng(4))
    _, ids = large.draw_with_ids(camera, placed, marks=parts.marks())
    front, back = parts.heads
    shares = {one.number: one.visible_share for one in seen(camera, parts.marks(), ids)}
    assert shares[back.mark.number] > 0.9
    assert shares.get(front.mark.number, 0) < 0.5


@pytest.mark.parametrize("level", [False, True])
@pytest.mark.parametrize("lamp", [Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.OFF])
def test_lamp_boxes_hold_the_lit_colour_and_no_other(large, lamp, level):
    signal = Signal(0.0, 9.0, 0.9, np.pi, level=level)
    camera, _, parts = close_up([], (signal,), lamp)
    large.set_stage([], [with_pole(signal, lamp)], build_stage(random_scene((1, 1), LARGE_PX)).light)
    image, ids = large.draw_with_ids(camera, [], marks=parts.marks())
    (part,) = parts.lamps
    assert part.state is lamp
    x1, y1, x2, y2 = (int(value) for value in seen(camera, parts.marks(), ids)[0].xyxy_px)
    colours = image[y1:y2, x1:x2].reshape(-1, 3)[:, ::-1].astype(float)
    strength = {state: (np.abs(colours / 255 - np.array(LIT[state])).max(axis=1) < 0.35).sum() for state in LIT}
    if lamp is Lamp.OFF:
        assert max(strength.values()) == 0
    else:
        assert max(strength, key=strength.__getitem__) is lamp and strength[lamp] > 20
        lens = camera.project(np.array([signal.lens_m(lamp)]))[0]
        assert x1 < lens[0] < x2 and y1 < lens[1] < y2


def test_signal_heads_seen_from_behind_are_not_told():
    assert close_up([], (Signal(0.0, 9.0, 1.6, 0.0),))[2].lamps == ()


def test_the_crossing_road_never_has_green_with_the_main_road():
    for number in range(20):
        street = random_scene((3, number), LARGE_PX).street
        for one in signal_places(np.random.default_rng(number), street):
            for lamp in (Lamp.RED, Lamp.YELLOW, Lamp.GREEN):
                if one.crosses:
                    assert not (one.shows(lamp) is Lamp.GREEN and lamp in (Lamp.GREEN, Lamp.YELLOW))
                else:
                    assert one.shows(lamp) is lamp


def test_numbers_of_vehicles_are_unique_and_owners_are_among_the_traffic(frames):
    for frame in frames:
        assert len(set(frame.number.tolist())) == len(frame.number)
        owners = {*frame.plates.owner.tolist(), *frame.heads.owner.tolist()}
        assert all(owner > 0 for owner in owners)
