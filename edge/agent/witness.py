"""Makes the proof of an accusation from the camera's own packets: a clip, three stills, and the picture explained."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from edge.agent.draw import overlay
from edge.agent.eyes import Seen
from violations.errors import EvidenceError
from violations.evidence.package import EvidenceFile, Package, write_package
from violations.evidence.record import Clip, ClockQuality, EvidenceRecord, ModelUsed, Still
from violations.rules.accusation import Accusation
from vision.arrays import F32, U8
from vision.events.bodies import Crossing
from vision.events.lamps import LampSpan
from vision.frame import Frame
from vision.sources.clip import ClipSpan
from vision.sources.open import open_source
from vision.sources.ring import PacketRing
from vision.tracks import Tracks

BEFORE_S = 4.0
AFTER_S = 3.0
STILL_APART_S = 1.0
RING_S = 20.0
LAMPS_AROUND_S = 60.0
JPEG_QUALITY = 95


@dataclass(frozen=True, slots=True)
class Charge:
    """An accusation that waits for its proof. spans: all that is known of the lamp."""

    crossing: Crossing
    accusation: Accusation
    lamp: LampSpan | None
    spans: Sequence[LampSpan]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who says so: these stand in every package."""

    camera: str
    boot: str
    scene_sha256: str
    model: ModelUsed
    software: str
    clock: ClockQuality


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was believed of one frame; the picture itself is in the ring."""

    index: int
    media_s: float
    tracks: Tracks


class Witness:
    """Remembers what was believed of the last seconds, and cuts the pictures that show it.

    label: media seconds → the UTC time people read. lines_px: what the overlay draws, by line name.
    """

    def __init__(
        self,
        identity: Identity,
        ring: PacketRing,
        lines_px: dict[str, F32],
        folder: Path,
        label: Callable[[float], datetime],
    ) -> None:
        self._identity = identity
        self._ring = ring
        self._lines_px = lines_px
        self._folder = folder
        self._label = label
        self._trail: deque[Moment] = deque()

    def remember(self, seen: Seen) -> None:
        self._trail.append(Moment(seen.frame.index, seen.frame.media_s, seen.tracks))
        while seen.frame.media_s - self._trail[0].media_s > RING_S:
            self._trail.popleft()

    def testify(self, charge: Charge) -> Package:
        """The package on disk. Raise EvidenceError or SourceError when the pictures are gone or the disk refuses."""
        at_s = charge.crossing.at_s
        with TemporaryDirectory(prefix="ngatu-clip-") as scratch:
            clip = self._ring.remux(at_s - BEFORE_S, at_s + AFTER_S, Path(scratch) / "clip.mp4")
            wanted = {"still_before": at_s - STILL_APART_S, "still_at": at_s, "still_after": at_s + STILL_APART_S}
            pictures = _pick(clip, wanted)
            moments = {shows: self._moment(frame.media_s) for shows, frame in pictures.items()}
            files = [_jpeg(shows, frame.image) for shows, frame in pictures.items()]
            files.append(_jpeg("overlay", self._explained(pictures["still_at"].image, moments["still_at"], charge)))
            files.append(EvidenceFile(clip.file.name, "clip", _clip_type(clip.file), clip.file))
            stills = [
                Still(name=f"{shows}.jpg", shows=shows, frame=moment.index, media_s=moment.media_s)
                for shows, moment in (*moments.items(), ("overlay", moments["still_at"]))
            ]
            return write_package(self._folder, self._record(charge, stills, clip), files)

    def _moment(self, media_s: float) -> Moment:
        """The remembered moment of that very frame."""
        nearest = min(self._trail, key=lambda moment: abs(moment.media_s - media_s), default=None)
        if nearest is None or abs(nearest.media_s - media_s) > 0.02:
            raise EvidenceError(f"the frame at {media_s:.3f} s is in the clip, but nobody looked at it then")
        return nearest

    def _explained(self, image: U8, moment: Moment, charge: Charge) -> U8:
        """The still on the line with the accused and the line drawn; it lies beside the untouched one."""
        measures = [f"{m.name} {m.value:.2f} +- {m.error:.2f} {m.unit}" for m in charge.accusation.measures]
        line = self._lines_px[charge.crossing.line]
        return overlay(image, moment.tracks.only(charge.crossing.track), [line], measures)

    def _record(self, charge: Charge, stills: Sequence[Still], clip: ClipSpan) -> EvidenceRecord:
        crossing, identity = charge.crossing, self._identity
        near = (crossing.at_s - LAMPS_AROUND_S, crossing.at_s + LAMPS_AROUND_S)
        return EvidenceRecord(
            camera=identity.camera,
            boot=identity.boot,
            scene_sha256=identity.scene_sha256,
            model=identity.model,
            software=identity.software,
            offence=charge.accusation.offence,
            vehicle=crossing.vehicle,
            track=crossing.track,
            line=crossing.line,
            direction=crossing.direction,
            at_s=crossing.at_s,
            at_error_s=crossing.at_error_s,
            time=self._label(crossing.at_s),
            clock=identity.clock,
            measures=charge.accusation.measures,
            lamps=tuple(span for span in charge.spans if span.until_s > near[0] and span.since_s < near[1]),
            stills=tuple(stills),
            clip=Clip(name=clip.file.name, since_s=clip.since_s, until_s=clip.until_s),
            reasons_not_to_fine=charge.accusation.reasons_not_to_fine,
        )


def _pick(clip: ClipSpan, wanted: dict[str, float]) -> dict[str, Frame]:
    """The clip's frame nearest to each wanted media second; frames carry the camera's media time, not the clip's."""
    best: dict[str, Frame] = {}
    with open_source(str(clip.file)) as source:
        for frame in source:
            media_s = clip.since_s + frame.media_s
            for shows, at_s in wanted.items():
                if shows not in best or abs(media_s - at_s) < abs(best[shows].media_s - at_s):
                    best[shows] = Frame(frame.index, media_s, frame.image, frame.arrived_s)
    return best


def _jpeg(shows: str, image: U8) -> EvidenceFile:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise EvidenceError(f"{shows}: the picture of {image.shape} could not be written as JPEG")
    return EvidenceFile(f"{shows}.jpg", shows, "image/jpeg", np.asarray(data, np.uint8).tobytes())


def _clip_type(file: Path) -> str:
    return {".mp4": "video/mp4", ".mkv": "video/x-matroska"}[file.suffix]
