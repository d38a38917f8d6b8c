"""A supervisor towards its sites: establishment, what it takes in, and what it refuses.

The sequences are those the public validator of RSMP Nordic asks of a supervisor (`spec/supervisor`).
"""

import asyncio
from typing import Any

import pytest

from signals.control.rsmp.errors import NotUnderstoodError, UnreachableError
from signals.control.rsmp.wire.link import Timing

EVERY = ("3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.2", "3.2.0", "3.2.1", "3.2.2")
PATIENT = Timing(watchdog_every_s=60.0, ack_within_s=5.0, watchdog_within_s=60.0, tick_s=0.02)
IN_USE = [False, False, False, False, False, True, False, False]


@pytest.mark.parametrize("core", EVERY)
def test_connection_is_established_in_the_order_of_the_standard(call: Any, core: str) -> None:
    async def run() -> None:
        async with call(core, "1.0.15", PATIENT) as (_, remote, peer):
            assert peer.log == [
                ("out", "Version"),
                ("in", "MessageAck"),
                ("in", "Version"),
                ("out", "MessageAck"),
                ("out", "Watchdog"),
                ("in", "MessageAck"),
                ("in", "Watchdog"),
                ("out", "MessageAck"),
                ("out", "AggregatedStatus"),
                ("in", "MessageAck"),
            ]
            assert remote.connected

    asyncio.run(run())


@pytest.mark.parametrize("core", ["3.1.2", "3.2.2"])
def test_aggregated_status_is_acknowledged_and_kept(call: Any, now_text: Any, core: str) -> None:
    """With 3.1.2 its bits come as words."""

    async def run() -> None:
        async with call(core) as (_, remote, peer):
            bits = [False, False, True, False, False, True, False, False]
            written = bits if core > "3.1.2" else [str(bit).lower() for bit in bits]
            told = peer.about("AggregatedStatus", "TC", aSTS=now_text(), fP=None, fS=None, se=written)
            assert (await peer.answer(told))["type"] == "MessageAck"
            assert remote.aggregated.bits == bits

    asyncio.run(run())


@pytest.mark.parametrize(
    ("cores", "sxl", "site_id", "told"),
    [
        (["3.0.0", "4.0"], "1.2.1", "RN+SI0001", "none in common"),
        (["3.2.2"], "1.0.7", "RN+SI0001", "SXL version does not match"),
        (["3.2.2"], "1.2.1", "AB+9999", "Site id is not known"),
    ],
)
def test_a_site_that_does_not_match_is_refused_and_left(
    call: Any, cores: list[str], sxl: str, site_id: str, told: str
) -> None:
    async def run() -> None:
        async with call(greeted=False) as (_, remote, peer):
            assert told in await peer.refused(peer.version(cores, sxl, site_id))
            await peer.end()
            assert not remote.connected

    asyncio.run(run())


def test_nothing_is_answered_before_the_version(call: Any, now_text: Any, as_site: Any) -> None:
    async def run() -> None:
        async with call(greeted=False) as (_, _, peer):
            early = peer.about("AggregatedStatus", "TC", aSTS=now_text(), fP=None, fS=None, se=IN_USE)
            peer.watchdog()
            await as_site(peer, "3.2.2", "1.2.1")
            assert early not in {each.get("oMId") for each in peer.got}

    asyncio.run(run())


def test_a_site_that_never_introduces_itself_is_left(call: Any) -> None:
    async def run() -> None:
        async with call(timing=Timing(60.0, 5.0, 60.0, 0.1, 0.02), greeted=False) as (supervisor, _, peer):
            await peer.end()
            assert supervisor.ended == ["connection not established within 0.1 s"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("timing", "told"),
    [
        (Timing(0.1, 0.3, 60.0, 5.0, 0.02), "no acknowledgement of Watchdog within 0.3 s"),
        (Timing(0.1, 5.0, 0.3, 5.0, 0.02), "no watchdog within 0.3 s"),
    ],
)
def test_a_silent_site_is_left(call: Any, timing: Timing, told: str) -> None:
    async def run() -> None:
        async with call(timing=timing) as (supervisor, remote, peer):
            peer.acks = "watchdog" in told
            await peer.end()
            assert supervisor.ended == [told]
            assert not remote.connected

    asyncio.run(run())


