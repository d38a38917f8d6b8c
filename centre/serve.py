"""Starts the centre on one machine: checks everything that can be wrong first, then serves until it is told to stop."""

import errno
import json
import os
import signal
import socket
import ssl
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryFile

import typer
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from sqlalchemy import URL, make_url
from uvicorn.supervisors import Multiprocess

from centre.app import Settings, create_app, utc_now
from centre.errors import StartError
from centre.guards import LOOPBACK_NAMES
from centre.worker import WORKER_SETTINGS, settings_text
from signals.errors import SignalsError
from signals.live.wired import wired_to
from violations.accounts.door import Door
from violations.api.access import open_door
from violations.store.database import open_database, shown

FINISH_S = 10
# A reviewer's connections lie idle while a case is looked at; closed, the next verdict would open new ones.
IDLE_S = 75
WORKER_START_S = 60
DATABASE_FILE = "ngatu.db"


def run(
    *,
    db: str | None,
    data: Path,
    host: str,
    port: int,
    tls_files: tuple[Path | None, Path | None],
    open_to_network: bool,
    as_json: bool,
    evidence: str | None = None,
    workers: int = 1,
) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartError and DatabaseError before anything is served."""
    check_host(host, open_to_network=open_to_network)
    tls = check_tls(*tls_files)
    settings = replace(settle(data, db, host, open_to_network=open_to_network), evidence=evidence)
    with listen(host, port) as listener:
        # Several workers make an app each; their parent only brings the database up to date before them.
        check_controllers(settings)
        app = _app(settings) if workers == 1 else None
        door: Door = (
            app.state.door if app else open_door(open_database(settings.database_url), utc_now, local=settings.local)
        )
        check_accounts(door, settings)
        _announce(listener, host, settings, door, secure=tls is not None, as_json=as_json)
        if app:
            run_until_signal(uvicorn.Server(_config(app, tls)), listener)
            return
        door.engine.dispose()
        run_workers(settings, tls, listener, workers)


def check_host(host: str, *, open_to_network: bool) -> None:
    """Raise StartError for listening beyond this machine without having said so."""
    if not is_loopback(host) and not open_to_network:
        raise StartError(
            f"--host: wanted this machine (127.0.0.1), found {host}: say --open-to-network if others shall reach it; "
            "that needs accounts (ngatu users add)"
        )


def check_accounts(door: Door, settings: Settings) -> None:
    """Raise StartError for a centre that others reach and nobody has an account of."""
    if not settings.local and not door.has_accounts():
        raise StartError(
            "accounts: wanted at least one before others reach the centre, found none; make the first with "
            f"ngatu users add NAME --role admin --data {settings.data}"
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_tls(cert: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Both files or neither; raises StartError unless they belong together."""
    if cert is None and key is None:
        return None
    if cert is None or key is None:
        raise StartError("TLS: wanted --tls-cert and --tls-key together, found only one of them")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        raise StartError(f"TLS: wanted a certificate and its key in {cert} and {key}, found {error}") from error
    return cert, key


def settle(data: Path, db: str | None, host: str, *, open_to_network: bool) -> Settings:
    """The settings, with a data folder that can be written. Raises StartError."""
    folder = data.expanduser().absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise StartError(f"--data: wanted a folder I can write to at {folder}, found: {error.strerror}") from error
    url = database_url(folder, db)
    hosts = None if open_to_network else LOOPBACK_NAMES | {host}
    local = not open_to_network and is_loopback(host)
    return Settings(database_url=url, data=folder, hosts=hosts, local=local)


def database_url(folder: Path, db: str | None) -> str:
    """The URL that was given, else that of SQLite's file in the data folder."""
    return db or URL.create("sqlite", database=str(folder / DATABASE_FILE)).render_as_string(hide_password=False)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else is started. Raises StartError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family)
        # Inherited by each connection: else the end of an answer waits 40 ms for the client to confirm its beginning.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        free = error.errno == errno.EADDRINUSE
        found = "it in use; stop the other program or choose another --port" if free else str(error.strerror or error)
        raise StartError(f"--host, --port: wanted {host} port {port} to listen on, found {found}") from error
    return listener


def run_until_signal(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT, finish what has begun, and return: being told to stop is no failure.

    uvicorn sends itself the signal again at its end; handlers of the server's own make that harmless, and catch a
    signal that comes before it is up.
    """
    before = {number: signal.signal(number, server.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.run(sockets=[listener])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_workers(settings: Settings, tls: tuple[Path, Path] | None, listener: socket.socket, workers: int) -> None:
    """Several processes on one socket, each an app of its own; whoever of them dies is started again."""
    os.environ[WORKER_SETTINGS] = settings_text(replace(settings, several=True))
    config = _config("centre.worker:app", tls)
    config.factory, config.workers, config.timeout_worker_healthcheck = True, workers, WORKER_START_S
    Multiprocess(config, sockets=[listener]).run()


def check_controllers(settings: Settings) -> None:
    """Before any process begins. Raises StartError for a file of controllers that cannot be used."""
    try:
        wired_to(settings.data / "signals")
    except SignalsError as error:
        raise StartError(str(error)) from error
    except OSError as error:
        raise StartError(f"controllers.yaml: wanted {error.filename}, found: {error.strerror}") from error


def _app(settings: Settings) -> FastAPI:
    try:
        return create_app(settings)
    except OSError as error:
        raise StartError(f"--data: wanted to use {settings.data}, found: {error}") from error


def _config(app: FastAPI | str, tls: tuple[Path, Path] | None) -> uvicorn.Config:
    cert, key = tls or (None, None)
    return uvicorn.Config(
        app,
        ssl_certfile=cert,
        ssl_keyfile=key,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_S,
        timeout_keep_alive=IDLE_S,
    )


def _announce(
    listener: socket.socket, host: str, settings: Settings, door: Door, *, secure: bool, as_json: bool
) -> None:
    port = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    url = f"{'https' if secure else 'http'}://{name}:{port}"
    database = shown(make_url(settings.database_url))
    if as_json:
        said = {"url": url, "data": str(settings.data), "database": database, "local_mode": door.is_local()}
        typer.echo(json.dumps(said))
    else:
        typer.echo(f"Ngã Tư is open at {url}   (evidence in {settings.data}; stop with Ctrl+C)")
    if door.is_local():
        _warn(
            "Local mode: no accounts yet, so whoever sits at this machine may do everything. ngatu users add ends it."
        )
    if not secure and not is_loopback(host):
        _warn("without --tls-cert and --tls-key passwords and pictures travel readable; put a proxy with TLS in front.")


def _warn(sentence: str) -> None:
    Console(stderr=True).print(f"[bold yellow]Note:[/] {sentence}", highlight=False, soft_wrap=True)
