"""One still and one short clip of each camera, to draw its scene on and to try it with.

DATA/scenes/HASH/still.jpg, clip   HASH: of the camera's name, which may hold what no folder may
The newest replaces the one before: they show passers-by, and nobody needs old ones.
"""

import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from centre.scenes.product import ProductError, run

MOST_STILL_BYTES = 16 * 1024 * 1024
MOST_CLIP_BYTES = 64 * 1024 * 1024
STILL_TIMEOUT_S = 60.0
STILL_EVERY_S = 600.0
# Longer than any upload or dry run goes on.
UNFINISHED_S = 3600.0
# What a file must begin with. Playlists, which name other files, are never opened.
STILL_STARTS = ((0, b"\xff\xd8\xff", ".jpg"), (0, b"\x89PNG\r\n\x1a\n", ".png"), (8, b"WEBP", ".webp"))
CLIP_STARTS = ((4, b"ftyp", ".mp4"), (0, b"\x1aE\xdf\xa3", ".mkv"), (8, b"AVI ", ".avi"))
FIRST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Still:
    """A picture of the camera. `stamp` changes whenever the picture does."""

    path: Path
    size_px: tuple[int, int]
    stamp: str
    taken_s: float
    """When it was stored, in seconds since 1970: a label."""


class CameraPictures:
    """Of all cameras. data: the centre's folder."""

    def __init__(self, data: Path, seconds: Callable[[], float] = time.monotonic) -> None:
        """seconds: the monotonic clock."""
        self.root = data / "scenes"
        self._seconds = seconds
        self._kept_s: dict[str, float] = {}

    def wait_s(self, camera: str) -> float:
        """How long an agent should wait before it sends another still: each is decoded in a process of its own."""
        kept_s = self._kept_s.get(camera)
        return 0.0 if kept_s is None else max(0.0, kept_s + STILL_EVERY_S - self._seconds())

    def folder(self, camera: str) -> Path:
        return self.root / sha256(camera.encode()).hexdigest()[:32]

    def still(self, camera: str) -> Still | None:
        path = self.folder(camera) / "still.jpg"
        try:
            about = json.loads(path.with_suffix(".json").read_text("utf-8"))
            stored = path.stat()
        except (OSError, ValueError):
            return None
        return Still(path, (about["width"], about["height"]), str(stored.st_mtime_ns), stored.st_mtime)

    def clip(self, camera: str) -> Path | None:
        return next(iter(sorted(self.folder(camera).glob("clip.*"))), None)

    def keep_still(self, camera: str, upload: Path) -> Still:
        """Decode the upload in another process and keep what it shows. Raises ProductError where it is no picture."""
        return self._keep(camera, upload, ending_of(upload, STILL_STARTS, "a JPEG, PNG or WebP picture"))

    def keep_clip(self, camera: str, upload: Path) -> Still:
        """Keep the clip, and its first frame as the still. Raises ProductError where it is none."""
        return self._keep(camera, upload, ending_of(upload, CLIP_STARTS, "a clip in MP4, Matroska or AVI"), clip=True)

    def _keep(self, camera: str, upload: Path, ending: str, *, clip: bool = False) -> Still:
        folder = self.folder(camera)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.root, prefix=".unfinished-") as scratch:
            source = upload.rename(Path(scratch) / f"clip{ending}")
            made = Path(scratch) / "still.jpg"
            about = run(["scene", "still", str(source), "--out", str(made), "--json"], STILL_TIMEOUT_S)
            made.with_suffix(".json").write_text(about, "utf-8")
            if clip:
                for old in folder.glob("clip.*"):
                    old.unlink()
                source.replace(folder / source.name)
            made.with_suffix(".json").replace(folder / "still.json")
            made.replace(folder / "still.jpg")
        self._kept_s[camera] = self._seconds()
        still = self.still(camera)
        assert still is not None
        return still

    def receive(self) -> TemporaryDirectory[str]:
        """A folder for one upload in progress, on the same disk."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return TemporaryDirectory(dir=self.root, prefix=".unfinished-")

    def forget_unfinished(self) -> None:
        """At the start: what a crash left. What is younger may be at work in another process of the centre."""
        for left in self.root.glob(".unfinished-*"):
            with suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > UNFINISHED_S:
                    shutil.rmtree(left, ignore_errors=True)


def ending_of(upload: Path, starts: tuple[tuple[int, bytes, str], ...], wanted: str) -> str:
    """The file ending that its first bytes call for. Raises ProductError."""
    with upload.open("rb") as file:
        first = file.read(FIRST_BYTES)
    for at, start, ending in starts:
        if first[at : at + len(start)] == start:
            return ending
    raise ProductError(f"upload: wanted {wanted}, found something else")