def test_nothing_is_asked_before_a_connection_is_established_not_even_the_second(call: Any) -> None:
    """What an earlier connection told is no sign that this one is ready."""

    async def run() -> None:
        async with call() as (supervisor, remote, peer):
            assert remote.connected
            assert remote.aggregated is not None
            again = type(peer)(*await asyncio.open_connection("127.0.0.1", supervisor.port))
            await again.answer(again.version(["3.2.2"], "1.2.1"))
            await again.one("Version")
            await peer.end()
            assert not remote.connected
            assert remote.aggregated is None
            with pytest.raises(UnreachableError):
                await remote.request("TC", ("S0014", "status"))
            assert {each["type"] for each in again.got} == {"MessageAck", "Version"}
            await again.close()

    asyncio.run(run())


def test_who_connects_again_takes_over(call: Any, as_site: Any) -> None:
    async def run() -> None:
        async with call() as (supervisor, remote, peer):
            again = type(peer)(*await asyncio.open_connection("127.0.0.1", supervisor.port))
            await as_site(again, "3.1.5", "1.2.1")
            await peer.end()
            assert (remote.connected, remote.connections, str(remote.core.version)) == (True, 2, "3.1.5")
            await again.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("kind", "fields", "told"),
    [
        ("StatusRequest", {"sS": [{"sCI": "S0001", "n": "stage"}]}, "not for a supervisor"),
        ("CommandRequest", {"arg": [{"cCI": "M0007", "cO": "a", "n": "b", "v": "c"}]}, "not for a supervisor"),
        ("StatusUpdate", {"sTs": "now", "sS": []}, "sTs"),
        ("Alarm", {"aCId": "A0001", "xACId": "", "xNACId": "", "aSp": "Acknowledge"}, "told of alarms, not asked"),
        ("Alarm", {"aCId": "A0001", "xACId": "", "xNACId": "", "aSp": "Issue"}, "an issue wants"),
        ("Nonsense", {}, "Unknown message type"),
    ],
)
def test_what_is_not_for_a_supervisor_is_refused(call: Any, kind: str, fields: dict[str, Any], told: str) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            assert told in await peer.refused(peer.about(kind, "TC", **fields))
            assert remote.connected

    asyncio.run(run())


def test_unknown_codes_are_refused_and_unfit_values_are_not_believed(call: Any, now_text: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):

            def told(code: str, name: str, value: str) -> str:
                row = {"sCI": code, "n": name, "s": value, "q": "recent"}
                return str(peer.about("StatusUpdate", "TC", sTs=now_text(), sS=[row]))

            assert "S0999" in await peer.refused(told("S0999", "status", "1"))
            await peer.answer(told("S0014", "status", "2"))
            await peer.answer(told("S0014", "status", "999"))
            assert remote.statuses["TC", "S0014", "status"].value == "2"
            assert len(remote.doubts) == 1

    asyncio.run(run())


def test_old_news_does_not_replace_what_is_known(call: Any, now_text: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            for value, quality in (("2", "recent"), ("1", "old")):
                row = {"sCI": "S0014", "n": "status", "s": value, "q": quality}
                await peer.answer(peer.about("StatusUpdate", "TC", sTs=now_text(), sS=[row]))
            assert remote.statuses["TC", "S0014", "status"].value == "2"

    asyncio.run(run())


def test_a_refusal_by_the_site_is_told_with_its_reason(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            asking = asyncio.create_task(remote.request("TC", ("S0014", "status")))
            asked = await peer.one("StatusRequest")
            peer.raw({"mType": "rSMsg", "type": "MessageNotAck", "oMId": asked["mId"], "rea": "not today"})
            # The peer acknowledged it by itself before: the first answer counts, the second is one too many.
            peer.writer.transport.abort()
            with pytest.raises((NotUnderstoodError, UnreachableError)):
                await asking

    asyncio.run(run())


def test_a_response_that_does_not_come_in_time_is_told(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            remote.answer_within_s = 0.2
            with pytest.raises(UnreachableError, match=r"no answer to StatusRequest within 0\.2 s"):
                await remote.request("TC", ("S0014", "status"))
            await peer.one("StatusRequest")
            with pytest.raises(UnreachableError, match="CommandRequest"):
                await remote.command("TC", "M0007", {"status": "True", "securityCode": "2222"})
            assert remote.connected

    asyncio.run(run())


def test_nobody_waits_for_a_site_that_is_gone(call: Any) -> None:
    async def run() -> None:
        async with call() as (_, remote, peer):
            asking = asyncio.create_task(remote.request("TC", ("S0014", "status")))
            await peer.one("StatusRequest")
            peer.writer.transport.abort()
            with pytest.raises(UnreachableError, match="connection ended"):
                await asking
            with pytest.raises(UnreachableError, match="not connected"):
                await remote.request("TC", ("S0014", "status"))

    asyncio.run(run())
