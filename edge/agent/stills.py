"""Which moments become pictures of a proof, and the pictures themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from violations.errors import EvidenceError
from violations.evidence.package import EvidenceFile
from violations.evidence.record import Still
from violations.rules.accusation import Occurrence
from vision.arrays import U8
from vision.sources.clip import ClipSpan
from vision.sources.open import open_source
from vision.tracks import Tracks

STILL_APART_S = 1.0
JPEG_QUALITY = 95
# Containers round times to a thousandth of a second; two frames of the fastest camera lie four of them apart.
SAME_FRAME_S = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What was believed of one frame; the picture itself is in the ring."""

    index: int
    media_s: float
    tracks: Tracks

    def shows(self, track: int) -> bool:
        """Whether the track was really seen in this frame, not only expected there."""
        return bool((self.tracks.seen & (self.tracks.id == track)).any())


@dataclass(frozen=True, slots=True, eq=False)
class KeptStill:
    """A picture encoded when it was seen, for a stay that outlasts the ring."""

    moment: Moment
    jpeg: bytes


def choose_moments(occurrence: Occurrence, held: Sequence[Moment]) -> dict[str, Moment]:
    """Three moments of those `held` (in order of time); the one at the occurrence's time shows the accused.

    With a fourth, `still_began`, where the occurrence began earlier than the first of them and the accused was seen
    soon after that, in a moment that is held. Raise EvidenceError where the three are not three different ones, in
    order.
    """
    who = f"track {occurrence.track} at {occurrence.at_s:.2f} s"
    at = _nearest([moment for moment in held if moment.shows(occurrence.track)], occurrence.at_s)
    before = _nearest(held, occurrence.at_s - STILL_APART_S)
    after = _nearest(held, occurrence.at_s + STILL_APART_S)
    if at is None or before is None or after is None or abs(at.media_s - occurrence.at_s) > STILL_APART_S / 2:
        raise EvidenceError(f"{who}: no picture shows it at {occurrence.place}")
    if not before.index < at.index < after.index:
        raise EvidenceError(
            f"{who}: wanted pictures before, at and after the moment, "
            f"found {held[0].media_s:.2f} to {held[-1].media_s:.2f} s"
        )
    chosen = {"still_before": before, "still_at": at, "still_after": after}
    began = _nearest([moment for moment in held if moment.shows(occurrence.track)], occurrence.since_s)
    holds_it = held[0].media_s <= occurrence.since_s + STILL_APART_S
    if began is not None and holds_it and began.index < before.index:
        chosen = {"still_began": began, **chosen}
    return chosen


def decode_moments(clip: ClipSpan, moments: Mapping[str, Moment]) -> dict[str, U8]:
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


def still_of(shows: str, moment: Moment, suffix: str = "jpg") -> Still:
    return Still(name=f"{shows}.{suffix}", shows=shows, frame=moment.index, media_s=moment.media_s)


def jpeg_file(shows: str, image: U8) -> EvidenceFile:
    return EvidenceFile(f"{shows}.jpg", shows, "image/jpeg", jpeg(shows, image))


def jpeg(shows: str, image: U8) -> bytes:
    """Raises EvidenceError."""
    return _encoded(shows, ".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])


def png_file(shows: str, image: U8) -> EvidenceFile:
    """Lossless: what is cut out of it can be compared with it pixel for pixel."""
    return EvidenceFile(f"{shows}.png", shows, "image/png", _encoded(shows, ".png", image, []))


def _encoded(shows: str, kind: str, image: U8, settings: list[int]) -> bytes:
    done, data = cv2.imencode(kind, image, settings)
    if not done:
        raise EvidenceError(f"{shows}: the picture of {image.shape} could not be written as {kind[1:].upper()}")
    return np.asarray(data, np.uint8).tobytes()


def _nearest(moments: Sequence[Moment], media_s: float) -> Moment | None:
    return min(moments, key=lambda moment: abs(moment.media_s - media_s), default=None)
