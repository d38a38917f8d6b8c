"""A site towards its supervisor: establishment, acknowledgements, watchdogs, refusals, alarms and what was missed.

The sequences and refusals are those the public validator of RSMP Nordic asks of a site (`spec/site/core`).
"""

import asyncio
import json
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import pytest

from signals.control.rsmp.wire.core import Core, Version, versions
from signals.control.rsmp.wire.link import Timing

OLDER, NEWER = ("3.1.2", "3.1.3"), ("3.1.4", "3.1.5", "3.2", "3.2.0", "3.2.1", "3.2.2")
PATIENT = Timing(watchdog_every_s=60.0, ack_within_s=5.0, watchdog_within_s=60.0, tick_s=0.02)
LAMPS = {"sCI": "S0001", "n": "signalgroupstatus"}


@pytest.mark.parametrize("core", NEWER)
def test_connection_is_established_in_the_order_of_3_1_4_and_later(visit: Any, core: str) -> None:
    async def run() -> None:
        async with visit(core, timing=PATIENT) as here:
            assert here.peer.log[:10] == [
                ("in", "Version"),
                ("out", "MessageAck"),
                ("out", "Version"),
                ("in", "MessageAck"),
                ("in", "Watchdog"),
                ("out", "MessageAck"),
                ("out", "Watchdog"),
                ("in", "MessageAck"),
                ("in", "AggregatedStatus"),
                ("out", "MessageAck"),
            ]

    asyncio.run(run())


@pytest.mark.parametrize("core", OLDER)
def test_before_3_1_4_both_ends_may_begin_at_once(visit: Any, core: str) -> None:
    async def run() -> None:
        async with visit(core, "1.0.7", timing=PATIENT, greeted=False) as here:
            here.peer.version([core], "1.0.7")
            await here.peer.one("Watchdog")
            here.peer.core = Core(Version.parse(core))
            exchange = {("in", "Version"), ("out", "MessageAck"), ("out", "Version"), ("in", "MessageAck")}
            assert set(here.peer.log[:4]) == exchange
            here.peer.watchdog()
            told = await here.peer.one("AggregatedStatus")
            assert ("in", "AggregatedStatus") not in here.peer.log[:8]
            assert {type(bit) for bit in told["se"]} == ({str} if core == "3.1.2" else {bool})

    asyncio.run(run())


@pytest.mark.parametrize(("core", "all_alarms"), [("3.1.3", False), ("3.1.4", True), ("3.2.2", True)])
def test_all_alarms_are_told_at_connect_since_3_1_4(visit: Any, core: str, all_alarms: bool) -> None:
    async def run() -> None:
        async with visit(core, "1.0.15") as here:
            await here.peer.status("TC", ("S0014", "status"))
            alarms = [each for each in here.peer.got if each["type"] == "Alarm"]
            assert bool(alarms) is all_alarms
            assert all(each["aS"] == "inActive" and each["ack"] == "notAcknowledged" for each in alarms)

    asyncio.run(run())


def test_the_newest_common_version_is_used(visit: Any) -> None:
    async def run() -> None:
        async with visit(greeted=False, cores=versions("3.1.2", "3.1.5", "3.2.1")) as here:
            here.peer.version(["3.1.2", "3.1.5", "3.2.2", "3.3.0"], "1.2.1")
            await here.peer.one("Watchdog")
            assert str(here.site.session.core.version) == "3.1.5"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("cores", "sxl", "site_id", "told"),
    [
        (["9.9"], "1.2.1", "RN+SI0001", "none in common"),
        (["3.2.2"], "1.0.7", "RN+SI0001", "SXL version does not match"),
        (["3.2.2"], "1.2.1", "AB+1234", "Site id does not match"),
    ],
)
def test_a_supervisor_that_does_not_match_is_refused_and_left(
    visit: Any, cores: list[str], sxl: str, site_id: str, told: str
) -> None:
    async def run() -> None:
        async with visit(greeted=False) as here:
            version = here.peer.version(cores, sxl, site_id)
            assert told in await here.peer.refused(version)
            await here.peer.end()
            await here.again()  # it calls again, and a right one is accepted

    asyncio.run(run())


