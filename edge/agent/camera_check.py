"""The health of the agent's camera: what is said of it, what its counts are worth, and the memory of where it looks."""

import logging
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from violations.evidence.gate import View
from vision.arrays import U8
from vision.events.bodies import Counts
from vision.events.camera import CameraState, ImageQuality
from vision.frame import Frame
from vision.health.camera import CameraHealth

log = logging.getLogger(__name__)


class ViewMemory:
    """Where one camera looks, kept over restarts: small pictures that belong to one scene file.

    With another scene file the memory is empty: whoever draws a scene draws it over the view of that day.
    """

    def __init__(self, folder: Path, scene_sha256: str) -> None:
        self._file = folder / f"view-{scene_sha256[:16]}.npz"

    def load(self) -> list[U8]:
        """Empty where nothing is kept, or where the file cannot be read: then the view is learned anew."""
        try:
            with self._file.open("rb") as file, np.lib.npyio.NpzFile(file, allow_pickle=False) as kept:
                views = [kept[name] for name in kept.files]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            log.warning("%s: wanted the remembered view of the camera, found none to read: %s", self._file, error)
            return []
        return [view for view in views if view.ndim == 2 and view.dtype == np.uint8]

    def keep(self, views: list[U8]) -> None:
        """In place of what was kept; a full disk leaves the old ones."""
        unfinished = self._file.with_suffix(".unfinished")
        try:
            with unfinished.open("wb") as file:
                np.savez_compressed(file, *views)
            os.replace(unfinished, self._file)  # noqa: PTH105  the atomic one, by its own name
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            log.warning("%s: the camera's view could not be kept: %s", self._file, error)


class CameraCheck:
    """Camera health as the agent needs it. memory: None where a restart need not know the view again."""

    def __init__(self, health: CameraHealth, memory: ViewMemory | None = None) -> None:
        self._health = health
        self._memory = memory
        self._kept = health.learned

    def see(self, frame: Frame) -> list[CameraState | ImageQuality]:
        """Take in one frame, whether it was analysed or not."""
        said = self._health.see(frame.picture, frame.media_s, frame.index)
        for one in said:
            if isinstance(one, CameraState):
                log.warning("camera health: %s %s at %.1f s", one.trouble, one.phase, one.at_s)
        if self._memory is not None and self._health.learned > self._kept:
            self._kept = self._health.learned
            self._memory.keep(self._health.views)
        return said

    def finish(self) -> list[CameraState | ImageQuality]:
        return self._health.finish()

    def marked(self, counts: Iterable[Counts]) -> list[Counts]:
        """The counts, those marked in whose time the view was perhaps moved."""
        return [
            one.model_copy(update={"view_moved": True}) if self.view_moved_between(one.since_s, one.until_s) else one
            for one in counts
        ]

    @property
    def view_moved(self) -> bool:
        return self._health.view_moved

    def view(self) -> View:
        """Whether the camera is known to look where the scene was drawn, as of now."""
        if self.view_moved:
            return View.MOVED
        return View.LOCKED if self._health.views else View.UNKNOWN

    def view_moved_between(self, since_s: float, until_s: float) -> bool:
        return self._health.view_moved_between(since_s, until_s)


def check_of(folder: Path, scene_sha256: str) -> CameraCheck:
    """The check of a camera whose agent keeps its things in `folder`."""
    memory = ViewMemory(folder, scene_sha256)
    return CameraCheck(CameraHealth(remembered=memory.load()), memory)
