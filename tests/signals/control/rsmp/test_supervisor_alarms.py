"""What a supervisor keeps of a site's alarms: how they stand, whatever comes late; and what a person does of them."""

import asyncio
from typing import Any

import pytest

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.supervisor.alarms import AlarmDesk, shown_alarms
from signals.control.two_step import Step, WriteError

EARLY, NOON, LATE = (f"2026-11-23T{hour}:00:00.000Z" for hour in ("11", "12", "13"))


def tell(peer: Any, at: str, *, active: bool, code: str = "A0302", component: str = "DL1", **more: Any) -> str:
    """As a site would issue it."""
    fields = {"aSp": "Issue", "ack": "notAcknowledged", "sS": "notSuspended", "cat": "D", "pri": "3", "rvs": []}
    standing = fields | {"aS": "Active" if active else "inActive", "aTs": at} | more
    return str(peer.about("Alarm", component, aCId=code, xACId="", xNACId="", **standing))


async def shown(remote: Any, peer: Any, *told: str) -> list[tuple[str, bool]]:
    for each in told:
        assert (await peer.answer(each))["type"] == "MessageAck"
    return [(each.code, each.active) for each in shown_alarms(remote)]


def test_what_comes_late_is_no_news_of_how_an_alarm_stands(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            now, late = tell(peer, NOON, active=False), tell(peer, EARLY, active=True)
            assert await shown(remote, peer, now, late) == [], "it was raised and ended before it could be told"
            assert await shown(remote, peer, tell(peer, LATE, active=True)) == [("A0302", True)]
            peer.send("Watchdog", wTs=LATE)
            peer.send("Watchdog", wTs=EARLY)
            assert await shown(remote, peer, tell(peer, EARLY, active=False)) == [], "the site's clock was put back"

    asyncio.run(run())


def test_the_gravest_is_shown_first_and_a_suspended_one_last(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            told = [
                tell(peer, NOON, active=True),
                tell(peer, EARLY, active=True, code="A0009", component="TC"),
                tell(peer, LATE, active=True, code="A0001", component="TC", pri="2"),
                tell(peer, EARLY, active=False, code="A0010", component="TC", sS="Suspended"),
                tell(peer, NOON, active=False, code="A0002", component="TC"),
            ]
            expected = [("A0001", True), ("A0009", True), ("A0302", True), ("A0010", False)]
            assert await shown(remote, peer, *told) == expected

    asyncio.run(run())


@pytest.mark.parametrize(("core", "left"), [("3.1.3", []), ("3.1.4", [("A0302", True)])])
def test_what_a_site_before_3_1_4_does_not_name_at_connection_is_over(
    call: Any, as_site: Any, core: str, left: list[tuple[str, bool]]
) -> None:
    async def run() -> None:
        async with call(core) as (supervisor, remote, peer):
            assert await shown(remote, peer, tell(peer, NOON, active=True)) == [("A0302", True)]
            again = type(peer)(*await asyncio.open_connection("127.0.0.1", supervisor.port))
            await as_site(again, core, "1.2.1")
            assert await shown(remote, again) == left
            await again.close()

    asyncio.run(run())


def test_a_person_acknowledges_and_it_is_put_down_before_it_is_sent(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            steps: list[Step] = []
            desk = AlarmDesk(remote, steps.append)
            with pytest.raises(WriteError, match="told of no alarm A0302"):
                await desk.order("DL1", "A0302", "Acknowledge", "An")
            await shown(remote, peer, tell(peer, NOON, active=True))
            with pytest.raises(WriteError, match="person"):
                await desk.order("DL1", "A0302", "Acknowledge", " ")
            assert steps == []
            asked = asyncio.create_task(desk.order("DL1", "A0302", "Acknowledge", "An", "seen"))
            order = await peer.one("Alarm", aSp="Acknowledge")
            assert [(each.person, each.what, each.order) for each in steps] == [
                ("An", "sent", "Acknowledge A0302 of DL1")
            ]
            assert order["cId"] == "DL1"
            tell(peer, LATE, active=True, aSp="Acknowledge", ack="Acknowledged")
            assert (await asked).acknowledged
            assert [each.acknowledged for each in shown_alarms(remote)] == [True]
            peer.acks = False
            asked = asyncio.create_task(desk.order("DL1", "A0302", "Suspend", "An"))
            order = await peer.one("Alarm", aSp="Suspend")
            peer.raw({"mType": "rSMsg", "type": "MessageNotAck", "oMId": order["mId"], "rea": "not today"})
            with pytest.raises(NotUnderstoodError, match="not today"):
                await asked
            assert (steps[-1].what, steps[-1].reason) == ("refused", "not today")

    asyncio.run(run())
