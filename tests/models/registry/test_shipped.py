"""The models of the repository itself: each named, whole, licensed, and together small enough for a clone."""

import pytest

from models.errors import RegistryError
from models.registry.installed import Check, Place, list_models
from models.registry.shipped import FOLDER, SHIPPED, card_of, shipped
from vision.detect.card import Task

LARGEST_TOGETHER_BYTES = 25_000_000


def test_an_unknown_name_is_refused_with_those_there_are():
    with pytest.raises(RegistryError, match=r"lorry: wanted one of .* detector, plate-finder, .*, lamp"):
        shipped("lorry")


def test_an_absent_file_is_named(tmp_path):
    with pytest.raises(RegistryError, match=r"lamp: wanted the shipped model .*lamp\.onnx, found none"):
        shipped("lamp", tmp_path)


def test_what_is_not_there_is_listed_as_absent(tmp_path):
    rows = [row for row in list_models(tmp_path, tmp_path) if row.place is Place.SHIPPED]
    assert [(row.task, row.check) for row in rows] == [(task, Check.ABSENT) for task in Task]
    assert all("wanted a model file, found none" in (row.problem or "") for row in rows)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_is_the_file_of_its_card_and_says_all_a_user_must_know(name):
    file = shipped(name)
    card = card_of(file)
    assert card.task is SHIPPED[name]
    assert card.sha256 is not None
    assert card.licence == "AGPL-3.0-or-later"
    assert any("CC BY" in line or "no licence" in line or "AGPL" in line for line in card.training_data)
    assert "random initialisation" in card.source
    assert "minutes" in card.source
    assert card.scores
    assert all("ngatu " in score.metric or "python -m " in score.metric for score in card.scores)


def test_the_shipped_models_together_stay_small():
    files = [file for file in FOLDER.iterdir() if file.suffix in {".onnx", ".npz"}]
    assert sum(file.stat().st_size for file in files) < LARGEST_TOGETHER_BYTES
