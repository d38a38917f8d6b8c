"""`ngatu scene`: a file to start from, every fault with its line, and a picture of what is believed."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from resource import RLIMIT_FSIZE, getrlimit, setrlimit

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from edge.cli.scene import app
from edge.cli.scene_picture import COUNTING, LANE, STOP, draw_scene
from edge.cli.scene_starter import camera_name
from edge.errors import EdgeError
from vision.errors import SceneError, SourceError
from vision.geometry.scene import Scene, load_scene

FULL = """\
version: 1
camera: ngã-tư
lanes:
  giữa: {polygon: [[0.1, 0.6], [0.4, 0.6], [0.4, 0.9], [0.1, 0.9]], direction: [[0.25, 0.9], [0.25, 0.6]], kinds: [car]}
stop_lines:
  north: {line: [[0.1, 0.5], [0.9, 0.5]], entering: right_to_left, signal_group: a, lanes: [giữa]}
counting_lines:
  across: {line: [[0.1, 0.2], [0.9, 0.2]]}
zones:
  box: {polygon: [[0.6, 0.6], [0.9, 0.6], [0.9, 0.9]], purpose: keep clear}
calibration:
  source: tape
  points:
    - {at: [0.1, 0.9], metres: [0, 0]}
    - {at: [0.9, 0.9], metres: [10, 0]}
    - {at: [0.7, 0.5], metres: [10, 20]}
    - {at: [0.3, 0.5], metres: [0, 20]}
    - {at: [0.5, 0.64], metres: [5, 9]}
"""


def run(*words: object, code: int = 0):
    """The command's result; an error that `ngatu` itself would print is raised."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "ngã tư.png"
    grey = np.full((360, 640, 3), 90, np.uint8)
    file.write_bytes(cv2.imencode(".png", grey)[1].tobytes())
    return file


@pytest.fixture
def scene_file(tmp_path: Path) -> Path:
    file = tmp_path / "full.yaml"
    file.write_text(FULL, encoding="utf-8")
    return file


def read(file: Path) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), cv2.IMREAD_COLOR)


def test_new_writes_a_scene_that_is_valid_at_once(tmp_path, picture):
    run("new", picture, "--out", tmp_path / "north.yaml")
    scene = load_scene(tmp_path / "north.yaml")
    assert scene.camera == "ngã-tư"
    assert [line.name for line in scene.lines((640, 360))] == ["across"]


def test_every_example_in_the_starter_is_valid_once_uncommented(tmp_path, picture):
    run("new", picture, "--out", tmp_path / "north.yaml")
    text = (tmp_path / "north.yaml").read_text(encoding="utf-8")
    # Prose stands behind `# `, examples behind a bare `#`.
    uncommented = re.sub(r"(?m)^#(?=[a-z]|  )", "", text).replace(": {}", ":")
    (tmp_path / "full.yaml").write_text(uncommented, encoding="utf-8")
    scene = load_scene(tmp_path / "full.yaml")
    assert (list(scene.lanes), list(scene.stop_lines), list(scene.zones)) == (["north_1"], ["north_stop"], ["box"])
    assert scene.calibration is not None
    assert scene.limits.red_light.grace_s == 0.5


def test_new_saves_the_frame_with_a_grid_beside_the_scene(tmp_path, picture):
    run("new", picture, "--out", tmp_path / "north.yaml")
    still = read(tmp_path / "north.png")
    assert still.shape == (360, 640, 3)
    # Row 18 and column 32 lie between grid lines; the lines stand at every tenth of 640 and 360.
    assert (still[18 * 5, 64 * np.arange(1, 10)] > 180).all()
    assert (still[18 * 5, 64 * np.arange(1, 10) + 32] == 90).all()


