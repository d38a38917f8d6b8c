"""A centre wired to a controller in the street: a virtual RSMP site calls it over TCP and shows what traffic chose."""

import asyncio
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from signals.control.rsmp.site.session import Identity
from signals.control.rsmp.site.site import Site, SiteSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.junctions import crossroads
from signals.control.rsmp.wire.link import Timing
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.virtual.cabinet import StartUp
from signals.live.control import Control
from signals.live.errors import LiveError
from signals.live.room import LiveRoom
from signals.live.shelf import PlanShelf
from signals.live.traffic import Word
from signals.live.wired import wired_to
from signals.live.wiring import WiringError

WIRING = """\
version: 1
rsmp_listen: 127.0.0.1:0
controllers:
  dai_la: {protocol: rsmp, site: RN+SI0001, codes: %s, writable: %s}
"""
WITHIN_S = 30


@contextmanager
def wired_room(folder, writable, library):
    (folder / "codes.txt").write_text("1111\n2222\n")
    (folder / "controllers.yaml").write_text(WIRING % (folder / "codes.txt", writable))
    shelf = PlanShelf(folder)
    shelf.propose("dai_la", (library + "control: adaptive\n").encode(), "An", "counts of October")
    shelf.decide("dai_la", 1, "Bình", "checked", approve=True)
    wired = wired_to(folder)
    room = LiveRoom(shelf, wired=wired)
    room.open()
    try:
        yield room, wired.port
    finally:
        room.close()


@contextmanager
def site_calling(port):
    """The virtual site in a loop and a thread of its own, past its start-up at once."""
    layout = replace(crossroads(), start_up=StartUp(0.05, 0.05, 0.05))
    controller = VirtualController(
        layout, Sxl.named("1.2.1"), {1: "1111", 2: "2222"}, time.monotonic(), datetime.now(UTC)
    )
    timing = Timing(watchdog_every_s=0.5, tick_s=0.02)
    to = SiteSettings(Identity("RN+SI0001"), "127.0.0.1", port, timing, reconnect_s=0.1, step_s=0.02)
    over, loop = asyncio.Event(), asyncio.new_event_loop()

    async def run():
        outbox = Outbox()
        site = asyncio.create_task(Site(to, controller, outbox, time.monotonic).run())
        await over.wait()
        site.cancel()
        await asyncio.gather(site, return_exceptions=True)
        outbox.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


def step_until(room, holds):
    until_s = time.monotonic() + WITHIN_S
    while True:
        room.junction("dai_la").tell([Word("A1", 0.0), Word("B1", 9.0, (1.0, 2.0))], room.now_s())
        room.step()
        state = room.state("dai_la")
        if holds(state):
            return state
        assert time.monotonic() < until_s, state
        time.sleep(0.1)


def led(state):
    chosen = state.control.chosen
    return state.mode == "commanded" and state.stage == "B" and chosen is not None and chosen.stage == "B"


def test_a_site_in_the_street_shows_what_traffic_chose_in_the_names_of_two_people(tmp_path, four_arms):
    with wired_room(tmp_path, "true", four_arms) as (room, port):
        assert room.state("dai_la").mode == "starting"
        with site_calling(port):
            state = step_until(room, led)
        assert state.control.runs is Control.ADAPTIVE
        step_until(room, lambda one: one.mode == "stored_plan")
    steps = [json.loads(line) for line in (tmp_path / "dai_la" / "orders.jsonl").read_text().splitlines()]
    assert [(one["what"], one["person"]) for one in steps[:3]] == [
        ("prepared", "An"),
        ("confirmed", "Bình"),
        ("sent", "Bình"),
    ]
    assert "GoToStage(stage='B'" in "".join(one["order"] for one in steps)
    assert len(steps) < 12, "an order is put down once, not at every step"


def test_a_controller_that_may_only_be_watched_is_watched(tmp_path, four_arms):
    with wired_room(tmp_path, "false", four_arms) as (room, port):
        with site_calling(port):
            state = step_until(room, lambda one: one.stage is not None)
        assert (state.mode, state.control.possible, state.control.asked) == ("stored_plan", False, Control.PLAN)
        with pytest.raises(LiveError, match="takes no stages"):
            room.set_control("dai_la", Control.ADAPTIVE, "An", "why")
    assert (tmp_path / "dai_la" / "orders.jsonl").read_text() == ""


def test_a_file_of_controllers_that_is_wrong_is_refused_with_its_line(tmp_path):
    assert wired_to(tmp_path) is None
    (tmp_path / "codes.txt").write_text("1111\n2222\n")
    (tmp_path / "controllers.yaml").write_text(
        (WIRING % (tmp_path / "codes.txt", "maybe")).replace("rsmp_listen: 127.0.0.1:0\n", "")
    )
    with pytest.raises(WiringError, match=r"line 3: .*found 'maybe'"):
        wired_to(tmp_path)
    (tmp_path / "controllers.yaml").write_text(
        (WIRING % (tmp_path / "codes.txt", "true")).replace("rsmp_listen: 127.0.0.1:0\n", "")
    )
    with pytest.raises(WiringError, match="wanted rsmp_listen"):
        wired_to(tmp_path)
