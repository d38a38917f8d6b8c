"""From light to a case: `ngatu watch` and `ngatu serve` as processes, one of which dies in the middle."""

import json
import signal
import socket
from collections import Counter
from contextlib import closing

import httpx
import pytest

from edge.outbox.outbox import Outbox


@pytest.fixture
def serve(start_ngatu, tmp_path):
    """Start the centre; its process and its address."""
    processes = []

    def start(port=0):
        process = start_ngatu("serve", "--port", port, "--data", tmp_path / "centre", "--json")
        processes.append(process)
        return process, json.loads(process.stdout.readline())["url"]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def everything(url, what):
    """All pages of a list."""
    found, cursor = [], None
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        while True:
            page = client.get(f"/api/{what}", params={"cursor": cursor} if cursor else {}).raise_for_status().json()
            found += page[what]
            cursor = page["next"]
            if cursor is None:
                return found


def test_a_centre_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    serve, start_ngatu, camera, scene, lamps, tiny_model, tmp_path, until
):
    centre, url = serve()
    words = ("--scene", scene, "--lamps", lamps, "--model", tiny_model, "--data", tmp_path / "agent", "--interval", 1)
    with start_ngatu("watch", camera.url, *words, "--centre", url, "--json") as agent:
        until(lambda: len(everything(url, "events")) > 2)
        centre.send_signal(signal.SIGKILL)
        centre.wait()
        with Outbox.open(tmp_path / "agent" / "outbox.db") as outbox:
            until(lambda: any("finding" in row.envelope for row in outbox.pending(1000)))
            waiting = {row.id for row in outbox.pending(1000)}
        _, url = serve(httpx.URL(url).port)
        agent.send_signal(signal.SIGTERM)
        told, complaints = agent.communicate(timeout=90)
    assert agent.returncode == 0, complaints
    document = json.loads(told)
    assert (document["waiting"], document["unkept"]) == (0, 0)
    ids = Counter(one["event"]["id"] for one in everything(url, "events"))
    assert waiting <= ids.keys()
    assert ids == {f"cam-1/{document['boot']}/{number}": 1 for number in range(document["events"])}
    cases = everything(url, "cases")
    assert len(cases) == document["findings"] >= 1
    for file in cases[0]["finding"]["media"]:
        answer = httpx.get(f"{url}/api/evidence/{file['sha256']}", timeout=30, trust_env=False).raise_for_status()
        assert len(answer.content) == file["size_bytes"]
    assert complaints.count("uplink:") <= 2, complaints


def test_with_the_centre_away_it_watches_to_the_end_and_send_delivers_later(
    serve, ngatu, little_video, scene, lamps, tiny_model, tmp_path, monkeypatch
):
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    address, data = f"http://127.0.0.1:{port}", tmp_path / "agent"
    words = ("--scene", scene, "--lamps", lamps, "--model", tiny_model, "--centre", address, "--json")
    monkeypatch.chdir(tmp_path)
    said = ngatu("watch", little_video, *words, "--data", "agent")
    assert said.code == 3
    events = said.document["events"]
    assert said.document["waiting"] == events > 0
    assert said.err.count("uplink: no answer from the centre") == 1
    assert f"{events} events wait in {data / 'outbox.db'}: no answer from the centre" in said.err
    assert f"`ngatu send --data {data}` with the same --centre delivers them" in said.err

    away = ngatu("send", "--centre", address, "--data", data, "--json")
    assert (away.code, away.document["waiting"]) == (3, events)
    assert f"{events} events still wait" in away.err

    _, url = serve(port)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")  # the evidence must be found from here too
    sent = ngatu("send", "--centre", address, "--data", data, "--json")
    assert (sent.code, sent.document) == (0, {"acknowledged": events, "waiting": 0, "refused": 0, "problem": None})
    assert len(everything(url, "cases")) == 1
    again = ngatu("send", "--centre", address, "--data", data, "--json")
    assert (again.code, again.document["acknowledged"]) == (0, 0)