@pytest.mark.parametrize("existing", ["north.yaml", "north.png"])
def test_new_overwrites_nothing_unless_forced(tmp_path, picture, existing):
    (tmp_path / existing).write_text("mine")
    with pytest.raises(EdgeError, match=f"{existing}: is already there; --force overwrites it"):
        run("new", picture, "--out", tmp_path / "north.yaml")
    assert (tmp_path / existing).read_text() == "mine"
    run("new", picture, "--out", tmp_path / "north.yaml", "--force")
    assert load_scene(tmp_path / "north.yaml").version == 1


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow beyond 100 bytes, as on a disk that is full."""
    before = getrlimit(RLIMIT_FSIZE)
    setrlimit(RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        setrlimit(RLIMIT_FSIZE, before)


@pytest.mark.parametrize("before", [None, b"mine"], ids=["new", "overwritten"])
@pytest.mark.parametrize("out", ["north.png", "drawn.png"])
def test_a_file_there_is_no_room_for_is_not_left_half_written(tmp_path, picture, scene_file, out, before):
    if before is not None:
        (tmp_path / out).write_bytes(before)
    words = {
        "north.png": ("new", picture, "--out", tmp_path / "north.yaml", "--force"),
        "drawn.png": ("draw", scene_file, picture, "--out", tmp_path / "drawn.png"),
    }
    kept = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with no_room(), pytest.raises(EdgeError, match=f"{out}: cannot be written: File too large"):
        run(*words[out])
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == kept


def test_new_from_a_folder_of_pictures_takes_the_first(tmp_path, picture):
    run("new", picture.parent, "--out", tmp_path / "north.yaml")
    assert "640 × 360 pixels" in (tmp_path / "north.yaml").read_text(encoding="utf-8")


def test_new_reads_the_first_frame_of_a_real_video(tmp_path, real_data):
    video = real_data / "videos" / "cn_road_busstop" / "kraten_cars.mp4"
    run("new", video, "--out", tmp_path / "north.yaml")
    assert load_scene(tmp_path / "north.yaml").camera == "kraten_cars"
    assert read(tmp_path / "north.png").shape == (360, 640, 3)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("new", "absent.mp4", "--out", "s.yaml"), "absent.mp4"),
        (("new", "absent.png", "--out", "s.yaml"), "absent.png: cannot be read: No such file"),
        (("new", "text.png", "--out", "s.yaml"), "text.png: wanted a picture"),
        (("new", "empty.png", "--out", "s.yaml"), "empty.png"),
        (("new", "text.png", "--out", "s.txt"), "wanted a name that ends in .yaml"),
        (("draw", "full.yaml", "ngã tư.png", "--out", "o.gif"), "wanted a name that ends in .png or .jpg"),
        (("draw", "full.yaml", "ngã tư.png", "--out", "no/o.png"), "no/o.png: cannot be written: No such file"),
        (("draw", "absent.yaml", "ngã tư.png", "--out", "o.png"), "absent.yaml: no such file"),
    ],
)
@pytest.mark.usefixtures("picture", "scene_file")
def test_what_cannot_be_used_is_named(tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    Path("text.png").write_text("no picture")
    Path("empty.png").write_bytes(b"")
    with pytest.raises((EdgeError, SourceError, SceneError), match=says):
        run(*words)


def test_check_tells_what_the_scene_holds(scene_file):
    result = run("check", scene_file, "--json")
    found = json.loads(result.stdout)
    assert (found["valid"], found["camera"], found["counting_lines"]) == (True, "ngã-tư", ["across"])
    assert found["stop_lines"] == {"north": {"entering": "right_to_left", "signal_group": "a", "lanes": ["giữa"]}}
    calibration = found["calibration"]
    assert calibration["points"] == 5
    assert 0 < calibration["residual_rms_m"] < calibration["residual_worst_m"] < calibration["leave_one_out_m"] < 3


def test_check_prints_the_residual_for_people(scene_file):
    words = run("check", scene_file).stdout
    assert "residual" in words
    assert "giữa" in words


def test_check_says_where_calibration_points_contradict_each_other(scene_file):
    places = ("[0.12, 0.9]", "[0.9, 0.9]", "[0.6, 0.2]", "[0.4, 0.2]", "[0.44, 0.35]")
    metres = ("[0, 0]", "[14, 0]", "[14, 50]", "[0, 50]", "[3, 30]")
    points = "".join(f"    - {{at: {at}, metres: {to}}}\n" for at, to in zip(places, metres, strict=True))
    scene_file.write_text(FULL.partition("    - {at:")[0] + points, encoding="utf-8")
    assert "no speeds will be measured" in " ".join(run("check", scene_file).stdout.replace("│", " ").split())
    calibration = json.loads(run("check", scene_file, "--json").stdout)["calibration"]
    assert (calibration["leave_one_out_m"], calibration["speeds"]) == (None, False)


def test_check_ends_with_2_and_every_problem_on_a_line_of_its_own(scene_file):
    scene_file.write_text(FULL.replace("right_to_left", "up").replace("[car]", "[van]"), encoding="utf-8")
    first, second = run("check", scene_file, code=2).stderr.splitlines()
    assert first.startswith(f"{scene_file}:4: 'van' is not allowed here")
    assert second.startswith(f"{scene_file}:6: 'up' is not allowed here")


def test_check_gives_problems_as_json(scene_file):
    scene_file.write_text(FULL.replace("right_to_left", "up"), encoding="utf-8")
    found = json.loads(run("check", scene_file, "--json", code=2).stdout)
    assert (found["valid"], [each["line"] for each in found["problems"]]) == (False, [6])


def test_draw_shows_lane_and_lines_in_their_colours(tmp_path, picture, scene_file):
    run("draw", scene_file, picture, "--out", tmp_path / "drawn.png")
    drawn = read(tmp_path / "drawn.png")
    assert drawn.shape == (360, 640, 3)
    assert drawn[180, 520] == pytest.approx(STOP, abs=30)
    assert drawn[72, 520] == pytest.approx(COUNTING, abs=30)
    assert drawn[300, 64] == pytest.approx(LANE, abs=30)


def test_draw_points_the_arrow_of_each_way_over_the_line():
    """The ways' arrow heads: upwards for right to left over a line drawn from left to right."""
    scene = Scene.model_validate(
        {
            "version": 1,
            "camera": "c",
            "stop_lines": {"s": {"line": [[0.1, 0.5], [0.9, 0.5]], "entering": "right_to_left"}},
        }
    )
    drawn = draw_scene(scene, np.zeros((1000, 1000, 3), np.uint8))
    red = (drawn == STOP).all(axis=2)
    above, below = red[420:490].sum(), red[510:580].sum()
    assert above > below > 0


def test_draw_leaves_the_picture_itself_alone(scene_file):
    image = np.zeros((90, 160, 3), np.uint8)
    draw_scene(load_scene(scene_file), image)
    assert not image.any()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("/videos/Ngã Tư 1.mp4", "Ngã-Tư-1"),
        ("rtsp://10.0.0.1/stream1", "stream1"),
        ("0", "0"),
        ("///", "camera"),
        ("x" * 200, "x" * 80),
    ],
)
def test_camera_is_named_after_its_source(source, name):
    assert camera_name(source) == name