def test_nothing_but_versions_is_answered_before_they_are_exchanged(visit: Any) -> None:
    async def run() -> None:
        async with visit(greeted=False) as here:
            early = [here.peer.watchdog(), here.peer.about("StatusRequest", "TC", sS=[LAMPS])]
            await here.peer.greet("3.2.2", "1.2.1")
            await here.peer.status("TC", ("S0014", "status"))
            assert not [each for each in here.peer.got if each.get("oMId") in early]

    asyncio.run(run())


def test_a_malformed_version_is_refused_and_the_connection_closed(visit: Any) -> None:
    async def run() -> None:
        async with visit(greeted=False) as here:
            assert "SXL" in await here.peer.refused(here.peer.send("Version", RSMP=[{"vers": "3.2.2"}], siteId=[]))
            await here.peer.end()

    asyncio.run(run())


def test_connection_is_closed_when_watchdogs_are_not_acknowledged(visit: Any) -> None:
    async def run() -> None:
        async with visit(timing=Timing(0.1, 0.3, 60.0, 5.0, 0.02)) as here:
            here.peer.acks = False
            await here.peer.end()
            await here.again(greeted=False)
            assert "no acknowledgement" in here.site.ended[0]

    asyncio.run(run())


def test_connection_is_closed_when_no_watchdogs_come(visit: Any) -> None:
    async def run() -> None:
        async with visit(timing=Timing(0.1, 5.0, 0.4, 5.0, 0.02)) as here:
            await here.peer.end()
            await here.again(greeted=False)
            assert here.site.ended == ["no watchdog within 0.4 s"]

    asyncio.run(run())


def test_watchdogs_go_out_at_their_interval_with_the_time(visit: Any) -> None:
    async def run() -> None:
        async with visit(timing=replace(PATIENT, watchdog_every_s=0.1)) as here:
            for _ in range(3):
                await here.peer.one("Watchdog", since=len(here.peer.got))

    asyncio.run(run())


@pytest.mark.parametrize(
    ("packet", "told"),
    [
        ('{"mType":"rSMsg","type":"Watchdog","mId":"ID","wTs":', "Not JSON"),
        ('{"mType":"rSMsg","type":"Watchdogg","mId":"ID"}', "Unknown message type: 'Watchdogg'"),
        ('{"mType":"other","type":"Watchdog","mId":"ID"}', "mType"),
        ('{"type":"Watchdog","mId":"ID","wTs":"2026-01-01T00:00:00.000Z"}', "mType"),
        ('{"mType":"rSMsg","mId":"ID"}', "Unknown message type: None"),
        ('{"mType":"rSMsg","type":["Watchdog"],"mId":"ID"}', "Unknown message type"),
        ('{"mType":"rSMsg","type":"Watchdog","mId":"ID"}', "wTs: Field required"),
        ('{"mType":"rSMsg","type":"Watchdog","mId":"ID","wTs":"today"}', "wTs"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","cId":"TC"}', "sS: Field required"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","cId":"TC","sS":[]}', "sS"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","sS":[{"sCI":"S0001","n":"stage"}]}', "cId"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","cId":"TC","sS":[{"sCI":"S0001"}]}', "sS.0.n"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","cId":"TC","sS":[{"sCI":7,"n":"stage"}]}', "sS.0.sCI"),
        ('{"mType":"rSMsg","type":"StatusRequest","mId":"ID","mId":"ID"}', "given twice"),
        ('{"mType":"rSMsg","type":"AggregatedStatus","mId":"ID","cId":"TC"}', "AggregatedStatus"),
        ('{"mType":"rSMsg","type":"Alarm","mId":"ID","cId":"TC","aCId":"A0001","aSp":"Forget"}', "aSp"),
        ('{"mType":"rSMsg","type":"Alarm","mId":"ID","cId":"TC","aCId":"A0001","aSp":"issue"}', "aSp"),
        ('{"mType":"rSMsg","type":"Watchdog","mId":"ID","wTs":NaN}', "no number"),
    ],
)
def test_what_is_wrong_is_refused_with_a_reason_and_the_connection_goes_on(visit: Any, packet: str, told: str) -> None:
    async def run() -> None:
        async with visit() as here:
            number = "d2e9a9a1-a082-44f5-b4e0-6c9233a204c1"
            here.peer.bytes(packet.replace("ID", number).encode() + b"\x0c")
            assert told in await here.peer.refused(number)
            await here.peer.status("TC", ("S0014", "status"))

    asyncio.run(run())


