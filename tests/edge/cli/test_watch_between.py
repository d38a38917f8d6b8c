"""Between two cameras of a site: one plated car passes both; what its time between them says, and what it does not."""

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.datasets.plates.draw import draw_plate
from models.datasets.plates.plate import Ink, Layout, PlateText
from violations.evidence.verify import verify_package
from vision.plates.text import Ground
from vision.sources.writer import VideoWriter

SIZE_PX = (960, 576)
FPS = 10.0
PLATE = PlateText(Layout.CAR_SHORT, ("30G", "586.71"), Ground.WHITE, Ink.BLACK)
SCENE = """\
version: 1
camera: {camera}
counting_lines:
  across: {{line: [[0.05, 0.72], [0.95, 0.72]]}}
"""
SITE = """\
version: 1
cameras:
  west: {source: pass.mp4, scene: west.yaml, started_at: 2026-11-21T08:00:00+07:00, clock_error_s: 0.1}
  east: {source: pass.mp4, scene: east.yaml, started_at: 2026-11-21T08:00:18+07:00, clock_error_s: 0.1}
"""
ENDS = "first: {camera: west, line: across}, second: {camera: east, line: across}"
FIFTY = f"sections:\n  ring: {{{ENDS}, length_m: 400.0, length_error_m: 1.0, limit_kmh: 50}}\n"
FAR = f"roads:\n  over-the-river: {{{ENDS}, length_m: 5000, length_error_m: 50}}\n"


def car(plate_px: float, flat: np.ndarray) -> np.ndarray:
    """Seen from behind: a red body in a bright frame, by which the little network finds it, and its plate."""
    wide, high = round(4.6 * plate_px), round(3.9 * plate_px)
    body = np.full((high, wide, 3), (40, 30, 120), np.uint8)
    cv2.rectangle(
        body, (round(0.15 * wide), round(0.08 * high)), (round(0.85 * wide), round(0.35 * high)), (30, 28, 26), -1
    )
    for left in (0.04, 0.82):
        x = round(left * wide)
        cv2.rectangle(body, (x, round(0.42 * high)), (x + round(0.14 * wide), round(0.52 * high)), (40, 40, 190), -1)
    cv2.rectangle(body, (0, 0), (wide - 1, high - 1), (250, 250, 250), 14)
    plate = cv2.resize(
        flat, (round(plate_px), round(plate_px * flat.shape[0] / flat.shape[1])), None, 0, 0, cv2.INTER_AREA
    )
    left, top = (wide - plate.shape[1]) // 2, round(0.66 * high - plate.shape[0] / 2)
    body[top : top + plate.shape[0], left : left + plate.shape[1]] = plate
    return body


