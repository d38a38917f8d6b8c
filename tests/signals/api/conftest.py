"""A real server on 127.0.0.1 that serves the signals routes and nothing else."""

import socket
from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from signals.api.routes import router


@pytest.fixture(scope="session")
def api() -> Iterator[httpx.Client]:
    app = FastAPI()
    app.include_router(router)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    give_up_s = monotonic() + 30
    while not server.started and thread.is_alive() and monotonic() < give_up_s:
        sleep(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", trust_env=False) as client:
        yield client
    server.should_exit = True
    thread.join()
    listener.close()