@pytest.mark.parametrize("packet", [b"\x0c\x0c \x0c", b"[1,2]\x0c", b"\xff\xfe\x0c", b"{\x0c", b"[" * 5000 + b"\x0c"])
def test_what_has_no_id_gets_no_answer_and_does_no_harm(visit: Any, packet: bytes) -> None:
    async def run() -> None:
        async with visit() as here:
            here.peer.bytes(packet)
            await here.peer.status("TC", ("S0014", "status"))

    asyncio.run(run())


def test_messages_in_pieces_and_several_at_once_are_understood(visit: Any) -> None:
    async def run() -> None:
        async with visit(timing=PATIENT) as here:
            here.peer.acks = False  # an answer of its own would fall between the pieces
            fields = {"mType": "rSMsg", "type": "StatusRequest", "cId": "TC", "sS": [LAMPS]}
            numbers = [f"d2e9a9a1-a082-44f5-b4e0-6c9233a204c{i}" for i in range(3)]
            stream = b"".join(json.dumps(fields | {"mId": each}).encode() + b"\x0c" for each in numbers)
            for at in range(0, len(stream), 37):
                here.peer.bytes(stream[at : at + 37])
                await asyncio.sleep(0)
            for number in numbers:
                assert (await here.peer.answer(number))["type"] == "MessageAck"

    asyncio.run(run())


