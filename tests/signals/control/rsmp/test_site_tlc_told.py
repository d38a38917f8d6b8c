"""A site as a traffic-light controller: priority, subscriptions, clock and detectors, by the exchange list.

Each check the public validator of RSMP Nordic makes of a site (`spec/site/tlc`) is made here in our own words; which is
which stands in docs/rsmp.md.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signals.control.virtual.faults import Faults

CODE = {"securityCode": "2222"}
CLOCK = datetime(2020, 9, 29, 17, 29, 51, tzinfo=UTC)
CLOCK_NAMES = ("year", "month", "day", "hour", "minute", "second")


@pytest.mark.parametrize("ends", ["completed", "stale"])
def test_a_priority_request_is_received_activated_and_ended(visit: Any, ends: str) -> None:
    """Cancelled it is completed, forgotten it is stale; unrelated ones do not disturb it. Its level may be left out."""

    async def run() -> None:
        async with visit() as here:
            peer = here.peer
            row = {"sCI": "S0033", "n": "status", "uRt": "0", "sOc": True}
            await peer.answer(peer.about("StatusSubscribe", "TC", sS=[row]))
            since = len(peer.got)

            async def ask(number: str, kind: str = "new", **more: str) -> None:
                await peer.command("TC", "M0022", "requestPriority", requestId=number, type=kind, **more)

            def states(number: str) -> list[str]:
                updates = [m["sS"][0]["s"] for m in peer.got[since:] if m["type"] == "StatusUpdate"]
                return [each["s"] for rows in updates for each in rows if each["r"] == number]

            async def until(number: str, state: str) -> None:
                await peer.until(lambda _: state in states(number), since)

            await ask("mine", signalGroupId="A1", level="7", eta="10", vehicleType="bus")
            await ask("mine", "update", eta="5")
            await ask("other", signalGroupId="B1")
            await ask("lost", laneInId="3")
            await until("mine", "activated")
            if ends == "completed":
                await ask("mine", "cancel")
            await until("mine", ends)
            await until("other", "activated")
            assert list(dict.fromkeys(states("mine"))) == ["received", "activated", ends]
            assert states("lost")[-1] == "rejected"
            assert states("mine").count(ends) == 1, "an end is told once"

    asyncio.run(run())


def test_subscriptions_tell_at_once_by_interval_and_on_change_until_they_end(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            peer = here.peer
            lamps = {"sCI": "S0001", "n": "signalgroupstatus"}
            plan = {"sCI": "S0009", "n": "status"}
            rows = [lamps | {"uRt": "0.1", "sOc": False}, plan | {"uRt": "0", "sOc": True}]
            await peer.answer(peer.about("StatusSubscribe", "TC", sS=rows))
            first = await peer.one("StatusUpdate")
            assert [row["sCI"] for row in first["sS"]] == ["S0001", "S0009"]
            for _ in range(3):
                update = await peer.one("StatusUpdate", len(peer.got))
                assert [row["sCI"] for row in update["sS"]] == ["S0001"], "only what is due"
            since = len(peer.got)
            await peer.command("TC", "M0007", "setFixedTime", status="True", **CODE)
            changed = await peer.until(lambda m: m["type"] == "StatusUpdate" and m["sS"][0]["sCI"] == "S0009", since)
            assert changed["sS"][0]["s"] == "True"
            await peer.answer(peer.about("StatusUnsubscribe", "TC", sS=[lamps, plan]))
            since = len(peer.got)
            await peer.command("TC", "M0007", "setFixedTime", status="False", **CODE)
            await asyncio.sleep(0.3)
            assert not [m for m in peer.got[since:] if m["type"] == "StatusUpdate"]

    asyncio.run(run())


def test_the_interval_of_an_open_subscription_can_be_changed(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            counter = {"sCI": "S0001", "n": "cyclecounter", "sOc": False}
            await here.peer.answer(here.peer.about("StatusSubscribe", "TC", sS=[counter | {"uRt": "60"}]))
            await here.peer.one("StatusUpdate")
            since = len(here.peer.got)
            await here.peer.answer(here.peer.about("StatusSubscribe", "TC", sS=[counter | {"uRt": "0.1"}]))
            await here.peer.one("StatusUpdate", since)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"uRt": "0", "sOc": False}, "would never be sent"),
        ({"uRt": "1"}, "sOc is wanted"),
        ({"uRt": 1, "sOc": True}, "uRt"),
        ({"uRt": "-1", "sOc": True}, "uRt"),
        ({"uRt": "1", "sOc": "yes"}, "sOc"),
        ({"sOc": True}, "uRt"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(visit: Any, row: dict[str, Any], told: str) -> None:
    async def run() -> None:
        async with visit() as here:
            asked = here.peer.about("StatusSubscribe", "TC", sS=[{"sCI": "S0001", "n": "stage"} | row])
            assert told in await here.peer.refused(asked)

    asyncio.run(run())


def test_the_clock_that_was_set_stands_in_every_message(visit: Any) -> None:
    """S0096, and the timestamps of responses, of the aggregated status, of alarms and of watchdogs."""

    def near(text: str) -> bool:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        return timedelta(seconds=-1) <= at - CLOCK <= timedelta(seconds=20)

    async def run() -> None:
        async with visit() as here:
            peer = here.peer
            moment = {name: str(getattr(CLOCK, name)) for name in CLOCK_NAMES}
            response = await peer.command("TC", "M0104", "setDate", securityCode="1111", **moment)
            since = len(peer.got)
            status = await peer.response("TC", *(("S0096", name) for name in CLOCK_NAMES))
            told = {row["n"]: int(row["s"]) for row in status["sS"]}
            assert abs(datetime(**told, tzinfo=UTC) - CLOCK) < timedelta(seconds=20)
            position = {"status": "NormalControl", "timeout": "0", "intersection": "0"} | CODE
            again = await peer.command("TC", "M0001", "setValue", **position)
            here.controller.works.inputs.put(7, on=True)
            alarm = await peer.one("Alarm", since, aCId="A0302", aS="Active")
            peer.about("AggregatedStatusRequest", "TC")
            aggregated = await peer.one("AggregatedStatus", since)
            watchdog = await peer.one("Watchdog", since)
            stamps = (response["cTS"], status["sTs"], again["cTS"], alarm["aTs"], aggregated["aSTS"], watchdog["wTs"])
            assert [near(each) for each in stamps] == [True] * 6

    asyncio.run(run())


def test_counts_and_speeds_are_told_by_detector_logic_and_together(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            first, second = here.controller.works.detectors.logics.values()
            here.controller.works.faults = Faults(detectors=frozenset({second.name}))
            for speed in (20.0, 30.0):
                first.pass_by("MC", speed, 0.6)
            await here.peer.one("Alarm", cId=second.name, aCId="A0301", aS="Active")
            told = await here.peer.status(
                "DL1", ("S0201", "vehicles"), ("S0202", "speed"), ("S0203", "occupancy"), ("S0204", "MC")
            )
            assert list(told.values()) == ["2", "25", "2", "2"]
            told = await here.peer.status(
                "TC", ("S0205", "vehicles"), ("S0206", "speed"), ("S0207", "occupancy"), ("S0208", "MC")
            )
            assert list(told.values()) == ["2,-1", "25,-1", "2,-1", "2,-1"]

    asyncio.run(run())
