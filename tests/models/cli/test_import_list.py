import hashlib
import pickle
from pathlib import Path

import pytest

from models.registry.importing import USER_FOLDER
from models.registry.resolve import resolve_model
from vision.detect.card import ModelCard
from vision.detect.card_file import load_card
from vision.detect.runtime import Runtime


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_an_imported_model_lies_with_its_card_in_the_folder_and_resolves(take_in):
    answer = take_in("--licence", "MIT", "--source", "me", "--name", "mine-1", "--json")
    assert answer.code == 0
    assert files(USER_FOLDER) == ["mine-1.card.yaml", "mine-1.onnx"]
    resolved = resolve_model(USER_FOLDER / "mine-1.onnx")
    assert (resolved.card.name, resolved.card.licence, resolved.card.source) == ("mine-1", "MIT", "me")
    assert resolved.card.classes == ("person", "car")
    assert (resolved.card.input.width_px, resolved.card.input.height_px) == (96, 64)
    assert resolved.card.sha256 == hashlib.sha256(resolved.file.read_bytes()).hexdigest()
    assert answer.json()["file"] == str(resolved.file)
    assert answer.json()["sha256"] == resolved.card.sha256


def test_without_json_the_user_is_told_how_to_use_it(take_in):
    assert "--model ngatu-models/tiny.onnx" in take_in().out


def test_a_model_that_explains_itself_needs_no_head_and_classes(ngatu, write_model):
    file = write_model(metadata={"task": "detect", "imgsz": "[64, 96]", "names": "{0: 'person', 1: 'car'}"})
    answer = ngatu("import", file, "--licence", "MIT", "--name", "plain", "--json")
    assert answer.code == 0
    assert (answer.json()["name"], answer.json()["licence"]) == ("plain", "MIT")
    assert answer.json()["classes"] == ["person", "car"]


def test_classes_that_do_not_speak_for_themselves_are_explained_by_meaning(ngatu, write_model):
    given = ("import", write_model(), "--head", "yolo_end2end", "--classes", "rider, xe máy")
    answer = ngatu(*given)
    assert (answer.code, files(USER_FOLDER)) == (2, [])
    assert "none for rider, xe máy" in answer.err
    assert ngatu(*given, "--meaning", "rider=ignored", "--meaning", "xe máy=motorbike").code == 0
    assert load_card(USER_FOLDER / "tiny.card.yaml", ModelCard).meanings == {"rider": "ignored", "xe máy": "motorbike"}


def test_the_80_classes_of_coco_are_one_word_in_the_card(ngatu, write_model):
    assert ngatu("import", write_model(), "--head", "yolo_end2end", "--classes", "coco").code == 0
    text = (USER_FOLDER / "tiny.card.yaml").read_text("utf-8")
    assert "classes: coco\n" in text
    assert len(load_card(USER_FOLDER / "tiny.card.yaml", ModelCard).classes) == 80


