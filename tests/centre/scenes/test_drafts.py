from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centre.scenes.drafts import dump, examine, examine_points, read_yaml
from centre.scenes.sentences import lines_in, report_in, say
from violations.web.texts import Language
from vision.errors import SceneError

SQUARE = [([0.2, 0.9], [0, 0]), ([0.8, 0.9], [10, 0]), ([0.65, 0.4], [10, 30]), ([0.35, 0.4], [0, 30])]


def points(*more: tuple[list[float], list[float]]) -> list[dict[str, Any]]:
    return [{"at": at, "metres": metres} for at, metres in (*SQUARE, *more)]


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
# What YAML might take for something else is what matters here.
WORDS = TEXT | st.sampled_from(
    ["1e5", "on", "true", "null", "~", "0x1f", "07:30", "1_000", ".5", "-", "2026-11-21", ""]
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**40), 2**40)
VALUES = st.recursive(WORDS | NUMBERS | st.booleans(), lambda inner: st.lists(inner, max_size=4), max_leaves=8)


@given(
    note=WORDS,
    values=st.dictionaries(
        WORDS.filter(bool), VALUES | st.dictionaries(WORDS.filter(bool), VALUES, max_size=3), max_size=4
    ),
)
@settings(max_examples=60, deadline=None)
def test_a_dumped_draft_reads_back_as_the_very_same_values(tmp_path_factory, note, values):
    from vision.geometry.marked_yaml import read_marked

    draft = {"note": note, "values": values}
    file = tmp_path_factory.mktemp("dump") / "scene.yaml"
    file.write_text(dump(draft), "utf-8", newline="")
    assert read_marked(file).value == draft


def test_a_sound_draft_has_no_problems_and_its_file_is_a_scene(make_scene):
    draft = make_scene(calibration={"points": points(([0.5, 0.58], [5, 15])), "source": "tape"})
    report = examine(draft, "cam1")
    assert report.problems == ()
    assert report.scene is not None
    assert read_yaml(dump(draft).encode()) == draft


def test_each_problem_is_placed_at_the_thing_it_names(make_scene):
    draft = make_scene(
        zones={"box": {"polygon": [[0.2, 0.2], [0.6, 0.6], [0.6, 0.2], [0.2, 0.6]], "purpose": "keep clear"}},
        rules={"r1": {"offence": "stop_line", "stop_line": "none_such"}},
        calibration={"points": [*points(), {"at": [0.5, 2], "metres": [1, 1]}], "source": "tape"},
    )
    placed = {(one.kind, one.name): one.text for one in examine(draft, "cam1").problems}
    assert set(placed) == {("zones", "box"), ("rules", "r1"), ("calibration", "4")}
    assert "crosses itself" in placed["zones", "box"]


def test_another_cameras_scene_is_no_scene_of_this_one(make_scene):
    assert [one.field for one in examine(make_scene("cam2"), "cam1").problems] == ["camera"]


def test_a_moved_point_has_the_largest_residual_and_a_grid_is_drawn():
    good, moved = ([0.5, 0.5766], [5, 15]), ([0.56, 0.66], [5, 15])
    before, after = examine_points(points(good)), examine_points(points(moved))
    assert before is not None
    assert after is not None
    assert after.rms_m > before.rms_m
    assert after.worst_m == max(after.residual_m)
    assert after.step_m in {1, 2, 5}
    assert len(after.grid) > 4


@pytest.mark.parametrize(
    "wrong", [None, 7, [], points()[:3], [{"at": [0, 0], "metres": [0, 0]}] * 5, [{"at": [10**400, 0]}]]
)
def test_points_that_give_no_plane_have_no_ground(wrong):
    assert examine_points(wrong) is None


WRONG_FILES = [
    "version: 1\ncamera: c\nlane: {}\n",
    "version: 1\n",
    "version: 2\ncamera: c\n",
    "version: 1\ncamera: c d\n",
    "version: 1\ncamera: 7\n",
    "version: 1\ncamera: c\ntimezone: Mars/Nowhere\n",
    "version: 1\ncamera: c\nlanes: 5\n",
    "version: 1\ncamera: c\nlanes: {a: {polygon: [[0,0],[1,1]], direction: [[0,0],[0,0]]}}\n",
    "version: 1\ncamera: c\nlanes: {a: {polygon: [[0,0],[0,0],[1,1],[1,0]], direction: [[0,0],[0,2]], kinds: []}}\n",
    "version: 1\ncamera: c\nlanes: {a: {polygon: [[0,0],[0.5,0.5],[1,1]], direction: [[0,0],[0,x]]}}\n",
    "version: 1\ncamera: c\nstop_lines: {a: {line: [[0,0],[1,1]], entering: up, lanes: [z]}}\n",
    "version: 1\ncamera: c\nsignal_heads: {a: {box: [[0,0],[0,1]], signal_group: A}}\n",
    "version: 1\ncamera: c\nmovements: {a: {entry: x, exit: y}}\n",
    "version: 1\ncamera: c\nrules: {a: {offence: speeding, line: x, limit_kmh: 4}, b: {offence: flying}, c: {}}\n",
    "version: 1\ncamera: c\nrules: {a: {offence: pavement, zone: z, hours: [{since: '07:00', until: '07:00'}]}}\n",
    "version: 1\ncamera: c\nrules: {a: {offence: pavement, zone: z, hours: [{since: '7', until: '08:00'}]}}\n",
    "version: 1\ncamera: c\ncalibration: {points: [], source: ''}\n",
    "version: 1\ncamera: c\nmarkings: {a: {points: [[0,0]]}}\nzones: {a: {polygon: [[0,0],[1,0],[1,1]], purpose: x}}\n",
    "version: 1\nversion: 1\ncamera: c\n",
    "a: [\n",
    "\tversion: 1\n",
    "",
    "- 1\n",
]


@pytest.mark.parametrize("text", WRONG_FILES)
def test_every_problem_of_a_file_is_said_in_vietnamese_with_its_line(text):
    with pytest.raises(SceneError) as error:
        read_yaml(text.encode())
    for (line, english), said in zip(error.value.problems, lines_in(error.value, Language.VI), strict=True):
        assert say(english, Language.VI) != english, f"no Vietnamese for: {english}"
        assert (f"dòng {line}: " in said) == (line > 0)
    assert say(error.value.problem, Language.EN) == error.value.problem


def test_a_report_is_put_into_the_readers_language(make_scene):
    report = report_in(examine(make_scene(lane={}), "cam1"), Language.VI)
    assert report.problems[0].text.startswith("khóa lạ 'lane'; ý là 'lanes'?")
