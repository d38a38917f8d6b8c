"""An office's own rules are data; a mistake in them is one sentence."""

import pytest

from violations.cases.desk_rules import DeskRules, load_desk_rules, shipped_desk_rules
from violations.cases.errors import DeskRulesError


def test_the_rules_that_ship_are_the_defaults_of_the_code():
    assert shipped_desk_rules() == DeskRules()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("lock_s: 0", ("lock_s", "greater than 0", "found 0")),
        ("blind_share: 2", ("blind_share", "found 2")),
        ("blind_share: 0.1", ("blind_secret", "at least 16", "found 0")),
        ("lok_s: 3", ("unknown key 'lok_s'", "did you mean 'lock_s'")),
        ("- a", ("keys and values", "found list")),
        ("a: [", ("readable YAML",)),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_the_key_the_wanted_and_the_found(text, words, tmp_path):
    file = tmp_path / "desk.yaml"
    file.write_text(text)
    with pytest.raises(DeskRulesError) as caught:
        load_desk_rules(file)
    assert all(word in str(caught.value) for word in (str(file), *words))


def test_a_secret_is_never_shown():
    assert "0123456789abcdef" not in repr(DeskRules(blind_share=0.1, blind_secret="0123456789abcdef"))
