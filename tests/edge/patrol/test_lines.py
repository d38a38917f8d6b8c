"""Which stop lines are judged, and by what."""

from edge.patrol.lines import approaches
from violations.rules.red_light import RedLightLimits
from vision.events.bodies import Direction
from vision.geometry.scene import Scene

SCENE = {
    "version": 1,
    "camera": "c",
    "stop_lines": {
        "north": {"line": [[0.1, 0.5], [0.9, 0.5]], "entering": "right_to_left", "signal_group": "a"},
        "south": {"line": [[0.1, 0.6], [0.9, 0.6]], "entering": "left_to_right", "signal_group": "b"},
        "bare": {"line": [[0.1, 0.7], [0.9, 0.7]], "entering": "left_to_right"},
    },
}


def test_only_lines_whose_lamp_is_known_are_judged_and_the_scene_sets_the_limits():
    scene = Scene.model_validate(SCENE | {"limits": {"red_light": {"grace_s": 1.5}}})
    found = approaches(scene, {"a"})
    assert list(found) == ["north"]
    assert (found["north"].limits.enters, found["north"].limits.grace_s) == (Direction.RIGHT_TO_LEFT, 1.5)
    assert found["north"].limits.slowest_mps == RedLightLimits(Direction.RIGHT_TO_LEFT).slowest_mps
