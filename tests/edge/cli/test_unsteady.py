"""What may go wrong around the proof while a watch is going on: said in words, and nobody is wrongly prosecuted."""

import json
import signal

import pytest


@pytest.fixture
def said(scene, lamps, tiny_model, tmp_path):
    """What every watch here is told."""
    where = ("--data", tmp_path / "agent", "--out", tmp_path / "e.jsonl")
    return ("--scene", scene, "--lamps", lamps, "--model", tiny_model, *where)


@pytest.fixture
def watched(start_ngatu, camera, said, tmp_path, until):
    """Watch the live camera until `during` has seen what it wants; the findings and the complaints."""

    def watch(during, *words):
        out = tmp_path / "e.jsonl"

        def findings():
            lines = out.read_text().splitlines(keepends=True) if out.exists() else []
            events = [json.loads(line) for line in lines if line.endswith("\n")]
            return [event["data"] for event in events if event["type"] == "vn.ngatu.finding.v1"]

        with start_ngatu("watch", camera.url, *said, *words) as agent:
            until(findings)
            during()
            seen = len(findings())
            until(lambda: len(findings()) > seen + 1)
            agent.send_signal(signal.SIGTERM)
            _, complaints = agent.communicate(timeout=90)
        return findings(), complaints

    return watch


def test_a_scene_edited_in_the_middle_is_said_and_nobody_is_prosecuted_by_the_old_one(watched, scene, ngatu, tmp_path):
    found, complaints = watched(lambda: scene.write_text(scene.read_text() + "# moved a line\n"))
    assert "scene_changed" not in found[0]["gate"]["reasons"]
    assert "scene_changed" in found[-1]["gate"]["reasons"]
    assert complaints.count("was changed while it was watched by: the watch goes on with the scene it began with") == 1
    assert ngatu("verify", tmp_path / "agent" / "evidence").code == 0


CLOCK = """
import os, time
_true = time.time
time.time = lambda: _true() + (3600.0 if os.path.exists({flag!r}) else 0.0)
"""


def test_a_clock_set_in_the_middle_is_said_and_stands_in_the_record(watched, tmp_path, monkeypatch):
    """The process's own clock jumps by an hour as soon as a file appears."""
    flag = tmp_path / "jump"
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(CLOCK.format(flag=str(flag)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    found, complaints = watched(flag.touch)
    assert "the clock was set by +3600.0" in complaints
    last = json.loads(
        next(
            (folder / "manifest.json").read_text()
            for folder in (tmp_path / "agent" / "evidence").iterdir()
            if folder.is_dir() and folder.name.endswith(found[-1]["package"][:12])
        )
    )
    clock = last["record"]["clock"]
    assert clock["error_s"] is None or clock["error_s"] > 3599
    assert {"clock_error", "clock_unsynchronised", "clock_unknown"}.intersection(found[-1]["gate"]["reasons"])


PAPERS = """\
version: 1
unit: Đội CSGT số 1
operator: Nguyễn Văn A
cameras:
  cam-1:
    site: Ngã tư Vọng
    approval: {number: 12/QĐ, until: 2099-01-01}
    calibration: {certificate: KĐ 5, on: 2026-01-01, until: 2099-01-01}
"""


def test_the_papers_of_the_device_stand_in_the_record_and_open_their_part_of_the_gate(
    ngatu, little_video, said, tmp_path, events_in
):
    """A recording: with the papers in order it is still for information only, and says why."""
    device = tmp_path / "papers.yaml"
    device.write_text(PAPERS)
    assert ngatu("watch", little_video, *said, "--device", device).code == 0
    [finding] = [one["data"] for one in events_in(tmp_path / "e.jsonl") if one["type"] == "vn.ngatu.finding.v1"]
    assert finding["gate"]["prosecutable"] is False
    assert {"recording", "clock_unknown"} <= set(finding["gate"]["reasons"])
    assert not {"no_papers", "no_unit", "no_approval", "approval_over"}.intersection(finding["gate"]["reasons"])
    [folder] = [one for one in (tmp_path / "agent" / "evidence").iterdir() if one.is_dir()]
    record = json.loads((folder / "manifest.json").read_text())["record"]
    assert record["papers"]["approval"] == {"number": "12/QĐ", "until": "2099-01-01"}
    assert (record["place"], record["tracks"]) == ({"kind": "line", "name": "north"}, "tracks.json")


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda key: (key.write_bytes(b"no key"), key.chmod(0o600)), "wanted an unencrypted private key in PEM"),
        (lambda key: (key.write_bytes(b"x"), key.chmod(0o644)), "wanted a file for its owner alone (0600)"),
        (lambda key: key.mkdir(), "device.key: wanted a"),
        (lambda key: key.symlink_to("/etc/hostname"), "device.key: wanted a file I can read"),
    ],
    ids=["garbage", "open to others", "a folder", "a link"],
)
def test_a_key_that_cannot_be_used_ends_the_watch_before_it_begins(ngatu, little_video, said, tmp_path, harm, told):
    (tmp_path / "agent").mkdir()
    harm(tmp_path / "agent" / "device.key")
    ended = ngatu("watch", little_video, *said)
    assert (ended.code, told in ended.err) == (2, True), ended.err
    assert (tmp_path / "e.jsonl").read_text() == ""


def test_a_device_file_that_is_wrong_ends_the_watch_before_it_begins(ngatu, little_video, said, tmp_path):
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "device.yaml").write_text(
        PAPERS.replace("until: 2099-01-01}\n    cal", "til: 2099-01-01}\n    cal")
    )
    ended = ngatu("watch", little_video, *said)
    assert (ended.code, "device.yaml:7: unknown key 'til'; did you mean 'until'?" in ended.err) == (2, True), ended.err
