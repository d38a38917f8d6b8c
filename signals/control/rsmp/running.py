"""The two ends as programs: what they print while they run, and one order given by hand in two steps."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from signals.control.audit_file import audit_into
from signals.control.controller import RunPlan, State
from signals.control.rsmp.options import Codes
from signals.control.rsmp.site.site import Site, SiteSettings
from signals.control.rsmp.supervisor.adapter import RsmpController, watch_lamps
from signals.control.rsmp.supervisor.alarms import About, AlarmDesk, ShownAlarm, shown_alarms
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.supervisor import Supervisor, SupervisorSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.fault_file import FaultFile
from signals.control.rsmp.virtual.junctions import Layout, crossroads
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.table import SafetyTable
from signals.control.two_step import Permits
from signals.errors import SignalsError

TELL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class OneOrder:
    """A plan for the first site that connects. audit: the file its steps are put into."""

    plan: int
    person: str
    reason: str
    codes: Codes
    audit: Path


@dataclass(frozen=True, slots=True)
class AlarmOrder:
    """What a person wants of one alarm of the first site that connects."""

    about: About
    code: str
    component: str
    person: str
    reason: str
    audit: Path


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """buffer: for what must not be lost; None: in memory. faults: what is broken, by `virtual/faults.py`."""

    buffer: Path | None = None
    faults: Path | None = None


async def run_site(
    settings: SiteSettings, layout: Layout, sxl: Sxl, codes: Codes, files: SiteFiles, *, as_json: bool
) -> None:
    """Until cancelled; a line whenever what is shown has changed."""
    now_s = time.monotonic()
    controller = VirtualController(layout, sxl, codes.by_level(), now_s, datetime.now(UTC))
    faults = None if files.faults is None else FaultFile(files.faults, controller.works)
    site = Site(settings, controller, Outbox(files.buffer), time.monotonic)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(site.run())
        if faults is not None:
            tasks.create_task(_look_at(faults))
        tasks.create_task(_tell_site(site, controller, settings.identity.site_id, as_json=as_json))


async def _look_at(faults: FaultFile) -> None:
    while True:
        await asyncio.sleep(TELL_EVERY_S)
        faults.look()


async def _tell_site(site: Site, controller: VirtualController, site_id: str, *, as_json: bool) -> None:
    last: tuple[object, ...] = ()
    while True:
        works = controller.works
        now_s = time.monotonic()
        mode = works.cabinet.mode.value if works.cabinet.mode else "starting"
        alarms = [f"{each.entry.code} {each.component}" for each in controller.alarms.all() if each.active]
        told = (works.cabinet.letters(), works.plan(now_s), mode, site.ready, alarms)
        if told != last:
            last = told
            names = ("groups", "plan", "mode", "connected", "alarms")
            _line({"site": site_id} | dict(zip(names, told, strict=True)), as_json=as_json)
        await asyncio.sleep(0.2)


async def run_supervisor(
    settings: SupervisorSettings, sites: Sequence[RemoteSite], orders: Sequence[OneOrder | AlarmOrder], *, as_json: bool
) -> None:
    """Until cancelled; a line for every site, each second."""
    async with Supervisor(settings, sites, time.monotonic) as supervisor:
        typer.echo(f"Listening on {settings.host}:{supervisor.port}", err=True)
        known = dict.fromkeys(supervisor.sites, 0)
        left = list(orders)
        while True:
            for site in sites:
                if site.connected and site.connections > known[site.site_id] and site.aggregated is not None:
                    known[site.site_id] = site.connections
                    await watch_lamps(site)
                    while left:
                        order = left.pop(0)
                        await (_give(site, order) if isinstance(order, OneOrder) else _order_alarm(site, order))
                _line(_told(site), as_json=as_json)
            await asyncio.sleep(TELL_EVERY_S)


def _told(site: RemoteSite) -> dict[str, object]:
    values = {key[1:]: known.value for key, known in site.statuses.items()}
    return {
        "site": site.site_id,
        "connected": site.connected,
        "core": str(site.core.version) if site.core else None,
        "groups": values.get(("S0001", "signalgroupstatus")),
        "plan": values.get(("S0014", "status")),
        "alarms": [_in_words(each) for each in shown_alarms(site)],
    }


def _in_words(alarm: ShownAlarm) -> str:
    standing = {"active": alarm.active, "acknowledged": alarm.acknowledged, "suspended": alarm.suspended}
    return " ".join((alarm.code, alarm.component, *(word for word, holds in standing.items() if holds)))


async def _order_alarm(site: RemoteSite, order: AlarmOrder) -> None:
    """The site tells of its alarms a moment after it has connected."""
    with suppress(TimeoutError):
        async with asyncio.timeout(TELL_EVERY_S):
            while (order.component, order.code) not in site.alarms:
                await asyncio.sleep(0.05)
    try:
        desk = AlarmDesk(site, audit_into(order.audit))
        shown = await desk.order(order.component, order.code, order.about, order.person, order.reason)
    except SignalsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(_in_words(shown), err=True)


async def _give(site: RemoteSite, order: OneOrder) -> None:
    """Prepared, shown, confirmed by a person, sent, answered. Only stages would need the site's own table.

    The order holds as long as this supervisor goes on: left alone, the site runs its stored plan within four seconds.
    """
    permits = Permits(site.site_id, audit_into(order.audit), writable=True)
    controller = RsmpController(site, SafetyTable.of(crossroads().junction), permits, order.codes.second)
    prepared = permits.prepare(RunPlan(order.plan), order.person, order.reason, site.clock())
    question = f"Site {site.site_id}: run plan {order.plan}, for {order.person}: {order.reason}. Confirm?"
    if not await asyncio.to_thread(typer.confirm, question, err=True):
        typer.echo("Not confirmed: nothing was sent.", err=True)
        return
    permits.confirm(prepared.token, order.person, site.clock())
    answer = controller.send(prepared.order, site.clock())  # type: ignore[arg-type]  # a plan was prepared, no mandate
    await controller.settled()
    final = controller.answer(answer.number) or answer
    typer.echo(f"{final.state.value}{': ' if final.why else ''}{final.why}", err=True)
    if final.state is not State.DONE:
        raise typer.Exit(1)


def _line(told: dict[str, object], *, as_json: bool) -> None:
    text = (
        json.dumps(told, ensure_ascii=False)
        if as_json
        else "  ".join(f"{name} {value}" for name, value in told.items())
    )
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