def test_a_packet_without_an_end_ends_the_connection(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            here.peer.bytes(b"x" * ((1 << 20) + 100))
            await here.peer.end()

    asyncio.run(run())


@pytest.mark.parametrize("core", ["3.1.2", "3.1.4"])
def test_what_came_with_3_1_5_is_refused_before(visit: Any, core: str, now_text: Any) -> None:
    async def run() -> None:
        async with visit(core, "1.0.15") as here:
            asked = here.peer.about("AggregatedStatusRequest", "TC")
            assert "3.1.5" in await here.peer.refused(asked)
            alarm = here.peer.about("Alarm", "TC", aCId="A0001", xACId="", xNACId="", aSp="Request")
            assert "3.1.5" in await here.peer.refused(alarm)
            subscribed = here.peer.about("StatusSubscribe", "TC", sS=[LAMPS | {"uRt": "1", "sOc": True}])
            assert "3.1.5" in await here.peer.refused(subscribed)

    asyncio.run(run())


@pytest.mark.parametrize("core", ["3.1.5", "3.2.2"])
def test_aggregated_status_can_be_asked_for(visit: Any, core: str) -> None:
    async def run() -> None:
        async with visit(core) as here:
            since = len(here.peer.got)
            await here.peer.answer(here.peer.about("AggregatedStatusRequest", "TC"))
            told = await here.peer.one("AggregatedStatus", since)
            assert told["se"] == [False, False, False, False, False, True, False, False]
            assert (told["fP"], told["fS"]) == (None, None)
            assert "no aggregated status" in await here.peer.refused(here.peer.about("AggregatedStatusRequest", "A1"))

    asyncio.run(run())


def test_before_3_1_3_a_value_nobody_knows_is_an_empty_text(visit: Any) -> None:
    async def run() -> None:
        async with visit("3.1.2", "1.0.7") as here:
            told = await here.peer.one("AggregatedStatus")
            assert (told["fP"], told["fS"]) == ("", "")
            response = await here.peer.response("bad", ("S0001", "signalgroupstatus"))
            assert response["sS"] == [LAMPS | {"s": "", "q": "undefined"}]

    asyncio.run(run())


def test_aggregated_status_is_told_when_it_changes(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            since = len(here.peer.got)
            await here.peer.command("TC", "M0006", "setInput", securityCode="2222", status="True", input="7")
            told = await here.peer.one("AggregatedStatus", since)
            assert told["se"][4], "an active alarm of priority 3 sets bit 5"

    asyncio.run(run())


def alarm(peer: Any, about: str, component: str = "DL1", code: str = "A0302") -> str:
    return str(peer.about("Alarm", component, aCId=code, xACId="", xNACId="", aSp=about))


def test_alarms_are_raised_acknowledged_suspended_resumed_and_asked_for(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            peer = here.peer

            async def turn(on: str) -> None:
                await peer.command("TC", "M0006", "setInput", securityCode="2222", status=on, input="7")

            await turn("True")
            raised = await peer.one("Alarm", cId="DL1", aCId="A0302", aSp="Issue", aS="Active")
            assert (raised["ack"], raised["sS"], raised["cat"], raised["pri"]) == (
                "notAcknowledged", "notSuspended", "D", "3",
            )  # fmt: skip
            assert [row["n"] for row in raised["rvs"]] == ["detector", "type", "errormode", "manual", "logicerror"]
            alarm(peer, "Acknowledge")
            told = await peer.one("Alarm", cId="DL1", aSp="Acknowledge")
            assert (told["ack"], told["aS"]) == ("Acknowledged", "Active")
            alarm(peer, "Suspend")
            assert (await peer.one("Alarm", cId="DL1", aSp="Suspend"))["sS"] == "Suspended"
            since = len(peer.got)
            await turn("False")
            await peer.one("AggregatedStatus", since)
            assert not [each for each in peer.got[since:] if each["type"] == "Alarm"], "suspended: nothing is told"
            alarm(peer, "Resume")
            told = await peer.one("Alarm", since, cId="DL1", aSp="Suspend")
            assert (told["sS"], told["aS"]) == ("notSuspended", "inActive")
            alarm(peer, "Request")
            assert (await peer.one("Alarm", since, cId="DL1", aSp="Issue"))["aS"] == "inActive"

    asyncio.run(run())


def test_an_alarm_that_comes_again_is_to_be_acknowledged_again(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            for _ in range(2):
                since = len(here.peer.got)
                here.controller.works.inputs.put(7, on=True)
                told = await here.peer.one("Alarm", since, cId="DL1", aSp="Issue", aS="Active")
                assert told["ack"] == "notAcknowledged"
                alarm(here.peer, "Acknowledge")
                await here.peer.one("Alarm", since, aSp="Acknowledge")
                here.controller.works.inputs.put(7, on=False)
                assert (await here.peer.one("Alarm", since, aSp="Issue", aS="inActive"))["ack"] == "Acknowledged"

    asyncio.run(run())


@pytest.mark.parametrize(("component", "code"), [("TC", "A0302"), ("bad", "A0001"), ("TC", "A9999")])
def test_an_alarm_the_site_has_not_is_refused(visit: Any, component: str, code: str) -> None:
    async def run() -> None:
        async with visit() as here:
            assert code in await here.peer.refused(alarm(here.peer, "Acknowledge", component, code))

    asyncio.run(run())


def test_before_3_2_letters_may_be_small_or_large(visit: Any) -> None:
    async def run() -> None:
        async with visit("3.1.5", "1.0.15") as here:
            alarm(here.peer, "suspend")
            await here.peer.one("Alarm", cId="DL1", aSp="Suspend")

    asyncio.run(run())


@pytest.mark.parametrize(("core", "quality"), [("3.2.2", "old"), ("3.1.5", "recent")])
def test_what_happened_while_nobody_listened_is_told_in_order(visit: Any, core: str, quality: str) -> None:
    """Subscribed statuses that are kept, and alarms; marked old since 3.2."""

    async def run() -> None:
        async with visit(core) as here:
            row = {"sCI": "S0005", "n": "status", "uRt": "0", "sOc": True}
            plan = {"sCI": "S0009", "n": "status", "uRt": "0", "sOc": True}
            await here.peer.answer(
                here.peer.about("StatusSubscribe", "TC", sS=[row, plan, LAMPS | {"uRt": "1", "sOc": True}])
            )
            await here.peer.one("StatusUpdate")
            here.peer.writer.transport.abort()
            await here.again(greeted=False)
            for fixed in (True, False, True):
                here.controller.works.fixed_time = fixed
                await asyncio.sleep(0.06)
            here.controller.works.inputs.put(7, on=True)
            await asyncio.sleep(0.06)
            here.controller.works.inputs.put(7, on=False)
            await asyncio.sleep(0.06)
            await here.peer.greet(core, "1.2.1")
            await here.peer.until(lambda m: m["type"] == "StatusUpdate" and m["sS"][0]["s"] == "True")
            await here.peer.until(lambda m: m["type"] == "Alarm" and m["aS"] == "Active")
            await here.peer.status("TC", ("S0014", "status"))
            rows = [row for each in here.peer.got if each["type"] == "StatusUpdate" for row in each["sS"]]
            fixed_rows = [row for row in rows if row["sCI"] == "S0009"]
            assert [row["s"] for row in fixed_rows] == ["True", "False", "True"]
            assert {row["q"] for row in fixed_rows} == {quality}
            assert "S0001" not in {row["sCI"] for row in rows}, "lamps are soon out of date: that subscription ended"

    asyncio.run(run())


def test_what_was_not_acknowledged_is_sent_again_with_a_new_id(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            here.peer.acks = False
            here.controller.works.inputs.put(7, on=True)
            first = await here.peer.one("Alarm", cId="DL1", aCId="A0302", aS="Active")
            here.peer.writer.transport.abort()
            here.controller.works.inputs.put(7, on=False)
            await here.again()
            again = await here.peer.until(lambda m: m["type"] == "Alarm" and m["aS"] == "Active")
            assert (again["aTs"], again["aCId"]) == (first["aTs"], "A0302")
            assert again["mId"] != first["mId"]
            async with asyncio.timeout(5):
                while len(here.outbox):
                    await asyncio.sleep(0.02)

    asyncio.run(run())


def test_messages_bent_at_random_never_end_the_site(visit: Any) -> None:
    """Each is one of ours with something cut, doubled, swapped or of another kind in it."""
    chance = Random(7)
    odd: list[Any] = [None, 0, -1.5, True, "", "x" * 300, [], {}, [{}], {"a": 1}, "\u0000", "A0302", "S0001", "NaN"]

    def bent(fields: dict[str, Any]) -> dict[str, Any]:
        copy = json.loads(json.dumps(fields))
        places = [copy, *(row for each in copy.values() if isinstance(each, list) for row in each)]
        place = chance.choice(places)
        name = chance.choice(list(place))
        if chance.random() < 0.3:
            del place[name]
        else:
            place[name] = chance.choice(odd)
        return dict(copy)

    arguments = [
        {"cCI": "M0007", "cO": "setFixedTime", "n": n, "v": v}
        for n, v in (("status", "True"), ("securityCode", "2222"))
    ]
    rows: list[dict[str, Any]] = [
        {"type": "StatusRequest", "sS": [LAMPS]},
        {"type": "StatusSubscribe", "sS": [LAMPS | {"uRt": "1", "sOc": True}]},
        {"type": "StatusUnsubscribe", "sS": [LAMPS]},
        {"type": "CommandRequest", "arg": arguments},
        {"type": "Alarm", "aCId": "A0302", "xACId": "", "xNACId": "", "aSp": "Suspend"},
        {"type": "AggregatedStatusRequest"},
        {"type": "Watchdog", "wTs": "2026-11-21T00:00:00.000Z"},
        {"type": "MessageAck", "oMId": "x"},
        {"type": "Version", "RSMP": [{"vers": "3.2.2"}], "siteId": [{"sId": "RN+SI0001"}], "SXL": "1.2.1"},
    ]

    async def run() -> None:
        async with visit() as here:
            for _ in range(300):
                fields = {"mType": "rSMsg", "mId": str(UUID(int=chance.getrandbits(128), version=4)), "cId": "TC"}
                here.peer.bytes(json.dumps(bent(fields | chance.choice(rows))).encode() + b"\x0c")
            await here.peer.status("TC", ("S0014", "status"))
            assert here.site.ended == []

    asyncio.run(run())
