"""`ngatu watch` on a camera that never ends by itself: only a signal ends it, even while the camera is away."""

import json
import signal

import pytest


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)], ids=["Ctrl-C", "SIGTERM"])
def test_a_signal_ends_the_wait_for_a_camera_that_is_away(
    start_ngatu, camera, scene, tiny_model, tmp_path, until, events_in, number, code
):
    out = tmp_path / "events.jsonl"
    words = ("--scene", scene, "--model", tiny_model, "--data", tmp_path / "agent", "--out", out, "--json")
    with start_ngatu("watch", camera.url, *words) as process:
        until(lambda: out.exists() and b"crossing" in out.read_bytes())
        camera.unplug()
        process.send_signal(number)
        told, complaints = process.communicate(timeout=60)
    assert process.returncode == code, complaints
    document, events = json.loads(told), events_in(out)
    assert document["stopped"] == f"stopped by {number.name}"
    assert len(events) == document["events"]
    assert [event["data"]["state"] for event in events if "health" in event["type"]] == ["started", "ended"]
    assert "vn.ngatu.counts.v1" in {event["type"] for event in events}
    assert "Traceback" not in complaints
