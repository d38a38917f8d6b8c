"""A site as a traffic-light controller: statuses, commands and refusals by the exchange list.

Each check the public validator of RSMP Nordic makes of a site (`spec/site/tlc`) is made here in our own words; which is
which stands in docs/rsmp.md.
"""

import asyncio
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from signals.control.rsmp.sxl.entries import PartOf
from signals.control.rsmp.sxl.table import SXLS, Sxl
from signals.control.rsmp.virtual.junctions import bench, crossroads
from signals.control.rsmp.wire.link import Timing

CODE = {"securityCode": "2222"}
COMPONENT = {PartOf.CONTROLLER: "TC", PartOf.SIGNAL_GROUP: "A1", PartOf.DETECTOR_LOGIC: "DL1"}
CLOCK_NAMES = ("year", "month", "day", "hour", "minute", "second")

NO_DATE = dict(zip(("securityCode", *CLOCK_NAMES), ("1111", "2026", "2", "30", "1", "1", "1"), strict=True))


@pytest.mark.parametrize("sxl", [str(each) for each in SXLS])
def test_every_status_of_every_version_of_the_list_is_answered_with_a_fitting_value(visit: Any, sxl: str) -> None:
    async def run() -> None:
        async with visit("3.2.2", sxl) as here:
            for part, component in COMPONENT.items():
                known = Sxl.named(sxl).statuses_of(part)
                if not known:
                    continue
                told = await here.peer.status(component, *((code, name) for code, name, _ in known))
                faults = {(code, name): value.kind.fault(told[code, name]) for code, name, value in known}
                assert not {key: fault for key, fault in faults.items() if fault}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("code", "name", "since"),
    [
        ("S0022", "status", "1.0.13"), ("S0023", "status", "1.0.13"), ("S0024", "status", "1.0.13"),
        ("S0205", "vehicles", "1.0.14"), ("S0030", "status", "1.0.15"), ("S0031", "status", "1.0.15"),
        ("S0097", "checksum", "1.0.15"), ("S0098", "config", "1.0.15"), ("S0033", "status", "1.1.0"),
        ("S0034", "status", "1.1.0"), ("S0032", "status", "1.1.0"), ("S0014", "source", "1.1.0"),
        ("S0035", "emergencyroutes", "1.2.0"), ("S0005", "statusByIntersection", "1.2.0"),
    ],
)  # fmt: skip
def test_a_status_is_refused_before_the_version_it_came_with(visit: Any, code: str, name: str, since: str) -> None:
    before = max(each for each in SXLS if str(each) != since and each < Sxl.named(since).version)

    async def run() -> None:
        async with visit("3.2.2", str(before)) as here:
            asked = here.peer.about("StatusRequest", "TC", sS=[{"sCI": code, "n": name}])
            assert code in await here.peer.refused(asked)

    asyncio.run(run())


@pytest.mark.parametrize(("code", "name"), [("S0018", "number"), ("S0003", "extendedinputstatus")])
def test_what_ended_with_1_2_is_refused_since(visit: Any, code: str, name: str) -> None:
    async def run() -> None:
        async with visit("3.2.2", "1.2") as here:
            asked = here.peer.about("StatusRequest", "TC", sS=[{"sCI": code, "n": name}])
            assert code in await here.peer.refused(asked)

    asyncio.run(run())


def test_lists_of_objects_are_unknown_to_a_core_before_3_2(visit: Any) -> None:
    async def run() -> None:
        async with visit("3.1.5", "1.2.1") as here:
            response = await here.peer.response("TC", ("S0035", "emergencyroutes"))
            assert [(row["s"], row["q"]) for row in response["sS"]] == [(None, "unknown")]

    asyncio.run(run())


