"""The detector from its first step to a file the product runs."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from models.errors import ModelsError, RegistryError
from models.registry.resolve import resolve_model
from models.train.detector import Run
from models.train.export import export
from models.train.network import Recipe, build_network
from models.train.toolkit import prepare
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.detect.runtime import CPU_RUNTIMES, open_session, run_all
from vision.vehicles import KIND_NAMES

PICTURES, BATCH, SAVE_EVERY = 96, 4, 4
SMALL = ("--batch", BATCH, "--width", 160, "--height", 96, "--threads", 1, "--save-every", SAVE_EVERY)


@dataclass(frozen=True)
class Trained:
    """`cut`: what the checkpoint said when the run was killed."""

    folder: Path
    cut: dict
    said: str

    def reached(self) -> dict:
        return torch.load(self.folder / "last.pt", weights_only=True)


@pytest.fixture(scope="module")
def run(trainer, road_set, tmp_path_factory) -> Trained:
    """Killed after its first checkpoints, a torn file beside them, then run to the end."""
    out = tmp_path_factory.mktemp("run")
    command = ("detector", "--drawn", road_set, "--out", out, "--pictures", PICTURES, *SMALL)
    trainer.killed(*command, checkpoint=out / "last.pt")
    cut = torch.load(out / "last.pt", weights_only=True)
    (out / "last.tmp").write_bytes(b"torn")
    return Trained(out, cut, trainer(*command).out)


@pytest.fixture(scope="module")
def exported(run, ngatu, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("exported")
    answer = ngatu("export", run.folder, "--note", "1 minute on 2 cores", "--out", out, "--json").json()
    assert answer["file"] == str(out / "detector.onnx")
    return Path(answer["file"])


def test_a_killed_run_goes_on_from_its_checkpoint_to_the_end_of_the_recipe(run):
    before, after = run.cut["history"], run.reached()["history"]
    assert 0 < run.cut["seen"] < PICTURES
    assert after[: len(before)] == before
    assert [row[0] for row in after] == list(range(BATCH * SAVE_EVERY, PICTURES + 1, BATCH * SAVE_EVERY))
    assert all(np.isfinite(row).all() for row in after)
    assert sorted(row[1] for row in after) == [row[1] for row in after]
    assert not (run.folder / "last.tmp").exists()


def test_what_was_read_is_said_at_the_start_and_kept(run):
    assert run.said.startswith("12 images, ")
    recipe = json.loads((run.folder / "recipe.json").read_text("utf-8"))
    assert recipe["sets"] == {"drawn": 12}
    assert run.said.startswith(recipe["read"])


def test_the_run_ends_with_its_report(run):
    text = (run.folder / "report.html").read_text("utf-8")
    assert str(run.folder / "report.html") in run.said
    assert text.count("<polyline") == 5
    assert "4 images" in text
    assert text.count("data:image/jpeg") == 8
    assert "learnt from: " in text
    assert "drawn: thấy · found" in text


def test_a_run_that_is_done_learns_nothing_more_and_writes_its_report_again(run, trainer, road_set):
    (run.folder / "report.html").unlink()
    before = (run.folder / "last.pt").read_bytes()
    trainer("detector", "--drawn", road_set, "--out", run.folder, "--pictures", PICTURES, *SMALL)
    assert (run.folder / "last.pt").read_bytes() == before
    assert (run.folder / "report.html").is_file()


def test_the_exported_file_has_a_card_that_says_what_made_it(run, exported):
    card = resolve_model(exported).card
    assert card.classes == KIND_NAMES
    assert (card.input.width_px, card.input.height_px) == (160, 96)
    assert card.licence == "AGPL-3.0-or-later"
    assert "1 minute on 2 cores" in card.source
    assert card.training_data == ("drawn: 12 pictures, made by models.datasets.drawn, ours, AGPL-3.0-or-later",)
    assert card.sha256 == read_model_file(exported).sha256


def test_an_exported_detector_is_replaced_only_when_asked(run, exported):
    before = exported.read_bytes()
    with pytest.raises(RegistryError, match=r"detector\.onnx: is already there; --force replaces it"):
        export(run.folder, exported.parent, "again")
    assert exported.read_bytes() == before
    names = ["detector.card.yaml", "detector.onnx", "detector.weights.npz"]
    assert sorted(file.name for file in exported.parent.iterdir()) == names


@pytest.mark.parametrize(("part", "content"), [("recipe.json", b"{}"), ("last.pt", b"torn"), ("recipe.json", b"\xff")])
def test_a_damaged_run_is_not_exported(run, tmp_path, part, content):
    damaged = shutil.copytree(run.folder, tmp_path / "run")
    (damaged / part).write_bytes(content)
    with pytest.raises(RegistryError, match=r"wanted the recipe\.json and last\.pt that a training run"):
        export(damaged, tmp_path / "out", "note")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("runtime", CPU_RUNTIMES)
def test_the_exported_file_gives_the_numbers_of_the_averaged_network_for_any_number_of_pictures(run, exported, runtime):
    network = build_network(Recipe())
    network.load_state_dict(run.reached()["average"])
    batch = np.random.default_rng(0).random((3, 3, 96, 160), np.float32)
    with torch.no_grad():
        wanted = network.eval()(torch.from_numpy(batch))[0].numpy()
    found = run_all(open_session(read_model_file(exported), runtime), batch)
    np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3)


def test_the_product_runs_it_and_scores_it(exported, road_set, ngatu):
    model = resolve_model(exported)
    picture = cv2.imread(str(road_set / "images/valid/0.png"))
    [found] = Detector.open(model.file, model.card, score=0.0).detect([picture])
    assert len(found) > 0
    scored = ngatu("evaluate", "--model", exported, "--yolo", road_set, "--json").json()
    assert scored["images"] == 4
    assert set(scored["ap50"]) <= set(KIND_NAMES)
    assert all(0 <= value <= 1 for value in scored["ap50"].values())


def test_a_later_run_begins_from_the_weights_kept_beside_the_file(exported, road_set, trainer, tmp_path):
    given = ("--drawn", road_set, "--pictures", BATCH, *SMALL, "--start", exported.with_name("detector.weights.npz"))
    trainer("detector", "--out", tmp_path / "more", *given)
    kept = np.load(exported.with_name("detector.weights.npz"))
    reached = torch.load(tmp_path / "more/last.pt", weights_only=True)["network"]
    assert set(kept.files) == set(reached)
    for name in kept.files:
        if name.endswith("conv.weight"):
            np.testing.assert_allclose(reached[name].numpy(), kept[name], atol=0.01)


def test_bad_pictures_and_labels_are_counted_and_named_at_the_start(trainer, road_set, tmp_path):
    folder = tmp_path / "set"
    shutil.copytree(road_set, folder)
    (folder / "images/train/0.png").write_bytes(b"\x89PNG cut")
    cv2.imwrite(str(folder / "images/train/1.png"), np.zeros((96, 160), np.uint8))
    cv2.imwrite(str(folder / "images/train/2.png"), np.zeros((96, 160, 4), np.uint8))
    cv2.imwrite(str(folder / "images/train/3.png"), np.zeros((96, 160, 3), np.uint16))
    (folder / "labels/train/4.txt").write_text("2 1.5 0.5 0.2 0.2\n9 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2\n", "ascii")
    said = trainer("detector", "--drawn", folder, "--out", tmp_path / "out", "--pictures", BATCH, *SMALL).out
    first = said.splitlines()[0]
    assert first.startswith("8 images, ")
    for part in (
        "1 unreadable pictures (0.png)",
        "1 pictures of 1 x 8 bits instead of 3 x 8 (1.png)",
        "1 pictures of 4 x 8 bits instead of 3 x 8 (2.png)",
        "1 pictures of 3 x 16 bits instead of 3 x 8 (3.png)",
        "1 boxes outside the picture (4.txt)",
        "1 boxes of unknown class numbers (4.txt)",
    ):
        assert part in first


def test_a_fault_of_the_input_is_one_sentence_and_exit_code_2(trainer, road_set, tmp_path):
    (tmp_path / "set").mkdir()
    answer = trainer("detector", "--drawn", tmp_path / "set", "--out", tmp_path / "out", code=2)
    assert "wanted a YOLO set with a data.yaml" in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Run:
    prepare()
    return Run(Recipe(), tmp_path_factory.mktemp("fresh"))


def test_weights_of_another_network_are_refused(fresh, tmp_path):
    np.savez(tmp_path / "other.npz", weight=np.zeros(3, np.float16))
    with pytest.raises(ModelsError, match=r"other\.npz: wanted the weights .* found those of another shape"):
        fresh.begin_from(tmp_path / "other.npz")
    with pytest.raises(ModelsError, match=r"absent\.npz: wanted weights to start from, found none"):
        fresh.begin_from(tmp_path / "absent.npz")


@pytest.mark.parametrize("content", [b"", b"torn", b"PK\x03\x04 torn", None], ids=["empty", "text", "zip", "another's"])
def test_a_checkpoint_that_is_damaged_or_of_another_network_is_refused(fresh, content):
    torch.save({"network": {"weight": torch.zeros(3)}}, fresh.checkpoint)
    if content is not None:
        fresh.checkpoint.write_bytes(content)
    with pytest.raises(ModelsError, match=r"last\.pt: wanted a checkpoint of this recipe's network"):
        fresh.resume()


def test_a_checkpoint_is_never_unpickled_into_code(fresh, tmp_path):
    torch.save({"network": Evil(tmp_path / "pwned")}, fresh.checkpoint)
    with pytest.raises(ModelsError, match=r"last\.pt: wanted a checkpoint"):
        fresh.resume()
    assert not (tmp_path / "pwned").exists()


def test_a_loss_that_bursts_ends_the_run_and_spares_the_last_checkpoint(fresh):
    fresh.checkpoint.write_bytes(b"before")
    with pytest.raises(ModelsError, match="the loss is no number any more after 0 pictures"):
        fresh.save([[float("nan")] * 4], 1.0)
    assert fresh.checkpoint.read_bytes() == b"before"


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), RuntimeError("failed writing file")])
def test_a_full_disk_ends_the_run_in_one_sentence_and_spares_the_last_checkpoint(fresh, monkeypatch, error):
    def full(*_):
        raise error

    fresh.checkpoint.write_bytes(b"before")
    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(ModelsError, match=r"last\.pt: cannot be written: "):
        fresh.save([[1.0] * 4], 1.0)
    assert fresh.checkpoint.read_bytes() == b"before"


class Evil:
    def __init__(self, file):
        self._file = file

    def __reduce__(self):
        return Path.touch, (self._file,)


def test_the_real_sets_teach_too(trainer, real_data, tmp_path):
    said = trainer("detector", "--data", real_data, "--out", tmp_path, "--pictures", 2 * BATCH, *SMALL).out
    assert "left aside: 2047 boxes of classes not taught" in said
    assert (tmp_path / "report.html").read_text("utf-8").count("data:image/jpeg") == 12
