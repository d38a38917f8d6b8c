"""One command for each model: what is lacking is made, what ended is not made again."""

import json
from pathlib import Path

import pytest

from models.errors import DatasetError
from models.train.recipe_steps import DRAWN_AT_ONCE, PLANS, Ledger, Wanted, steps_of
from vision.detect.card_file import load_card
from vision.lamps.card import LampCard


def named(model: str, wanted: Wanted) -> list[str]:
    return [step.name for step in steps_of(model, wanted)]


def told(model: str, wanted: Wanted, name: str) -> list[str]:
    [step] = [one for one in steps_of(model, wanted) if one.name == name]
    return [str(one) for one in step.arguments()]


@pytest.fixture(scope="module")
def made(trainer, lamp_sets, tmp_path_factory) -> Path:
    """`recipe lamp --quick`, killed in its training, then given again."""
    out = tmp_path_factory.mktemp("recipe")
    command = ("recipe", "lamp", "--data", lamp_sets, "--out", out, "--quick")
    trainer.killed(*command, checkpoint=out / "run/last.pt")
    trainer(*command)
    return out


def test_a_killed_recipe_goes_on_to_a_model_with_its_card_and_its_score(made):
    assert json.loads((made / "made.json").read_text("utf-8"))["ended"] == ["train", "score"]
    assert load_card(made / "lamp.card.yaml", LampCard).sha256
    assert "lamp" in (made / "score.txt").read_text("utf-8")
    assert (made / "lamp.onnx").read_bytes() == (made / "run/lamp.onnx").read_bytes()


def test_a_recipe_that_is_done_does_nothing_more(made, trainer, lamp_sets):
    before = (made / "run/last.pt").stat().st_mtime_ns
    answer = trainer("recipe", "lamp", "--data", lamp_sets, "--out", made, "--quick")
    assert (made / "run/last.pt").stat().st_mtime_ns == before
    assert answer.out.strip() == str(made / "lamp.onnx")
    assert "step" not in answer.err


def test_a_folder_begun_for_something_else_is_refused(made, trainer, lamp_sets):
    answer = trainer("recipe", "lamp", "--data", lamp_sets, "--out", made, code=2)
    assert "made.json" not in answer.err
    assert "wanted a folder begun with the same model and options" in answer.err


def test_a_step_that_fails_is_named_and_gives_its_exit_code(trainer, tmp_path):
    answer = trainer("recipe", "lamp", "--data", tmp_path, "--out", tmp_path / "out", "--quick", code=2)
    assert "data.yaml" in answer.err
    assert "train: `python -m models.train.lamp` ended with code 2" in answer.err
    assert not (tmp_path / "out/made.json").exists()


def test_the_detectors_recipe_learns_from_a_drawn_set_and_exports(trainer, road_set, tmp_path):
    """Without labelled sets, teachers and truth there is less to do, and it is done."""
    (tmp_path / "data").mkdir()
    command = ("recipe", "detector", "--data", tmp_path / "data", "--out", tmp_path / "out", "--drawn", road_set)
    trainer(*command, "--quick")
    assert json.loads((tmp_path / "out/made.json").read_text("utf-8"))["ended"] == ["train", "export"]
    assert "minutes" in (tmp_path / "out/detector.card.yaml").read_text("utf-8")
    assert (tmp_path / "out/detector.onnx").is_file()


@pytest.fixture
def full(tmp_path) -> Path:
    """Nothing but the names of everything the detector's recipe uses."""
    names = ("weights/yassim_yolo11n_int8_ov/yolo11n.xml", "weights/yolox_nano_416_coco/yolox_nano.onnx")
    for name in (*names, "videos/a/a.mp4", "videos/b/b.avi", "boxes/annotations.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "detect").mkdir()
    return tmp_path


def test_the_detectors_recipe_makes_all_it_learns_from(full):
    wanted = Wanted(full, full / "out")
    names = named("detector", wanted)
    assert names[0] == "draw from picture 0"
    assert names[1] == f"draw from picture {DRAWN_AT_ONCE}"
    rest = ["draw lorries and buses", "label frames of videos", "label what sets lack", "train", "export", "score"]
    assert names[-6:] == rest
    training = told("detector", wanted, "train")
    folders = {"--drawn": "drawn", "--fleet": "fleet", "--pseudo": "pseudo", "--also": "also", "--out": "run"}
    for option, folder in folders.items():
        assert training[training.index(option) + 1] == str(full / "out" / folder)


def test_quick_draws_little_and_leaves_the_sets_as_they_are(full):
    names = named("detector", Wanted(full, full / "out", quick=True))
    assert names == [
        "draw from picture 0",
        "draw lorries and buses",
        "label frames of videos",
        "train",
        "export",
        "score",
    ]


@pytest.mark.parametrize("model", PLANS)
def test_every_recipe_trains_and_names_each_step_once(model, full):
    names = named(model, Wanted(full, full / "out"))
    assert "train" in names
    assert len(set(names)) == len(names)


def test_another_model_is_refused(full):
    with pytest.raises(DatasetError, match="bicycle: wanted one of detector, plate-finder, plate-reader, helmet, lamp"):
        steps_of("bicycle", Wanted(full, full / "out"))


def test_a_ledger_torn_half_way_is_the_one_before(full):
    ledger = Ledger(full / "made.json", "lamp", Wanted(full, full / "out"))
    ledger.write(["train"])
    (full / "made.part").write_text("{", "utf-8")
    assert ledger.ended() == ["train"]
