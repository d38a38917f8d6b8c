"""Starts the centre on one machine: checks everything that can be wrong first, then serves until it is told to stop."""

import errno
import json
import signal
import socket
import ssl
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryFile

import typer
import uvicorn
from rich.console import Console
from sqlalchemy import URL, make_url

from centre.app import Settings, create_app
from centre.errors import StartError
from centre.guards import LOOPBACK_NAMES
from violations.store.database import shown

FINISH_S = 10
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
) -> None:
    """Serve until SIGTERM or SIGINT. Raises StartError and DatabaseError before anything is served."""
    check_host(host, open_to_network=open_to_network)
    tls = check_tls(*tls_files)
    settings = settle(data, db, host, open_to_network=open_to_network)
    with listen(host, port) as listener:
        server = uvicorn.Server(_config(settings, tls))
        _announce(listener, host, settings, secure=tls is not None, as_json=as_json)
        run_until_signal(server, listener)


def check_host(host: str, *, open_to_network: bool) -> None:
    """Raise StartError for listening beyond this machine without having said so."""
    if not is_loopback(host) and not open_to_network:
        raise StartError(
            f"--host: wanted this machine (127.0.0.1), found {host}: there are no accounts yet, so whoever reaches "
            "the port could read and decide every case. Put a proxy with a login in front, or say --open-to-network"
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
    url = db or URL.create("sqlite", database=str(folder / DATABASE_FILE)).render_as_string(hide_password=False)
    hosts = None if open_to_network else LOOPBACK_NAMES | {host}
    return Settings(database_url=url, data=folder, hosts=hosts)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else is started. Raises StartError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family)
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


def _config(settings: Settings, tls: tuple[Path, Path] | None) -> uvicorn.Config:
    try:
        centre_app = create_app(settings)
    except OSError as error:
        raise StartError(f"--data: wanted to use {settings.data}, found: {error}") from error
    cert, key = tls or (None, None)
    return uvicorn.Config(
        centre_app,
        ssl_certfile=cert,
        ssl_keyfile=key,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISH_S,
    )


def _announce(listener: socket.socket, host: str, settings: Settings, *, secure: bool, as_json: bool) -> None:
    port = listener.getsockname()[1]
    name = f"[{host}]" if ":" in host else host
    url = f"{'https' if secure else 'http'}://{name}:{port}"
    database = shown(make_url(settings.database_url))
    if as_json:
        typer.echo(json.dumps({"url": url, "data": str(settings.data), "database": database}))
    else:
        typer.echo(f"Ngã Tư is open at {url}   (evidence in {settings.data}; stop with Ctrl+C)")
    if not is_loopback(host):
        Console(stderr=True).print(
            f"[bold yellow]Warning:[/] anyone who reaches {host}:{port} can read and decide cases; "
            "there are no accounts yet.",
            highlight=False,
            soft_wrap=True,
        )
