"""A real centre behind a real uvicorn on 127.0.0.1, filled over HTTP with real evidence, and a real Chromium."""

import io
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2
import httpx
import numpy as np
import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page

from centre.app import Settings, create_app
from violations.evidence.package import EvidenceFile, write_package
from violations.evidence.record import Clip, ClockQuality, EvidenceRecord, ModelUsed, Still
from vision.events.bodies import Direction, Measure
from vision.events.lamps import Lamp, LampSpan

SIZE_PX = (640, 360)
FPS = 25
AT_S, RED_S = 104.2, 101.0
SHOWN_S = {"still_before": AT_S - 0.6, "still_at": AT_S, "still_after": AT_S + 0.6}


def picture(second: float, *, drawn: bool = False) -> np.ndarray:
    """A grey junction with a stop line and a car that passes it at AT_S; `drawn` adds the line and the box."""
    width, height = SIZE_PX
    image = np.full((height, width, 3), 96, np.uint8)
    cv2.rectangle(image, (180, 0), (460, height), (72, 72, 72), cv2.FILLED)
    cv2.line(image, (180, 220), (460, 220), (240, 240, 240), 6)
    cv2.circle(image, (520, 60), 14, (40, 40, 220), cv2.FILLED)
    y = round(220 - (second - AT_S) * 80)
    cv2.rectangle(image, (290, y - 50), (350, y), (150, 110, 60), cv2.FILLED)
    if drawn:
        cv2.line(image, (180, 220), (460, 220), (0, 220, 255), 2)
        cv2.rectangle(image, (286, y - 54), (354, y + 4), (255, 200, 0), 2)
    return image


@dataclass(frozen=True)
class Scenery:
    """What the camera saw: a picture for each second around the crossing at AT_S. Plain grey unless more is drawn."""

    size_px: tuple[int, int] = SIZE_PX
    picture: Callable[..., np.ndarray] = picture


def jpeg(image: np.ndarray) -> bytes:
    done, content = cv2.imencode(".jpg", image)
    assert done
    return content.tobytes()


