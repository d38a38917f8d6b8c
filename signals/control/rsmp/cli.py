"""`ngatu signals rsmp-site` and `rsmp-supervisor`: what may be asked. The work is done in `rsmp/running.py`."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from signals.control.rsmp.errors import ConfigError
from signals.control.rsmp.options import Codes, address, codes_from, cores_from, kept_from, site_entry, tls_from
from signals.control.rsmp.running import AlarmOrder, OneOrder, SiteFiles, run_site, run_supervisor
from signals.control.rsmp.site.session import Identity
from signals.control.rsmp.site.site import SiteSettings
from signals.control.rsmp.supervisor.alarms import About
from signals.control.rsmp.supervisor.supervisor import SupervisorSettings
from signals.control.rsmp.sxl.alarms import ALARMS
from signals.control.rsmp.sxl.table import Sxl
from signals.control.rsmp.virtual.junctions import LAYOUTS
from signals.control.rsmp.wire.link import Timing
from signals.control.rsmp.wire.tls import connecting, listening
from signals.errors import SignalsError

BAD_INPUT = 2
STANDARD_PORT = 12_111


class JunctionName(StrEnum):
    """The keys of LAYOUTS."""

    CROSSROADS = "crossroads"
    BENCH = "bench"


CoreOption = Annotated[
    list[str] | None, typer.Option("--core", metavar="VERSION", help="Only these versions of the core, such as 3.1.5.")
]
CodesOption = Annotated[
    Path | None, typer.Option("--codes", help="File with two lines: security code 1 and security code 2.")
]
CertificateOption = Annotated[Path | None, typer.Option("--tls-certificate", help="Own certificate (PEM).")]
KeyOption = Annotated[Path | None, typer.Option("--tls-key", help="Key of the own certificate (PEM).")]
AuthorityOption = Annotated[
    Path | None, typer.Option("--tls-authority", help="Who signed the other end's certificate (PEM).")
]
EveryOption = Annotated[float, typer.Option("--watchdog-every", min=0.05, help="Seconds between two watchdogs sent.")]
WithinOption = Annotated[float, typer.Option("--watchdog-within", min=0.1, help="Longest wait for a watchdog, s.")]
AckOption = Annotated[float, typer.Option("--ack-within", min=0.1, help="Longest wait for an acknowledgement, s.")]
AlarmOption = Annotated[
    list[str] | None, typer.Option(metavar="CODE@COMPONENT", help="Do this to an alarm, such as A0302@DL1, once.")
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Changes of this status wait for a supervisor who is away; `all`: of every one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON lines on stdout and nothing else there.")]


def rsmp_site(
    supervisor: Annotated[str, typer.Option(metavar="HOST:PORT", help="Whom to call.")] = f"127.0.0.1:{STANDARD_PORT}",
    *,
    site_id: Annotated[str, typer.Option("--id", help="The site's own id.")] = "RN+SI0001",
    sxl: Annotated[str, typer.Option(metavar="VERSION", help="Version of the traffic-light SXL.")] = "1.2.1",
    core: CoreOption = None,
    junction: Annotated[JunctionName, typer.Option(help="Which junction; `bench` is for test suites alone.")] = (
        JunctionName.CROSSROADS
    ),
    codes: CodesOption = None,
    buffer: Annotated[Path | None, typer.Option(help="File for what must not be lost; else in memory.")] = None,
    keep: KeepOption = None,
    faults: Annotated[Path | None, typer.Option(help="File of what is broken; read again when it changes.")] = None,
    sync_clock: Annotated[bool, typer.Option("--sync-clock", help="Set the clock by the watchdogs.")] = False,
    reconnect: Annotated[float, typer.Option(min=0.1, help="Seconds before calling again.")] = 10.0,
    watchdog_every: EveryOption = 60.0,
    watchdog_within: WithinOption = 130.0,
    ack_within: AckOption = 30.0,
    tls_certificate: CertificateOption = None,
    tls_key: KeyOption = None,
    tls_authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a virtual traffic-light controller that calls a supervisor. Ends with Ctrl-C."""
    with told():
        host, port = address(supervisor)
        files = tls_from(tls_certificate, tls_key, tls_authority)
        settings = SiteSettings(
            Identity(site_id, cores_from(core), sync_clock=sync_clock),
            host,
            port,
            Timing(watchdog_every, ack_within, watchdog_within, ready_within_s=ack_within),
            reconnect_s=reconnect,
            buffered=kept_from(keep),
            tls=connecting(files) if files else None,
        )
        made = Codes.made() if codes is None else codes_from(codes)
        if codes is None:
            typer.echo(f"Security codes of this run: 1 {made.first}, 2 {made.second}", err=True)
        layout = LAYOUTS[junction.value]()
        run_until_stopped(run_site(settings, layout, Sxl.named(sxl), made, SiteFiles(buffer, faults), as_json=as_json))


