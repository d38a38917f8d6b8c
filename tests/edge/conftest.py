"""Small real events and an outbox on a real file."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from edge.outbox.outbox import Outbox
from edge.outbox.rows import OutboxMedia
from vision.events.bodies import Finding, Health, MediaFile
from vision.events.envelope import Event
from vision.events.stream import EventStream


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox.open(tmp_path / "outbox.db") as opened:
        yield opened


@pytest.fixture
def stream() -> EventStream:
    return EventStream("cam-1", "b000001-test", datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def health(stream: EventStream) -> Callable[..., Event]:
    """A fact without files."""
    return lambda frames=0, note="": stream.wrap(Health(state="running", frames=frames, note=note), float(frames))


@pytest.fixture
def evidence(tmp_path: Path) -> Callable[[bytes], OutboxMedia]:
    """A file on disk, as the outbox knows it."""

    def write(content: bytes) -> OutboxMedia:
        digest = sha256(content).hexdigest()
        path = tmp_path / f"{digest[:12]}.jpg"
        path.write_bytes(content)
        return OutboxMedia(digest, path, len(content))

    return write


@pytest.fixture
def finding(stream: EventStream) -> Callable[..., Event]:
    """A claim that names files."""

    def wrap(*files: OutboxMedia) -> Event:
        media = tuple(
            MediaFile(
                name=file.path.name, shows="still_at", sha256=file.sha256, size_bytes=file.size, media_type="image/jpeg"
            )
            for file in files
        )
        body = Finding(
            offence="red_light", vehicle="car", track=1, at_s=3.0, measures=(), package=files[0].sha256, media=media
        )
        return stream.wrap(body, 3.0)

    return wrap
