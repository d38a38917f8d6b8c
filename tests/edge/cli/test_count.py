"""`ngatu count`: vehicles over one line, as a table or as JSON, and a drawn video."""

import json
import signal

import pytest

from edge.cli.count import parse_line
from edge.errors import UsageError
from vision.sources.open import open_source

LINE = "80,8,80,88"


def deliver(number):
    """What the interpreter does when the signal comes; a real one would reach the test runner's process too."""
    signal.getsignal(number)(number, None)


def test_one_car_over_the_line_is_counted_once_in_its_direction(ngatu, little_video, tiny_model):
    said = ngatu("count", little_video, "--line", LINE, "--model", tiny_model, "--json")
    assert said.code == 0
    assert said.document["frames"] == 100
    assert said.document["fps"] == 25.0
    # Walking down the screen, the left hand points to its right side: the car comes from the right hand.
    assert said.document["counts"] == {"left_to_right": {}, "right_to_left": {"car": 1}}
    assert said.err == ""


def test_the_same_line_walked_the_other_way_turns_the_direction(ngatu, little_video, tiny_model):
    said = ngatu("count", little_video, "--line", "80,88,80,8", "--model", tiny_model, "--json")
    assert said.document["counts"] == {"left_to_right": {"car": 1}, "right_to_left": {}}
    [crossing] = said.document["crossings"]
    assert crossing["at_s"] == pytest.approx(1.7, abs=0.15)


def test_without_json_a_table_tells_it(ngatu, little_video, tiny_model):
    said = ngatu("count", little_video, "--line", LINE, "--model", tiny_model)
    assert "100 frames" in said.out
    [row] = [line.split() for line in said.out.splitlines() if "car" in line]
    assert [word for word in row if word.isalnum()] == ["car", "0", "1"]


def test_render_draws_every_frame_without_touching_the_counts(ngatu, little_video, tiny_model, tmp_path):
    out = tmp_path / "drawn.mp4"
    said = ngatu("count", little_video, "--line", LINE, "--model", tiny_model, "--json", "--render", out)
    assert said.document["counts"]["right_to_left"] == {"car": 1}
    with open_source(str(out)) as drawn, open_source(str(little_video)) as plain:
        pairs = list(zip(drawn, plain, strict=True))
    assert [frame.media_s for frame, _ in pairs] == pytest.approx([frame.media_s for _, frame in pairs], abs=1e-3)
    # The line is yellow where the ground is grey.
    blue, green, red = pairs[5][0].image[70, 80].astype(int)
    assert min(green, red) - blue > 50
    assert sorted(tmp_path.iterdir()) == [out]


def test_a_damaged_video_is_counted_as_far_as_it_goes_and_said_so(ngatu, little_video, tiny_model, tmp_path):
    content = little_video.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(content[: -len(content) // 10])  # the index stands first, so the beginning can be read
    said = ngatu("count", cut, "--line", LINE, "--model", tiny_model, "--json")
    assert said.code == 0
    assert 0 < said.document["frames"] < 100
    assert "the file ends early" in said.document["damage"]
    assert "note: the source is damaged" in said.err


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1,2,3", "wanted four numbers X1,Y1,X2,Y2, found '1,2,3'"),
        ("1,2,3,4,5", "wanted four numbers"),
        ("a,2,3,4", "wanted four numbers"),
        ("", "wanted four numbers"),
        ("1;2;3;4", "wanted four numbers"),
        ("nan,2,3,4", "the point nan,2 lies outside the frame"),
        ("inf,2,3,4", "lies outside"),
        ("-1,2,3,4", "the point -1,2 lies outside the frame of 160 × 96 pixels"),
        ("1,2,3,97", "the point 3,97 lies outside"),
        ("161,2,3,4", "the point 161,2 lies outside"),
        ("5,5,5,5", "both ends are 5,5; wanted two different points"),
    ],
)
def test_a_line_that_cannot_be_is_told(text, problem):
    with pytest.raises(UsageError) as caught:
        parse_line(text, (160, 96))
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "ends_px"),
    [("1,2,3,4", ((1, 2), (3, 4))), (" 0 , 0 , 160 , 96 ", ((0, 0), (160, 96))), ("0.5,1e1,3,4", ((0.5, 10), (3, 4)))],
)
def test_a_line_inside_the_frame_is_taken_as_it_stands(text, ends_px):
    assert parse_line(text, (160, 96)).ends_px == ends_px


def test_json_is_one_line_on_stdout_and_nothing_else(ngatu, little_video, tiny_model):
    said = ngatu("count", little_video, "--line", LINE, "--model", tiny_model, "--json")
    assert said.out.count("\n") == 1
    assert list(json.loads(said.out))[:2] == ["frames", "fps"]


def test_ctrl_c_prints_what_was_counted_and_keeps_the_drawn_part(
    ngatu, little_video, tiny_model, tmp_path, monkeypatch
):
    from edge.cli import count as module

    real = module.look

    def look(*arguments):
        for seen in real(*arguments):
            if seen.frame.index == 70:
                deliver(signal.SIGINT)
            yield seen

    monkeypatch.setattr(module, "look", look)
    out = tmp_path / "drawn.mp4"
    said = ngatu("count", little_video, "--line", LINE, "--model", tiny_model, "--json", "--render", out)
    assert said.code == 130
    assert (said.document["frames"], said.document["stopped"]) == (71, "stopped by SIGINT")
    assert said.document["counts"]["right_to_left"] == {"car": 1}
    assert "note: the count is not whole: stopped by SIGINT after 71 frames" in said.err
    with open_source(str(out)) as drawn:
        assert len(list(drawn)) == 71