def test_a_network_of_open_size_needs_the_size_said(take_in, write_model):
    file = write_model(sides=("h", "w"))
    answer = take_in(file=file)
    assert (answer.code, files(USER_FOLDER)) == (2, [])
    assert "--input WIDTHxHEIGHT" in answer.err
    assert take_in("--input", "96x64", file=file).code == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sha256", "0" * 64], "not the file its card describes"),
        (["--input", "128x64"], "wanted (any, 3, 64, 128), found (any, 3, 64, 96)"),
        (["--input", "big"], "--input: wanted WIDTHxHEIGHT"),
        (["--input", "97x64"], "multiple of 32"),
        (["--head", "yolo"], "output of head yolo with 2 classes"),
        (["--classes", "person,person"], "wanted each class once"),
        (["--classes", " , "], "found no --classes"),
        (["--meaning", "car=lorry"], "--meaning: wanted NAME=KIND"),
        (["--meaning", "car"], "--meaning: wanted NAME=KIND"),
        (["--meaning", "tram=bus"], "wanted names from classes, found tram"),
        (["--name", "../evil"], "--name: wanted letters"),
        (["--name", ".hidden"], "--name: wanted letters"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(take_in, arguments, sentence):
    answer = take_in(*arguments)
    assert answer.code == 2
    assert sentence in answer.err
    assert "Traceback" not in answer.err
    assert files(USER_FOLDER) == []


def test_foreign_operators_are_refused(take_in, write_model):
    answer = take_in(file=write_model(domain="evil"))
    assert (answer.code, files(USER_FOLDER)) == (2, [])
    assert "standard ONNX operators only, found operators of evil" in answer.err


def test_weights_kept_outside_the_file_are_refused(take_in, write_model):
    answer = take_in(file=write_model(external=True))
    assert (answer.code, files(USER_FOLDER)) == (2, [])
    assert "found weights kept in other files" in answer.err


class Evil:
    def __reduce__(self):
        return Path.touch, (Path("pwned"),)


@pytest.mark.parametrize(
    ("name", "sentence"), [("a.pt", "a PyTorch file; export it"), ("a.onnx", "bytes of something else")]
)
def test_a_pickle_is_refused_unopened_under_any_name(take_in, tmp_path, name, sentence):
    (tmp_path / name).write_bytes(pickle.dumps(Evil()))
    answer = take_in(file=tmp_path / name)
    assert answer.code == 2
    assert "wanted an ONNX file" in answer.err
    assert sentence in answer.err
    assert not Path("pwned").exists()
    assert files(USER_FOLDER) == []


def test_a_model_of_that_name_is_replaced_only_when_asked(take_in):
    assert take_in().code == 0
    before = (USER_FOLDER / "tiny.card.yaml").read_bytes()
    again = take_in("--licence", "other")
    assert again.code == 2
    assert "is already there; --force replaces it" in again.err
    assert (USER_FOLDER / "tiny.card.yaml").read_bytes() == before
    assert take_in("--licence", "other", "--force").code == 0
    assert load_card(USER_FOLDER / "tiny.card.yaml", ModelCard).licence == "other"


def test_a_folder_that_cannot_be_written_leaves_nothing_half_written(take_in):
    USER_FOLDER.mkdir()
    (USER_FOLDER / "tiny.onnx").mkdir()
    (USER_FOLDER / "tiny.onnx/kept").write_text("x", "ascii")
    answer = take_in("--force")
    assert answer.code == 2
    assert "cannot be written" in answer.err
    assert files(USER_FOLDER) == ["tiny.onnx"]


def test_a_replacement_that_fails_half_way_leaves_the_old_model_and_its_card(take_in, monkeypatch):
    take_in("--licence", "old")
    before = {name: (USER_FOLDER / name).read_bytes() for name in files(USER_FOLDER)}
    really = Path.replace

    def disk_full(self, target):
        if target.suffix == ".onnx":
            raise OSError(28, "No space left on device")
        return really(self, target)

    monkeypatch.setattr(Path, "replace", disk_full)
    answer = take_in("--licence", "new", "--force")
    assert answer.code == 2
    assert "No space left on device" in answer.err
    assert {name: (USER_FOLDER / name).read_bytes() for name in files(USER_FOLDER)} == before


def test_an_openvino_pair_is_taken_in_with_both_its_files(ngatu, write_model, tmp_path):
    openvino = pytest.importorskip("openvino")
    openvino.save_model(openvino.Core().read_model(write_model()), tmp_path / "pair.xml")
    answer = ngatu("import", tmp_path / "pair.xml", "--head", "yolo_end2end", "--classes", "person,car", "--json")
    assert answer.code == 0
    assert files(USER_FOLDER) == ["pair.bin", "pair.card.yaml", "pair.xml"]
    assert resolve_model(USER_FOLDER / "pair.xml").card.sha256 == answer.json()["sha256"]
    timed = ngatu("bench", "--model", USER_FOLDER / "pair.xml", "--seconds", "0.1", "--json").json()
    assert timed["skipped"] == dict.fromkeys(set(Runtime) - {"openvino"}, "the model is a pair of OpenVINO's own")


def test_the_list_names_the_shipped_the_imported_and_the_public_models(ngatu, take_in):
    take_in("--licence", "MIT")
    rows = ngatu("list", "--json").json()["models"]
    assert [row["place"] for row in rows] == ["shipped"] * 5 + ["folder"] + ["public"] * (len(rows) - 6)
    assert [row["task"] for row in rows[:5]] == ["detect", "find_plate", "read_plate", "helmet", "lamp"]
    tiny = rows[5]
    assert (tiny["task"], tiny["name"], tiny["classes"], tiny["input_px"]) == (
        "detect",
        "tiny",
        ["person", "car"],
        [96, 64],
    )
    assert (tiny["licence"], tiny["sha256_check"], tiny["problem"]) == ("MIT", "right", None)
    assert tiny["bytes"] == (USER_FOLDER / "tiny.onnx").stat().st_size
    public = {row["name"]: row for row in rows[6:]}
    assert public["yolox-nano-416-coco"]["licence"] == "Apache-2.0"
    assert public["yolox-nano-416-coco"]["scores"]


def test_a_changed_file_and_one_that_nobody_explains_are_listed_with_what_is_wrong(ngatu, take_in, write_model):
    take_in()
    with (USER_FOLDER / "tiny.onnx").open("ab") as file:
        file.write(b"\x72\x00")  # one empty metadata entry more: a sound model, but not the one of the card
    write_model("bare.onnx").rename(USER_FOLDER / "bare.onnx")
    answer = ngatu("list", "--json")
    bare, changed = [row for row in answer.json()["models"] if row["place"] == "folder"]
    assert answer.code == 0
    assert (changed["sha256_check"], bare["sha256_check"]) == ("unusable", "unusable")
    assert "not the file its card describes" in changed["problem"]
    assert "nothing says what" in bare["problem"]


def test_the_list_for_people_says_the_same(ngatu, take_in):
    take_in("--licence", "MIT")
    answer = ngatu("list")
    [line] = [line for line in answer.out.splitlines() if line.startswith("tiny")]
    assert line.split() == ["tiny", "detect", "folder", "0.0", "MB", "sha256", "right", "MIT"]
    assert "    person, car; 96x64 px\n" in answer.out


LAMP_CARD = "task: lamp\nname: mine\nversion: '1'\nlicence: MIT\nsource: me\nclasses: [red, green]\nanything: else\n"


def test_a_model_of_another_task_is_listed_by_what_all_cards_share(ngatu, write_model):
    file = write_model()
    USER_FOLDER.mkdir()
    file.rename(USER_FOLDER / "mine.onnx")
    (USER_FOLDER / "mine.card.yaml").write_text(LAMP_CARD, "utf-8")
    [row] = [row for row in ngatu("list", "--json").json()["models"] if row["place"] == "folder"]
    assert (row["name"], row["task"], row["licence"], row["sha256_check"]) == ("mine", "lamp", "MIT", "not stated")
    (USER_FOLDER / "mine.card.yaml").write_text(LAMP_CARD + f"sha256: '{'0' * 64}'\n", "utf-8")
    [row] = [row for row in ngatu("list", "--json").json()["models"] if row["place"] == "folder"]
    assert row["sha256_check"] == "unusable"
    assert "not the file its card describes" in row["problem"]


def test_a_model_of_another_task_is_no_detector(ngatu, write_model):
    file = write_model()
    file.with_name("tiny.card.yaml").write_text(LAMP_CARD, "utf-8")
    answer = ngatu("evaluate", "--model", file, "--coco", "any.json")
    assert answer.code == 2
    assert "tiny.card.yaml:1: task: Input should be <Task.DETECT: 'detect'> (found 'lamp')" in answer.err


def test_another_folder_may_be_named(ngatu, take_in, tmp_path):
    take_in("--folder", tmp_path / "mine")
    rows = ngatu("list", "--folder", tmp_path / "mine", "--json").json()["models"]
    assert [row["file"] for row in rows if row["place"] == "folder"] == [str(tmp_path / "mine/tiny.onnx")]
    assert not USER_FOLDER.exists()