@cache
def clip(scenery: Scenery) -> bytes:
    """Two seconds around the crossing, H.264 in MP4."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height = scenery.size_px
        stream.pix_fmt = "yuv420p"
        for n in range(2 * FPS):
            frame = av.VideoFrame.from_ndarray(scenery.picture(AT_S - 1 + n / FPS), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return file.getvalue()


def evidence(folder: Path, time: datetime, scenery: Scenery) -> tuple[EvidenceRecord, Any]:
    stills = tuple(
        Still(name=f"{shows}.jpg", shows=shows, frame=round(second * FPS), media_s=second)
        for shows, second in SHOWN_S.items()
    )
    record = EvidenceRecord(
        camera="nga_tu_so.bac",
        boot="b1",
        scene_sha256="0" * 64,
        model=ModelUsed(name="test-detector", sha256="1" * 64),
        software="ngatu test",
        offence="red_light",
        vehicle="car",
        track=7,
        line="stop_1",
        direction=Direction.LEFT_TO_RIGHT,
        at_s=AT_S,
        at_error_s=0.04,
        time=time,
        clock=ClockQuality(synchronised=True, error_s=0.02),
        measures=(
            Measure(name="into_red", value=AT_S - RED_S, error=0.14, unit="s"),
            Measure(name="speed", value=9.3, error=0.8, unit="m/s"),
        ),
        lamps=(
            LampSpan(state=Lamp.YELLOW, since_s=RED_S - 3, until_s=RED_S, error_s=0.1),
            LampSpan(state=Lamp.RED, since_s=RED_S, until_s=RED_S + 25, error_s=0.1),
        ),
        stills=stills,
        clip=Clip(name="clip.mp4", since_s=AT_S - 1, until_s=AT_S + 1),
        reasons_not_to_fine=("officer_unseen", "priority_unseen", "lamp_from_file"),
    )
    files = [EvidenceFile(f"{s}.jpg", s, "image/jpeg", jpeg(scenery.picture(second))) for s, second in SHOWN_S.items()]
    files.append(EvidenceFile("overlay.jpg", "overlay", "image/jpeg", jpeg(scenery.picture(AT_S, drawn=True))))
    files.append(EvidenceFile("clip.mp4", "clip", "video/mp4", clip(scenery)))
    return record, write_package(folder, record, files)


@dataclass
class Centre:
    """The running centre, as an agent sees it."""

    url: str
    folder: Path
    sent: int = 0
    scenery: Scenery = field(default_factory=Scenery)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60))
    app: Any = None
    engine: Any = None
    secret: str = ""
    case: int = 0
    notified: int = 0

    def send(self, kind: str, data: dict[str, Any], time: datetime) -> None:
        self.sent += 1
        camera = "nga_tu_so.bac"
        envelope = {
            "specversion": "1.0",
            "id": f"{camera}/b1/{self.sent}",
            "source": f"/cameras/{camera}",
            "time": time.isoformat(),
            "camera": camera,
            "boot": "b1",
            "sequence": self.sent,
            "type": f"vn.ngatu.{kind}.v1",
            "data": data,
        }
        answer = self.client.post(f"{self.url}/api/events", json={"events": [envelope]})
        assert answer.json()["acknowledged"] == [envelope["id"]], answer.text

    def accuse(self, ago: timedelta, plate: str | None = None, **changes: Any) -> int:
        """A red-light finding with its whole package, `changes` in its body; the id of the case it became."""
        time = datetime.now(UTC) - ago
        record, package = evidence(self.folder, time, self.scenery)
        for file in package.media:
            content = (package.folder / file.name).read_bytes()
            headers = {"content-type": file.media_type}
            self.client.put(f"{self.url}/api/media/{file.sha256}", content=content, headers=headers).raise_for_status()
        finding = {
            **json.loads(record.model_dump_json(include={"offence", "vehicle", "track", "line", "at_s", "measures"})),
            "lamp": json.loads(record.lamps[-1].model_dump_json()),
            "plate": plate,
            "reasons_not_to_fine": record.reasons_not_to_fine,
            "package": package.manifest_sha256,
            "media": [json.loads(file.model_dump_json()) for file in package.media],
            **changes,
        }
        self.send("finding", finding, time)
        return int(self.client.get(f"{self.url}/api/cases?limit=1").json()["cases"][0]["id"])


@pytest.fixture(scope="module", autouse=True)
def _tables(quick_tables: None) -> None:
    """The migrations run once."""


@contextmanager
def running(folder: Path, scenery: Scenery | None = None) -> Iterator[Centre]:
    app = create_app(Settings(f"sqlite:///{folder / 'centre.db'}", folder / "data", local=True))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        centre = Centre(url, folder / "packages", scenery=scenery or Scenery(), app=app, engine=app.state.door.engine)
        yield centre
        centre.client.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def running_centre() -> Callable[..., AbstractContextManager[Centre]]:
    """Runs a centre in a folder for as long as a block lasts."""
    return running


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with running(tmp_path) as centre:
        yield centre


@pytest.fixture(scope="session")
def junction() -> Scenery:
    """The demo's drawn junction while a car passes its stop line: nothing in it ever happened on a real road."""
    from twin.drawn_clip import pictures
    from twin.junction import FPS as DRAWN_FPS
    from twin.junction import SIZE_PX as DRAWN_PX
    from twin.junction import moments

    frames = list(moments(7, 0, 14.8))[-2 * DRAWN_FPS :]
    images = list(pictures(7, frames))

    def picture(second: float, *, drawn: bool = False) -> np.ndarray:
        image = images[min(max(round((second - AT_S + 1) * DRAWN_FPS), 0), len(images) - 1)]
        return cv2.line(image.copy(), (390, 269), (677, 269), (0, 220, 255), 3) if drawn else image

    return Scenery(DRAWN_PX, picture)


@pytest.fixture
def open_page(browser: Browser, centre: Centre) -> Iterator[Callable[..., Page]]:
    """Open a path of the centre in a fresh browser. Any error in the console or on the page, and any request to
    another host, fails the test; `refusals` are the statuses (Chromium reports each 4xx) the test is about."""
    faults: list[str] = []
    contexts = []

    def note(message: ConsoleMessage, refusals: tuple[int, ...]) -> None:
        if message.type == "error" and not any(f"status of {status} " in message.text for status in refusals):
            faults.append(message.text)

    def open_(path: str, refusals: tuple[int, ...] = (), **options: Any) -> Page:
        context = browser.new_context(**{"base_url": centre.url, "viewport": {"width": 1366, "height": 768}} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: note(message, refusals))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(centre.url) else faults.append(request.url))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []
