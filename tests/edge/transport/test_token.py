import pytest

from edge.errors import UplinkError
from edge.transport.token import FILE, VARIABLE, token_in


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def write(folder, content, mode=0o600):
    (folder / FILE).write_bytes(content)
    (folder / FILE).chmod(mode)


def test_the_token_lies_in_the_data_folder_or_in_the_environment(tmp_path, monkeypatch):
    assert token_in(tmp_path) is None
    write(tmp_path, b"ngatu-device-abc\n")
    assert token_in(tmp_path) == "ngatu-device-abc"
    monkeypatch.setenv(VARIABLE, "another")
    assert token_in(tmp_path) == "another"


def test_a_token_that_others_can_read_is_refused(tmp_path):
    write(tmp_path, b"ngatu-device-abc\n", 0o644)
    with pytest.raises(UplinkError, match="0600"):
        token_in(tmp_path)


@pytest.mark.parametrize("content", [b"", b"two words", b"two\nlines", "dấu".encode(), b"x" * 501])
def test_what_is_no_token_is_one_sentence(tmp_path, content):
    write(tmp_path, content)
    with pytest.raises(UplinkError, match="token"):
        token_in(tmp_path)
