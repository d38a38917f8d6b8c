import pytest

from benchmarks.accuracy.traffic_facts import CLIPS, SCENES, Measured, as_markdown, clips_of
from benchmarks.errors import BenchmarkError
from edge.lamps.file import load_timelines
from vision.events.facts import Figure, Turn, TurningFacts
from vision.geometry.scene import load_scene

THREE, NONE = Figure(value=3, error=1.0), Figure(value=0, error=2.0)


@pytest.mark.parametrize("clip", CLIPS)
def test_every_clip_has_a_sound_scene(clip):
    scene = load_scene(SCENES / f"{clip}.yaml")
    assert scene.camera == clip
    if scene.calibration is not None:
        assert scene.calibration.plane().residual_rms_m < 0.25
        assert "not measured on site" in scene.calibration.source


def test_the_lamps_of_the_green_are_those_of_its_scene():
    scene = load_scene(SCENES / "vn_intersection_green.yaml")
    lamps = load_timelines(SCENES / "vn_intersection_green.lamps.yaml")
    assert {line.signal_group for line in scene.stop_lines.values()} == set(lamps)


def test_turns_are_shown_with_their_errors():
    turn = Turn(entry="north", exit="south", volume={"car": THREE}, vehicles=THREE, vehicles_pcu=THREE)
    body = TurningFacts(
        since_s=0,
        until_s=60,
        coverage=1,
        pcu_table="tcvn_4054_2005",
        pcu_unit="pcu",
        turns=(turn,),
        entered=THREE,
        left=THREE,
        vanished=NONE,
        appeared=NONE,
        trembled=NONE,
        stored_change=NONE,
        imbalance=Figure(why="nothing was counted"),
    )
    shown = as_markdown([Measured("clip", (body,), None, None, 0.1, 3.0)])
    assert "| north → south | 3 ± 1 | 3 ± 1 |" in shown
    assert "imbalance –" in shown


def test_a_clip_that_is_not_there_is_named(tmp_path):
    with pytest.raises(BenchmarkError, match=r"videos/nl_motorway: wanted a video"):
        clips_of(tmp_path, ["nl_motorway"])
