import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.registry.resolve import SHIPPED_DETECTOR
from twin.demo import main
from violations.evidence.verify import verify_package

ROOT = Path(__file__).parents[2]


def test_without_a_usable_model_the_demo_says_so_and_writes_nothing(tmp_path, capfd):
    assert main(["--model", str(tmp_path / "none.onnx"), "--out", str(tmp_path / "out")]) == 2
    assert "none.onnx" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path, capfd):
    if not SHIPPED_DETECTOR.exists():
        pytest.fail("the detector that ships with the repository is missing")
    (tmp_path / "precious.txt").write_text("mine", "utf-8")
    assert main(["--out", str(tmp_path)]) == 2
    assert "other files" in capfd.readouterr().err
    assert (tmp_path / "precious.txt").read_text("utf-8") == "mine"


def test_a_missing_video_is_named(tmp_path, capfd):
    assert main(["--video", str(tmp_path / "no.mp4"), "--out", str(tmp_path / "out")]) == 2
    assert "no.mp4" in capfd.readouterr().err


@pytest.mark.timeout(600)
def test_the_demo_counts_a_drawn_junction_and_proves_its_offenders(tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "twin.demo", "--out", str(out), "--port", "0", "--seconds", "26"]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "COLUMNS": "200"}, check=False
    )
    assert done.returncode == 0, done.stderr
    counted = {kind: int(n) for kind, n in re.findall(r"│ stop +│ right_to_left +│ (\w+) +│ +(\d+) +│", done.stdout)}
    assert counted.get("motorbike", 0) > 10, done.stdout
    packages = list((out / "agent/evidence").glob("*red_light*"))
    assert packages
    assert all(verify_package(package) == [] for package in packages)
    assert f"{len(packages)} hồ sơ chờ duyệt" in done.stdout
