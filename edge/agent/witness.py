"""Makes the proof of an accusation from the camera's own packets: a clip, three stills, and the picture explained."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from edge.agent.draw import overlay
from edge.loop.seen import Seen
from violations.errors import EvidenceError
from violations.evidence.disk import speaking_of
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import UNFINISHED, EvidenceFile, Package, write_package
from violations.evidence.record import Clip, ClockQuality, EvidenceRecord, ModelUsed, Still
from violations.rules.accusation import Accusation
from vision.arrays import F32, U8
from vision.events.bodies import Crossing
from vision.events.lamps import LampSpan
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
# Containers round times to a thousandth of a second; two frames of the fastest camera lie four of them apart.
SAME_FRAME_S = 0.002


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

    def shows(self, track: int) -> bool:
        """Whether the track was really seen in this frame, not only expected there."""
        return bool((self.tracks.seen & (self.tracks.id == track)).any())


class Witness:
    """Remembers what was believed of the last seconds, and cuts the pictures that show it.

    label: media seconds → the UTC time people read. lines_px: what the overlay draws, by line name. ledger: of the
    evidence; what is proven is sealed and named there.
    """

    def __init__(
        self,
        identity: Identity,
        ring: PacketRing,
        lines_px: dict[str, F32],
        ledger: EvidenceLedger,
        label: Callable[[float], datetime],
    ) -> None:
        self._identity = identity
        self._ring = ring
        self._lines_px = lines_px
        self._ledger = ledger
        self._folder = ledger.path.parent
        self._label = label
        self._trail: deque[Moment] = deque()

    def remember(self, seen: Seen) -> None:
        self._trail.append(Moment(seen.frame.index, seen.frame.media_s, seen.tracks))
        while seen.frame.media_s - self._trail[0].media_s > RING_S:
            self._trail.popleft()

    def testify(self, charge: Charge) -> Package:
        """The package on disk. Raise EvidenceError or SourceError when the pictures are gone or the disk refuses."""
        at_s = charge.crossing.at_s
        with self._scratch() as scratch:
            clip = self._ring.remux(at_s - BEFORE_S, at_s + AFTER_S, scratch / "clip.mp4")
            moments = self._moments(charge.crossing, clip)
            pictures = _pictures(clip, moments)
            files = [_jpeg(shows, image) for shows, image in pictures.items()]
            files.append(_jpeg("overlay", self._explained(pictures["still_at"], moments["still_at"], charge)))
            files.append(EvidenceFile(clip.file.name, "clip", _clip_type(clip.file), clip.file))
            stills = [
                Still(name=f"{shows}.jpg", shows=shows, frame=moment.index, media_s=moment.media_s)
                for shows, moment in (*moments.items(), ("overlay", moments["still_at"]))
            ]
            return write_package(self._folder, self._record(charge, stills, clip), files, self._ledger)

    @contextmanager
    def _scratch(self) -> Iterator[Path]:
        """A folder on the disk of the evidence: what a crash leaves there is removed with other unfinished things."""
        with (
            speaking_of(f"evidence {self._folder}"),
            TemporaryDirectory(prefix=UNFINISHED, dir=self._folder, ignore_cleanup_errors=True) as scratch,
        ):
            yield Path(scratch)

    def _moments(self, crossing: Crossing, clip: ClipSpan) -> dict[str, Moment]:
        """Three moments that were looked at and lie in the clip; the one on the line shows the accused.

        Raise EvidenceError where they are not three different ones, in order.
        """
        held = [moment for moment in self._trail if clip.since_s <= moment.media_s < clip.until_s]
        shown = [moment for moment in held if moment.shows(crossing.track)]
        at = _nearest(shown, crossing.at_s)
        before = _nearest(held, crossing.at_s - STILL_APART_S)
        after = _nearest(held, crossing.at_s + STILL_APART_S)
        if at is None or before is None or after is None or abs(at.media_s - crossing.at_s) > STILL_APART_S / 2:
            raise EvidenceError(f"track {crossing.track} at {crossing.at_s:.2f} s: no picture shows it on the line")
        if not before.index < at.index < after.index:
            raise EvidenceError(
                f"track {crossing.track} at {crossing.at_s:.2f} s: wanted pictures before, on and after the line, "
                f"found {held[0].media_s:.2f} to {held[-1].media_s:.2f} s"
            )
        return {"still_before": before, "still_at": at, "still_after": after}

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


def _nearest(moments: Sequence[Moment], media_s: float) -> Moment | None:
    return min(moments, key=lambda moment: abs(moment.media_s - media_s), default=None)


def _pictures(clip: ClipSpan, moments: dict[str, Moment]) -> dict[str, U8]:
    """The very frames of these moments, decoded from the clip, so that whoever has the clip can make them again.

    Raise EvidenceError when one is not in it.
    """
    found: dict[str, U8] = {}
    with open_source(str(clip.file)) as source:
        for frame in source:
            media_s = clip.since_s + frame.media_s  # the clip's own clock begins at its first picture
            for shows, moment in moments.items():
                if abs(media_s - moment.media_s) <= SAME_FRAME_S:
                    found[shows] = frame.image
            if len(found) == len(moments):
                break
    for shows, moment in moments.items():
        if shows not in found:
            raise EvidenceError(f"{shows}: the frame at {moment.media_s:.3f} s was looked at, but is not in the clip")
    return {shows: found[shows] for shows in moments}


def _jpeg(shows: str, image: U8) -> EvidenceFile:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise EvidenceError(f"{shows}: the picture of {image.shape} could not be written as JPEG")
    return EvidenceFile(f"{shows}.jpg", shows, "image/jpeg", np.asarray(data, np.uint8).tobytes())


def _clip_type(file: Path) -> str:
    return {".mp4": "video/mp4", ".mkv": "video/x-matroska"}[file.suffix]
