"""One agent a folder, and nothing of a crash left in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from edge.agent.folder import claimed, evidence_folder
from edge.errors import UsageError

HOLDER = """
import sys
from pathlib import Path
from edge.agent.folder import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_made_and_given_back_as_an_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with claimed(Path("deep/agent")) as folder:
        assert folder == tmp_path / "deep" / "agent"
        assert folder.is_dir()


def test_while_another_process_works_there_it_is_named_and_a_kill_frees_the_folder(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match=f"found process {other.pid} at work there"), claimed(tmp_path):
            pass
        other.kill()
    with claimed(tmp_path):
        pass


def test_a_folder_in_which_nothing_can_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="wanted a folder I can write to"), claimed(tmp_path / "file" / "agent"):
        pass


def test_evidence_of_a_crash_is_removed_and_finished_packages_stay(tmp_path, caplog):
    evidence = tmp_path / "evidence"
    for name in (".unfinished-aa", ".unfinished-bb", "20261121T010203Z_c_red_light_0123456789ab"):
        (evidence / name).mkdir(parents=True)
        (evidence / name / "clip.mp4").write_bytes(b"x")
    assert evidence_folder(tmp_path) == evidence
    assert [folder.name for folder in evidence.iterdir()] == ["20261121T010203Z_c_red_light_0123456789ab"]
    assert "2 packages that a crash left unfinished were removed" in caplog.text
