"""One of several serving processes: it makes its own app from the settings that its parent left in the environment."""

import json
import os
from dataclasses import asdict
from pathlib import Path

from fastapi import FastAPI

from centre.app import Settings, create_app

WORKER_SETTINGS = "NGATU_WORKER_SETTINGS"


def settings_text(settings: Settings) -> str:
    said = asdict(settings) | {"data": str(settings.data), "hosts": sorted(settings.hosts or ()) or None}
    return json.dumps(said)


def app() -> FastAPI:
    """What uvicorn calls in each process. Raises as `create_app`."""
    said = json.loads(os.environ[WORKER_SETTINGS])
    hosts = frozenset(said["hosts"]) if said["hosts"] else None
    return create_app(Settings(**said | {"data": Path(said["data"]), "hosts": hosts}))
