"""A turn allowed at red, as a scene says it; and that the hash of a scene is of the very bytes it was read from."""

from hashlib import sha256

import pytest

from vision.errors import SceneError
from vision.geometry.scene import load_scene, read_scene

SCENE = """\
version: 1
camera: c
stop_lines:
  south: {line: [[0.2, 0.6], [0.8, 0.6]], entering: right_to_left, signal_group: a}
counting_lines:
  out: {line: [[0.9, 0.3], [0.9, 0.5]]}
  side: {line: [[0.1, 0.3], [0.1, 0.5]]}
movements:
  right: {entry: south, exit: out}
  across: {entry: side, exit: out}
rules:
  on-red: {offence: red_light, allowed: right, kinds: [motorbike], hours: [{since: "06:00", until: "20:00"}]}
"""


@pytest.fixture
def write(tmp_path):
    def to(text):
        (tmp_path / "scene.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "scene.yaml"

    return to


def test_it_names_a_movement_that_enters_over_a_stop_line(write):
    rule = load_scene(write(SCENE)).rules["on-red"]
    assert (rule.offence, rule.allowed, rule.kinds) == ("red_light", "right", ("motorbike",))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ("allowed: left", "scene.yaml:12: no movement is called 'left'; in this scene: across, right"),
        ("allowed: across", "scene.yaml:12: wanted a movement that enters over a stop line, found entry 'side'"),
        ("allow: right", "scene.yaml:12: .*unknown key 'allow'; did you mean 'allowed'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(write, changed, told):
    with pytest.raises(SceneError, match=told):
        load_scene(write(SCENE.replace("allowed: right", changed)))


@pytest.mark.parametrize(
    "content", [SCENE.encode(), b"\xef\xbb\xbf" + SCENE.encode(), SCENE.replace("\n", "\r\n").encode()]
)
def test_the_hash_is_of_the_bytes_that_were_read_whatever_stands_there_now(write, content):
    file = write(content)
    read = read_scene(file)
    write("an edit right after")
    assert read.sha256 == sha256(content).hexdigest()
    assert read.scene.camera == "c"
