"""Both virtual controllers behind one centre, from the first connection to the stored plans, as a user would see it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from twin.signals_demo import main

ROOT = Path(__file__).parents[2]


def test_a_folder_with_other_files_is_left_alone(tmp_path, capfd):
    (tmp_path / "precious.txt").write_text("mine", "utf-8")
    assert main(["--out", str(tmp_path)]) == 2
    assert "other files" in capfd.readouterr().err


@pytest.mark.timeout(300)
def test_traffic_chooses_the_stages_of_an_rsmp_and_an_ntcip_controller_until_it_falls_silent(tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "twin.signals_demo", "--out", str(out), "--port", "0", "--seconds", "10"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert re.search(r"RSMP +dai_la +adaptive", done.stdout), done.stdout
    assert re.search(r"NTCIP +bach_mai +adaptive", done.stdout), done.stdout
    assert "stored plans run again" in done.stdout
    for name in ("dai_la", "bach_mai"):
        orders = (out / "centre" / "signals" / name / "orders.jsonl").read_text().splitlines()
        assert {"prepared", "confirmed", "sent"} <= {json.loads(line)["what"] for line in orders}