def rsmp_supervisor(
    site: Annotated[list[str], typer.Option("--site", metavar="ID=SXL", help="A site, such as RN+SI0001=1.2.1.")],
    *,
    listen: Annotated[str, typer.Option(metavar="HOST:PORT", help="Where to wait.")] = f"127.0.0.1:{STANDARD_PORT}",
    core: CoreOption = None,
    watchdog_every: EveryOption = 60.0,
    watchdog_within: WithinOption = 130.0,
    ack_within: AckOption = 30.0,
    tls_certificate: CertificateOption = None,
    tls_key: KeyOption = None,
    tls_authority: AuthorityOption = None,
    plan: Annotated[int | None, typer.Option(min=1, max=255, help="Order this plan, once, after asking.")] = None,
    person: Annotated[str, typer.Option(help="Who orders it.")] = "",
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    codes: CodesOption = None,
    acknowledge: AlarmOption = None,
    suspend: AlarmOption = None,
    resume: AlarmOption = None,
    audit: Annotated[Path | None, typer.Option(help="File that every step of a write is put into.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Wait for sites and tell what they show. Read-only, unless --plan is given and then confirmed."""
    with told():
        host, port = address(listen)
        files = tls_from(tls_certificate, tls_key, tls_authority)
        settings = SupervisorSettings(
            host,
            port,
            Timing(watchdog_every, ack_within, watchdog_within, ready_within_s=ack_within),
            cores_from(core),
            tls=listening(files) if files else None,
        )
        orders: list[OneOrder | AlarmOrder] = []
        wanted: list[tuple[About, list[str] | None]] = [
            ("Acknowledge", acknowledge), ("Suspend", suspend), ("Resume", resume)
        ]  # fmt: skip
        for about, named in wanted:
            orders += [alarm_order(about, each, person, reason, audit) for each in named or ()]
        if plan is not None:
            if codes is None or audit is None:
                raise ConfigError("--plan", "An order wants --codes and --audit as well, and --person and --reason.")
            orders.append(OneOrder(plan, person, reason, codes_from(codes), audit))
        run_until_stopped(run_supervisor(settings, [site_entry(each) for each in site], orders, as_json=as_json))


def alarm_order(about: About, text: str, person: str, reason: str, audit: Path | None) -> AlarmOrder:
    """`CODE@COMPONENT`. Raises ConfigError."""
    code, _, component = text.partition("@")
    if not component or code not in ALARMS:
        raise ConfigError("alarm", f"Wanted CODE@COMPONENT, such as A0302@DL1, found {text!r}.")
    if audit is None or not person.strip():
        raise ConfigError("alarm", "What is done about an alarm wants --person and --audit as well.")
    return AlarmOrder(about, code, component, person, reason, audit)


def run_until_stopped(work: Coroutine[None, None, None]) -> None:
    try:
        asyncio.run(work)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)


@contextmanager
def told() -> Iterator[None]:
    """A sentence and exit code 2 instead of a trace."""
    try:
        yield
    except SignalsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_INPUT) from error
    except OSError as error:
        typer.echo(f"{error.filename or 'The network'}: {error.strerror or error}", err=True)
        raise typer.Exit(BAD_INPUT) from error
