"""Opens what a watch needs beside the detector: the plate networks, and whoever tells what the lamps show."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from edge.agent.senses import Senses
from edge.errors import UsageError
from edge.lamps.book import LampBook
from edge.lamps.feed import ControllerFeed
from edge.lamps.file import load_timelines
from edge.lamps.lamps import Lamps, Teller
from edge.lamps.picture import PictureLamps, heads_px
from edge.patrol.overrides import read_overrides
from models.registry.advice import card_path
from models.registry.plate_eyes import open_plate_eyes
from models.registry.shipped import shipped
from violations.evidence.record import ModelUsed
from vision.detect.card_file import load_card
from vision.geometry.rules import RiderRule
from vision.geometry.scene import Scene
from vision.lamps.card import LampCard
from vision.lamps.reader import LampReader
from vision.riders.card import HelmetCard
from vision.riders.helmets import HelmetReader


@dataclass(frozen=True, slots=True)
class LampPlan:
    """Who tells what the lamps show: a written file, a controller's feed, the picture; the controller counts first."""

    file: Path | None = None
    feed: str | None = None
    from_image: bool = False


def open_senses(scene: Scene, *, plates: bool, linked: bool = False) -> Senses:
    """The shipped networks that the scene's rules need. plates: whether those of the accused are wanted. linked:
    whether plates link this camera with others.

    Raises RegistryError, ModelError.
    """
    models: dict[str, ModelUsed] = {}
    eyes = heads = None
    if plates and (scene.stop_lines or scene.rules or linked):
        eyes = open_plate_eyes()
        models |= {"finder": _used("plate-finder"), "reader": _used("plate-reader")}
    if any(isinstance(rule, RiderRule) for rule in scene.rules.values()):
        file = shipped("helmet")
        heads = HelmetReader.open(file, load_card(card_path(file), HelmetCard)).read
        models["riders"] = _used("helmet")
    return Senses(eyes, heads, models)


@contextmanager
def opened_lamps(plan: LampPlan, scene: Scene, size_px: tuple[int, int]) -> Iterator[Lamps]:
    """Raises LampFileError, LampFeedError, UsageError, RegistryError, ModelError before anything is told."""
    groups = frozenset(line.signal_group for line in scene.stop_lines.values() if line.signal_group is not None)
    tellers: list[Teller] = []
    models: dict[str, ModelUsed] = {}
    known = load_timelines(plan.file) if plan.file is not None else {}
    told = groups if plan.feed is not None else frozenset[str]()
    with ExitStack() as held:
        if plan.from_image:
            heads = heads_px(scene, size_px)
            if not heads:
                raise UsageError(
                    f"--lamps-from-image: wanted signal_heads in the scene of '{scene.camera}' (boxes around the heads "
                    "that the camera sees), found none"
                )
            file = shipped("lamp")
            tellers.append(PictureLamps(LampReader.open(file, load_card(card_path(file), LampCard)), heads))
            models["lamps"] = _used("lamp")
            told |= frozenset(heads)
        if plan.feed is not None:
            tellers.append(held.enter_context(ControllerFeed(plan.feed)))
        yield Lamps(LampBook(known, told), tellers, models)


def check_override(file: Path | None, *, dated: bool) -> None:
    """Raises UsageError where nobody could say when the windows of that file were, OverrideFileError of a wrong one."""
    if file is not None and not dated:
        raise UsageError(f"--override {file}: wanted --started-at beside it: nobody knows when this recording was made")
    if file is not None:
        read_overrides(file)


def _used(name: str) -> ModelUsed:
    file = shipped(name)
    return ModelUsed(name=name, sha256=hashlib.sha256(file.read_bytes()).hexdigest())
