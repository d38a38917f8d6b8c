"""The truth files of drawn pictures: what is written is read back, what is wrong is named."""

import json

import pytest

from models.datasets.drawn.truth_file import read_truth, truth_of
from models.errors import DatasetError


@pytest.fixture(scope="module")
def truth(frames):
    return max((truth_of(one, "a.jpg") for one in frames), key=lambda one: len(one.plates) * len(one.heads))


def test_what_is_written_is_read_back(tmp_path, truth):
    file = tmp_path / "a.json"
    file.write_text(truth.model_dump_json(), "utf-8")
    assert truth.vehicles and truth.plates and truth.heads
    assert read_truth(file) == truth


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda one: one["vehicles"].append(one["vehicles"][0]), "number of its own"),
        (lambda one: one["heads"][0].update(cover="bucket"), "heads.0.cover"),
        (lambda one: one["plates"][0].update(quad_px=[[0, 0]] * 3), "quad_px"),
        (lambda one: one["vehicles"][0].update(xyxy_px=[0, 0, 9999, 10]), "9999"),
        (lambda one: one.update(more=1), "more"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, truth, change, said):
    written = json.loads(truth.model_dump_json())
    change(written)
    file = tmp_path / "a.json"
    file.write_text(json.dumps(written), "utf-8")
    with pytest.raises(DatasetError, match=said) as error:
        read_truth(file)
    assert "a.json" in str(error.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DatasetError, match=r"none\.json"):
        read_truth(tmp_path / "none.json")
