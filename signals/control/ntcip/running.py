"""The two NTCIP commands as programs."""

import asyncio
import json
import time

import typer

from signals.control.ntcip.adapter import NtcipController
from signals.control.ntcip.agent import Agent
from signals.control.ntcip.device import Device
from signals.control.ntcip.manager import Manager
from signals.control.ntcip.secrets import Secrets
from signals.control.rsmp.virtual.junctions import Layout
from signals.control.table import SafetyTable
from signals.control.two_step import Permits


async def serve(host: str, port: int, secrets: Secrets, layout: Layout) -> None:
    """A virtual controller, until cancelled."""
    device = Device(layout.junction, layout.programs, time.monotonic(), layout.start_up)
    async with Agent(device, secrets, host, port) as agent:
        typer.echo(f"Listening on {host}:{agent.port}", err=True)
        await asyncio.Event().wait()


async def watch(host: str, port: int, secrets: Secrets, layout: Layout) -> None:
    """A JSON line each second, until cancelled. Read-only."""
    table = SafetyTable.of(layout.junction)
    permits = Permits(f"{host}:{port}", lambda _: None)
    controller = NtcipController(Manager(host, port, secrets), table, permits, time.monotonic)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(controller.run())
        while True:
            await asyncio.sleep(1.0)
            shown = controller.present(time.monotonic())
            lamps = dict(zip(table.movements, shown.aspects.tolist(), strict=True))
            line = {"lamps": lamps, "stage": shown.stage, "plan": shown.plan, "reachable": shown.obeys}
            typer.echo(json.dumps(line, ensure_ascii=False))
