"""Both ends over real TCP: the controller port, two steps for every write, the guard's last word, TLS, the dead man."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signals.control.controller import (
    FallBack,
    GoToStage,
    Order,
    RunPlan,
    SetCycle,
    SetOffset,
    ShowLamps,
    State,
)
from signals.control.guard import Mode
from signals.control.lamps import Aspect
from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.site.session import Identity
from signals.control.rsmp.site.site import Site, SiteSettings
from signals.control.rsmp.supervisor.adapter import RsmpController
from signals.control.rsmp.supervisor.alarms import AlarmDesk, shown_alarms
from signals.control.rsmp.supervisor.remote import RemoteSite
from signals.control.rsmp.supervisor.supervisor import Supervisor, SupervisorSettings
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.controller import VirtualController
from signals.control.rsmp.virtual.junctions import Layout, bench, crossroads
from signals.control.rsmp.wire.core import CORES, Version, versions
from signals.control.rsmp.wire.link import Timing
from signals.control.rsmp.wire.outbox import Outbox
from signals.control.rsmp.wire.tls import TlsFiles, connecting, listening
from signals.control.table import SafetyTable
from signals.control.two_step import Mandate, Permits, Step, WriteError
from signals.control.virtual.cabinet import StartUp
from signals.control.virtual.faults import Faults, Part

SITE_ID = "RN+SI0001"
QUICK = Timing(watchdog_every_s=0.2, ack_within_s=5.0, watchdog_within_s=5.0, ready_within_s=5.0, tick_s=0.02)


@dataclass
class Street:
    remote: RemoteSite
    site: Site
    controller: VirtualController
    port: RsmpController
    permits: Permits
    steps: list[Step]
    supervisor: Supervisor
    clock: Callable[[], float]
    outbox: Outbox

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                await asyncio.sleep(0.02)

    def allow(self, order: Order | Mandate) -> None:
        now_s = self.clock()
        prepared = self.permits.prepare(order, "An", "thử", now_s)
        self.permits.confirm(prepared.token, "Bình", now_s)

    async def give(self, order: Order) -> tuple[State, str]:
        answer = self.port.send(order, self.clock())
        await self.port.settled()
        final = self.port.answer(answer.number)
        assert final is not None
        return final.state, final.why


@asynccontextmanager
async def street(
    layout: Layout | None = None,
    *,
    writable: bool = True,
    cores: tuple[Version, ...] = CORES,
    tls: tuple[ssl.SSLContext, ssl.SSLContext] | None = None,
    speed: int = 1,
) -> AsyncIterator[Street]:
    """speed: how many times faster the clock of both ends runs; their waits for one another are made as much longer."""

    def clock() -> float:
        return speed * time.monotonic()

    timing = replace(QUICK, ack_within_s=5.0 * speed, watchdog_within_s=5.0 * speed, ready_within_s=5.0 * speed)
    layout = replace(layout or bench(), start_up=StartUp(0.05, 0.05, 0.05))
    sxl = Sxl.named("1.2.1")
    remote = RemoteSite(SITE_ID, sxl, "TC", clock)
    steps: list[Step] = []
    permits = Permits(SITE_ID, steps.append, writable=writable)
    port = RsmpController(remote, SafetyTable.of(layout.junction), permits, "2222")
    server, client = tls or (None, None)
    settings = SupervisorSettings("localhost" if tls else "127.0.0.1", 0, timing, cores, server)
    async with Supervisor(settings, [remote], clock) as supervisor:
        controller = VirtualController(layout, sxl, {1: "1111", 2: "2222"}, clock(), datetime.now(UTC))
        to = SiteSettings(
            Identity(SITE_ID), settings.host, supervisor.port, timing, reconnect_s=0.1, step_s=0.02, tls=client
        )
        outbox = Outbox()
        site = Site(to, controller, outbox, clock)
        running = asyncio.create_task(site.run())
        made = Street(remote, site, controller, port, permits, steps, supervisor, clock, outbox)
        try:
            yield made
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            outbox.close()


async def in_service(here: Street) -> None:
    await here.until(lambda: here.remote.aggregated is not None)
    await here.port.watch()
    await here.until(lambda: here.port.present(here.clock()).obeys)


@pytest.mark.parametrize("core", ["3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.2", "3.2.1", "3.2.2"])
def test_both_ends_agree_in_every_version(core: str) -> None:
    async def run() -> None:
        async with street(cores=versions(core)) as here:
            await in_service(here)
            assert here.remote.core is not None
            assert here.remote.core.version == Version.parse(core)
            response = await here.remote.request("TC", ("S0014", "status"), ("S0017", "number"))
            assert [each.value for each in response.told] == ["1", "4"]
            assert (await here.remote.order_alarm("TC", "A0001", "Acknowledge")).acknowledged == "Acknowledged"
            assert not here.remote.doubts

    asyncio.run(run())


def test_the_port_shows_lamps_stage_and_plan() -> None:
    async def run() -> None:
        async with street(speed=6) as here:
            assert not here.port.present(here.clock()).obeys
            await in_service(here)
            await here.until(lambda: here.port.present(here.clock()).stage is not None)
            shown = here.port.present(here.clock())
            assert (shown.stage, shown.plan) in {("A", 1), ("B", 1)}
            assert set(shown.aspects.tolist()) == {Aspect.RED, Aspect.GREEN}
            here.controller.works.inputs.put(7, on=True)
            await here.until(lambda: here.remote.alarms["DL1", "A0302"].active == "Active")

    asyncio.run(run())


def test_alarms_of_a_site_are_seen_acknowledged_suspended_and_survive_a_break() -> None:
    async def run() -> None:
        async with street() as here:
            await in_service(here)
            desk, works = AlarmDesk(here.remote, here.steps.append), here.controller.works

            def shown() -> list[tuple[str, bool, bool]]:
                return [(each.code, each.active, each.acknowledged) for each in shown_alarms(here.remote)]

            works.faults = Faults(parts=frozenset({Part.MAINS}))
            await here.until(lambda: shown() == [("A0002", True, False)])
            assert (await desk.order("TC", "A0002", "Acknowledge", "An")).acknowledged
            assert (await desk.order("TC", "A0002", "Suspend", "An")).suspended
            works.faults = Faults()
            await here.until(lambda: not any(each.active for each in here.controller.alarms.all()))
            assert shown() == [("A0002", True, True)], "nothing is told of a suspended alarm"
            resumed = await desk.order("TC", "A0002", "Resume", "An")
            assert (resumed.active, resumed.suspended) == (False, False)
            assert here.remote.link is not None
            here.remote.link.end("cut")
            await here.until(lambda: not here.site.ready)
            works.faults = Faults(parts=frozenset({Part.DOOR}), detectors=frozenset({"DL2"}))
            here.site.step(here.clock())
            works.faults = Faults(detectors=frozenset({"DL2"}))
            here.site.step(here.clock())
            await here.until(lambda: here.remote.connected and here.site.ready and not len(here.outbox))
            await here.until(lambda: shown() == [("A0301", True, False)])

    asyncio.run(run())


def test_without_leave_nothing_is_written() -> None:
    async def run() -> None:
        async with street(writable=False) as here:
            await in_service(here)
            now_s = here.clock()
            with pytest.raises(WriteError, match="read-only"):
                here.permits.prepare(RunPlan(2), "An", "thử", now_s)
            for order in (RunPlan(2), SetCycle(1, 40), SetOffset(1, 5), GoToStage("B", 1)):
                assert (await here.give(order))[0] is State.REFUSED
            assert here.controller.works.plan(now_s) == 1
            assert not here.controller.obeys

    asyncio.run(run())


def test_a_plan_runs_once_it_was_prepared_and_confirmed() -> None:
    async def run() -> None:
        async with street() as here:
            await in_service(here)
            assert (await here.give(RunPlan(2)))[0] is State.REFUSED
            here.allow(RunPlan(2))
            assert await here.give(RunPlan(2)) == (State.DONE, "")
            assert here.controller.works.plan(here.clock()) == 2
            assert (await here.give(RunPlan(2)))[0] is State.REFUSED, "each leave holds for one order"
            await here.until(lambda: here.port.present(here.clock()).plan == 2)
            assert (await here.give(FallBack()))[0] is State.DONE
            assert here.controller.works.plan(here.clock()) == 1
            said = [step.what for step in here.steps]
            assert said == ["refused", "prepared", "confirmed", "sent", "refused", "fell_back"]

    asyncio.run(run())


def test_an_unsafe_order_is_refused_by_the_site_whoever_confirmed_it() -> None:
    async def run() -> None:
        async with street(crossroads()) as here:
            await here.until(lambda: here.remote.aggregated is not None)
            for order, told in ((SetCycle(1, 20), "unsafe"), (RunPlan(99), "No plan 99"), (SetCycle(1, 255), "unsafe")):
                here.allow(order)
                state, why = await here.give(order)
                assert state is State.REFUSED
                assert told in why
            with pytest.raises(NotUnderstoodError, match="Unsafe or impossible"):
                await here.remote.command("TC", "M0012", {"status": "1,15,0", "securityCode": "2222"})

    asyncio.run(run())


def test_stages_follow_under_a_mandate_and_end_when_the_one_who_orders_them_falls_silent() -> None:
    async def run() -> None:
        async with street(speed=6) as here:
            await in_service(here)
            assert (await here.give(GoToStage("B", 1)))[0] is State.REFUSED
            here.allow(Mandate(60.0))
            unknown = here.port.send(GoToStage("C", 2), here.clock())
            assert (unknown.state, "wanted one of A, B" in unknown.why) == (State.REFUSED, True)
            lamps = ShowLamps(here.port.present(0.0).aspects)
            assert here.port.send(lamps, here.clock()).state is State.REFUSED
            for stage in ("B", "A"):
                sequence = 3
                async with asyncio.timeout(10):
                    while here.port.present(here.clock()).stage != stage:
                        sequence += 1
                        here.port.send(GoToStage(stage, sequence), here.clock())
                        await asyncio.sleep(0.05)
            assert here.controller.obeys
            await here.until(lambda: not here.controller.obeys)  # nobody orders any longer
            assert here.steps[-1].what == "fell_back"

    asyncio.run(run())


def test_a_supervisor_that_is_gone_leaves_the_stored_plan() -> None:
    async def run() -> None:
        async with street(speed=6) as here:
            await in_service(here)
            here.allow(RunPlan(2))
            await here.give(RunPlan(2))
            await here.until(lambda: here.controller.works.cabinet.mode is Mode.COMMANDED)
            assert here.remote.link is not None
            here.remote.link.end("cut")
            await here.until(lambda: not here.controller.obeys)
            assert here.controller.works.plan(here.clock()) == 1
            await here.until(lambda: here.controller.works.cabinet.mode is Mode.STORED_PLAN)

    asyncio.run(run())


def test_a_junction_the_monitor_took_out_of_service_cannot_be_brought_back_from_afar() -> None:
    async def run() -> None:
        async with street() as here:
            await in_service(here)
            cabinet = here.controller.works.cabinet
            # A wire goes wrong: conflicting groups shine.
            cabinet.shown = cabinet.shown.copy()
            cabinet.shown[:] = Aspect.GREEN
            await here.until(lambda: cabinet.flashes)
            await here.until(lambda: here.remote.aggregated is not None and here.remote.aggregated.bits[2])
            await here.until(lambda: here.remote.alarms["TC", "A0006"].active == "Active")
            code = {"securityCode": "2222"}
            normal = {"status": "NormalControl", "timeout": "0", "intersection": "0"}
            for number, arguments in (
                ("M0001", normal),
                ("M0004", {"status": "True"}),
                ("M0002", {"status": "True", "timeplan": "2"}),
                ("M0005", {"status": "True", "emergencyroute": "1"}),
                ("M0012", {"status": "1,3,12"}),
            ):
                with pytest.raises(NotUnderstoodError):
                    await here.remote.command("TC", number, arguments | code)
            assert cabinet.flashes
            assert cabinet.letters() == "cccc"
            cabinet.clear("An", "đã sửa dây", here.clock())
            await here.until(lambda: not cabinet.flashes)

    asyncio.run(run())


def made_certificates(folder: Path, names: tuple[str, ...]) -> dict[str, TlsFiles]:
    """One authority, and a certificate of it for each name."""
    begin, end = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)

    def signed(
        name: str,
        key: ec.EllipticCurvePrivateKey,
        issuer: x509.Name,
        by: ec.EllipticCurvePrivateKey,
        *,
        authority: bool,
    ) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        return builder.sign(by, hashes.SHA256())

    root_key = ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    root = folder / "root.pem"
    certificate = signed("root", root_key, root_name, root_key, authority=True)
    root.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files: dict[str, TlsFiles] = {}
    for i, name in enumerate(names):
        key = ec.generate_private_key(ec.SECP256R1())
        files[name] = TlsFiles(folder / f"{i}.pem", folder / f"{i}.key", root)
        files[name].certificate.write_bytes(
            signed(name, key, root_name, root_key, authority=False).public_bytes(serialization.Encoding.PEM)
        )
        files[name].key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    return files


@pytest.mark.parametrize(("name", "accepted"), [(SITE_ID, True), ("AB+OTHER", False)])
def test_over_tls_a_site_must_be_the_one_its_certificate_names(tmp_path: Path, name: str, accepted: bool) -> None:
    async def run() -> None:
        files = made_certificates(tmp_path, ("centre", name))
        async with street(tls=(listening(files["centre"]), connecting(files[name]))) as here:
            if accepted:
                await in_service(here)
            else:
                await here.until(lambda: any("certificate" in why for why in here.supervisor.ended))
                assert not here.remote.connected

    asyncio.run(run())


def test_without_a_certificate_nobody_gets_in(tmp_path: Path) -> None:
    async def run() -> None:
        files = made_certificates(tmp_path, ("centre",))
        stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        stranger.load_verify_locations(files["centre"].authority)
        async with street(tls=(listening(files["centre"]), stranger)) as here:
            await here.until(lambda: len(here.site.ended) > 0)
            assert here.remote.connections == 0

    asyncio.run(run())
