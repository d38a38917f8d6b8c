"""Two real processes on one data folder, as with `ngatu serve --workers 2`: one guard, and both answer for it."""

import json
import os
import signal
import socket
import subprocess
import sys
from time import monotonic, sleep

import httpx
import pytest

from centre.app import Settings
from centre.worker import WORKER_SETTINGS, settings_text

WAIT_S = 60
ROOT = "/api/signals/junctions"


class Worker:
    def __init__(self, folder):
        settings = Settings(f"sqlite:///{folder / 'n.db'}", folder, local=True, several=True)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            command = [sys.executable, "-m", "uvicorn", "centre.worker:app", "--factory", "--log-level", "warning"]
            self.process = subprocess.Popen(
                [*command, "--fd", str(listener.fileno())],
                env=os.environ | {WORKER_SETTINGS: settings_text(settings)},
                pass_fds=[listener.fileno()],
            )
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.client = httpx.Client(base_url=self.url, timeout=WAIT_S)

    def ask(self, method, path, **more):
        return self.client.request(method, f"{ROOT}{path}", **more)

    def answers(self):
        """The listener takes connections from its first moment: the answer comes once the app is ready."""
        assert self.client.get("/healthz").status_code == 200
        return self

    def end(self, number=signal.SIGTERM):
        self.client.close()
        self.process.send_signal(number)
        self.process.wait(timeout=WAIT_S)


@pytest.fixture
def workers(tmp_path):
    """The first one runs the junctions."""
    first = Worker(tmp_path).answers()
    second = Worker(tmp_path).answers()
    yield first, second
    for one in (first, second):
        if one.process.poll() is None:
            one.end()


def test_a_worker_that_does_not_run_the_junctions_answers_for_them_and_takes_them_over(workers, library):
    first, second = workers
    text = library % 30 + "approaches: {out: {camera: cam.out, stop_line: stop}}\n"
    made = second.ask("POST", "/dai_la/plans", json={"library": text, "reason": "first", "base": 0})
    assert made.status_code == 201, made.text
    decided = second.ask("POST", "/dai_la/plans/1/decision", json={"approve": True, "reason": "checked"})
    assert decided.json()["state"] == "running"
    body, forged = {"stage": "side", "seconds": 300, "reason": "accident"}, {"x-ngatu-asked-from": "203.0.113.7"}
    assert second.ask("POST", "/dai_la/hold", json=body, headers=forged).status_code == 200
    assert [one.ask("GET", "/dai_la").json()["hold"]["stage"] for one in workers] == ["side", "side"]
    assert "Đại La" in second.client.get("/signals/dai_la").text
    mode = second.ask("PUT", "/dai_la/control", json={"control": "adaptive", "reason": "peak"})
    assert mode.json()["asked"] == "adaptive"
    assert second.ask("POST", "/dai_la/traffic", json={"approaches": {"out": {"queued": 2}}}).status_code == 204
    told = [one.ask("GET", "/dai_la/control").json() for one in workers]
    assert [one["approaches"][0]["source"] for one in told] == ["detector", "detector"]
    assert second.ask("GET", "/nosuch").status_code == 404
    entries = second.client.get("/api/audit", params={"subject": "junction/dai_la"}).json()["entries"]
    assert {entry["address"] for entry in entries} == {"127.0.0.1"}
    with second.client.stream("GET", f"{ROOT}/dai_la/stream", params={"seconds": 2}) as stream:
        events = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert [event["hold"]["stage"] for event in events] == ["side", "side"]

    first.end(signal.SIGKILL)
    until_s = monotonic() + WAIT_S
    while (state := second.ask("GET", "/dai_la")).status_code != 200:
        assert (state.status_code, monotonic() < until_s) == (503, True), state.text
        sleep(0.2)
    assert state.json()["version"] == 1
    assert state.json()["hold"] is None, "a hold ends with the process that kept it"
    assert state.json()["control"]["asked"] == "adaptive", "the mode of control is in the journal"
    assert second.ask("DELETE", "/dai_la/hold").status_code == 204
