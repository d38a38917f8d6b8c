from datetime import date

import pytest

from models.errors import RegistryError
from models.registry.recording import record_scores
from vision.detect.card import AnyCard, MeasuredScore
from vision.detect.card_file import load_card
from vision.detect.model_file import read_model_file
from vision.errors import ModelError

HEAD = "# why this model is as it is\nname: mine  # ours\ntask: lamp\nversion: '1'\nlicence: MIT\nsource: me\n"
TAIL = "# what it wants\ninput: {width_px: 32, strange: [1, 2]}\n"
OLD = """\
scores:
- data: day
  metric: accuracy percent
  value: 91.5
- {data: night, metric: accuracy percent, value: 80}
"""


def score(value, data="day", metric="accuracy percent"):
    return MeasuredScore(data=data, metric=metric, value=value, measured_on=date(2026, 11, 21))


@pytest.fixture
def card(write_model):
    file = write_model((6, 126))

    def write(*parts):
        text = f"sha256: {read_model_file(file).sha256}\n".join(("", "".join(parts)))
        file.with_name("tiny.card.yaml").write_text(text, "utf-8")
        return file

    return write


@pytest.mark.parametrize("parts", [(HEAD, TAIL), (HEAD, OLD, TAIL), (HEAD, TAIL, OLD), (HEAD, "scores: []\n", TAIL)])
def test_scores_are_added_and_everything_else_in_the_card_stays_letter_for_letter(card, parts):
    file = card(*parts)
    beside = record_scores(file, [score(95.0), score(70.0, metric="recall percent")])
    text = beside.read_text("utf-8")
    assert HEAD in text
    assert TAIL in text
    assert "&" not in text
    found = [(one.data, one.metric, one.value) for one in load_card(beside, AnyCard).scores]
    night = [("night", "accuracy percent", 80)] if OLD in parts else []
    assert found == [*night, ("day", "accuracy percent", 95), ("day", "recall percent", 70)]
    assert [one.name for one in beside.parent.glob(".*")] == []


def test_a_model_that_changed_since_it_was_measured_gets_no_scores(card):
    file = card(HEAD, TAIL)
    with file.open("ab") as more:
        more.write(b"\x72\x00")
    before = file.with_name("tiny.card.yaml").read_bytes()
    with pytest.raises(ModelError, match="not the file its card describes"):
        record_scores(file, [score(95.0)])
    assert file.with_name("tiny.card.yaml").read_bytes() == before


def test_a_card_that_cannot_be_changed_without_harm_is_left_alone(card):
    file = card(HEAD, TAIL)
    beside = file.with_name("tiny.card.yaml")
    beside.write_text(
        "{name: mine, version: '1', licence: MIT, source: me, sha256: " + read_model_file(file).sha256 + "}"
    )
    before = beside.read_bytes()
    with pytest.raises(ModelError):
        record_scores(file, [score(95.0)])
    assert beside.read_bytes() == before


def test_a_card_that_cannot_be_written_is_named(card, monkeypatch):
    file = card(HEAD, TAIL)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(RegistryError, match=r"tiny\.card\.yaml: cannot be written: .*No space left"):
        record_scores(file, [score(95.0)])
    assert not file.with_name(".tiny.card.yaml.part").exists()
