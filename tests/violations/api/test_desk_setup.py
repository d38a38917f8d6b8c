"""An office's own files stand in the place of the ones that ship; a wrong one stops the centre with a sentence."""

import pytest

from violations.api.desk_setup import load_setup
from violations.cases.desk_rules import DeskRules
from violations.errors import ViolationsError
from violations.papers.office import shipped_office


def test_without_files_the_shipped_ones_stand(engine, tmp_path):
    setup = load_setup(engine, tmp_path)
    assert (setup.rules, setup.office, setup.registrar.name) == (DeskRules(), shipped_office(), "table")


def test_the_offices_own_files_count(engine, tmp_path):
    (tmp_path / "desk.yaml").write_text("lock_s: 60\n")
    (tmp_path / "registry.yaml").write_text(f"address: https://registry.example/v1\ntoken_file: {tmp_path / 'token'}\n")
    (tmp_path / "token").write_text("secret\n")
    setup = load_setup(engine, tmp_path)
    assert (setup.rules.lock_s, setup.registrar.name) == (60, "registry.example")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("desk.yaml", "lock_s: -1\n", "lock_s"),
        ("office.yaml", "phone: x\n", "detecting_unit"),
        ("wording.yaml", "format: 2\n", "format"),
        ("registry.yaml", "address: http://elsewhere.example/\n", "address"),
        ("registry.yaml", "[", "readable YAML"),
    ],
)
def test_a_wrong_file_is_one_sentence_with_its_name(name, text, words, *, engine, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(ViolationsError) as caught:
        load_setup(engine, tmp_path)
    assert name in str(caught.value)
    assert words in str(caught.value)
