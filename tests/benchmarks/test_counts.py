import json

import pytest

from benchmarks.accuracy.counts import Row, as_markdown, read_truths
from benchmarks.errors import BenchmarkError


def write(folder, line):
    clip = folder / "videos/clip"
    clip.mkdir(parents=True)
    truth = {
        "video": "v.mp4",
        "line": line,
        "window": [3, 90],
        "counts": {"up": {"motorcycle": 7, "car": 2}, "down": {"bus": 1}},
    }
    (clip / "counts.json").write_text(json.dumps(truth), "utf-8")


@pytest.mark.parametrize(
    ("line", "up"),
    [([[0, 5], [9, 5]], "right_to_left"), ([[9, 5], [0, 5]], "left_to_right")],
)
def test_up_the_picture_is_the_left_hand_of_a_walker_to_the_right(tmp_path, line, up):
    write(tmp_path, line)
    [truth] = read_truths(tmp_path)
    down = ({"left_to_right", "right_to_left"} - {up}).pop()
    assert truth.counts == {(up, "motorbike"): 7, (up, "car"): 2, (down, "bus"): 1}
    assert truth.window == (3, 90)


def test_a_folder_without_truths_is_refused(tmp_path):
    with pytest.raises(BenchmarkError, match=r"counts\.json"):
        read_truths(tmp_path)


def test_the_table_states_every_error_of_every_model():
    results = {
        "a": [Row("clip", "right_to_left", "car", 3, 5)],
        "b": [Row("clip", "right_to_left", "car", 3, 2), Row("clip", "right_to_left", "bus", 0, 1)],
    }
    lines = as_markdown(results).splitlines()
    assert lines[0] == "| clip | direction | kind | truth | a: count (error) | b: count (error) |"
    assert lines[2:] == [
        "| clip | right_to_left | bus | 0 | 0 | 1 (+1) |",
        "| clip | right_to_left | car | 3 | 5 (+2) | 2 (-1) |",
    ]