@pytest.mark.parametrize(("code", "name"), [("S0000", "status"), ("S0001", "bad"), ("S9", "status")])
def test_an_unknown_status_or_name_is_refused(visit: Any, code: str, name: str) -> None:
    async def run() -> None:
        async with visit() as here:
            for kind, more in (("StatusRequest", {}), ("StatusSubscribe", {"uRt": "1", "sOc": True})):
                asked = here.peer.about(kind, "TC", sS=[{"sCI": code, "n": name} | more])
                assert code in await here.peer.refused(asked)

    asyncio.run(run())


def test_an_unknown_component_is_undefined_and_gets_no_subscription(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            response = await here.peer.response("bad", ("S0001", "signalgroupstatus"))
            assert [(row["s"], row["q"]) for row in response["sS"]] == [(None, "undefined")]
            row = {"sCI": "S0001", "n": "stage", "uRt": "1", "sOc": True}
            await here.peer.answer(here.peer.about("StatusSubscribe", "bad", sS=[row]))
            update = await here.peer.one("StatusUpdate", cId="bad")
            assert update["sS"][0]["q"] == "undefined"
            ordered = here.peer.order("bad", "M0007", "setFixedTime", status="True", **CODE)
            assert (await here.peer.answer(ordered))["type"] == "MessageAck"
            told = await here.peer.one("CommandResponse", cId="bad")
            assert {(row["v"], row["age"]) for row in told["rvs"]} == {(None, "undefined")}

    asyncio.run(run())


def test_a_status_of_another_kind_of_component_is_refused(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            asked = here.peer.about("StatusRequest", "TC", sS=[{"sCI": "S0025", "n": "minToGEstimate"}])
            assert "signal_group" in await here.peer.refused(asked)
            assert "detector_logic" in await here.peer.refused(
                here.peer.order("TC", "M0008", "setForceDetectorLogic", status="True", mode="True", **CODE)
            )

    asyncio.run(run())


@pytest.mark.parametrize(
    ("code", "operation", "values", "told"),
    [
        ("M0000", "wrong", {"status": "wrong"}, "Unknown command code"),
        ("M0024", "setResetAlarms", {"status": "True"}, "Unknown command code"),  # it comes with 1.3
        ("M0001", "setValue", CODE | {"intersection": "0", "timeout": "0"}, "lacks status"),
        ("M0001", "wrong", CODE | {"status": "Dark", "timeout": "0", "intersection": "0"}, "wants cO setValue"),
        ("M0007", "setFixedTime", CODE | {"status": "True", "more": "1"}, "Unknown argument"),
        ("M0007", "setFixedTime", CODE | {"status": "true"}, "True, False"),
        ("M0006", "setInput", CODE | {"status": "True", "input": "0"}, "1 to 255"),
        ("M0006", "setInput", CODE | {"status": "True", "input": "9"}, "inputs 1 to 8"),
        ("M0006", "setInput", CODE | {"status": "True", "input": "1e2"}, "1 to 255"),
        ("M0002", "setPlan", CODE | {"status": "True", "timeplan": "77"}, "No plan 77"),
        ("M0003", "setTrafficSituation", CODE | {"status": "True", "traficsituation": "9"}, "traffic situations"),
        ("M0005", "setEmergency", CODE | {"status": "True", "emergencyroute": "9"}, "emergency routes"),
        ("M0016", "setWeekTable", CODE | {"status": "7-1"}, "days are 0 to 6"),
        ("M0017", "setTimeTable", CODE | {"status": "1-9-6-30"}, "plan 9 is not stored"),
        ("M0014", "setCommands", CODE | {"plan": "1", "status": "11-5"}, "from 1 to 10"),
        ("M0021", "setLevel", CODE | {"status": "9-50"}, "loops 1 to 2"),
        ("M0104", "setDate", NO_DATE, "No such date"),
        ("M0022", "requestPriority", {"requestId": "a", "type": "new", "level": "7"}, "names one thing"),
        ("M0022", "requestPriority", {"requestId": "a", "type": "cancel", "level": "7"}, "No open priority request"),
    ],
)  # fmt: skip
def test_a_wrong_command_is_refused_with_a_reason(
    visit: Any, code: str, operation: str, values: dict[str, str], told: str
) -> None:
    async def run() -> None:
        async with visit() as here:
            assert told in await here.peer.refused(here.peer.order("TC", code, operation, **values))

    asyncio.run(run())


@pytest.mark.parametrize(
    ("component", "code", "operation", "values"),
    [
        ("DL1", "M0008", "setForceDetectorLogic", {"status": "True", "mode": "True"}),
        ("TC", "M0001", "setValue", {"status": "Dark", "timeout": "0", "intersection": "0"}),
        ("TC", "M0002", "setPlan", {"status": "True", "timeplan": "2"}),
        ("TC", "M0004", "setRestart", {"status": "True"}),
        ("TC", "M0012", "setStart", {"status": "1,3,12"}),
    ],
)
def test_a_wrong_security_code_is_refused_and_nothing_is_done(
    visit: Any, component: str, code: str, operation: str, values: dict[str, str]
) -> None:
    async def run() -> None:
        async with visit() as here:
            for wrong in ("1111", "", "22222"):
                ordered = here.peer.order(component, code, operation, securityCode=wrong, **values)
                assert await here.peer.refused(ordered) == "Incorrect security code"
            assert not here.controller.obeys
            assert here.controller.works.detectors.logics["DL1"].forced is None
            assert len(here.site.ended) == 0

    asyncio.run(run())


def test_who_guesses_security_codes_is_locked_out(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            for guess in range(5):
                ordered = here.peer.order("TC", "M0007", "setFixedTime", status="True", securityCode=str(guess))
                await here.peer.refused(ordered)
            right = here.peer.order("TC", "M0007", "setFixedTime", status="True", **CODE)
            assert await here.peer.refused(right) == "Incorrect security code"

    asyncio.run(run())


def test_security_codes_can_be_changed(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            for level, old in (("1", "1111"), ("2", "2222")):
                same = {"oldSecurityCode": old, "newSecurityCode": old}
                await here.peer.command("TC", "M0103", "setSecurityCode", status=f"Level{level}", **same)
            new = {"oldSecurityCode": "2222", "newSecurityCode": "3333"}
            await here.peer.command("TC", "M0103", "setSecurityCode", status="Level2", **new)
            ordered = here.peer.order("TC", "M0007", "setFixedTime", status="True", **CODE)
            await here.peer.refused(ordered)
            await here.peer.command("TC", "M0007", "setFixedTime", status="True", securityCode="3333")

    asyncio.run(run())


def test_a_command_played_back_is_refused(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            ordered = here.peer.order("TC", "M0007", "setFixedTime", status="True", **CODE)
            await here.peer.answer(ordered)
            since = len(here.peer.got)
            rows = [
                {"cCI": "M0007", "cO": "setFixedTime", "n": name, "v": each}
                for name, each in (("status", "True"), *CODE.items())
            ]
            here.peer.about("CommandRequest", "TC", mId=ordered, arg=rows)
            assert (await here.peer.one("MessageNotAck", since))["oMId"] == ordered

    asyncio.run(run())


def test_several_commands_in_one_message_are_checked_before_the_first_is_done(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            good = [("M0007", "setFixedTime", "status", "True"), ("M0007", "setFixedTime", "securityCode", "2222")]
            bad = [("M0006", "setInput", "status", "True"), ("M0006", "setInput", "securityCode", "2222")]
            rows = [dict(zip(("cCI", "cO", "n", "v"), each, strict=True)) for each in (*good, *bad)]
            assert "M0006 lacks input" in await here.peer.refused(here.peer.about("CommandRequest", "TC", arg=rows))
            assert not here.controller.works.fixed_time

    asyncio.run(run())


# Commands, and the status in which their effect must show.
EFFECTS: list[tuple[str, str, dict[str, str], str, str, str]] = [
    ("M0002", "setPlan", {"status": "True", "timeplan": "2"}, "S0014", "status", "2"),
    ("M0003", "setTrafficSituation", {"status": "True", "traficsituation": "2"}, "S0015", "status", "2"),
    ("M0005", "setEmergency", {"status": "True", "emergencyroute": "2"}, "S0006", "emergencystage", "2"),
    ("M0006", "setInput", {"status": "True", "input": "3"}, "S0003", "inputstatus", "00100000"),
    ("M0007", "setFixedTime", {"status": "True"}, "S0009", "status", "True"),
    ("M0013", "setInput", {"status": "1,3,12;5,5,10"}, "S0003", "inputstatus", "11001010"),
    ("M0014", "setCommands", {"plan": "1", "status": "1-12"}, "S0023", "status", "1-1-12"),
    ("M0015", "setOffset", {"status": "99", "plan": "1"}, "S0024", "status", "1-99,2-0"),
    ("M0016", "setWeekTable", {"status": "0-1,6-2"}, "S0026", "status", "0-1,6-2"),
    ("M0017", "setTimeTable", {"status": "12-1-12-59,1-0-23-12"}, "S0027", "status", "12-1-12-59,1-0-23-12"),
    ("M0018", "setCycleTime", {"status": "10", "plan": "1"}, "S0028", "status", "1-10,2-22"),
    ("M0019", "setInput", {"status": "True", "input": "8", "inputValue": "True"}, "S0029", "status", "00000001"),
    ("M0020", "setOutput", {"status": "True", "output": "1", "outputValue": "True"}, "S0030", "status", "10000000"),
    ("M0021", "setLevel", {"status": "1-50"}, "S0031", "status", "1-50,2-50"),
    ("M0023", "setTimeout", {"status": "10"}, "S0034", "status", "10"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "operation", "values", "status", "name", "shows"), EFFECTS)
def test_a_command_is_answered_and_its_status_shows_it(
    visit: Any, code: str, operation: str, values: dict[str, str], status: str, name: str, shows: str
) -> None:
    async def run() -> None:
        async with visit(speed=8) as here:
            await here.peer.becomes("TC", "S0005", "status", lambda value: value == "False")
            await here.peer.command("TC", code, operation, **values, **CODE)
            assert (await here.peer.status("TC", (status, name)))[status, name] == shows

    asyncio.run(run())


def test_forced_inputs_and_outputs_follow_and_are_released(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            for code, operation, what, value, state, forced in (
                ("M0019", "setInput", "input", "inputValue", ("S0003", "inputstatus"), "S0029"),
                ("M0020", "setOutput", "output", "outputValue", ("S0004", "outputstatus"), "S0030"),
            ):
                for point in ("1", "3", "8"):
                    at = int(point) - 1
                    for on in ("False", "True"):
                        more = {"status": "True", what: point, value: on}
                        await here.peer.command("TC", code, operation, **more, **CODE)
                        assert (await here.peer.status("TC", state))[state][at] == str(int(on == "True"))
                    await here.peer.command(
                        "TC", code, operation, status="False", **{what: point, value: "False"}, **CODE
                    )
                    assert (await here.peer.status("TC", (forced, "status")))[forced, "status"] == "0" * 8

    asyncio.run(run())


def test_detector_logics_can_be_forced(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            wanted = (("S0002", "detectorlogicstatus"), ("S0021", "detectorlogics"))
            for mode, states in (("True", "10"), ("False", "00")):
                more = {"status": "True", "mode": mode}
                await here.peer.command("DL1", "M0008", "setForceDetectorLogic", **more, **CODE)
                told = await here.peer.status("TC", *wanted)
                assert [told[each] for each in wanted] == [states, "10"]
            more = {"status": "False", "mode": "False"}
            await here.peer.command("DL1", "M0008", "setForceDetectorLogic", **more, **CODE)
            assert (await here.peer.status("TC", wanted[1]))[wanted[1]] == "00"

    asyncio.run(run())


def test_dynamic_bands_can_be_changed_and_read_back(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            for seconds in (1, 0):
                await here.peer.command("TC", "M0014", "setCommands", plan="1", status=f"3-{seconds}", **CODE)
                bands = (await here.peer.status("TC", ("S0023", "status")))["S0023", "status"]
                assert f"1-3-{seconds}" in bands.split(",")

    asyncio.run(run())


def test_checksum_is_that_of_the_configuration_and_changes_with_it(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            wanted = (("S0097", "checksum"), ("S0098", "config"), ("S0097", "timestamp"))
            before = await here.peer.status("TC", *wanted)
            assert sha256(b64decode(before["S0098", "config"])).hexdigest() == before["S0097", "checksum"]
            await here.peer.command("TC", "M0015", "setOffset", status="7", plan="1", **CODE)
            after = await here.peer.status("TC", *wanted)
            assert after["S0097", "checksum"] != before["S0097", "checksum"]
            assert after["S0097", "timestamp"] > before["S0097", "timestamp"]

    asyncio.run(run())


@pytest.mark.parametrize(
    ("position", "code", "letters"), [("YellowFlash", ("S0011", "True"), "cccc"), ("Dark", ("S0007", "False"), "bbbb")]
)
def test_flash_and_dark_come_and_go_by_the_start_up(
    visit: Any, position: str, code: tuple[str, str], letters: str
) -> None:
    """Leaving either, every signal group goes through e, f and g, and through nothing else before."""

    async def run() -> None:
        async with visit(layout=bench(), speed=2) as here:
            peer = here.peer
            fixed = {"timeout": "0", "intersection": "0"} | CODE
            await peer.command("TC", "M0001", "setValue", status=position, **fixed)
            assert (await peer.status("TC", (code[0], "status")))[code[0], "status"] == code[1]
            await peer.becomes("TC", "S0001", "signalgroupstatus", lambda value: value == letters)
            since = len(peer.got)
            row = {"sCI": "S0001", "n": "signalgroupstatus", "uRt": "0", "sOc": True}
            await peer.answer(peer.about("StatusSubscribe", "TC", sS=[row]))
            await peer.command("TC", "M0001", "setValue", status="NormalControl", **fixed)
            await peer.until(lambda m: m["type"] == "StatusUpdate" and "1" in m["sS"][0]["s"], since)
            seen = [m["sS"][0]["s"] for m in peer.got[since:] if m["type"] == "StatusUpdate"]
            assert seen[:5] == [letters, "eeee", "ffff", "gggg", "BBBB"]
            for status, value in (("S0007", "True"), ("S0011", "False"), ("S0005", "False")):
                await peer.becomes("TC", status, "status", lambda told, value=value: told == value)

    asyncio.run(run())


def test_a_restart_ends_the_connection_and_comes_back_by_the_start_up(visit: Any) -> None:
    async def run() -> None:
        async with visit() as here:
            here.peer.order("TC", "M0004", "setRestart", status="True", **CODE)
            await here.peer.end()
            peer = await here.again()
            assert (await peer.status("TC", ("S0001", "signalgroupstatus")))["S0001", "signalgroupstatus"] in {
                "eeee", "ffff", "gggg",
            }  # fmt: skip
            await peer.becomes("TC", "S0005", "status", lambda value: value == "False")
            await peer.becomes("TC", "S0020", "controlmode", lambda value: value == "control")

    asyncio.run(run())


async def in_service(peer: Any) -> None:
    await peer.becomes("TC", "S0005", "status", lambda value: value == "False")


@pytest.mark.parametrize(
    ("component", "code", "operation", "more", "green"),
    [
        ("B1", "M0010", "setStart", {"status": "True"}, "BB..."),
        ("A1", "M0011", "setStop", {"status": "True"}, "BB..."),
        ("TC", "M0012", "setStart", {"status": "1,12,3"}, "BB..."),
        ("TC", "M0012", "setStart", {"status": "1,3,12"}, "..BB"),
    ],
)
def test_signal_groups_are_ordered_to_green_and_red(
    visit: Any, component: str, code: str, operation: str, more: dict[str, str], green: str
) -> None:
    async def run() -> None:
        async with visit(speed=8) as here:
            await in_service(here.peer)
            await here.peer.command(component, code, operation, **more, **CODE)
            fits: Callable[[str], bool] = (
                (lambda told: told[:2] == "BB" and set(told[2:]) <= set("13"))
                if green.startswith("BB")
                else (lambda told: told[2:] == "BB" and set(told[:2]) <= set("13"))
            )
            await here.peer.becomes("TC", "S0001", "signalgroupstatus", fits)

    asyncio.run(run())


def test_a_supervisor_that_is_connected_and_silent_loses_his_say(visit: Any) -> None:
    """No watchdog and no acknowledgement comes, and the connection stands: the cable was cut somewhere far away."""

    async def run() -> None:
        async with visit(speed=4, timing=Timing(60.0, 20.0, 60.0, 5.0, 0.02)) as here:
            await in_service(here.peer)
            await here.peer.command("TC", "M0002", "setPlan", status="True", timeplan="2", **CODE)
            here.peer.acks = False
            since = len(here.peer.got)
            async with asyncio.timeout(5):
                while here.controller.obeys:
                    await asyncio.sleep(0.02)
            assert here.site.ready, "it was not the end of the connection"
            assert [each["type"] for each in here.peer.got[since:]].count("Watchdog") > 2, "it asked for a word"
            here.peer.acks = True
            assert (await here.peer.status("TC", ("S0014", "status")))["S0014", "status"] == "1"

    asyncio.run(run())


def test_groups_a_controller_has_not_are_left_alone(visit: Any) -> None:
    """The validator's own example names groups 5 to 17, and leaves out the third number of its second block."""

    async def run() -> None:
        async with visit(speed=8) as here:
            await in_service(here.peer)
            await here.peer.command("TC", "M0012", "setStart", status="5,4134,65;5,11", **CODE)
            assert not here.controller.obeys

    asyncio.run(run())


def test_conflicting_greens_are_refused(visit: Any) -> None:
    async def run() -> None:
        async with visit(speed=8) as here:
            await in_service(here.peer)
            for status in ("1,5,0", "1,15,0", "1,0,15"):
                ordered = here.peer.order("TC", "M0012", "setStart", status=status, **CODE)
                assert "Unsafe or impossible" in await here.peer.refused(ordered)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("code", "operation", "more", "told"),
    [
        ("M0018", "setCycleTime", {"status": "10", "plan": "1"}, "unsafe: least greens and intergreens fill 24 s"),
        ("M0018", "setCycleTime", {"status": "255", "plan": "1"}, "allowed is 30 to 120 s"),
        ("M0014", "setCommands", {"plan": "1", "status": "1-99"}, "allowed is 30 to 120 s"),
    ],
)
def test_a_plan_that_would_be_unsafe_in_a_street_is_refused_and_not_kept(
    visit: Any, code: str, operation: str, more: dict[str, str], told: str
) -> None:
    """The validator asks for a cycle of 10 s: the bench junction has it, the street's cannot."""

    async def run() -> None:
        async with visit(layout=crossroads()) as here:
            before = await here.peer.status("TC", ("S0028", "status"), ("S0097", "checksum"))
            assert told in await here.peer.refused(here.peer.order("TC", code, operation, **more, **CODE))
            assert await here.peer.status("TC", ("S0028", "status"), ("S0097", "checksum")) == before

    asyncio.run(run())


def test_emergency_routes_add_up_and_end(visit: Any) -> None:
    async def run() -> None:
        async with visit(speed=8) as here:
            await in_service(here.peer)
            for on, routes in (("True", [{"id": "1"}, {"id": "2"}]), ("False", [])):
                for number in ("1", "2"):
                    await here.peer.command("TC", "M0005", "setEmergency", status=on, emergencyroute=number, **CODE)
                told = await here.peer.status("TC", ("S0035", "emergencyroutes"), ("S0006", "status"))
                assert told["S0035", "emergencyroutes"] == routes
                assert told["S0006", "status"] == on

    asyncio.run(run())