@pytest.fixture(scope="module")
def plated_pass(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds: it drives away, over the line at about 2.5 s, and out of sight."""
    rng = np.random.default_rng(7)
    flat = draw_plate(PLATE, rng)
    ground = rng.integers(60, 90, (SIZE_PX[1], SIZE_PX[0], 3), dtype=np.uint8)
    file = tmp_path_factory.mktemp("pass") / "pass.mp4"
    with VideoWriter(file, SIZE_PX, FPS) as video:
        for number in range(58):
            image = ground.copy()
            if 2 <= number < 50:
                body = car(84 * 0.992**number, flat)
                foot, left = 500 - 4 * number, 480 - body.shape[1] // 2
                image[foot - body.shape[0] : foot, left : left + body.shape[1]] = body
            video.write(image, number / FPS)
    return file


@pytest.fixture
def watch(ngatu, tmp_path, plated_pass, tiny_model):
    (tmp_path / "pass.mp4").write_bytes(plated_pass.read_bytes())
    for camera in ("west", "east"):
        (tmp_path / f"{camera}.yaml").write_text(SCENE.format(camera=camera))

    def run(text: str):
        (tmp_path / "site.yaml").write_text(text)
        return ngatu(
            "watch", "--site", tmp_path / "site.yaml", "--model", tiny_model, "--data", tmp_path / "agent",
            "--out", tmp_path / "events.jsonl", "--json",
        )  # fmt: skip

    return run


@pytest.fixture
def packages(tmp_path):
    return lambda: (
        sorted((tmp_path / "agent" / "evidence").glob("*_cloned_plate_*"))
        + sorted((tmp_path / "agent" / "evidence").glob("*_speeding_*"))
    )


def test_too_short_a_time_between_two_cameras_is_one_finding_with_both_sightings_in_its_proof(
    watch, tmp_path, events_in, packages
):
    said = watch(SITE + FIFTY)
    assert said.code == 0, said.err
    findings = [event for event in events_in(tmp_path / "events.jsonl") if "finding" in event["type"]]
    [finding] = findings
    assert (finding["camera"], finding["data"]["offence"], finding["data"]["plate"]) == ("east", "speeding", "30G58671")
    measures = {one["name"]: one for one in finding["data"]["measures"]}
    assert measures["took"]["value"] == pytest.approx(18.0, abs=0.01)
    assert 0.2 < measures["took"]["error"] < 0.8  # two looks a tenth of a second apart, and twice the clocks
    assert measures["mean_speed"]["value"] == pytest.approx(80.0, abs=0.1)
    assert 20 < measures["over_limit"]["value"] < 26
    [package] = packages()
    assert verify_package(package) == []
    record = json.loads((package / "manifest.json").read_text())["record"]
    earlier = record["earlier"]
    assert (earlier["name"], earlier["camera"], earlier["line"], earlier["plate"]) == (
        "ring",
        "west",
        "across",
        "30G58671",
    )
    assert earlier["time"] < record["time"]
    assert (earlier["clock_error_s"], earlier["own_clock_error_s"]) == (0.1, 0.1)
    assert "recording" in earlier["lacks"]
    assert "other_camera" in record["gate"]["reasons"]
    picture = cv2.imread(str(package / earlier["picture"]))
    assert picture.shape[1] > picture.shape[0] > 20
    assert said.document["sightings"] == {"kept": 2, "abstained": 0, "expired": 2, "evicted": 0}


def test_a_lawful_time_between_them_is_nobodys_offence(watch, packages):
    said = watch(SITE.replace("08:00:18", "08:00:30") + FIFTY)
    assert (said.code, packages()) == (0, [])
    assert all(not camera["withheld"] for camera in said.document["cameras"].values())


def test_a_plate_at_two_places_in_an_impossible_time_is_a_suspicion_for_information_only(
    watch, tmp_path, events_in, packages
):
    said = watch(SITE + FAR)
    assert said.code == 0, said.err
    [finding] = [event for event in events_in(tmp_path / "events.jsonl") if "finding" in event["type"]]
    assert (finding["camera"], finding["data"]["offence"]) == ("east", "cloned_plate")
    assert finding["data"]["gate"]["prosecutable"] is False
    assert "suspicion" in finding["data"]["gate"]["reasons"]
    assert "plate_perhaps_cloned" in finding["data"]["reasons_not_to_fine"]
    measures = {one["name"]: one["value"] for one in finding["data"]["measures"]}
    assert measures["slowest_speed"] == pytest.approx(3.6 * 4950 / 18.7, rel=0.01)
    [package] = packages()
    assert verify_package(package) == []


def test_where_the_plate_is_perhaps_cloned_nobody_is_accused_of_his_speed(watch, packages):
    said = watch(SITE + FIFTY + FAR)
    assert [each.name.split("_")[2] for each in packages()] == ["cloned"]
    assert said.document["cameras"]["east"]["withheld"] == {"plate_cloned": 1}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SITE.replace(", clock_error_s: 0.1", "", 1) + FIFTY, "west: no clock_error_s in the site file"),
        (SITE.replace("started_at: 2026-11-21T08:00:18+07:00, ", "") + FIFTY, "east: no started_at in the site file"),
    ],
)
def test_cameras_whose_clocks_nobody_knows_accuse_nobody_and_say_why(watch, packages, text, told):
    said = watch(text)
    assert told in said.err
    assert packages() == []
    withheld = Counter(said.document["cameras"]["east"]["withheld"])
    assert set(withheld) <= {"clocks_unknown"}


NORTH, WEST = (FIFTY.replace("camera: east", f"camera: {name}") for name in ("north", "west"))
ALONG = FAR.replace("line: across}, l", "line: along}, l")
WRONG = [
    (NORTH, "site.yaml:6: section ring: no camera is called 'north'; in this site: west, east"),
    (ALONG, "site.yaml:6: road over-the-river: no line of camera east is called 'along'; in its scene: across"),
    (FIFTY.replace("length_m: 400.0", "length_m: 0"), "site.yaml:6: input should be greater than 0, found 0"),
    (FIFTY.replace("length_error_m: 1.0", "length_error_m: 400"), "site.yaml:6: wanted a length surely above 0"),
    (FAR.replace("5000", "340"), "site.yaml:6: wanted cameras surely 300 m apart"),
    (WEST, "site.yaml:6: wanted two cameras, found 'west' at both ends"),
    (FIFTY.replace(", length_error_m: 1.0", ""), "site.yaml:6: the key 'length_error_m' is missing"),
    (FIFTY + FAR.replace("over-the-river", "ring"), "wanted each name once among sections and roads"),
]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        *((SITE + stretch, told) for stretch, told in WRONG),
        (SITE.replace("clock_error_s: 0.1", "clock_error_s: -1", 1) + FIFTY, "site.yaml:3: "),
    ],
)
def test_a_site_that_is_wrong_is_told_with_its_line_and_nothing_begins(watch, tmp_path, text, told):
    said = watch(text)
    assert said.code == 2
    assert told in said.err
    assert not (tmp_path / "events.jsonl").exists()
