"""The scene file: what it gives, and what it says to someone who wrote it wrong."""

import json
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from vision.errors import SceneError
from vision.events import bodies
from vision.geometry import parts
from vision.geometry.marked_yaml import read_marked
from vision.geometry.scene import Scene, check_scene, load_scene

GOOD = """\
version: 1
camera: nga-tu-so
note: made for a test
lanes:
  north_1:
    polygon: [[0.1, 0.5], [0.4, 0.5], [0.4, 0.9], [0.1, 0.9]]
    direction: [[0.25, 0.9], [0.25, 0.5]]
    kinds: [motorbike, car]
  north_2:
    polygon: [[0.4, 0.5], [0.7, 0.5], [0.7, 0.9], [0.4, 0.9]]
    direction: [[0.55, 0.9], [0.55, 0.5]]
stop_lines:
  north_stop:
    line: [[0.1, 0.6], [0.7, 0.6]]
    entering: right_to_left
    signal_group: north
    lanes: [north_1, north_2]
counting_lines:
  across:
    line: [[0, 0.8], [1, 0.8]]
zones:
  crossing: {polygon: [[0.1, 0.3], [0.9, 0.3], [0.5, 0.4]], purpose: pedestrian crossing}
calibration:
  source: tape measure
  points:
    - {at: [0.1, 0.9], metres: [0, 0]}
    - {at: [0.9, 0.9], metres: [10, 0]}
    - {at: [0.7, 0.5], metres: [10, 20.5]}
    - {at: [0.3, 0.5], metres: [0, 20.5]}
limits:
  red_light: {grace_s: 0.5, slowest_mps: 1.5}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "scene.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(tmp_path: Path, text: str) -> list[tuple[int, str]]:
    with pytest.raises(SceneError) as caught:
        load_scene(write(tmp_path, text))
    return list(caught.value.problems)


def swapped(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_good_scene_gives_every_part(tmp_path):
    scene = load_scene(write(tmp_path, GOOD))
    assert scene.camera == "nga-tu-so"
    assert scene.lanes["north_1"].kinds == ("motorbike", "car")
    assert scene.lanes["north_2"].kinds == ("motorbike", "bicycle", "car", "bus", "truck", "pedestrian")
    assert scene.stop_lines["north_stop"].signal_group == "north"
    assert scene.zones["crossing"].purpose == "pedestrian crossing"
    assert scene.limits.red_light.grace_s == 0.5


def test_lines_come_in_pixels_with_their_roles(tmp_path):
    across, stop = load_scene(write(tmp_path, GOOD)).lines((1920, 1080))
    assert (across.name, across.role, across.ends_px) == ("across", "counting", ((0, 864), (1920, 864)))
    assert (stop.name, stop.role) == ("north_stop", "stop")


def test_ground_plane_works_in_pixels_of_the_frame(tmp_path):
    plane = load_scene(write(tmp_path, GOOD)).ground_plane((1000, 500))
    assert plane is not None
    assert plane.to_pixels(np.array([[10.0, 20.5]]))[0] == pytest.approx((700, 250))
    assert plane.to_metres(np.array([[700.0, 250.0]]))[0] == pytest.approx((10.0, 20.5))


def test_smallest_scene_has_no_plane_and_no_lines(tmp_path):
    scene = load_scene(write(tmp_path, "version: 1\ncamera: cam\n"))
    assert scene.ground_plane((640, 360)) is None
    assert scene.lines((640, 360)) == ()


WRONG_VALUES = {
    "unknown key at the top": ("zones:", "zone:", 21, "unknown key 'zone'; did you mean 'zones'? allowed here: v"),
    "unknown key inside": ("purpose:", "porpoise:", 22, "did you mean 'purpose'? allowed here: polygon, purpose"),
    "unknown key in limits": ("grace_s", "grace", 31, "did you mean 'grace_s'? allowed here: grace_s, slowest_mps"),
    "unlike any key": ("entering:", "xyz:", 15, "unknown key 'xyz'; allowed here: line, entering, signal_group, lanes"),
    "self-crossing lane": ("[0.4, 0.5], [0.4, 0.9], [0.1", "[0.4, 0.9], [0.4, 0.5], [0.1", 6, "itself at [0.25, 0.7]"),
    "flat polygon": ("[0.9, 0.3], [0.5, 0.4]", "[0.9, 0.3], [0.5, 0.3]", 22, "has no area"),
    "two corners": ("[0.9, 0.3], [0.5, 0.4]", "[0.9, 0.3]", 22, "at least 3 points, found 2"),
    "point outside": ("[0.55, 0.9]", "[0.55, 1.9]", 11, "wanted a fraction of the frame, 0 to 1, found 1.9"),
    "point in pixels": ("[0.55, 0.9]", "[-3, 0.9]", 11, "wanted a fraction of the frame, 0 to 1, found -3"),
    "point of text": ("[0.55, 0.9]", "['0.55', 0.9]", 11, "wanted a number, found '0.55'"),
    "line of zero length": ("[[0, 0.8], [1, 0.8]]", "[[1, 0.8], [1, 0.8]]", 20, "zero length"),
    "line of three points": ("[[0, 0.8], [1, 0.8]]", "[[0, 0.8], [1, 0.8], [1, 1]]", 20, "wanted two values"),
    "unknown kind": ("[motorbike, car]", "[motorbike, van]", 8, "'van' is not allowed here; allowed: 'motorbike'"),
    "no kind": ("[motorbike, car]", "[]", 8, "wanted at least one kind of motorbike"),
    "unknown entering": ("right_to_left", "north", 15, "allowed: 'left_to_right', 'right_to_left'"),
    "unknown lane": ("[north_1, north_2]", "[north_1, n3]", 17, "no lane is called 'n3'; lanes in this scene: north_1"),
    "name used twice": ("  across:", "  north_1:", 19, "the name 'north_1' is already used in lanes"),
    "key given twice": ("  north_2:", "  north_1:", 9, "key 'north_1' given twice; it first stands in line 5"),
    "name with a space": ("  across:", "  a cross:", 19, "wanted a name of letters"),
    "wrong version": ("version: 1", "version: 2", 1, "2 is not allowed here; allowed: 1"),
    "missing camera": ("camera: nga-tu-so", "", 1, "the key 'camera' is missing"),
    "missing direction": ("    direction: [[0.55, 0.9], [0.55, 0.5]]\n", "", 9, "the key 'direction' is missing"),
    "three points": ("    - {at: [0.3, 0.5], metres: [0, 20.5]}\n", "", 25, "at least 4 calibration points, found 3"),
    "points on a line": ("[0.7, 0.5], metres", "[0.5, 0.9], metres", 25, "3 of the 4 calibration points lie on"),
    "swapped points": ("metres: [10, 20.5]", "metres: [-10, -20.5]", 25, "contradict each other"),
    "metres of text": ("metres: [10, 0]", "metres: [10 m, 0]", 27, "wanted a number, found '10 m'"),
    "negative limit": ("grace_s: 0.5", "grace_s: -1", 31, "greater than or equal to 0, found -1"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), WRONG_VALUES.values(), ids=WRONG_VALUES.keys())
def test_wrong_value_is_named_with_its_line(tmp_path, old, new, line, says):
    found = problems_of(tmp_path, swapped(old, new))
    assert [at for at, text in found if says in text] == [line], found


def test_every_problem_is_told_at_once_in_order_of_line(tmp_path):
    text = swapped("right_to_left", "up").replace("[north_1, north_2]", "[west]").replace("car]", "van]")
    found = problems_of(tmp_path, text.replace("camera: nga-tu-so", "camera: nga-tu-so\ncamera: other"))
    assert [line for line, _ in found] == [3, 9, 16, 18]


def test_message_has_file_line_and_problem_on_each_line(tmp_path):
    path = write(tmp_path, swapped("right_to_left", "up").replace("version: 1", "version: one"))
    with pytest.raises(SceneError) as caught:
        load_scene(path)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{path}:1: ")
    assert second.startswith(f"{path}:15: ")


NOT_SCENES = {
    "empty": ("", 0, "the file is empty"),
    "only a comment": ("# nothing yet\n", 0, "the file is empty"),
    "a list": ("- 1\n- 2\n", 1, "wanted keys and values such as 'version: 1', found a list of 2"),
    "a word": ("hello\n", 1, "found 'hello'"),
    "not YAML": ("version: 1\ncamera: [cam\n", 3, "not YAML"),
    "tab": ("version: 1\nlanes:\n\tnorth: {}\n", 3, "indented with a tab"),
    "two documents": ("version: 1\n---\nversion: 1\n", 2, "not YAML: but found another document"),
    "unfit character": ("version: 1\ncamera: a\x00b\n", 2, "character 0x0 is not allowed"),
    "code": ("version: !!python/object/apply:os.system ['true']\ncamera: cam\n", 1, "a list of 1 is not allowed here"),
    "code in a word": ("version: 1\ncamera: !!python/name:os.system\n", 2, "could not determine a constructor"),
    "unknown tag": ("version: 1\ncamera: !secret x\n", 2, "could not determine a constructor"),
    "endless anchor": ("version: 1\ncamera: &a [*a]\n", 2, "without end"),
    "deep": ("[" * 5000, 0, "nested far too deeply"),
}


@pytest.mark.parametrize(("text", "line", "says"), NOT_SCENES.values(), ids=NOT_SCENES.keys())
def test_file_that_is_no_scene_is_one_clear_error(tmp_path, text, line, says):
    [(found_line, problem), *_] = problems_of(tmp_path, text)
    assert found_line == line
    assert says in problem


def test_missing_file_is_named(tmp_path):
    with pytest.raises(SceneError, match=r"absent\.yaml: no such file"):
        load_scene(tmp_path / "absent.yaml")


def test_folder_and_bytes_and_huge_file_are_refused(tmp_path):
    with pytest.raises(SceneError, match="cannot be read"):
        load_scene(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("camera: Ngã\n".encode("latin-1"))
    with pytest.raises(SceneError, match="wanted text in UTF-8, found the byte 0xe3"):
        load_scene(tmp_path / "latin.yaml")
    (tmp_path / "huge.yaml").write_text("#" * 1_000_001)
    with pytest.raises(SceneError, match="at most 1000000 bytes, found 1000001"):
        load_scene(tmp_path / "huge.yaml")


def test_yaml_surprises_stay_out(tmp_path):
    text = dedent(
        """\
        on: yes
        1: 2026-01-02
        ten: 1e1
        half: .5
        clock: 1:30
        octal: 010
        off: ~
        truth: true
        """
    )
    document = read_marked(write(tmp_path, text))
    assert document.value == {
        "on": "yes",
        "1": "2026-01-02",
        "ten": 10.0,
        "half": 0.5,
        "clock": "1:30",
        "octal": "010",
        "off": None,
        "truth": True,
    }


def test_lane_may_be_called_no_or_by_a_number(tmp_path):
    text = swapped("north_1", "no").replace("  north_2:", "  2:").replace(", north_2]", ", '2']")
    assert set(load_scene(write(tmp_path, text)).lanes) == {"no", "2"}
    unquoted = problems_of(tmp_path, text.replace("'2'", "2"))
    assert unquoted == [(17, "wanted text, found 2: put it in quotes")]


def test_scene_built_in_memory_is_checked_too():
    lane = {"polygon": [[0, 0], [1, 0], [1, 1]], "direction": [[0, 0], [1, 1]]}
    stop = {"line": [[0, 0], [1, 0]], "entering": "left_to_right", "lanes": ["absent"]}
    with pytest.raises(ValidationError, match="no lane is called 'absent'"):
        Scene.model_validate({"version": 1, "camera": "c", "lanes": {"here": lane}, "stop_lines": {"s": stop}})


def test_names_and_directions_are_those_of_the_events():
    assert TypeAdapter(parts.Name).json_schema() == TypeAdapter(bodies.Name).json_schema()
    assert set(parts.EnteringName.__args__) == {each.value for each in bodies.Direction}


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)


@settings(deadline=None)
@given(anything)
def test_whatever_stands_in_a_scene_ends_in_a_scene_error(tmp_path_factory, value):
    text = f"version: 1\ncamera: c\nlanes: {json.dumps(value)}\nstop_lines: {{s: {json.dumps(value)}}}\n"
    with pytest.raises(SceneError):
        load_scene(write(tmp_path_factory.mktemp("scene"), text))


def test_a_raw_mapping_is_checked_without_a_file_and_each_sentence_has_its_place():
    scene, wrong = check_scene({"version": 1, "camera": "c", "rules": {"r": {"offence": "wrong_way", "lane": "x"}}})
    assert scene is None
    assert [loc[:2] for loc in wrong] == [("rules", "r")]
    scene, wrong = check_scene({"version": 1, "camera": "c"})
    assert (scene is not None, wrong) == (True, {})
