"""`ngatu plates read`: what it says of good pictures, and of everything that is none."""

import json

import cv2
import numpy as np
import pytest

TEXT = "59G196577"


def test_a_plate_in_a_photograph_is_found_and_read(ngatu, photo, reader):
    said = ngatu("read", photo, "--json", "--reader", reader)
    assert said.code == 0
    (image,) = said.json()["images"]
    (plate,) = image["plates"]
    assert image["file"] == str(photo)
    assert image["size_px"] == [480, 360]
    assert (plate["text"], plate["lines"], plate["colour"], plate["abstained"]) == (TEXT, 2, "white", False)
    assert len(plate["confidence"]) == len(TEXT)
    np.testing.assert_allclose(plate["quad_px"], [(180, 180), (300, 180), (300, 268), (180, 268)], atol=12)
    assert said.json()["problems"] == []


def test_the_table_says_the_same(ngatu, photo, reader):
    said = ngatu("read", photo, "--reader", reader)
    assert said.code == 0
    assert TEXT in said.out
    assert "white" in said.out
    assert "1 pictures, 1 plates, 1 read, 0 abstained" in said.err


def test_a_picture_without_a_plate_is_no_fault(ngatu, tmp_path, reader):
    cv2.imwrite(str(tmp_path / "grey.png"), np.full((200, 300), 90, np.uint8))
    said = ngatu("read", tmp_path / "grey.png", "--reader", reader)
    assert said.code == 0
    assert "no plate found" in said.out
    said = ngatu("read", tmp_path / "grey.png", "--reader", reader, "--json")
    assert said.json()["images"][0]["plates"] == []


def test_a_crop_is_always_read(ngatu, crop, reader):
    said = ngatu("read", "--crops", crop, "--json", "--reader", reader)
    assert said.code == 0
    (plate,) = said.json()["images"][0]["plates"]
    assert plate["text"] == TEXT


def test_a_folder_means_its_pictures_in_natural_order(ngatu, tmp_path, crop, reader):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("p10.png", "p2.png", ".hidden.png"):
        (folder / name).write_bytes(crop.read_bytes())
    (folder / "notes.txt").write_text("no picture")
    said = ngatu("read", "--crops", folder, folder / "p2.png", "--json", "--reader", reader)
    assert said.code == 0
    assert [image["file"] for image in said.json()["images"]] == [str(folder / "p2.png"), str(folder / "p10.png")]


def test_annotated_copies_are_written_and_nothing_is_overwritten(ngatu, tmp_path, photo, reader):
    before = photo.read_bytes()
    for _ in range(2):
        assert ngatu("read", photo, "--pictures", tmp_path / "drawn", "--json", "--reader", reader).code == 0
    assert sorted(file.name for file in (tmp_path / "drawn").iterdir()) == ["photo.2.plates.jpg", "photo.plates.jpg"]
    assert photo.read_bytes() == before
    assert cv2.imread(str(tmp_path / "drawn" / "photo.plates.jpg")).shape == (360, 480, 3)


@pytest.fixture
def place(tmp_path, crop):
    """Good and bad pictures by name."""
    (tmp_path / "text.jpg").write_text("no picture, whatever its name says\n" * 20)
    (tmp_path / "empty.jpg").touch()
    whole = cv2.imencode(".jpg", cv2.imread(str(crop)))[1].tobytes()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cut.png").write_bytes(crop.read_bytes()[:-300])
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "readme.md").write_text("nothing here")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("gone.jpg", "found nothing of that name"),
        ("text.jpg", "wanted a picture, found 700 bytes of something else"),
        ("empty.jpg", "wanted a picture, found an empty file"),
        ("cut.jpg", "wanted a whole picture, found one that is cut off"),
        ("cut.png", "wanted a whole picture, found one that is cut off"),
        ("bare", "wanted a folder with pictures"),
    ],
)
def test_what_is_no_picture_is_named_and_the_rest_is_read(ngatu, place, crop, reader, name, sentence):
    said = ngatu("read", "--crops", place / name, crop, "--json", "--reader", reader)
    assert said.code == 2
    assert str(place / name) in said.err
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert [image["file"] for image in said.json()["images"]] == [str(crop)]
    assert len(said.json()["problems"]) == 1


def test_the_table_counts_what_could_not_be_used(ngatu, place, reader):
    said = ngatu("read", "--crops", place / "text.jpg", place / "empty.jpg", "--reader", reader)
    assert said.code == 2
    assert "0 pictures, 0 plates, 0 read, 0 abstained; 2 inputs not usable" in said.err


@pytest.mark.parametrize(
    ("option", "file", "sentence"),
    [
        ("--finder", "gone.onnx", "gone.onnx"),
        ("--reader", "gone.onnx", "gone.onnx"),
        ("--model", "gone.onnx", "gone.onnx"),
        ("--pictures", "text.jpg", "--pictures"),
        ("--finder", "other.onnx", "task"),
    ],
)
def test_what_ends_the_command_is_one_sentence(ngatu, place, photo, reader, option, file, sentence):
    (place / "other.onnx").write_bytes(reader.read_bytes())
    (place / "other.card.yaml").write_text(reader.with_suffix(".card.yaml").read_text())
    options = {"--reader": reader} | {option: place / file}
    said = ngatu("read", photo, "--json", *[word for pair in options.items() for word in pair])
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("ngatu plates: ")
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_square_brackets_in_a_name_are_shown_as_they_are(ngatu, tmp_path, reader):
    said = ngatu("read", "--crops", tmp_path / "cam[bold]1[/x].jpg", "--reader", reader)
    assert "cam[bold]1[/x].jpg" in said.err


def test_json_is_one_document_even_without_a_picture(ngatu, tmp_path, reader):
    said = ngatu("read", tmp_path / "gone.jpg", "--json", "--reader", reader)
    assert json.loads(said.out)["images"] == []
