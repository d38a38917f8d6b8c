"""Every reason is a full sentence in both languages."""

import pytest
import yaml

from vision.plates.texts import FOLDER, sentence
from vision.plates.voted import Stray, WhyNoPlate


@pytest.mark.parametrize("why", [*WhyNoPlate, *Stray])
def test_every_reason_is_a_sentence_in_vietnamese_and_english(why):
    vi, en = sentence(why, "vi"), sentence(why, "en")
    assert vi != en
    for said in (vi, en):
        assert said[0].isupper()
        assert said.endswith(".")


def test_both_files_have_the_same_keys():
    vi, en = (yaml.safe_load((FOLDER / f"{one}.yaml").read_text("utf-8")) for one in ("vi", "en"))
    assert {group: set(keys) for group, keys in vi.items()} == {group: set(keys) for group, keys in en.items()}
    assert set(en["why_no_plate"]) == {one.value for one in WhyNoPlate}
    assert set(en["stray"]) == {one.value for one in Stray}
