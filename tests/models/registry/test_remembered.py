import json

import pytest

from models.errors import RegistryError
from models.registry.remembered import machine, remember, remembered, state_file
from vision.detect.runtime import Runtime


def test_what_is_remembered_is_found_again_for_that_model_alone(tmp_path):
    file = tmp_path / "deep" / "runtimes.json"
    assert remember("aa", Runtime.OPENVINO, file) == file
    remember("bb", Runtime.ONNXRUNTIME, file)
    remember("aa", Runtime.CUDA, file)
    assert (remembered("aa", file), remembered("bb", file), remembered("cc", file)) == ("cuda", "onnxruntime", None)
    assert [each.name for each in file.parent.iterdir()] == ["runtimes.json"]


def test_another_machine_knows_nothing_of_it(tmp_path):
    file = tmp_path / "runtimes.json"
    remember("aa", Runtime.OPENVINO, file)
    known = json.loads(file.read_text())
    assert list(known) == [machine()]
    file.write_text(json.dumps({f"{machine()} more": known[machine()]}))
    assert remembered("aa", file) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"m": 1}', "\x00"])
def test_a_damaged_file_is_as_none_and_is_written_anew(tmp_path, content):
    file = tmp_path / "runtimes.json"
    file.write_text(content)
    assert remembered("aa", file) is None
    remember("aa", Runtime.OPENVINO, file)
    assert remembered("aa", file) is Runtime.OPENVINO


def test_a_runtime_this_version_does_not_know_is_as_none(tmp_path):
    file = tmp_path / "runtimes.json"
    file.write_text(json.dumps({machine(): {"aa": "abacus"}}))
    assert remembered("aa", file) is None


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(RegistryError, match="the faster runtime cannot be remembered"):
        remember("aa", Runtime.OPENVINO, tmp_path / "state" / "runtimes.json")


def test_the_state_folder_follows_the_users_wish(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_file() == tmp_path / "ngatu" / "runtimes.json"
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(state_file()) == "/home/someone/.local/state/ngatu/runtimes.json"
