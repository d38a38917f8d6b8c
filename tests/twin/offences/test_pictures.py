"""Pictures and files of a play."""

import json
from dataclasses import replace

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from twin.offences.pictures import pictures
from twin.offences.play import Wanted, play
from twin.offences.sky import Condition
from twin.offences.write import main, read_boxes, write_play
from vision.sources.open import open_source

CLI = CliRunner()


@pytest.mark.parametrize("condition", [Condition.NIGHT, Condition.RAIN])
def test_pictures_have_the_size_of_the_camera_and_show_who_is_there(condition):
    staged = play(Wanted("gate", condition, 4, 14.0, "no_helmet"))
    image = next(iter(pictures(staged, [60])))
    width, height = staged.place.camera.size_px
    assert image.shape == (height, width, 3)
    assert image.dtype == np.uint8
    assert image.std() > 3


def test_a_covered_plate_is_not_to_be_seen_and_a_bare_one_is():
    staged = play(Wanted("gate", Condition.DAY, 4, 14.0, "plate_covered"))
    culprit = staged.everyone[0]
    assert culprit.body.covered
    assert culprit.body.text is None
    assert not culprit.body.mesh.plates


def test_the_files_of_a_play_belong_together(tmp_path):
    staged = play(Wanted("gate", Condition.DAY, 2, 10.0, "no_helmet"))
    start = replace(staged, wanted=replace(staged.wanted, seconds=1.2))
    write_play(tmp_path, start)
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert [one["offence"] for one in truth["offences"] if one["judged"]] == ["no_helmet"]
    assert len(truth["vehicles"]) == len(staged.everyone)
    assert read_boxes(tmp_path).frame.max() < start.wanted.frames
    with open_source(str(tmp_path / "clip.mp4")) as clip:
        assert sum(1 for _ in clip) == start.wanted.frames


def test_an_unknown_place_is_named_and_nothing_is_written(tmp_path):
    app = typer.Typer()
    app.command()(main)
    said = CLI.invoke(app, ["--out", str(tmp_path / "out"), "--place", "moon"])
    assert said.exit_code == 1
    assert "moon" in said.output
    assert not (tmp_path / "out").exists()
