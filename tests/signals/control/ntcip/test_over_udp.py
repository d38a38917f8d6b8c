"""Agent and manager over real UDP: SNMPv3 to write, two steps for every order, the stored plan when nobody is left."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    get_cmd,
    next_cmd,
    set_cmd,
)
from pysnmp.proto.rfc1902 import Integer32, OctetString

from signals.control.controller import FallBack, GoToStage, Order, RunPlan, SetCycle, SetOffset, ShowLamps, State
from signals.control.ntcip import objects as o
from signals.control.ntcip.adapter import NtcipController
from signals.control.ntcip.agent import Agent
from signals.control.ntcip.device import Device
from signals.control.ntcip.manager import Manager, SilentError
from signals.control.ntcip.secrets import Secrets
from signals.control.rsmp.virtual.junctions import bench
from signals.control.table import SafetyTable
from signals.control.two_step import Mandate, Permits, Step
from signals.control.virtual.cabinet import StartUp
from signals.control.virtual.errors import RefusedError

SECRETS = Secrets("an", "authentication", "privacy-key", community="look")
SPEED = 4


def clock() -> float:
    return SPEED * time.monotonic()


@dataclass
class Street:
    device: Device
    agent: Agent
    manager: Manager
    port: NtcipController
    permits: Permits
    steps: list[Step]
    closing: AsyncExitStack

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.02)

    def allow(self, order: Order | Mandate) -> None:
        self.permits.confirm(self.permits.prepare(order, "An", "thử", clock()).token, "Bình", clock())

    async def give(self, order: Order) -> tuple[State, str]:
        answer = self.port.send(order, clock())
        await self.port.settled()
        final = self.port.answer(answer.number)
        assert final is not None
        return final.state, final.why


@asynccontextmanager
async def street(*, writable: bool = True) -> AsyncIterator[Street]:
    layout = replace(bench(), start_up=StartUp(0.1, 0.1, 0.1))
    device = Device(layout.junction, layout.programs, clock(), layout.start_up)
    steps: list[Step] = []
    permits = Permits("crossroads", steps.append, writable=writable)
    async with Agent(device, SECRETS, "127.0.0.1", 0, clock) as agent:
        manager = Manager("127.0.0.1", agent.port, SECRETS)
        port = NtcipController(manager, SafetyTable.of(layout.junction), permits, clock)
        running = asyncio.create_task(port.run())
        try:
            async with AsyncExitStack() as closing:
                made = Street(device, agent, manager, port, permits, steps, closing)
                await made.until(lambda: port.present(clock()).obeys)
                yield made
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await manager.close()


def test_a_plan_is_prepared_confirmed_run_and_given_back() -> None:
    async def run() -> None:
        async with street() as here:
            assert (await here.give(RunPlan(2)))[0] is State.REFUSED
            here.allow(RunPlan(2))
            assert await here.give(RunPlan(2)) == (State.DONE, "")
            await here.until(lambda: here.port.present(clock()).plan == 2)
            await asyncio.sleep(5 / SPEED)
            assert here.device.orders.pattern == 2, "it is set again and again"
            assert (await here.give(FallBack()))[0] is State.DONE
            assert here.device.orders.pattern == 0
            assert [step.what for step in here.steps] == ["refused", "prepared", "confirmed", "sent", "fell_back"]

    asyncio.run(run())


def test_cycle_and_offset_are_set_and_unsafe_ones_refused_by_the_controller() -> None:
    async def run() -> None:
        async with street() as here:
            for order, state in (
                (SetCycle(1, 40), State.DONE),
                (SetOffset(1, 7), State.DONE),
                (SetCycle(1, 3), State.REFUSED),
                (RunPlan(99), State.REFUSED),
            ):
                here.allow(order)
                assert (await here.give(order))[0] is state
            told = await here.manager.read([o.pattern(o.Pattern.CYCLE, 1), o.pattern(o.Pattern.OFFSET, 1)])
            assert list(told.values()) == [40, 7]

    asyncio.run(run())


def test_stages_follow_under_a_mandate_and_end_with_whoever_orders_them() -> None:
    async def run() -> None:
        async with street() as here:
            assert (await here.give(GoToStage("B", 1)))[0] is State.REFUSED
            here.allow(Mandate(600.0))
            lamps = ShowLamps(here.port.present(clock()).aspects)
            assert (await here.give(lamps))[0] is State.REFUSED
            assert "wanted one of A, B" in (await here.give(GoToStage("C", 1)))[1]
            for stage in ("B", "A"):
                async with asyncio.timeout(10):
                    while here.port.present(clock()).stage != stage:
                        here.port.send(GoToStage(stage, 2), clock())
                        await asyncio.sleep(0.05)
            await here.until(lambda: here.steps[-1].what == "fell_back")
            await here.port.settled()
            assert not any(here.device.orders.masks.values())

    asyncio.run(run())


def test_a_manager_that_is_gone_leaves_the_stored_plan() -> None:
    async def run() -> None:
        async with street() as here:
            await here.manager.write([(o.SYSTEM_PATTERN, 2)])  # once, and never again
            assert here.device.orders.pattern == 2
            await here.until(lambda: here.device.orders.pattern == 0)

    asyncio.run(run())


def test_read_only_is_read_only() -> None:
    async def run() -> None:
        async with street(writable=False) as here:
            for order in (RunPlan(2), SetCycle(1, 40), GoToStage("B", 1)):
                assert (await here.give(order))[0] is State.REFUSED
            assert (await here.give(FallBack()))[0] is State.DONE

    asyncio.run(run())


def test_without_the_right_user_nothing_is_read_or_written() -> None:
    async def run() -> None:
        async with street() as here:
            for secrets in (replace(SECRETS, auth_key="another-key"), replace(SECRETS, user="binh")):
                stranger = Manager("127.0.0.1", here.agent.port, secrets)
                here.closing.push_async_callback(stranger.close)
                with pytest.raises(SilentError):
                    await stranger.read([o.MAX_PHASES])
                with pytest.raises(SilentError):
                    await stranger.write([(o.SYSTEM_PATTERN, 2)])
            assert here.device.orders.pattern == 0

    asyncio.run(run())


def test_the_community_reads_and_walks_and_never_writes() -> None:
    async def run() -> None:
        async with street() as here:
            engine = SnmpEngine()
            here.closing.callback(engine.close_dispatcher)
            target = await UdpTransportTarget.create(("127.0.0.1", here.agent.port), timeout=1.0, retries=0)
            who = (engine, CommunityData("look", mpModel=1), target, ContextData())
            _, status, _, rows = await get_cmd(*who, ObjectType(ObjectIdentity(o.MAX_PHASES)), lookupMib=False)
            assert (int(status), int(rows[0][1])) == (0, 4)
            wanted, walked, at = list(here.device.readable()), [], o.ASC
            while len(walked) < len(wanted):
                _, _, _, rows = await next_cmd(*who, ObjectType(ObjectIdentity(at)), lookupMib=False)
                at = tuple(rows[0][0])
                walked.append(at)
            assert walked == wanted
            order = ObjectType(ObjectIdentity(o.SYSTEM_PATTERN), Integer32(2))
            wrong, status, _, _ = await set_cmd(*who, order, lookupMib=False)
            assert wrong or int(status)
            assert here.device.orders.pattern == 0

    asyncio.run(run())


def test_a_value_of_another_type_is_refused() -> None:
    async def run() -> None:
        async with street() as here:
            with pytest.raises(RefusedError, match="wrongType"):
                await here.manager._ask(set_cmd, [ObjectType(ObjectIdentity(o.SYSTEM_PATTERN), OctetString("2"))])

    asyncio.run(run())
