import csv

import pytest

from models.datasets.labels import ReadReport
from models.datasets.plates import garage
from models.datasets.plates.garage import FOLDER, Corrections, Part, corrections, part_of, read_garage
from models.errors import DatasetError
from vision.plates.grammar import load_grammar

HEAD = ["file", "text_raw", "text_norm", "format_valid", "status"]


@pytest.fixture
def table(tmp_path):
    """Writes plates.csv and an empty picture for each row but those named `gone…`."""
    (tmp_path / FOLDER / "images").mkdir(parents=True)

    def write(*rows, head=HEAD):
        with (tmp_path / FOLDER / "plates.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
        for row in rows:
            if not row[0].startswith("gone"):
                (tmp_path / FOLDER / "images" / row[0]).touch()
        return tmp_path

    return write


def read_every(data):
    report = ReadReport()
    return {part: read_garage(data, part, report) for part in Part}, report


def test_the_same_plate_always_falls_into_the_same_part():
    parts = [part_of(text) for text in ("59G196577", "54T15417", "59M121704")]
    assert parts == [Part.TRAIN, Part.CHOOSE, Part.SCORE]


def test_a_fifth_is_kept_and_a_tenth_of_the_rest_chooses():
    parts = [part_of(f"59A1{number:05}") for number in range(4000)]
    assert parts.count(Part.SCORE) / 4000 == pytest.approx(0.2, abs=0.02)
    assert parts.count(Part.CHOOSE) / 4000 == pytest.approx(0.08, abs=0.015)


def test_every_usable_crop_is_in_exactly_one_part(table):
    texts = [f"59A1{number:05}" for number in range(40)]
    data = table(*[[f"xemay{number}.jpg", text, text, 1, "machine"] for number, text in enumerate(texts)])
    parts, _ = read_every(data)
    assert sorted(crop.text for crops in parts.values() for crop in crops) == texts


def test_the_lines_are_told_by_the_name_of_the_file(table):
    data = table(["1xemay.jpg", "", "59A112345", 1, "m"], ["3CarLongPlate9.jpg", "", "51F88270", 1, "m"])
    parts, _ = read_every(data)
    assert {crop.file.name: crop.lines for crops in parts.values() for crop in crops} == {
        "1xemay.jpg": 2,
        "3CarLongPlate9.jpg": 1,
    }


def test_what_cannot_be_used_is_counted(table):
    data = table(
        ["a.jpg", "", "59A112345", 1, "m"],
        ["b.jpg", "", "59", 0, "m"],
        ["c.jpg", "", "59I112345", 1, "m"],
        ["gone.jpg", "", "59A112346", 1, "m"],
    )
    report = ReadReport()
    read_garage(data, Part.TRAIN, report)
    assert report.images == 1
    assert sorted(report.left_aside.values()) == [1, 1, 1]


@pytest.mark.parametrize("rows", [[], [["a.jpg", "59A112345"]]])
def test_a_table_without_its_columns_is_refused_by_name(table, rows):
    data = table(*rows, head=["file", "text"])
    with pytest.raises(DatasetError, match=r"plates\.csv: wanted rows with file, text_norm"):
        read_garage(data, Part.TRAIN, ReadReport())


def test_a_missing_set_is_refused_by_name(tmp_path):
    with pytest.raises(DatasetError, match=r"plates\.csv: the table of plate texts cannot be read"):
        read_garage(tmp_path, Part.TRAIN, ReadReport())


def test_a_corrected_crop_keeps_its_text_and_part(table, monkeypatch):
    known = Corrections({"a.jpg": "59A112349", "b.jpg": None}, frozenset({"CarLongPlate1.jpg"}))
    monkeypatch.setattr(garage, "corrections", lambda: known)
    data = table(*[[name, "", "59A112345", 1, "m"] for name in ("a.jpg", "b.jpg", "c.jpg", "CarLongPlate1.jpg")])
    crops = read_garage(data, part_of("59A112345"), ReadReport())
    assert {crop.text for crop in crops} == {"59A112345"}
    assert [crop.truth for crop in crops] == ["59A112349", None, "59A112345", "59A112345"]
    assert crops[-1].lines == 2


def test_the_corrections_are_plates():
    grammar = load_grammar()
    assert corrections().truths
    for file, truth in corrections().truths.items():
        assert truth is None or grammar.knows(truth), file


def test_the_real_set_is_read(real_data):
    parts, report = read_every(real_data)
    assert sum(map(len, parts.values())) * 3 == report.images
    texts = [{crop.text for crop in crops} for crops in parts.values()]
    assert not texts[0] & texts[1] | texts[0] & texts[2] | texts[1] & texts[2]
